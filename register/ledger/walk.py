"""A list as a whole, in stretches: what its pages hold one after the other, for whoever takes it along.

And the reports in which words stand, which are in no list.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select, tuple_

from register.ledger import clocks, filters, past, search, sets, taking, wording
from register.ledger.query import Query, query, typed
from register.ledger.read import Published, decode
from register.ledger.tables import link, publication

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


def reports(connection: Connection, language: str, wanted: Query) -> Iterator[list[Published]]:
    """The current reports in which all that is `wanted` stands, the newest first: one query a stretch."""
    here = and_(link.c.from_kind == "update", link.c.from_record == publication.c.record, link.c.role == "about")
    every = (
        select(publication, taking.unconfirmed, wording.now(language))
        .join(link, and_(here, link.c.seq == publication.c.seq, link.c.pub_to.is_(None)))
        .where(
            publication.c.entry == "document",
            publication.c.document.is_not(None),
            taking.in_view,
            publication.c.seq.in_(search.matching(connection.dialect.name, "update", language, wanted)),
        )
        .order_by(publication.c.seq.desc())
        .limit(LENGTH)
    )
    stretch = every
    while rows := connection.execute(stretch).all():
        yield [decode(row, language) for row in rows]
        if len(rows) < LENGTH:
            return
        stretch = every.where(publication.c.seq < rows[-1].seq)
