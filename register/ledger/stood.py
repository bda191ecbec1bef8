"""How each record stood on each day: the rows that "as of" and "as published on" are read from (design rule 9).

The rule itself is `standing.by`. Here it is asked for each day on which the answer changes, and what it says now is
kept beside what it said before, so that a list of a past day filters and pages on columns like the list of today.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, insert, select, update

from register import i18n
from register.ledger import notices, standing
from register.ledger.tables import published_day, stood

Terms = Mapping[str, dict[str, str | None]]
REPORTED = ("agreement", "action", "session")  # the kinds of records that are reported on


def date_entry(connection: Connection, time: str, seq: int) -> None:
    """Note that the entry at `seq` was published at `time` (ISO 8601): the last one of its day so far."""
    day = i18n.local_day(time)
    if not connection.execute(update(published_day).where(published_day.c.day == day).values(seq=seq)).rowcount:
        connection.execute(insert(published_day).values(day=day, seq=seq))


def follow(connection: Connection, kind: str, record: str, header: str, terms: Terms, seq: int) -> None:
    """Bring the days of a record up to what is said about it at `seq`; `header` is that of its own text.

    `terms`: its term by the day from which it is in force (`moving.terms`).
    """
    if kind not in REPORTED:
        return
    mine = and_(stood.c.kind == kind, stood.c.record == record, stood.c.pub_to.is_(None))
    known = {row["day_from"]: row for row in connection.execute(select(stood).where(mine)).mappings()}
    noted = notices.noted(connection, kind, record)
    wanted = {span["day_from"]: span for span in spans(standing.told(connection, kind, record), header, terms, noted)}
    ended = [day for day, row in known.items() if not _same(row, wanted.get(day))]
    if ended:
        gone = and_(mine, stood.c.day_from.in_(ended))
        connection.execute(delete(stood).where(gone, stood.c.pub_from == seq))  # was never seen
        connection.execute(update(stood).where(gone).values(pub_to=seq))
    begun = [span for day, span in wanted.items() if day in ended or day not in known]
    if begun:
        fixed = {"kind": kind, "record": record, "pub_from": seq, "pub_to": None}
        connection.execute(insert(stood), [span | fixed for span in begun])


def spans(
    told: Sequence[Any], header: str, terms: Terms, noted: Sequence[notices.Noted] = ()
) -> Iterator[dict[str, Any]]:
    """The spans of days in which a record stands alike, from its reports and terms in the order of their days.

    No query.

    The first begins with the empty day, before anybody reported; the last has no end.
    """
    days = ["", *sorted({row.as_of for row in told} | terms.keys() - {""})]
    found: dict[str, Any] | None = None
    for day in days:
        says = standing.by([row for row in told if row.as_of <= day], header, noted)
        says |= terms[max(each for each in terms if each <= day)]
        if found and all(found[name] == value for name, value in says.items()):
            continue
        if found:
            yield found | {"day_to": day}
        found = says | {"day_from": day}
    if found:
        yield found | {"day_to": None}


def _same(row: RowMapping, span: dict[str, Any] | None) -> bool:
    return span is not None and all(row[name] == value for name, value in span.items())
