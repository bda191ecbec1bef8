"""What a topic's page tells besides its agreements: what belongs to it, what was reported on all of it, on which
sources it rests, and how many agreements were made when.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select, union_all

from register.ledger import clocks, statements, taking, wording
from register.ledger.filters import MOST
from register.ledger.prepared import given, placed, places, prepared, room
from register.ledger.read import Published, decode
from register.ledger.tables import card, entry_subject, link, position, publication

LATEST = 60
MOST_SHOWN = 50
_PARTS = ("action", "session", "structure", "request")
MOST_SOURCES = 40


class Report(NamedTuple):
    """A report, and the reference and the title of the record that it is about."""

    doc: Published
    reference: str
    title: str


def belonging(connection: Connection, topic: str, clock: clocks.Clock) -> dict[str, list[Any]]:
    """The cards of the actions, sessions, structures and requests that have the topic, in the order of their lists, at
    most one more than MOST_SHOWN of each; and those of the bodies that it names as a `lead`. One query.
    """
    rows = _belonging(clock.name).all(connection, topic=topic, day=clock.day, at=clock.seq)
    found: dict[str, list[Any]] = {part: [] for part in (*_PARTS, "lead")}
    for row in sorted(rows, key=lambda row: (row.at, row.by_reference)):
        found[row.part].append(row)
    found["session"].sort(key=lambda row: row.sort_date, reverse=True)
    return found


def reports(connection: Connection, language: str, topic: str, clock: clocks.Clock) -> list[Report]:
    """The LATEST reports published about what has the topic, the newest first, now or by another clock. One query."""
    rows = _reports(language, clock.name).all(connection, topic=topic, day=clock.day, at=clock.seq)
    return [Report(decode(row, language), row.about, row.about_title) for row in rows]


def sources(connection: Connection, topic: str, named: Sequence[str], clock: clocks.Clock) -> Sequence[Any]:
    """The cards of the sources that the records of a topic cite and of those `named`, the latest first, at most one
    more than MOST_SOURCES. One query.
    """
    wanted = _sources(clock.name, room(named))
    return wanted.all(connection, topic=topic, day=clock.day, at=clock.seq, **placed("named", list(named) or [""]))


def made(connection: Connection, language: str, topic: str, clock: clocks.Clock) -> Sequence[Any]:
    """How many agreements of a topic were made when: `edtf`, `words` and `number`. One query."""
    return _made(language, clock.name).all(connection, topic=topic, day=clock.day, at=clock.seq)


def _belongs(kind: Any, record: Any, clock: clocks.Clock) -> Any:
    """Whether a record has the topic."""
    return exists().where(link.c.from_kind == kind, link.c.from_record == record, _named(clock))


def _records(clock: clocks.Clock, *columns: Any) -> Select[Any]:
    """These columns of at most MOST cards of what has the topic."""
    same = and_(card.c.kind == link.c.from_kind, card.c.record == link.c.from_record)
    return select(*columns).select_from(link.join(card, same)).where(_named(clock), clocks.there(clock)).limit(MOST)


def _named(clock: clocks.Clock) -> ColumnElement[bool]:
    """Whether a link says that something has the topic."""
    named = and_(link.c.to_kind == "topic", link.c.to_record == given("topic"), link.c.role == "topics")
    return and_(named, clocks.public(link, clock.seq))


@prepared
def _belonging(name: str) -> Any:
    clock = statements.clock_of(name)
    shown, leads = clocks.cards(clock), link.alias("leads")
    same = and_(shown.c.kind == link.c.from_kind, shown.c.record == link.c.from_record)
    parts = [
        select(literal(kind).label("part"), literal(0).label("at"), shown)
        .select_from(link.join(shown, same))
        .where(_named(clock), link.c.from_kind == kind, clocks.current(shown))
        .order_by(shown.c.sort_date.desc() if kind == "session" else shown.c.by_reference)
        .limit(MOST_SHOWN + 1)
        .subquery(kind)
        for kind in _PARTS
    ]
    body = and_(shown.c.kind == leads.c.to_kind, shown.c.record == leads.c.to_record, shown.c.kind == "organisation")
    own = and_(leads.c.from_kind == "topic", leads.c.from_record == given("topic"), leads.c.role == "leads")
    led = (
        select(literal("lead").label("part"), leads.c.place.label("at"), shown)
        .select_from(leads.join(shown, body))
        .where(own, clocks.public(leads, clock.seq), clocks.current(shown))
    )
    return union_all(*(select(part) for part in parts), led)


@prepared
def _reports(language: str, name: str) -> Select[Any]:
    clock = statements.clock_of(name)
    about = link.alias("about")
    told = and_(about.c.from_kind == "update", about.c.from_record == publication.c.record, about.c.role == "about")
    itself = and_(card.c.kind == about.c.to_kind, card.c.record == about.c.to_record)
    wanted = (
        select(
            publication,
            taking.unconfirmed,
            wording.now(language, clock.seq),
            card.c.reference.label("about"),
            card.c[f"title_{language}"].label("about_title"),
        )
        .select_from(entry_subject)
        .join(publication, publication.c.seq == entry_subject.c.seq)
        .join(about, and_(told, about.c.seq == publication.c.seq, clocks.public(about, clock.seq)))
        .join(card, itself)
        .where(
            entry_subject.c.kind == "topic",
            entry_subject.c.record == given("topic"),
            publication.c.entry == "document",
            publication.c.document.is_not(None),
            taking.in_view,
            clocks.there(clock),
            _belongs(card.c.kind, card.c.record, clock),
        )
    )
    if name:
        then = position.c.seq == publication.c.seq
        wanted = wanted.where(exists().where(then, position.c.as_of <= clock.day))
    return wanted.order_by(entry_subject.c.seq.desc()).limit(LATEST)


@prepared
def _sources(name: str, count: int) -> Select[Any]:
    clock, cited = statements.clock_of(name), link.alias("cited")
    records = _records(clock, card.c.kind, card.c.record).subquery("records")
    names = select(cited.c.to_record).where(
        cited.c.from_kind == records.c.kind,
        cited.c.from_record == records.c.record,
        cited.c.role == "citations",
        cited.c.to_kind == "source",
        clocks.public(cited, clock.seq),
    )
    return (
        select(card)
        .where(
            card.c.kind == "source",
            clocks.there(clock),
            or_(card.c.record.in_(names), card.c.record.in_(places("named", count))),
        )
        .order_by(card.c.sort_date.desc(), card.c.by_reference)
        .limit(MOST_SOURCES + 1)
    )


@prepared
def _made(language: str, name: str) -> Select[Any]:
    clock, words = statements.clock_of(name), card.c[f"words_{language}"].label("words")
    found = _records(clock, card.c.edtf, words).where(link.c.from_kind == "agreement").subquery("found")
    return select(found.c.edtf, found.c.words, func.count().label("number")).group_by(found.c.edtf, found.c.words)
