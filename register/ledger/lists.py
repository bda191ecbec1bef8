"""A page of a list as it stands now, with its counts: from the sets in memory, the index of words, and sorted cards.

What few records have is sorted as a whole; what many have is found by walking along the order of the list. Either way
the cost does not grow with the register.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, String, cast, func, literal_column, select, tuple_

from register.errors import BadParameter
from register.ledger import past, search, sets
from register.ledger.filters import DESCENDING, FILTERS, MOST, PAGE_SIZE, Listing, Page
from register.ledger.prepared import among_those, given, placed, places, prepared, room
from register.ledger.query import Query, query, typed
from register.ledger.read import Revision
from register.ledger.tables import LAST_DUE, card

LONGEST_STEP = 4_000
WALKED_FOR_ONE = 6  # cards that are walked along in the time in which one is looked up to be sorted
# What a list shows of a card.
SHOWN = [
    card.c[name]
    for name in (
        "seq", "record", "reference", "title_nl", "title_en", "told_nl", "told_en", "topic", "type", "nature", "side",
        "edtf", "words_nl", "words_en", "due", "status", "status_open", "confirmation",
    )
]  # fmt: skip
Keep = Callable[[list[int]], list[int]]


class Found(NamedTuple):
    """What a list holds: `here` is the set of its texts, None where it is only known that there are more than MOST.

    `words` is the set of all texts in which the words stand, None where there are too many to know or no words.
    `nearly` estimates how many texts the list holds; `elsewhere` counts what other kinds hold.
    """

    here: int | None
    words: int | None
    nearly: int
    elsewhere: Mapping[str, int]


def page(
    connection: Connection, listing: Listing, today: date, revision: Revision | None = None, numbers: bool = True
) -> Page:
    """The page of cards that `listing` asks for, in one query, two where it is filtered; one more for a page key, one
    for words, one for words that very many texts hold, and one where the snapshot's `revision` is not known.

    `numbers`: whether the numbers beside the filters are wanted, which cost queries on another day than now.

    Raises BadParameter for a page key that is not in this list, and for words that cannot be read.
    """
    known = sets.current(connection, today, revision)
    wanted = query(listing.language, typed(listing.filters.get("q", "")), known.synonyms)
    if listing.clock.name:
        return past.page(connection, listing, wanted, today, numbers)
    found = _find(connection, listing, known, wanted)
    key = _key(connection, listing)
    rows = _rows(connection, listing, known, wanted, found, key)
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    backwards = listing.before is not None
    if backwards:
        rows = rows[::-1]
    has_before, has_after = (more, bool(rows)) if backwards else (key is not None and bool(rows), more)
    before, after = rows[0].reference if has_before else None, rows[-1].reference if has_after else None
    total = MOST + 1 if found.here is None else found.here.bit_count()
    return Page(rows, before, after, total, wanted, partial(counts, listing, known, found), found.elsewhere)


def counts(listing: Listing, known: sets.Sets, found: Found) -> dict[str, dict[str, int]]:
    """For each filter how many the list would hold with each of its values, and all else as it is.

    Values that nothing has are left out; so are filters for which it is not known, since the words are too common.
    """
    of = known.of[listing.kind]
    told: dict[str, dict[str, int]] = {}
    for name, words in FILTERS[listing.kind].items():
        if not words and name != "topic":
            continue
        if name not in listing.filters:
            base = found.here
        elif "q" in listing.filters:
            others = {other: value for other, value in listing.filters.items() if other != name}
            base = None if found.words is None else found.words & known.under(listing.kind, others)
        else:
            base = known.under(
                listing.kind, {other: value for other, value in listing.filters.items() if other != name}
            )
        if base is not None:
            told[name] = {value: (base & all_).bit_count() for (one, value), all_ in of.items() if one == name}
    return told


def _find(connection: Connection, listing: Listing, known: sets.Sets, wanted: Query) -> Found:
    under = known.under(listing.kind, listing.filters)
    if "q" not in listing.filters:
        return Found(under, None, under.bit_count(), {})
    if not wanted:  # nothing but signs: nothing can be found
        return Found(0, 0, 0, {})
    most = {kind: search.MOST_HITS if kind == listing.kind else MOST for kind in FILTERS}
    hits = search.hits(connection, listing.language, wanted, most)
    elsewhere = {
        kind: (sets.bits(at.positions) & known.of[kind].get(sets.ALL, 0)).bit_count()
        for kind, at in hits.items()
        if kind != listing.kind
    }
    elsewhere = {kind: count for kind, count in elsewhere.items() if count}
    positions, whole = hits[listing.kind]
    words = sets.bits(positions)
    here = words & under
    if whole:
        return Found(here, words, here.bit_count(), elsewhere)
    if under.bit_count() > MOST:
        if here.bit_count() > MOST:
            every = known.of[listing.kind][sets.ALL]
            share = (
                here.bit_count() / (every >> min(positions)).bit_count()
            )  # of the newest texts, as far as they reach
            return Found(None, None, int(share * every.bit_count()), elsewhere)
        narrowed = search.within(connection, listing.language, listing.kind, wanted, None)
    else:
        narrowed = search.within(connection, listing.language, listing.kind, wanted, sets.members(under))
    here = under & sets.bits(narrowed)
    return Found(here, None, here.bit_count(), elsewhere)


def _rows(
    connection: Connection, listing: Listing, known: sets.Sets, wanted: Query, found: Found, key: tuple[Any, str] | None
) -> list[Row[Any]]:
    """One card more than the page holds, in the order of reading: the other way round where it is read backwards."""
    descending = (listing.sort in DESCENDING) != (listing.before is not None)
    if not listing.filters:
        first, second = key or ("", "")
        every = _all(listing.sort, listing.language, descending, key is not None)
        return every.all(connection, kind=listing.kind, first=first, second=second)
    if found.here == 0:
        return []
    limit = PAGE_SIZE + 1
    keyed, (first, second) = key is not None, key or ("", "")
    status = listing.filters.get("status", "") if listing.sort == "reference" else ""  # what has it has an index
    share = found.nearly / max(known.count(listing.kind, ("status", status) if status else sets.ALL), 1)
    step = min(LONGEST_STEP, int(1.5 * limit / max(share, 0.001)) + limit)
    if found.here is not None and found.nearly <= min(MOST, step / WALKED_FOR_ONE):
        first_of = _first_of(listing.sort, listing.language, descending, keyed)
        these = first_of.all(connection, sets.members(found.here), first=first, second=second)
        return _shown(connection, [row.seq for row in these])

    keep = _keep(connection, listing, known, wanted, found)
    chosen: list[int] = []
    while True:
        along = _along(listing.sort, listing.language, descending, keyed, bool(status))
        place = {"first": first, "second": second} | ({"status": status} if status else {})
        together = along.first(connection, kind=listing.kind, step=step, **place)[0]
        walked = list(map(int, together.split(","))) if together else []
        chosen += keep(walked)
        if len(walked) < step or len(chosen) >= limit:
            break
        keyed, (first, second) = True, _stands(listing.sort, listing.language).first(connection, seq=walked[-1])
    return _shown(connection, chosen[:limit])


def _shown(connection: Connection, positions: Sequence[int]) -> list[Any]:
    """The current cards of the texts at these positions, in their order."""
    if not positions:
        return []
    rows = {row.seq: row for row in _those(room(positions)).all(connection, **placed("seq", positions))}
    return [rows[position] for position in positions]


@prepared
def _along(sort: str, language: str, descending: bool, keyed: bool, of_status: bool) -> Select[Any]:
    """The positions along the order of the list, `step` of them, as one text: to fetch thousands of rows would cost
    more than to find them. Where it is `of_status`, only of what has that."""
    every = _walked([card.c.seq], sort, language, descending, keyed)
    along = (every.where(card.c.status == given("status")) if of_status else every).limit(given("step")).subquery()
    return select(func.aggregate_strings(cast(along.c.seq, String), ","))


@prepared
def _those(count: int) -> Select[Any]:
    """The current cards of the texts at `count` positions."""
    return select(*SHOWN).where(card.c.pub_to.is_(None), card.c.seq.in_(places("seq", count)))


def _keep(connection: Connection, listing: Listing, known: sets.Sets, wanted: Query, found: Found) -> Keep:
    """What tells which of some positions are in the list."""
    here = found.here
    if here is not None:
        return lambda positions: sets.chosen(here, positions)
    under = known.under(listing.kind, listing.filters)

    def look(positions: list[int]) -> list[int]:
        narrowed = sets.chosen(under, positions)
        stand = set(search.within(connection, listing.language, listing.kind, wanted, narrowed)) if narrowed else set()
        return [position for position in narrowed if position in stand]

    return look


def _key(connection: Connection, listing: Listing) -> tuple[Any, str] | None:
    """Where the page begins: what its key is sorted by, as it stands now, or as it last stood if it is out of view."""
    name, reference = ("before", listing.before) if listing.before else ("after", listing.after)
    if reference is None:
        return None
    found = _begins(listing.sort, listing.language).first(connection, kind=listing.kind, reference=reference)
    if found is None:
        raise BadParameter(name, reference, "key")
    return found[0], found[1]


@prepared
def _begins(sort: str, language: str) -> Select[Any]:
    """What a page begins at, by the `reference` of a record: what it is sorted by, as it stands or last stood."""
    return (
        select(_order(sort, language), card.c.by_reference)
        .where(card.c.kind == given("kind"), card.c.reference == given("reference"))
        .order_by(card.c.pub_from.desc())
        .limit(1)
    )


@prepared
def _stands(sort: str, language: str) -> Select[Any]:
    """What the current card of the text at `seq` is sorted by."""
    return select(_order(sort, language), card.c.by_reference).where(
        card.c.pub_to.is_(None), card.c.seq == given("seq")
    )


@prepared
def _first_of(sort: str, language: str, descending: bool, keyed: bool) -> Select[Any]:
    """The positions of a page, of those that are listed, in the order of the list; where it is `keyed`, beyond that
    place. No condition besides leads to another index than that of positions."""
    wanted = select(card.c.seq).where(card.c.pub_to.is_(None), among_those(card.c.seq))
    return _ordered(wanted, sort, language, descending, keyed).limit(PAGE_SIZE + 1)


@prepared
def _all(sort: str, language: str, descending: bool, keyed: bool) -> Select[Any]:
    """A page of the list of a whole kind; where it is `keyed`, beyond the place that `first` and `second` name."""
    return _walked(SHOWN, sort, language, descending, keyed).limit(PAGE_SIZE + 1)


def _walked(shown: Sequence[Any], sort: str, language: str, descending: bool, keyed: bool) -> Select[Any]:
    """The current cards of a `kind` in the order of a list; where it is `keyed`, beyond `first` and `second`."""
    wanted = select(*shown).where(card.c.kind == given("kind"), card.c.pub_to.is_(None))
    return _ordered(wanted, sort, language, descending, keyed)


def _ordered(wanted: Select[Any], sort: str, language: str, descending: bool, keyed: bool) -> Select[Any]:
    columns: Sequence[ColumnElement[Any]] = (_order(sort, language), card.c.by_reference)
    here: Any = tuple_(*columns)
    key: Any = tuple_(given("first"), given("second"))
    if sort == "reference":  # once: by a column that comes twice SQLite sorts, and does not walk
        columns, here, key = columns[1:], card.c.by_reference, given("second")
    if keyed:
        wanted = wanted.where(here < key if descending else here > key)
    return wanted.order_by(*(column.desc() if descending else column for column in columns))


def _order(sort: str, language: str) -> ColumnElement[Any]:
    return {
        "reference": card.c.by_reference,
        "title": card.c[f"by_title_{language}"],
        "updated": card.c.updated,
        "due": literal_column(LAST_DUE),
        "date": card.c.sort_date,
    }[sort]
