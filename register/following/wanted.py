"""What can be followed by mail, as an address asks for it, as it is kept, and as people read it.

`?topic=pfas` is a subject of the ledger, by its reference; `?list=agreement&status=ongoing` a list with its filters;
nothing is everything. What is kept names a record by its id, which does not change.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection

from register import i18n
from register.errors import BadParameter
from register.ledger import entries, filters, read
from register.ledger.clocks import NOW, Clock
from register.ledger.query import typed
from register.ledger.subjects import SIDE
from register.words.vocabulary import SIDES

LIST = "list"
KINDS = (SIDE, *i18n.FOLLOWED)
_LONGEST = 80


class Wanted(NamedTuple):
    """What is to be followed, as the columns of `Followed` have it."""

    kind: str = ""
    record: str = ""
    query: str = ""


class Named(NamedTuple):
    """What is followed, to be read: `title` is that of a record, empty where it is no longer public.

    `chosen` are the filters of a list: the name of each, and its value in words. `url` is the page to look at.
    """

    wanted: Wanted
    title: str
    chosen: Sequence[tuple[str, str]]
    url: str


def asked(connection: Connection, language: str, values: Mapping[str, Sequence[str]]) -> tuple[Wanted, dict[str, str]]:
    """What the parameters of an address ask to follow, and those parameters once more.

    Raises BadParameter, and NotPublished where there is no such record.
    """
    for name, found in values.items():
        if len(found) > 1:
            raise BadParameter(name, found[1][:_LONGEST], "repeated")
    given = {name: found[0] for name, found in values.items()}
    if LIST in given:
        kind = given[LIST]
        if kind not in filters.FILTERS:
            raise BadParameter(LIST, kind[:_LONGEST], "value", tuple(filters.FILTERS))
        rest = {name: value for name, value in given.items() if name != LIST}
        _only(rest, (LIST, *filters.FILTERS[kind]))
        found_filters = listing(connection, language, kind, rest).filters
        typed(found_filters.get("q", ""))  # words that cannot be read are refused now, not when there is news
        return Wanted(LIST, kind, urlencode(sorted(found_filters.items()))), {LIST: kind, **found_filters}
    _only(given, (*KINDS, LIST))
    if len(given) > 1:
        name = list(given)[1]
        raise BadParameter(name, given[name][:_LONGEST], "exclusive", tuple(given))
    for kind, reference in given.items():
        if kind == SIDE and reference not in SIDES:
            raise BadParameter(kind, reference[:_LONGEST], "value", tuple(SIDES), said=i18n.labels(language)["Side"])
        subject, _title = entries.named(connection, language, kind, reference)
        return Wanted(kind, subject.record), given
    return Wanted(), {}


def listing(
    connection: Connection, language: str, kind: str, given: Mapping[str, str], clock: Clock = NOW
) -> filters.Listing:
    """The list of `kind` with these filters. One query where one of them names a record. Raises BadParameter."""
    known = read.ids(connection, [name for name in filters.LINKED if given.get(name)])
    return filters.parse(
        kind, language, {name: [value] for name, value in given.items()}, lambda name: known[name], clock
    )


def chosen(wanted: Wanted) -> dict[str, str]:
    """The filters of a list that is followed."""
    return dict(parse_qsl(wanted.query))


def name(connection: Connection, language: str, wanted: Wanted) -> Named:
    """What is followed, in words. At most one query for each record that it names."""
    if not wanted.kind:
        return Named(wanted, "", (), i18n.path(language))
    if wanted.kind == SIDE:
        title = i18n.labels(language)["Side"][wanted.record]
        return Named(wanted, title, (), i18n.path(language, "follow", side=wanted.record))
    if wanted.kind == LIST:
        return _list(connection, language, wanted)
    found = read.titles(connection, language, wanted.kind, [wanted.record]).get(wanted.record)
    if found is None:
        return Named(wanted, "", (), "")
    return Named(wanted, found[0], (), i18n.path(language, i18n.KINDS[wanted.kind], found[1]))


def _list(connection: Connection, language: str, wanted: Wanted) -> Named:
    labels, said = i18n.labels(language), []
    for part, value in chosen(wanted).items():
        words = filters.FILTERS[wanted.record].get(part)
        if part in filters.LINKED:
            title = read.titles(connection, language, part, [value]).get(value, ("", ""))[0]
            said.append((part, title or value))
        else:
            said.append((part, labels[words.__name__].get(value, value) if words else value))
    url = i18n.path(language, i18n.KINDS[wanted.record], **chosen(wanted))
    return Named(wanted, "", said, url)


def _only(given: Mapping[str, str], known: Sequence[str]) -> None:
    for part, value in given.items():
        if part not in known:
            raise BadParameter(part[:_LONGEST], value[:_LONGEST], "unknown", tuple(known))
