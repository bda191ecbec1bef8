"""Links that the register sends: an invitation, a new password, a new address. Each works once.

The link holds a random token; the database holds its digest. A link is dead once it is used, withdrawn, expired or
replaced by a newer one, and when the account or its address is no longer what it was made for: whoever opens it is
told the same in each case. Opening a link uses nothing, since programs that check mail open links too.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session, col

from register.guards import signing
from register.models import Account, Ticket
from register.words.people import AccountState

Kind = Literal["invitation", "reset", "address"]
_WAITING: dict[str, AccountState] = {
    "invitation": AccountState.INVITED,
    "reset": AccountState.ACTIVE,
    "address": AccountState.ACTIVE,
}


class Found(NamedTuple):
    """A link that works, and the account that it is for."""

    ticket: Ticket
    account: Account

    @property
    def clears(self) -> bool:
        """Whether using it also takes away every means of signing in, for a person who lost theirs.

        So it is when somebody else had it sent; who only forgot a password keeps the second factor.
        """
        return self.ticket.kind == "reset" and self.ticket.made_by != self.account.id


def make(
    session: Session, kind: Kind, account: Account, made_by: str, now: datetime, lasts: timedelta, *, email: str = ""
) -> str:
    """Make a link for `account`, which replaces every earlier one of its kind. Gives the token; nothing else has it.

    `made_by` is the id of the account that had it made, or empty for the operator; `email` where it is sent, if not
    to the account's own address.
    """
    withdraw(session, account.id, now, kind)
    token = secrets.token_urlsafe(32)
    session.add(
        Ticket(
            kind=kind,
            token=signing.digest(token),
            account_id=account.id,
            email=email or account.email,
            made_by=made_by,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return token


def find(session: Session, kind: Kind, token: str, now: datetime) -> Found | None:
    """The link of `token` with its account, or None when it does not work, for whatever reason. Uses nothing."""
    joined = select(Ticket, Account).join(Account, col(Account.id) == col(Ticket.account_id))
    found = session.execute(joined.where(col(Ticket.token) == signing.digest(token))).one_or_none()
    if found is None:
        return None
    ticket, account = found
    works = (
        ticket.kind == kind
        and ticket.used_at is None
        and ticket.withdrawn_at is None
        and now < ticket.expires_at
        and account.state == _WAITING[kind]
        and (kind == "address" or ticket.email == account.email)
    )
    return Found(ticket, account) if works else None


def use(session: Session, kind: Kind, token: str, now: datetime) -> Found | None:
    """Use the link of `token` up, or None when it does not work. Of two at once, one has it.

    The account is locked first, so that a removal or a change of address comes either before this or after it.
    """
    found = find(session, kind, token, now)
    if found is None:
        return None
    session.execute(
        select(Account)
        .where(col(Account.id) == found.account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    mine = update(Ticket).where(
        col(Ticket.id) == found.ticket.id, col(Ticket.used_at).is_(None), col(Ticket.withdrawn_at).is_(None)
    )
    taken = session.execute(mine.values(used_at=now).execution_options(synchronize_session=False))
    if taken.rowcount != 1 or found.account.state != _WAITING[kind]:  # type: ignore[attr-defined]
        return None
    if kind != "address" and found.ticket.email != found.account.email:
        return None
    session.refresh(found.ticket)
    return found


def withdraw(session: Session, account_id: str, now: datetime, *kinds: Kind) -> int:
    """Make the open links of an account dead: those of `kinds`, or all. Gives how many there were."""
    ending = update(Ticket).where(
        col(Ticket.account_id) == account_id, col(Ticket.used_at).is_(None), col(Ticket.withdrawn_at).is_(None)
    )
    if kinds:
        ending = ending.where(col(Ticket.kind).in_(kinds))
    return int(session.execute(ending.values(withdrawn_at=now)).rowcount)  # type: ignore[attr-defined]
