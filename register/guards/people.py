"""From an account to the person of a request: what they are and may do today, read once."""

from datetime import date

from sqlalchemy import Text, bindparam, literal, or_, select, union_all
from sqlmodel import Session, col

from register.access import Person
from register.models import Account, AccountRole, Mandate, Passkey, Totp
from register.words.people import AccountState

# Asked at every request of the workspace, so that they are put together once.
_MINE = bindparam("account", type_=Text)
_ROLES_AND_FACTORS = union_all(
    select(literal("role"), col(AccountRole.role), col(AccountRole.topic)).where(col(AccountRole.account_id) == _MINE),
    select(literal("factor"), literal("app"), literal("")).where(
        col(Totp.account_id) == _MINE, col(Totp.confirmed_at).is_not(None)
    ),
    select(literal("factor"), literal("passkey"), literal("")).where(col(Passkey.account_id) == _MINE),
)
_MANDATES = select(Mandate).where(
    or_(col(Mandate.account_id) == _MINE, col(Mandate.substitute_id) == _MINE),
    col(Mandate.side) == bindparam("side", type_=Text),
)


def person(session: Session, account: Account, today: date) -> Person:
    """What `account` is on `today`, for the permission table. Two queries, whatever the number of roles."""
    roles: set[str] = set()
    topics: set[str] = set()
    factor = False
    for what, name, topic in session.connection().execute(_ROLES_AND_FACTORS, {"account": account.id}):
        if what == "factor":
            factor = True
        else:
            roles.add(name)
            topics |= {topic} - {""}
    return Person(
        account.id,
        account.side,
        account.name,
        account.organisation,
        account.language,
        frozenset(roles),
        frozenset(topics),
        _mandates(session, account, today),
        factor,
    )


def needs_second_factor(person: Person) -> bool:
    """Whether the person can confirm or administer, so that one factor is not enough."""
    return "administrator" in person.roles or bool(person.mandates)


def _mandates(session: Session, account: Account, today: date) -> frozenset[str]:
    if account.side == "joint" or account.state != AccountState.ACTIVE:
        return frozenset()
    given = session.scalars(_MANDATES, {"account": account.id, "side": account.side})
    return frozenset(mandate.topic for mandate in given if mandate.held_by(today) == account.id)
