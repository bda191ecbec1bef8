"""From whom a sign-in service vouches for to an account of the register, which must exist beforehand.

The first time by the address, which the service must have verified, among the people of the service's own side; from
then on by issuer and subject only (OpenID Connect Core 1.0, 5.7: an address may pass to somebody else).
"""

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from register.accounts import people
from register.audit import Trail
from register.models import Account, Identity
from register.words.people import AccountState, Deed

if TYPE_CHECKING:
    from register.accounts.oidc import Claims


def account_of(session: Session, trail: Trail, claims: "Claims", side: str) -> Account | None:
    """The account that `claims` of the service of `side` are about; None when there is none that may sign in.

    An invitation that stands counts as accepted by a first sign-in, since it went to the address that the service has
    verified. An account that is linked already is not linked to a second person of the same service.
    """
    identity = session.get(Identity, (claims.issuer, claims.subject))
    if identity is not None:
        account = session.get(Account, identity.account_id)
        fits = account is not None and account.side == side and account.state == AccountState.ACTIVE
        return account if fits else None
    account = _by_address(session, claims.email, side)
    if account is None or not _free(session, account, claims.issuer):
        return None
    if account.state == AccountState.INVITED and not _accept(session, trail, account):
        return None
    session.add(Identity(issuer=claims.issuer, subject=claims.subject, account_id=account.id, created_at=trail.now))
    trail.add(Deed.IDENTITY_LINKED, account, actor=account.id)
    return account


def _by_address(session: Session, email: str, side: str) -> Account | None:
    """The account of `side` with this address that is invited or active, locked: of two first times at once, one is."""
    plain = unicodedata.normalize("NFC", email).strip().lower()
    if not plain:
        return None
    mine = select(Account).where(
        col(Account.email) == plain, col(Account.side) == side, col(Account.state) != AccountState.REMOVED.value
    )
    return session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _free(session: Session, account: Account, issuer: str) -> bool:
    linked = select(Identity).where(col(Identity.account_id) == account.id, col(Identity.issuer) == issuer)
    return session.scalars(linked).first() is None


def _accept(session: Session, trail: Trail, account: Account) -> bool:
    """Take the account into use on the strength of its invitation; False when that does not stand any more."""
    ticket = people.invitation_of(session, account)
    if ticket is None or not _stands(ticket.used_at, ticket.withdrawn_at, ticket.expires_at, trail.now):
        return False
    if ticket.email != account.email:
        return False
    ticket.used_at = trail.now
    session.add(ticket)
    people.accept(session, trail, account, account.name, account.language, "")
    return True


def _stands(used: datetime | None, withdrawn: datetime | None, expires: datetime, now: datetime) -> bool:
    return used is None and withdrawn is None and now < expires
