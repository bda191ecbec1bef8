"""Trying a password before the writer transaction, since it is slow by design and every other writer would wait.

Inside the transaction the limits are checked, so that of many attempts at once no more are answered than the limits
allow, and the account is read anew.
"""

from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from register.accounts import passwords
from register.config import Limits
from register.models import Account
from register.words.people import AccountState


class Tried(NamedTuple):
    """A password that was tried before the transaction: whether it fitted what was `kept` then.

    `renewed` is what to keep from now on, when the hash was made at another cost than the settings ask.
    """

    kept: str = ""
    fits: bool = False
    renewed: str = ""


def attempt(password: str, kept: str, limits: Limits) -> Tried:
    """Try `password`. It takes as long when nothing is kept, as for an address that nobody has."""
    hasher = passwords.hasher(limits)
    fits = hasher.verify(password, kept)
    return Tried(kept, fits, hasher.hash(password) if fits and hasher.needs_rehash(kept) else "")


def by_address(session: Session, email: str) -> Account | None:
    """The account that may sign in with this address; None also for one that is only invited, or removed."""
    mine = select(Account).where(col(Account.email) == email, col(Account.state) == AccountState.ACTIVE)
    return session.scalars(mine).one_or_none()
