"""How each record stood on each day: the rows that "as of" and "as published on" are read from (design rule 9).

The rule itself is `standing.by`. Here it is asked for each day on which the answer changes, and what it says now is
kept beside what it said before, so that a list of a past day filters and pages on columns like the list of today.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from register import i18n
from register.ledger import notices, standing, written
from register.ledger.prepared import given, prepared
from register.ledger.tables import published_day, stood
from register.words.vocabulary import SessionState

Terms = Mapping[str, dict[str, str | None]]  # the term of a record by the day from which it is in force
Span = dict[str, Any]  # a row of `stood`, but for whose and since when it is so said
REPORTED = ("agreement", "action", "session")  # the kinds of records that are reported on


def date_entry(connection: Connection, time: str, seq: int) -> None:
    """Note that the entry at `seq` was published at `time` (ISO 8601): the last one of its day so far."""
    day = i18n.local_day(time)
    if not written.change(connection, published_day, {"day": day}, seq=seq):
        written.add(connection, published_day, {"day": day, "seq": seq})


def follow(connection: Connection, kind: str, record: str, told: Iterable[Span], seq: int) -> None:
    """Bring the days of a record up to the `spans` that are told of it at `seq`. One query, and what changes."""
    if kind not in REPORTED:
        return
    known = {row.day_from: row._asdict() for row in _known().all(connection, kind=kind, record=record)}
    wanted = {span["day_from"]: span for span in told}
    mine = {"kind": kind, "record": record, "pub_to": None}
    ended = [day for day, row in known.items() if not _same(row, wanted.get(day))]
    for day in ended:
        written.remove(connection, stood, {**mine, "day_from": day, "pub_from": seq})  # was never seen
        written.change(connection, stood, {**mine, "day_from": day}, pub_to=seq)
    begun = [span for day, span in wanted.items() if day in ended or day not in known]
    written.add(connection, stood, *({**span, **mine, "pub_from": seq} for span in begun))


@prepared
def _known() -> Select[Any]:
    return select(stood).where(
        stood.c.kind == given("kind"), stood.c.record == given("record"), stood.c.pub_to.is_(None)
    )


def spans(
    told: Sequence[Any], header: str, terms: Terms, noted: Sequence[notices.Noted] = (), turned: str = ""
) -> Iterator[Span]:
    """The spans of days in which a record stands alike, from its reports and terms in the order of their days.

    No query. Before the day `turned` a session is expected, whatever its text says now (`since.turned`).

    The first begins with the empty day, before anybody reported; the last has no end.
    """
    days = ["", *sorted(({row.as_of for row in told} | terms.keys() | {turned}) - {""})]
    found: Span | None = None
    for day in days:
        says = standing.by([row for row in told if row.as_of <= day], header, noted)
        says |= terms[max(each for each in terms if each <= day)]
        says["state"] = SessionState.EXPECTED.value if day < turned else None
        if found and all(found[name] == value for name, value in says.items()):
            continue
        if found:
            yield found | {"day_to": day}
        found = says | {"day_from": day}
    if found:
        yield found | {"day_to": None}


def _same(row: Span, span: Span | None) -> bool:
    return span is not None and all(row[name] == value for name, value in span.items())
