"""The topic board: how the agreements and actions of each topic stand, for those who review. A fixed number of queries.

Silent is what is open and of which nobody reported within the reporting rhythm (`words.rhythm`). The baseline is
the last government summit that was held: no other session is one.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_
from sqlmodel import Session

from register.errors import BadParameter
from register.ledger import read
from register.ledger.tables import card, link
from register.words.rhythm import rhythm
from register.words.vocabulary import Confirmation, SessionKind, SessionState, Status

PAGE_SIZE = 50
KINDS = ("agreement", "action")
WHICH = ("different", "silent", "changed")


class Baseline(NamedTuple):
    """The last government summit that was held: the record, and its (last) day."""

    reference: str
    title: str
    day: str


class Line(NamedTuple):
    """One topic: how many agreements and actions it has, of each status, and of each of WHICH."""

    record: str
    reference: str
    title: str
    total: int
    statuses: dict[Status, int]
    which: dict[str, int]


class Board(NamedTuple):
    """All topics in their order, the statuses that occur, and what `silent` and `changed` are counted from."""

    lines: list[Line]
    statuses: list[Status]
    baseline: Baseline | None
    silent_since: str


class Listing(NamedTuple):
    """What a number of the board stands for: a topic, perhaps a status or one of WHICH; and where the page begins."""

    topic: str = ""
    status: str = ""
    which: str = ""
    after: str = ""


def board(session: Session, language: str, today: date) -> Board:
    """The board. Three queries."""
    connection = session.connection()
    baseline = last_summit(session, language)
    silent_since = (today - rhythm(today)).isoformat()
    parts = [_which(name, baseline, silent_since) for name in WHICH]
    counted = (
        select(link.c.to_record, card.c.status, func.count(), *(func.count().filter(part) for part in parts))
        .select_from(_on_topics())
        .where(_here())
        .group_by(link.c.to_record, card.c.status)
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(counted):
        found.setdefault(row[0], []).append(row)
    lines = []
    for topic in read.cards(connection, "topic", "place"):
        mine = found.get(topic.record, [])
        statuses = {Status(row[1]): row[2] for row in mine}
        which = {name: sum(row[3 + at] for row in mine) for at, name in enumerate(WHICH)}
        title = getattr(topic, f"title_{language}")
        lines.append(Line(topic.record, topic.reference, title, sum(statuses.values()), statuses, which))
    occurring = {status for line in lines for status in line.statuses}
    return Board(lines, [status for status in Status if status in occurring], baseline, silent_since)


def last_summit(session: Session, language: str) -> Baseline | None:
    """The last government summit that was held, if any was. One query."""
    row = (
        session.connection()
        .execute(
            select(card.c.reference, card.c[f"title_{language}"], card.c.sort_date)
            .where(
                card.c.kind == "session",
                card.c.type == SessionKind.GOVERNMENT_SUMMIT,
                card.c.nature == SessionState.HELD,
                card.c.sort_date != "",
                card.c.pub_to.is_(None),
            )
            .order_by(card.c.sort_date.desc(), card.c.by_reference)
            .limit(1)
        )
        .first()
    )
    return Baseline(*row) if row else None


def items(session: Session, language: str, today: date, listing: Listing) -> tuple[list[Any], str]:
    """The cards that a number of the board counts, and the key of the next page. Two queries, one more for a page key.

    Raises BadParameter for a page key that is no record's.
    """
    connection = session.connection()
    silent_since = (today - rhythm(today)).isoformat()
    where = [_here(), link.c.to_record == listing.topic]
    if listing.status:
        where.append(card.c.status == listing.status)
    if listing.which:
        where.append(_which(listing.which, last_summit(session, language), silent_since))
    order = (card.c.kind, card.c.by_reference)
    if listing.after:
        kind, _, reference = listing.after.partition("/")
        wanted = select(*order).where(card.c.kind == kind, card.c.reference == reference, card.c.pub_to.is_(None))
        begins = connection.execute(wanted).first()
        if begins is None:
            raise BadParameter("after", listing.after[:40], "key")
        where.append(tuple_(*order) > tuple_(*(literal(part) for part in begins)))
    wanted_cards = select(card).select_from(_on_topics()).where(*where).order_by(*order).limit(PAGE_SIZE + 1)
    rows = list(connection.execute(wanted_cards).all())
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    return rows[:PAGE_SIZE], f"{last.kind}/{last.reference}" if last else ""


def _on_topics() -> Any:
    named = and_(
        link.c.from_kind == card.c.kind,
        link.c.from_record == card.c.record,
        link.c.role == "topics",
        link.c.to_kind == "topic",
        link.c.pub_to.is_(None),
    )
    return card.join(link, named)


def _here() -> ColumnElement[bool]:
    return and_(card.c.pub_to.is_(None), card.c.kind.in_(KINDS))


def _which(name: str, baseline: Baseline | None, silent_since: str) -> ColumnElement[bool]:
    if name == "different":
        return card.c.confirmation == Confirmation.DIFFERENT
    if name == "silent":
        return and_(card.c.status_open == 1, card.c.updated < silent_since)
    day = baseline.day if baseline else ""
    return or_(card.c.updated > day, card.c.sort_date > day)
