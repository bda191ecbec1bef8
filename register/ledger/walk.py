"""A list as a whole, in stretches: what its pages hold one after the other, for whoever takes it along."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_

from register.ledger import clocks, filters, past, sets
from register.ledger.query import query, typed

LENGTH = 500


def stretches(connection: Connection, listing: filters.Listing, today: date) -> Iterator[Sequence[Row[Any]]]:
    """The cards of a list in its order, at most LENGTH at a time: one query a stretch, one more before the first.

    Each stretch begins after the last record of the one before, so that no more than one is ever in memory. The pages
    that the list names (`after`, `before`) make no difference. Terms are counted as on the pages (`lists.page`).

    Raises BadParameter, at once, for words that cannot be read.
    """
    known = sets.current(connection, today)
    wanted = query(listing.language, typed(listing.filters.get("q", "")), known.synonyms)
    shown = clocks.cards(listing.clock)
    where = past.condition(connection, listing, shown, wanted, listing.clock.today(today))
    order, descending = past.sorting(listing, shown), listing.sort in filters.DESCENDING
    sorted_by = [column.desc() if descending else column for column in (order, shown.c.by_reference)]
    every: Select[Any] = select(shown, order.label("at")).where(where).order_by(*sorted_by).limit(LENGTH)
    key = tuple_(order, shown.c.by_reference)

    def walk() -> Iterator[Sequence[Row[Any]]]:
        stretch = every
        while rows := connection.execute(stretch).all():
            yield rows
            if len(rows) < LENGTH:
                return
            last = tuple_(rows[-1].at, rows[-1].by_reference)
            stretch = every.where(key < last if descending else key > last)

    return walk()
