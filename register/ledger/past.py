"""A page of a list as it stood on another day than today: by the clock of the list, computed in the database.

Its numbers are counted among no more than MOST records: what is beyond is said to be more, and then the numbers beside
the filters are left out, which the page says.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, false, func, select, tuple_

from register.errors import BadParameter
from register.ledger import clocks, search, sets
from register.ledger.filters import (
    COLUMNS,
    DESCENDING,
    DUE_SOON,
    FILTERS,
    LINKED,
    MOST,
    PAGE_SIZE,
    Listing,
    Page,
    timeliness,
    timely,
)  # fmt: skip
from register.ledger.query import Query, query, typed
from register.ledger.tables import card, link
from register.words.vocabulary import Timeliness

NEVER = "9999-12-31"


def page(connection: Connection, listing: Listing, wanted: Query, today: date, numbers: bool = True) -> Page:
    """The page of cards that `listing` asks for, in four queries, one more for a page key, and two more for each filter
    that is in force. Without `numbers` nothing but the list is counted, in two queries.

    Terms are counted from `today`, or from the day that the list asks for. Raises BadParameter for a page key that is
    not in this list.
    """
    shown = clocks.cards(listing.clock)
    where = condition(connection, listing, shown, wanted, listing.clock.today(today))
    order = sorting(listing, shown)
    backwards = listing.before is not None
    descending = (listing.sort in DESCENDING) != backwards
    statement: Select[Any] = select(shown).where(where)
    key = _key(connection, listing)
    if key:
        here = tuple_(order, shown.c.by_reference)
        statement = statement.where(here < tuple_(*key) if descending else here > tuple_(*key))
    columns = (order, shown.c.by_reference)
    statement = statement.order_by(*(column.desc() if descending else column for column in columns)).limit(
        PAGE_SIZE + 1
    )
    found = connection.execute(statement).all()
    more, rows = len(found) > PAGE_SIZE, list(found[:PAGE_SIZE])
    if backwards:
        rows.reverse()
    has_before, has_after = (more, bool(rows)) if backwards else (key is not None and bool(rows), more)
    before, after = rows[0].reference if has_before else None, rows[-1].reference if has_after else None
    count = counts if numbers else _total
    total, told = count(connection, listing, shown, wanted, listing.clock.today(today))
    return Page(rows, before, after, total, wanted, lambda: told)


def counts(
    connection: Connection, listing: Listing, shown: FromClause, wanted: Query, today: date
) -> tuple[int, dict[str, dict[str, int]]]:
    """How many records the list holds, MOST + 1 for more; and for each filter how many it would hold with each value.

    A filter is left out where its list would hold more than MOST.
    """
    counted = [name for name, words in FILTERS[listing.kind].items() if words or name == "topic"]
    free = [name for name in counted if name not in listing.filters]
    total, told = _counts(connection, listing, shown, wanted, today, free)
    for name in counted:
        if name in listing.filters:
            rest = {other: value for other, value in listing.filters.items() if other != name}
            told |= _counts(connection, listing._replace(filters=rest), shown, wanted, today, [name])[1]
    return total, told


def _total(
    connection: Connection, listing: Listing, shown: FromClause, wanted: Query, today: date
) -> tuple[int, dict[str, dict[str, int]]]:
    return _counts(connection, listing, shown, wanted, today, [])


def _counts(
    connection: Connection, listing: Listing, shown: FromClause, wanted: Query, today: date, names: Sequence[str]
) -> tuple[int, dict[str, dict[str, int]]]:
    where = condition(connection, listing, shown, wanted, today)
    compared = [COLUMNS[name] for name in names if name in COLUMNS]
    columns = (shown.c[name] for name in ("record", "due", "status_open", *compared))
    rows = connection.execute(select(*columns).where(where).limit(MOST + 1)).all()
    if len(rows) > MOST:
        return len(rows), {}
    now, soon = today.isoformat(), (today + DUE_SOON).isoformat()
    told: dict[str, dict[str, int]] = {}
    for name in names:
        if name == "topic":
            told[name] = _topics(connection, listing, [row.record for row in rows])
        elif name == "timeliness":
            words = (timeliness(row.due, bool(row.status_open), now, soon) for row in rows)
            told[name] = dict(Counter(word.value for word in words if word))
        else:
            told[name] = dict(Counter(getattr(row, COLUMNS[name]) for row in rows))
    return len(rows), told


def _topics(connection: Connection, listing: Listing, records: Sequence[str]) -> dict[str, int]:
    """Of these records, how many have each topic by the list's clock. One query."""
    named = select(link.c.to_record, func.count(link.c.from_record.distinct())).where(
        link.c.from_kind == listing.kind,
        link.c.role.in_(LINKED["topic"]),
        link.c.to_kind == "topic",
        link.c.from_record.in_(records),
        clocks.public(link, listing.clock.seq),
    )
    return {row[0]: row[1] for row in connection.execute(named.group_by(link.c.to_record))}


