"""The list rooms: every kind of record as a filtered, sorted and paged list."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from flask import request

from register import i18n
from register.door import Answer, Visit, mails, room
from register.errors import BadParameter
from register.ledger import clocks, filters, lists, read
from register.public import asking
from register.web import parameters

_NEAR = 5


class Choice(NamedTuple):
    """One filter of a list's form: its name, the value in force, and what it may be (empty: free text).

    `counts` says how many the list would hold with each option; None where that is not known.
    """

    name: str
    value: str
    options: list[tuple[str, str]]
    counts: Mapping[str, int] | None = None


def _choices(visit: Visit, listing: filters.Listing, page: filters.Page, topics: dict[str, str]) -> list[Choice]:
    labels, counts = i18n.labels(visit.language), page.counts()
    found = []
    for name, words in filters.FILTERS[listing.kind].items():
        value = listing.filters.get(name, "")
        if name == "topic":
            found.append(Choice(name, value, list(topics.items()), counts.get(name)))
        elif words:
            found.append(Choice(name, value, list(labels[words.__name__].items()), counts.get(name)))
        elif (
            name == "q" or value
        ):  # filters by source, organisation or place come from links and show only when in force
            found.append(Choice(name, value, []))
    return found


def _listing(visit: Visit, kind: str, known: Mapping[str, Iterable[str]], clock: clocks.Clock) -> filters.Listing:
    """The list that the address asks for. Raises BadParameter, with the titles of what comes near."""
    try:
        return filters.parse(kind, visit.language, request.args.to_dict(flat=False), known.__getitem__, clock)
    except BadParameter as error:
        if error.reason != "value" or error.name not in filters.LINKED or error.said:
            raise
        near = parameters.nearest(error.value, dict.fromkeys(error.allowed, ""))[:_NEAR]
        titles = read.titles(visit.connection, visit.language, error.name, near, clock.seq)
        said = {record: titles[record][0] for record in near}
        raise BadParameter(error.name, error.value, error.reason, said=said) from error


def _show(visit: Visit, kind: str) -> Answer:
    clock = asking.clock(visit, kind)
    now = clock.seq is None
    topics = visit.sets.topics if now else read.cards(visit.connection, "topic", "place", seq=clock.seq)
    names = {topic.record: getattr(topic, f"title_{visit.language}") for topic in topics}

    asked = [name for name in filters.LINKED if name != "topic" and request.args.get(name)]
    known: dict[str, Iterable[str]] = {**read.ids(visit.connection, asked, clock.seq), "topic": names}
    listing = _listing(visit, kind, known, clock)
    page = lists.page(visit.connection, listing, visit.today, visit.revision)
    context: dict[str, Any] = {
        "kind": kind,
        "listing": listing,
        "page": page,
        "topics": names,
        "make_choices": partial(_choices, visit, listing, page, names),
        "told": {getattr(row, f"told_{visit.language}") for row in page.rows},
        "narrowed": tuple(listing.address().items()),
        "sorts": filters.SORTS[kind],
        "timeliness": filters.timeliness,
        "bodies": read.of_records(visit.connection, visit.language, kind, [row.record for row in page.rows], clock.seq)
        if kind in ("term", "request", "structure", "organisation", "source")
        else {},
        "rooms": i18n.KINDS,
        "mails": mails(),
        "elsewhere": page.elsewhere,
        "most": filters.MOST,
    }
    context |= asking.context(visit, kind, clock, listing._replace(clock=clocks.NOW).address())
    kept = listing.address(**{name: request.args.get(name, "") for name in ("after", "before")})
    return Answer("lists/list.html", context, "lists/_results.html", kept)


def _open(name: str, kind: str) -> None:
    def show(visit: Visit) -> Answer:
        return _show(visit, kind)

    show.__name__ = name
    room(name)(show)


for _name, _kind in i18n.ROOMS.items():
    _open(_name, _kind)
