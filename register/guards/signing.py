"""Sign-ins: who is behind a request, and how one begins and ends.

The browser holds a random token; the database holds its digest. A sign-in ends by itself when it was idle too long,
when it is too old, and when the account has changed since (docs/decisions/0007).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Text, bindparam, select, update
from sqlmodel import Session, col

from register.access import Person
from register.config import Limits
from register.guards import people
from register.i18n import ZONE
from register.models import Account, SignIn
from register.words.people import AccountState

Stage = Literal["password", "full"]

# Asked at every request of the workspace, so that they are put together once.
_ROW = select(SignIn).where(col(SignIn.token) == bindparam("token", type_=Text))
_ROW_AND_ACCOUNT = _ROW.add_columns(Account).join(Account, col(Account.id) == col(SignIn.account_id))


class SignedIn(NamedTuple):
    """A sign-in that holds, the account behind it, and the person it makes."""

    row: SignIn
    account: Account
    person: Person

    @property
    def complete(self) -> bool:
        """Whether no second factor is asked for any more."""
        return self.row.stage == "full"

    def proved(self, now: datetime, limits: Limits) -> bool:
        """Whether they showed who they are recently enough for what matters most."""
        return self.complete and now - self.row.proved_at <= limits.proof


def digest(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf(token: str, secret: str) -> str:
    """The mark that a form of this sign-in carries; it says nothing about the token."""
    return hmac.new(secret.encode(), b"csrf:" + token.encode(), hashlib.sha256).hexdigest()


def row(session: Session, token: str) -> SignIn | None:
    """The sign-in of `token`, ended or not."""
    return session.scalars(_ROW, {"token": digest(token)}).one_or_none() if token else None


def find(session: Session, token: str, now: datetime, limits: Limits) -> SignedIn | None:
    """The sign-in of `token` with its person, when it still holds."""
    if not token:
        return None
    found = session.execute(_ROW_AND_ACCOUNT, {"token": digest(token)}).one_or_none()
    if found is None or not holds(found[0], found[1], now, limits):
        return None
    return SignedIn(found[0], found[1], people.person(session, found[1], now.astimezone(ZONE).date()))


def holds(row: SignIn, account: Account, now: datetime, limits: Limits) -> bool:
    """Whether a sign-in is neither ended, nor too old, nor made for an account that has changed since."""
    if row.ended_at is not None or account.state != AccountState.ACTIVE or row.account_version != account.version:
        return False
    if row.stage == "password":
        return now - row.created_at <= limits.second_step
    return now - row.created_at <= limits.absolute and now - row.seen_at <= limits.idle


def start(session: Session, account: Account, stage: Stage, agent: str, now: datetime) -> tuple[SignIn, str]:
    """Begin a sign-in. Gives the row and the token for the cookie: always a new one, never one from before."""
    token = secrets.token_urlsafe(32)
    made = SignIn(
        token=digest(token),
        account_id=account.id,
        account_version=account.version,
        stage=stage,
        created_at=now,
        seen_at=now,
        proved_at=now,
        agent=agent[:200],
    )
    session.add(made)
    session.flush()
    return made, token


def end(session: Session, account_id: str, now: datetime, *, only: Iterable[str] = (), but: str = "") -> int:
    """End the sign-ins of an account: all, those named by `only`, or all `but` one. Gives how many ended."""
    ending = update(SignIn).where(
        col(SignIn.account_id) == account_id, col(SignIn.ended_at).is_(None), col(SignIn.id) != but
    )
    if chosen := list(only):
        ending = ending.where(col(SignIn.id).in_(chosen))
    return int(session.execute(ending.values(ended_at=now)).rowcount)  # type: ignore[attr-defined]


def renew(session: Session, account: Account, keep: SignIn | None = None) -> None:
    """The account has changed: every sign-in ends at its next request, except `keep`."""
    account.version += 1
    session.add(account)
    if keep is not None:
        keep.account_version = account.version
        session.add(keep)


def seen(session: Session, sign_in_id: str, now: datetime) -> None:
    """Remember when a sign-in was last used, unless somebody is writing that row already."""
    free = select(col(SignIn.id)).where(col(SignIn.id) == sign_in_id, col(SignIn.seen_at) < now)
    free = free.with_for_update(skip_locked=True)
    session.execute(update(SignIn).where(col(SignIn.id).in_(free.scalar_subquery())).values(seen_at=now))
