"""The people of a side: inviting, changing, removing them, and helping one who lost every means of signing in.

Who may do so is for access.py; what must hold besides is here. Every change renews the account, which ends its
sign-ins at their next request.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from register.accounts import mandates, queries, tickets
from register.audit import Trail
from register.config import Limits
from register.errors import FieldError
from register.guards import signing
from register.i18n import mark as _
from register.models import (
    Account,
    AccountRole,
    Challenge,
    Identity,
    KeptForm,
    Passkey,
    RecoveryCode,
    SignIn,
    Ticket,
    Totp,
)
from register.words.people import AccountState, Deed, Role

FACTORS = (Totp, RecoveryCode, Passkey, Identity)


@dataclass(frozen=True)
class Wanted:
    """What an account should be. `organisation` and `topics` are record ids; topics go with the role of coordinator."""

    name: str
    organisation: str
    roles: frozenset[str]
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Invited:
    """Somebody who was invited: the account, and the token of the link.

    `taken` is the account that has the address already, on whichever side; then the link leads nowhere, and what goes
    to the address is word of that. Nobody but its owner and the operator may learn it (docs/decisions/0008).
    """

    account: Account
    token: str
    taken: Account | None


class Changed(Exception):
    """Somebody else changed the account since the form was made; `account` is how it stands now."""

    def __init__(self, account: Account) -> None:
        super().__init__(account.id)
        self.account = account


def invite(
    session: Session, trail: Trail, side: str, email: str, language: str, wanted: Wanted, by: str, limits: Limits
) -> Invited:
    """Make an account on `side` and a link with which its person takes it into use.

    `by` is the id of who invites, empty for the operator. Raises FieldError when the roles do not fit, or when
    somebody of the same side has the address. An address of the other side is not refused: the account then waits,
    and to whoever invited it looks like any other that was invited.
    """
    _fits(wanted)
    now = trail.now
    account = Account(
        side=side, organisation=wanted.organisation, name=wanted.name, email=email, language=language, created_at=now
    )
    taken = _place(session, account, email)
    _take_roles(session, account, wanted)
    session.flush()
    token = tickets.make(session, "invitation", account, by, now, limits.invitation)
    trail.add(Deed.INVITED, account, **_said(wanted))
    return Invited(account, token, taken)


def again(session: Session, trail: Trail, account: Account, by: str, limits: Limits) -> Invited:
    """A new link for somebody who has not accepted yet; the earlier one is dead."""
    email, taken = queries.shown(account.email), None
    if email != account.email and not _claim(session, account, email):  # it waited for its address, and still does
        taken = queries.by_email(session, email)
    token = tickets.make(session, "invitation", account, by, trail.now, limits.invitation)
    trail.add(Deed.INVITED_AGAIN, account)
    return Invited(account, token, taken)


def accept(session: Session, trail: Trail, account: Account, name: str, language: str, password: str) -> None:
    """The person takes the account into use. `password` is its hash."""
    account.name, account.language, account.password = name, language, password
    account.state = AccountState.ACTIVE.value
    signing.renew(session, account)
    trail.add(Deed.ACCEPTED, account, actor=account.id)


def change(session: Session, trail: Trail, account: Account, version: str, wanted: Wanted) -> bool:
    """Make `account` what is wanted; False when it is so already. `account` is locked (`queries.locked`).

    Raises Changed when it is no longer at `version`, FieldError when the roles do not fit or when nobody would be
    left to administer the side.
    """
    _unchanged(account, version)
    _fits(wanted)
    before = held(session, account)
    if before == wanted:
        return False
    if Role.ADMINISTRATOR in before.roles - wanted.roles:
        _keep_one(session, account, "roles")
    account.name, account.organisation = wanted.name, wanted.organisation
    session.execute(delete(AccountRole).where(col(AccountRole.account_id) == account.id))
    _take_roles(session, account, wanted)
    signing.renew(session, account)
    trail.add(Deed.ACCOUNT_CHANGED, account, **_said(wanted))
    return True


def remove(session: Session, trail: Trail, account: Account, version: str | None, *, by_operator: bool = False) -> None:
    """End an account for good: links, sign-ins, means of signing in, mandates and substitutions go with it.

    The address is free again at once; the name stays until retention takes it, so that what the person did can still
    be read. Raises Changed, and FieldError when nobody would be left to administer the side, unless it is the operator.
    """
    if version is not None:
        _unchanged(account, version)
    invited = account.state == AccountState.INVITED
    if not by_operator:
        _keep_one(session, account, "")
    now = trail.now
    tickets.withdraw(session, account.id, now)
    signing.end(session, account.id, now)
    mandates.end_all(session, trail, account)
    clear_means(session, account)
    session.execute(delete(KeptForm).where(col(KeptForm.account_id) == account.id))
    account.state, account.removed_at, account.email = AccountState.REMOVED.value, now, f"{account.id}@removed.invalid"
    signing.renew(session, account)
    trail.add(Deed.INVITATION_WITHDRAWN if invited else Deed.ACCOUNT_REMOVED, account)


def ask_reset(session: Session, trail: Trail, account: Account, by: str, limits: Limits) -> str:
    """A link for a new password. When `by` is not the person, using it also takes away what they signed in with."""
    token = tickets.make(session, "reset", account, by, trail.now, limits.reset)
    trail.add(Deed.RESET_ASKED, account, actor=by, means="password" if by == account.id else "all")
    return token


def set_password(session: Session, trail: Trail, found: tickets.Found, password: str) -> None:
    """Set the password (its hash) of whoever used a link for that; every sign-in ends.

    The second factor stays, unless the link was sent for one who lost it.
    """
    account = found.account
    if found.clears:
        clear_means(session, account)
    account.password = password
    tickets.withdraw(session, account.id, trail.now, "reset")
    signing.end(session, account.id, trail.now)
    signing.renew(session, account)
    trail.add(Deed.PASSWORD_SET, account, actor=account.id, means="all" if found.clears else "password")


def move(session: Session, trail: Trail, found: tickets.Found, keep: SignIn | None) -> str | None:
    """Give an account the address that its person confirmed; gives the old one, or None when the new one is taken.

    Every sign-in ends but `keep`, the one in which it was confirmed, if it was.
    """
    account, old = found.account, found.account.email
    if not _claim(session, account, found.ticket.email):
        return None
    tickets.withdraw(session, account.id, trail.now, "reset")
    signing.renew(session, account, keep)
    trail.add(Deed.ADDRESS_CHANGED, account, actor=account.id)
    return old


def clear_means(session: Session, account: Account) -> None:
    """Take away everything the person signs in with: password, app, codes, passkeys, the match with a service."""
    account.password = ""
    for table in FACTORS:
        session.execute(delete(table).where(col(table.account_id) == account.id))
    session.execute(delete(Challenge).where(col(Challenge.account_id) == account.id))
    session.add(account)


def held(session: Session, account: Account) -> Wanted:
    """What an account is now."""
    rows = session.scalars(select(AccountRole).where(col(AccountRole.account_id) == account.id)).all()
    topics = frozenset(row.topic for row in rows if row.topic)
    return Wanted(account.name, account.organisation, frozenset(row.role for row in rows), topics)


def needs_second_factor(wanted_roles: Collection[str], mandated: bool) -> bool:
    """Whether somebody with these roles, and mandates or none, must have a second factor to do that work."""
    return Role.ADMINISTRATOR in wanted_roles or mandated


def invitation_of(session: Session, account: Account) -> Ticket | None:
    """The newest invitation of an account, whatever became of it."""
    mine = select(Ticket).where(col(Ticket.account_id) == account.id, col(Ticket.kind) == "invitation")
    return session.scalars(
        mine.order_by(col(Ticket.created_at).desc(), col(Ticket.withdrawn_at).is_(None).desc())
    ).first()


def _place(session: Session, account: Account, email: str) -> Account | None:
    """Add `account` with `email`; when another has that address, mark it as waiting and give that other.

    Raises FieldError when the other is of the same side, which its administrator sees anyway.
    """
    if _claim(session, account, email):
        return None
    taken = queries.by_email(session, email)
    waiting = select(Account).where(
        col(Account.side) == account.side,
        col(Account.email).startswith(f"{email} ", autoescape=True),
        col(Account.state) != AccountState.REMOVED.value,
    )
    if taken is None or taken.side == account.side or session.scalars(waiting).first():
        raise FieldError("email", _("Somebody of your side is in the register with this address already."))
    account.email = f"{email} {account.id}"
    session.add(account)
    return taken


def _claim(session: Session, account: Account, email: str) -> bool:
    """Give `account` the address, unless another has it. Of two that claim one at the same time, one gets it."""
    if queries.by_email(session, email) is not None:
        return False
    old = account.email
    try:
        with session.begin_nested():
            account.email = email
            session.add(account)
            session.flush()
    except IntegrityError:  # somebody was faster, in a transaction that has just ended
        account.email = old
        return False
    return True


def _take_roles(session: Session, account: Account, wanted: Wanted) -> None:
    session.flush()
    for role in wanted.roles:
        for topic in wanted.topics if role == Role.COORDINATOR else ("",):
            session.add(AccountRole(account_id=account.id, role=role, topic=topic))


def _fits(wanted: Wanted) -> None:
    if not wanted.roles:
        raise FieldError("roles", _("Choose at least one role."))
    if Role.COORDINATOR in wanted.roles and not wanted.topics:
        raise FieldError("topics", _("Choose the topics that this person coordinates."))
    if wanted.topics and Role.COORDINATOR not in wanted.roles:
        raise FieldError("topics", _("Topics go with the role of coordinator. Choose that role, or no topics."))


def _unchanged(account: Account, version: str) -> None:
    if version != str(account.version) or account.state == AccountState.REMOVED:
        raise Changed(account)


def _keep_one(session: Session, account: Account, field: str) -> None:
    left = queries.administrators(session, account.side)
    if account.id in left and len(left) < 2:
        raise FieldError(field, _("This is the last administrator of your side. Only the operator can change that."))


def _said(wanted: Wanted) -> dict[str, Any]:
    return {"roles": sorted(wanted.roles), "topics": sorted(wanted.topics), "organisation": wanted.organisation}
