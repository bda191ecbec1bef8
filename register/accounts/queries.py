"""What the pages of people read: a page of the list, one person, the choices of a form.

No query here is made for each row.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from register import access
from register.access import Person
from register.errors import BadParameter
from register.i18n import ZONE
from register.ledger import read
from register.ledger.tables import card
from register.models import Account, AccountRole, Mandate, Ticket
from register.words.people import AccountState, Role

PER_PAGE = 50


class Row(NamedTuple):
    """A person as the list shows them. `until`: until when their invitation works, if one is open."""

    account: Account
    roles: tuple[str, ...]
    topics: tuple[str, ...]
    mandates: tuple[str, ...]
    until: datetime | None


class Listing(NamedTuple):
    """One page of the people of a side: how many there are in all, and the key of the next page (empty: none)."""

    rows: list[Row]
    total: int
    after: str


def people(session: Session, person: Person, words: str, state: str, after: str, now: datetime) -> Listing:
    """The people that `person` may see, by name. Five queries, however many there are.

    `words`: parts of a name or an address, each of which must be there; `state`: a state, or empty for everybody who
    was not removed; `after`: the id of the last person of the page before. Raises BadParameter when nobody has that id.

    Names are compared here rather than in the database, whose two kinds fold and sort letters differently; a side has
    hundreds of people, not millions.
    """
    listed = select(col(Account.id), col(Account.name), col(Account.email), col(Account.state))
    everyone = session.execute(listed.where(access.visible(Account, person))).all()
    keys = {row.id: (folded(row.name), row.id) for row in everyone}
    if after and after not in keys:
        raise BadParameter("after", after[:40], "key")
    wanted = folded(words).split()
    found = sorted(
        keys[row.id]
        for row in everyone
        if (row.state == state if state else row.state != AccountState.REMOVED)
        and all(word in f"{folded(row.name)} {shown(row.email)}" for word in wanted)
    )
    rest = [key for key in found if not after or key > keys[after]]
    page = [identifier for _, identifier in rest[:PER_PAGE]]
    shown_rows = rows(session, page, now)
    return Listing(
        [shown_rows[identifier] for identifier in page], len(found), page[-1] if len(rest) > PER_PAGE else ""
    )


def row(session: Session, account: Account, now: datetime) -> Row:
    """One person, as in the list. Four queries."""
    return rows(session, [account.id], now)[account.id]


def mandates(session: Session, account: Account) -> list[Mandate]:
    """The mandates that were given to a person, and those in which they stand in, newest first. One query."""
    theirs = or_(col(Mandate.account_id) == account.id, col(Mandate.substitute_id) == account.id)
    return sorted(session.scalars(select(Mandate).where(theirs)), key=lambda one: (one.begins, one.id), reverse=True)


def names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The names of accounts, by id. One query."""
    found = session.execute(select(col(Account.id), col(Account.name)).where(col(Account.id).in_(set(ids))))
    return {row.id: row.name for row in found}


def by_email(session: Session, email: str) -> Account | None:
    """The account that has this address."""
    return session.scalars(select(Account).where(col(Account.email) == email)).one_or_none()


def locked(session: Session, side: str, *ids: str) -> dict[str, Account]:
    """The accounts with these ids on `side`, as they stand now; until the transaction ends nobody else changes them.

    The administrators of the side are locked first, so that what two of them do at the same time comes one after the
    other: two who remove each other must not both succeed. Accounts of another side are not found. Two queries.
    """
    keepers = select(col(AccountRole.account_id)).where(col(AccountRole.role) == Role.ADMINISTRATOR.value)
    found: dict[str, Account] = {}
    for chosen in (col(Account.id).in_(keepers), col(Account.id).in_(ids)):
        wanted = select(Account).where(col(Account.side) == side, chosen).order_by(col(Account.id)).with_for_update()
        for account in session.scalars(wanted.execution_options(populate_existing=True)):
            found[account.id] = account
    return found


