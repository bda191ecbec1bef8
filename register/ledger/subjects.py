"""What an entry of the ledger is about: the record itself, and all under which a reader may follow it.

An entry is about its topics, its sides, its organisations and its agreements as they were when it was published. A
report is about all that the record is about on which it reports. So what is once listed under a subject stays there,
in the order of the ledger, and a page of it is a stretch of one index. An entry whose text was blanked is about its
record still: how often a record changed never falls. What takes an entry back, or ends it, is about all that it was
about.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, case, func, select

from register.ledger import notices, written
from register.ledger.documents import Action, Agreement, Designation, Move, Update
from register.ledger.parts import Part, mentions
from register.ledger.prepared import given, prepared
from register.ledger.tables import entry_subject, link
from register.words.vocabulary import SIDES

SIDE = "side"
_FOLLOWED = ("topic", "organisation", "agreement")


class Subject(NamedTuple):
    """Something to follow: a record by its kind and id, or a side (of kind `side`)."""

    kind: str
    record: str


def apply(connection: Connection, row: Mapping[str, Any], part: Part | None) -> None:
    """Note what the entry `row` is about. `part` is its body; None for an entry without a text."""
    header = json.loads(row["header"])
    itself = Subject(row["kind"], row["record"])
    pointer = getattr(part, "about", None)  # of a report, a designation, a move
    about = [itself] if part is None else [Subject(pointer.kind, pointer.id)] if pointer else []
    found = dict.fromkeys((itself, *_sides(header, part), *_named(part), *about, *_around(connection, about)))
    main = about[0] if about else itself
    if part is None and row["entry"] != "document":
        before = _of_target(connection, header.get("target"))
        found |= dict.fromkeys(before)
        main = _pointed(header) or next((subject for subject, is_main in before.items() if is_main), itself)
        found[main] = None
    rows = ({**subject._asdict(), "seq": row["seq"], "main": int(subject == main)} for subject in found)
    written.add(connection, entry_subject, *rows)


def topic_of(seq: ColumnElement[int]) -> ScalarSelect[Any]:
    """The topic that the entry at `seq` is about, the first by its id if there are several."""
    other = entry_subject.alias("other")
    # As a condition, the kind would lead a planner to the entries about any topic.
    return select(func.min(case((other.c.kind == "topic", other.c.record)))).where(other.c.seq == seq).scalar_subquery()


def _of_target(connection: Connection, target: int | None) -> dict[Subject, bool]:
    """What the entry was about that this one takes back or ends, each with whether it is the main one."""
    if target is None:
        return {}
    wanted = select(entry_subject.c.kind, entry_subject.c.record, entry_subject.c.main)
    rows = connection.execute(wanted.where(entry_subject.c.seq == target).order_by(entry_subject.c.kind))
    return {Subject(row.kind, row.record): bool(row.main) for row in rows}


def _pointed(header: Mapping[str, Any]) -> Subject | None:
    """The record that the header names, where it takes back what was said about one."""
    about = header.get("about")
    return Subject(about["kind"], about["id"]) if about else None


def _sides(header: Mapping[str, Any], part: Part | None) -> Iterator[Subject]:
    """The sides that say or confirm it, or that it is a measure or a statement of."""
    spoke = {confirmation["side"] for confirmation in header["confirmations"]}
    if isinstance(part, Update):
        spoke |= set(part.sides)
    elif isinstance(part, Agreement):
        spoke.add(part.one_sided)
    elif isinstance(part, Move):
        spoke |= {part.side, part.asked_by}
    elif isinstance(part, Action | Designation):
        spoke.add(part.side)
    elif part is None:
        spoke |= {header.get(SIDE), *(key["side"] for key in header.get("by", ()))}
        spoke |= set(SIDES) if header["entry"] == notices.DIFFER else set()
    yield from (Subject(SIDE, side.value) for side in SIDES if side in spoke)


def _named(part: Part | None) -> Iterator[Subject]:
    if part is not None:
        yield from _followed((mention.role, mention.kind, mention.id) for mention in mentions(part))


def _around(connection: Connection, about: Iterable[Subject]) -> Iterator[Subject]:
    """What these records name now, as far as it is followed."""
    for kind, record in about:
        yield from _followed(_named_by().all(connection, kind=kind, record=record))


@prepared
def _named_by() -> Select[Any]:
    wanted = select(link.c.role, link.c.to_kind, link.c.to_record).order_by(link.c.place)
    return wanted.where(
        link.c.from_kind == given("kind"), link.c.from_record == given("record"), link.c.pub_to.is_(None)
    )


def _followed(named: Iterable[tuple[str, str, str]]) -> Iterator[Subject]:
    """Every topic and organisation; an agreement where this belongs to it, not where it is only related."""
    for role, kind, record in named:
        if kind in _FOLLOWED and (kind != "agreement" or role == "agreements"):
            yield Subject(kind, record)