def matching(connection: Connection, listing: Listing, records: Sequence[str], today: date) -> set[str]:
    """Those of these records that are in the list by its clock, on whatever page. One query, one more for words."""
    words = listing.filters.get("q", "")
    wanted = query(listing.language, typed(words), sets.current(connection, today).synonyms if words else {})
    shown = clocks.cards(listing.clock)
    where = condition(connection, listing, shown, wanted, listing.clock.today(today))
    return set(connection.scalars(select(shown.c.record).where(where, shown.c.record.in_(records))))


def _key(connection: Connection, listing: Listing) -> tuple[Any, str] | None:
    """Where the page begins: what its key is sorted by, as it stands now, or as it last stood if it is out of view.

    In a list of another day: as it stood on that day.
    """
    name, reference = ("before", listing.before) if listing.before else ("after", listing.after)
    if reference is None:
        return None
    shown = clocks.cards(listing.clock)
    for cards in (shown,) if shown is card else (shown, card):
        found = connection.execute(
            select(sorting(listing, cards), cards.c.by_reference)
            .where(cards.c.kind == listing.kind, cards.c.reference == reference)
            .order_by(cards.c.pub_from.desc())
            .limit(1)
        ).first()
        if found:
            return found[0], found[1]
    raise BadParameter(name, reference, "key")


def sorting(listing: Listing, shown: FromClause = card) -> ColumnElement[Any]:
    """What a list is sorted by, before the reference."""
    return {
        "reference": shown.c.by_reference,
        "title": shown.c[f"by_title_{listing.language}"],
        "updated": shown.c.updated,
        "due": func.coalesce(shown.c.due, NEVER),
        "date": shown.c.sort_date,
    }[listing.sort]


def condition(
    connection: Connection, listing: Listing, shown: FromClause, wanted: Query, today: date
) -> ColumnElement[bool]:
    """What must hold of the rows of `shown` (`clocks.cards`) so that only those of the list remain."""
    parts: list[ColumnElement[bool]] = [shown.c.kind == listing.kind, clocks.current(shown)]
    for name, value in listing.filters.items():
        if name == "q":
            if not wanted:  # nothing but signs: nothing can be found
                parts.append(false())
                continue
            parts.append(
                shown.c.seq.in_(search.matching(connection.dialect.name, listing.kind, listing.language, wanted))
            )
        elif name in LINKED:
            parts.append(
                shown.c.record.in_(
                    select(link.c.from_record).where(
                        link.c.from_kind == listing.kind,
                        link.c.role.in_(LINKED[name]),
                        link.c.to_kind == name,
                        link.c.to_record == value,
                        clocks.public(link, listing.clock.seq),
                    )
                )
            )
        elif name == "timeliness":
            parts.append(timely(Timeliness(value), today, shown))
        else:
            parts.append(shown.c[COLUMNS[name]] == value)
    return and_(*parts)
