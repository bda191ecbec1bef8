"""The grammar of list addresses: which parameters a list takes, what they may be, and the query they mean.

Parameter names and values are the same in every language, so that switching language keeps the place.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, false, func, select, tuple_

from register.errors import BadParameter
from register.ledger import clocks, search
from register.ledger.tables import card, link
from register.words.vocabulary import (
    Belonging,
    Character,
    Confirmation,
    Nature,
    OrganisationKind,
    RequestKind,
    SessionKind,
    SessionState,
    SourceKind,
    Status,
    StructureKind,
    Timeliness,
    Word,
)

PAGE_SIZE = 25
LONGEST = 200
DUE_SOON = timedelta(days=30)
NEVER = "9999-12-31"

# For each list: its filters with the words they may be (None: free), and its sort orders, the first by default.
FILTERS: dict[str, dict[str, type[Word] | None]] = {
    "agreement": {
        "q": None,
        "topic": None,
        "status": Status,
        "nature": Nature,
        "timeliness": Timeliness,
        "confirmation": Confirmation,
        "source": None,
        "organisation": None,
        "place": None,
    },
    "action": {"q": None, "topic": None, "status": Status, "type": Character, "timeliness": Timeliness},
    "session": {"q": None, "topic": None, "state": SessionState, "type": SessionKind},
    "organisation": {"q": None, "side": Belonging, "type": OrganisationKind},
    "structure": {"q": None, "topic": None, "type": StructureKind},
    "request": {"q": None, "topic": None, "type": RequestKind},
    "source": {"q": None, "type": SourceKind},
    "term": {"q": None},
    "place": {"q": None},
}
SORTS: dict[str, tuple[str, ...]] = {
    "agreement": ("reference", "title", "updated", "due"),
    "action": ("reference", "title", "updated", "due"),
    "session": ("date", "title"),
    "organisation": ("title",),
    "structure": ("title",),
    "request": ("reference", "title"),
    "source": ("title", "date"),
    "term": ("title",),
    "place": ("title",),
}
# Filters that follow links: the roles under which a record names the one that is asked for.
LINKED: dict[str, tuple[str, ...]] = {
    "topic": ("topics",),
    "source": ("citations",),
    "place": ("places", "place"),
    "organisation": ("leads", "designated", "participants", "addressed", "organisations"),
}
# Which column of the card a filter compares.
_COLUMNS = {
    "status": "status",
    "nature": "nature",
    "state": "nature",
    "type": "type",
    "confirmation": "confirmation",
    "side": "side",
}
# Control characters, what a decoder puts for bytes that it cannot read, and code points that are never characters.
_UNREADABLE = re.compile(
    "[\0-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffd-\uffff"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
DESCENDING = frozenset({"updated", "date"})


class Listing(NamedTuple):
    """A list as its address asks for it. A page key is the reference of the record that the page begins or ends at."""

    kind: str
    language: str
    filters: dict[str, str]
    sort: str
    after: str | None
    before: str | None
    clock: clocks.Clock = clocks.NOW

    def address(self, **changes: str) -> dict[str, str]:
        """The parameters of this list's address with `changes`, without its page."""
        kept = self.filters | self.clock.parameters
        if self.sort != SORTS[self.kind][0]:
            kept["sort"] = self.sort
        return {name: value for name, value in (kept | changes).items() if value}


class Page(NamedTuple):
    """One page of a list: its rows, the keys of its neighbours (None: no such page), and how many there are in all.

    `wanted` is what the words looked for come down to, to be looked for elsewhere.
    """

    rows: Sequence[Row[Any]]
    before: str | None
    after: str | None
    total: int
    wanted: search.Query


def parse(
    kind: str,
    language: str,
    values: Mapping[str, Sequence[str]],
    known_ids: Callable[[str], Sequence[str]],
    clock: clocks.Clock = clocks.NOW,
) -> Listing:
    """Read the parameters of a list of `kind`. `known_ids` gives the ids that exist of a kind such as `topic`.

    The `clock` was read from the same parameters (`clocks.asked`), which a list of this kind may not know.

    Raises BadParameter naming the first parameter that is unknown, given twice, too long or of an impossible value.
    """
    known = FILTERS[kind]
    given: dict[str, str] = {}
    for name, found in values.items():
        if name in clocks.questions(kind):
            continue
        if name not in known and name not in ("sort", "after", "before"):
            raise BadParameter(name, found[0], "unknown", (*known, "sort", *clocks.questions(kind)))
        if len(found) > 1:
            raise BadParameter(name, found[1], "repeated")
        given[name] = _clean(name, found[0])
    filters = {}
    for name, words in known.items():
        value = given.get(name, "").strip()
        allowed: tuple[str, ...] | None = tuple(word.value for word in words) if words else None
        if value and name in LINKED:
            allowed = tuple(known_ids(name))
        if value and allowed is not None and value not in allowed:
            raise BadParameter(name, value, "value", allowed)
        if value:
            filters[name] = value
    sort = given.get("sort") or SORTS[kind][0]
    if sort not in SORTS[kind]:
        raise BadParameter("sort", sort, "value", SORTS[kind])
    if given.get("after") and given.get("before"):
        raise BadParameter("before", given["before"], "key")
    return Listing(kind, language, filters, sort, given.get("after") or None, given.get("before") or None, clock)


def _clean(name: str, value: str) -> str:
    if len(value) > LONGEST:
        raise BadParameter(name, value[:40] + "…", "long")
    if not readable(value):
        raise BadParameter(name, value, "encoding")
    return value


def readable(value: str) -> bool:
    """Whether a text from an address is text: no control characters, nothing that was no UTF-8 or is no character."""
    return not _UNREADABLE.search(value)


def page(connection: Connection, listing: Listing, today: date) -> Page:
    """The page of cards that `listing` asks for, in two queries, one more for a page key and one for words.

    Terms are counted from `today`, or from the day that the list asks for. Raises BadParameter for a page key that is
    not in this list.
    """
    wanted = search.query(connection, listing.language, listing.filters.get("q", ""))
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
    total = connection.scalar(select(func.count()).select_from(shown).where(where)) or 0
    has_before, has_after = (more, bool(rows)) if backwards else (key is not None and bool(rows), more)
    before, after = rows[0].reference if has_before else None, rows[-1].reference if has_after else None
    return Page(rows, before, after, total, wanted)


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
    connection: Connection, listing: Listing, shown: FromClause, wanted: search.Query, today: date
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
            parts.append(shown.c[_COLUMNS[name]] == value)
    return and_(*parts)


def timely(word: Timeliness, today: date, shown: FromClause = card) -> ColumnElement[bool]:
    """Whether a card's term stands so on the day `today`. What is closed is neither on time nor passed."""
    now, soon = today.isoformat(), (today + DUE_SOON).isoformat()
    if word is Timeliness.NO_DATE:
        return shown.c.due.is_(None)
    span = {
        Timeliness.PASSED: shown.c.due < now,
        Timeliness.ON_TIME: shown.c.due > soon,
        Timeliness.DUE_SOON: and_(shown.c.due >= now, shown.c.due <= soon),
    }[word]
    return and_(span, shown.c.status_open == 1)


def timeliness(due: str | None, status_open: bool, today: str, soon: str) -> Timeliness | None:
    """The same question for one row, from ISO days: None where a term was given but nothing is waited for any more."""
    if due is None:
        return Timeliness.NO_DATE
    if not status_open:
        return None
    return Timeliness.PASSED if due < today else Timeliness.DUE_SOON if due <= soon else Timeliness.ON_TIME
