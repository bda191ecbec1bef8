"""The grammar of list addresses: which parameters a list takes, what they may be, and the query they mean.

Parameter names and values are the same in every language, so that switching language keeps the place.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Row, and_

from register import i18n
from register.errors import BadParameter
from register.ledger import clocks
from register.ledger.query import Query
from register.ledger.tables import card
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
MOST = 1_000  # beyond so many, a number is not said
LONGEST = 200
DUE_SOON = timedelta(days=30)

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
COLUMNS = {
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

    `wanted` is what the words looked for come down to. `counts()` says for each filter how many the list would hold
    with each of its values, without a query; `elsewhere` how many of other kinds hold the words.
    """

    rows: Sequence[Row[Any]]
    before: str | None
    after: str | None
    total: int
    wanted: Query
    counts: Callable[[], Mapping[str, Mapping[str, int]]] = dict
    elsewhere: Mapping[str, int] = MappingProxyType({})


def parse(
    kind: str,
    language: str,
    values: Mapping[str, Sequence[str]],
    known_ids: Callable[[str], Iterable[str]],
    clock: clocks.Clock = clocks.NOW,
) -> Listing:
    """Read the parameters of a list of `kind`. `known_ids` gives the ids that exist of a kind such as `topic`, as a
    mapping with their titles where those are at hand.

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
        given[name] = clean(name, found[0])
    filters, labels = {}, i18n.labels(language)
    for name, words in known.items():
        value = given.get(name, "").strip()
        allowed: Iterable[str] | None = labels[words.__name__] if words else None
        if value and name in LINKED:
            allowed = known_ids(name)
        if value and allowed is not None and value not in allowed:
            said = allowed if isinstance(allowed, Mapping) else {}
            raise BadParameter(name, value, "value", tuple(allowed), said=said)
        if value:
            filters[name] = value
    sort = given.get("sort") or SORTS[kind][0]
    if sort not in SORTS[kind]:
        raise BadParameter("sort", sort, "value", SORTS[kind])
    if given.get("after") and given.get("before"):
        raise BadParameter("before", given["before"], "key")
    return Listing(kind, language, filters, sort, given.get("after") or None, given.get("before") or None, clock)


def clean(name: str, value: str) -> str:
    """`value` as it is, if the parameter `name` may hold it. Raises BadParameter: too long, or no text."""
    if len(value) > LONGEST:
        raise BadParameter(name, value[:40] + "…", "long")
    if not readable(value):
        raise BadParameter(name, value, "encoding")
    return value


def readable(value: str) -> bool:
    """Whether a text from an address is text: no control characters, nothing that was no UTF-8 or is no character."""
    return not _UNREADABLE.search(value)


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
