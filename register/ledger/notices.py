"""What the register itself puts on record besides documents: a response that was asked, a pause, readings that differ.

Each is an entry of facts in its header, without a text; the tables here are made from those entries alone. Silence is
never consent: an entry says that somebody was asked, and never what they would have said.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, literal, or_, select, union_all

from register.ledger import written
from register.ledger.prepared import given, prepared
from register.ledger.tables import asked, differing, pause

ASKED, CLOSED = "response_asked", "response_closed"
PAUSE, PAUSE_ENDED = "pause", "pause_ended"
DIFFER = "readings_differ"
_TARGETS = {CLOSED: ASKED, PAUSE_ENDED: PAUSE}  # what ends, and the entry that it must name


class Asked(NamedTuple):
    """A response that was asked of a side and has not come: since which day, and by which entry."""

    side: str
    since: str
    seq: int


class Pause(NamedTuple):
    """A pause of a side: first and last day (ISO), why, and by which entry."""

    side: str
    begins: str
    ends: str
    reason: str
    seq: int


class Noted(NamedTuple):
    """An entry that says that readings differ: where, until which entry (None: still), and which reports it names."""

    seq: int
    until: int | None
    updates: frozenset[str]


class Notices(NamedTuple):
    """What a record's page says besides its documents."""

    asked: list[Asked]
    pauses: list[Pause]


NOTHING = Notices([], [])


def apply(connection: Connection, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Bring the tables up to an entry that is no document; gives the records whose standing it may change."""
    entry, seq = row["entry"], row["seq"]
    facts = json.loads(row["header"])
    about = {"kind": row["kind"], "record": row["record"]}
    span = {"pub_from": seq, "pub_to": None}
    if entry == ASKED:
        said = {name: facts[name] for name in ("side", "since")}
        written.add(connection, asked, {"seq": seq, **said, **about, **span})
    elif entry == CLOSED:
        written.change(connection, asked, {"seq": facts["target"], "pub_to": None}, pub_to=seq)
    elif entry == PAUSE:
        said = {name: facts[name] for name in ("begins", "ends", "reason")}
        written.add(connection, pause, {"seq": seq, "side": row["record"], **said, **span})
    elif entry == PAUSE_ENDED:
        _end_pause(connection, facts, seq)
    elif entry == DIFFER:
        written.add(connection, differing, {"seq": seq, "updates": json.dumps(facts["updates"]), **about, **span})
        return [(row["kind"], row["record"])]
    return []


def answered(connection: Connection, kind: str, record: str, row: Mapping[str, Any]) -> None:
    """A document was published on this record: the sides whose keys it has are asked for a response no longer."""
    for side in sorted({key["side"] for key in json.loads(row["header"])["confirmations"]}):
        mine = {"kind": kind, "record": record, "side": side, "pub_to": None}
        written.change(connection, asked, mine, pub_to=row["seq"])


def noted(connection: Connection, kind: str, record: str) -> list[Noted]:
    """The entries that say that the readings of this record differ, or did. One query."""
    rows = _noted().all(connection, kind=kind, record=record)
    return [Noted(row.seq, row.pub_to, frozenset(json.loads(row.updates))) for row in rows]


@prepared
def _noted() -> Select[Any]:
    return select(differing).where(differing.c.kind == given("kind"), differing.c.record == given("record"))


def agree(connection: Connection, kind: str, record: str, seq: int) -> None:
    """The readings of this record agree from the entry at `seq` on."""
    written.change(connection, differing, {"kind": kind, "record": record, "pub_to": None}, pub_to=seq)


def of_record(connection: Connection, kind: str, record: str, today: str, seq: int | None = None) -> Notices:
    """The responses that are asked on a record, the first of each side, and the pauses of today (ISO). One query.

    `seq` asks for what was public at that position.
    """
    rows = _of_record(seq is not None).all(connection, kind=kind, record=record, today=today, at=seq)
    first: dict[str, Asked] = {}
    for row in sorted((row for row in rows if row.what == ASKED), key=lambda row: (row.begins, row.seq)):
        first.setdefault(row.side, Asked(row.side, row.begins, row.seq))
    pauses = [Pause(*row[1:]) for row in rows if row.what == PAUSE]
    return Notices([first[side] for side in sorted(first)], sorted(pauses))


@prepared
def _of_record(past: bool) -> Any:
    """The responses that are open and the pauses of `today`, now or as it was public `at` a position."""
    at: Any = given("at") if past else None
    open_asked = (
        select(literal(ASKED).label("what"), asked.c.side, asked.c.since.label("begins"), literal("").label("ends"),
               literal("").label("reason"), asked.c.seq)
        .where(asked.c.kind == given("kind"), asked.c.record == given("record"), _public(asked, at))
    )  # fmt: skip
    paused = select(literal(PAUSE).label("what"), *_PAUSE).where(
        _public(pause, at), pause.c.begins <= given("today"), pause.c.ends >= given("today")
    )
    return union_all(open_asked, paused)


def pauses(connection: Connection, since: str = "") -> list[Pause]:
    """All pauses that end on the ISO day `since` or later, the last to begin first. One query."""
    wanted = every_pause().where(pause.c.ends >= since)
    rows = connection.execute(wanted.order_by(pause.c.begins.desc(), pause.c.seq.desc()))
    return [Pause(*row) for row in rows]


def every_pause() -> Select[Any]:
    """The pauses of both sides as they stand now: rows of `Pause`."""
    return select(*_PAUSE).where(pause.c.pub_to.is_(None))


def still_asked(connection: Connection, seqs: Iterable[int]) -> list[Any]:
    """Those of these entries whose response has not come: their rows. One query."""
    return list(connection.execute(select(asked).where(asked.c.seq.in_(list(seqs)), asked.c.pub_to.is_(None))))


def faults(row: Any, header: Mapping[str, Any], seen: dict[int, str]) -> Iterable[str]:
    """What is wrong with an entry that ends another: it must name an earlier one of its sort. `seen` grows along."""
    entry = row["entry"]
    if entry in _TARGETS.values():
        seen[row["seq"]] = entry
    target = header.get("target")
    if entry in _TARGETS and not (isinstance(target, int) and seen.get(target) == _TARGETS[entry]):
        yield f"entry {row['seq']}: it ends an entry that is not there"


_PAUSE = (pause.c.side, pause.c.begins, pause.c.ends, pause.c.reason, pause.c.seq)


def _end_pause(connection: Connection, facts: Mapping[str, Any], seq: int) -> None:
    """The pause has another last day from here on; one that ends before it begins is gone."""
    mine = (pause.c.seq == facts["target"]) & pause.c.pub_to.is_(None)
    was = connection.execute(select(*_PAUSE).where(mine)).one_or_none()
    written.change(connection, pause, {"seq": facts["target"], "pub_to": None}, pub_to=seq)
    if was is not None and was.begins <= facts["ends"]:
        ends = min(was.ends, facts["ends"])
        written.add(connection, pause, {**was._asdict(), "ends": ends, "pub_from": seq, "pub_to": None})


def _public(table: Any, seq: int | None) -> ColumnElement[bool]:
    """The rows that were public at the position `seq`; None: that are public now."""
    if seq is None:
        return table.c.pub_to.is_(None)  # type: ignore[no-any-return]
    return and_(table.c.pub_from <= seq, or_(table.c.pub_to.is_(None), table.c.pub_to > seq))