def administrators(session: Session, side: str) -> set[str]:
    """The ids of those who administer a side today."""
    return set(
        session.scalars(
            select(col(Account.id))
            .join(AccountRole, col(AccountRole.account_id) == col(Account.id))
            .where(
                col(Account.side) == side,
                col(Account.state) == AccountState.ACTIVE.value,
                col(AccountRole.role) == Role.ADMINISTRATOR.value,
            )
        )
    )


def colleagues(session: Session, side: str, *but: str) -> list[Account]:
    """The people of a side who can sign in, by name, except those with the ids `but`."""
    active = select(Account).where(col(Account.side) == side, col(Account.state) == AccountState.ACTIVE.value)
    return sorted(
        session.scalars(active.where(col(Account.id).not_in(but))), key=lambda one: (folded(one.name), one.id)
    )


def topics(session: Session, language: str) -> list[tuple[str, str]]:
    """Every published topic: its record id and its title, in the order of the register."""
    return [
        (row.record, str(getattr(row, f"title_{language}")))
        for row in read.cards(session.connection(), "topic", "place")
    ]


def organisations(session: Session, language: str, side: str, also: str = "") -> list[tuple[str, str]]:
    """Every published organisation of a side, by title: record id and title. `also`: one to list whatever its side."""
    title = card.c[f"title_{language}"]
    wanted = select(card.c.record, title).where(card.c.kind == "organisation", card.c.pub_to.is_(None))
    found = session.connection().execute(wanted.where(or_(card.c.side == side, card.c.record == also)))
    return sorted(((str(record), str(name)) for record, name in found), key=lambda one: folded(one[1]))


def titles(session: Session, language: str, kind: str, records: Iterable[str]) -> dict[str, str]:
    """The titles of published records of a kind, by id. One query."""
    title = card.c[f"title_{language}"]
    wanted = select(card.c.record, title).where(card.c.kind == kind, card.c.pub_to.is_(None))
    found = session.connection().execute(wanted.where(card.c.record.in_(set(records))))
    return {str(record): str(name) for record, name in found}


def folded(text: str) -> str:
    """Small letters without accents, to compare and to sort by."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def shown(email: str) -> str:
    """An address as it was typed. One that waits (`people.invite`) carries a mark behind a space."""
    return email.partition(" ")[0]


def overlaps(begin: str, end: str | None, other_begin: str, other_end: str | None) -> bool:
    """Whether two spans of days, both ends included, share a day; None is without end."""
    return (other_end is None or begin <= other_end) and (end is None or other_begin <= end)


def rows(session: Session, ids: Sequence[str], now: datetime) -> dict[str, Row]:
    """People as in the list, by id. Four queries, however many there are."""
    accounts = {one.id: one for one in session.scalars(select(Account).where(col(Account.id).in_(ids)))}
    roles: dict[str, set[str]] = {identifier: set() for identifier in accounts}
    themes: dict[str, list[str]] = {identifier: [] for identifier in accounts}
    held: dict[str, list[str]] = {identifier: [] for identifier in accounts}
    for role in session.scalars(select(AccountRole).where(col(AccountRole.account_id).in_(ids))):
        roles[role.account_id].add(role.role)
        if role.topic:
            themes[role.account_id].append(role.topic)
    today = now.astimezone(ZONE).date()
    standing = select(Mandate).where(col(Mandate.account_id).in_(ids), col(Mandate.ended_at).is_(None))
    for mandate in session.scalars(standing):
        if mandate.ends is None or mandate.ends >= today.isoformat():
            held[mandate.account_id].append(mandate.topic)
    open_ones = select(col(Ticket.account_id), col(Ticket.expires_at)).where(
        col(Ticket.account_id).in_(ids),
        col(Ticket.kind) == "invitation",
        col(Ticket.used_at).is_(None),
        col(Ticket.withdrawn_at).is_(None),
    )
    until = {identifier: moment for identifier, moment in session.execute(open_ones) if moment > now}
    order = [role.value for role in Role]
    return {
        identifier: Row(
            account,
            tuple(sorted(roles[identifier], key=order.index)),
            tuple(sorted(themes[identifier])),
            tuple(sorted(held[identifier])),
            until.get(identifier),
        )
        for identifier, account in accounts.items()
    }
