"""Downloads of pages that show more than one kind of record: what words are found in, and all of one topic.

A workbook has a sheet for each kind that there is something of, with the columns of that kind. CSV is one table: there
all kinds share the columns COLUMNS.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from register import i18n
from register.door import Visit
from register.exports import columns, composing
from register.exports.asking import TITLES
from register.exports.columns import Cell, Column
from register.exports.composing import Told
from register.exports.tables import REFERENCE
from register.i18n import mark as _
from register.ledger import clocks, filters, finding, query, read, search
from register.ledger.stood import REPORTED
from register.words.vocabulary import SessionState, Status

OF_TOPIC = ("agreement", "action", "session", "structure", "request")
_SAID = ("summary", "definition", "text")


class Part(NamedTuple):
    """The records of one kind, to be read as often as they are asked for."""

    kind: str
    stretches: Callable[[], Iterator[list[Told]]]


def of_search(visit: Visit, said: str) -> list[Part]:
    """What the words `said` are found in, kind by kind in the order of the page. Raises BadParameter for its words."""
    parts = query.typed(said)
    wanted, groups = finding.search_all(visit.connection, visit.language, parts, visit.today)
    found = []
    for kind in (group.kind for group in groups):
        if kind == "update":
            found.append(Part(kind, lambda: composing.reports_with(visit, wanted)))
        elif kind == "topic":
            found.append(Part(kind, lambda: iter([_topics(visit, wanted)])))
        else:
            found.append(_listed(visit, kind, {"q": said}, clocks.NOW))
    return found


def of_topic(visit: Visit, reference: str, clock: clocks.Clock) -> list[Part]:
    """A topic, and all that belongs to it with the reports on that, by a clock. Raises NotPublished."""
    topic = composing.of_record(visit, "topic", reference, clock)
    parts = [_listed(visit, kind, {"topic": topic.doc.record}, clock) for kind in OF_TOPIC]
    told = [part for part in parts if part.kind in REPORTED]

    def reports() -> Iterator[list[Told]]:
        for part in told:
            for stretch in part.stretches():
                yield composing.reports_on(visit, part.kind, clock, [one.doc.record for one in stretch])

    return [Part("topic", lambda: iter([[topic]])), *parts, Part("update", reports)]


def whole(parts: Sequence[Part]) -> Iterator[list[Told]]:
    """All kinds one after the other."""
    return chain.from_iterable(part.stretches() for part in parts)


def _listed(visit: Visit, kind: str, narrowed: dict[str, str], clock: clocks.Clock) -> Part:
    listing = filters.Listing(kind, visit.language, narrowed, filters.SORTS[kind][0], None, None, clock)
    return Part(kind, lambda: composing.of_list(visit, listing))


def _topics(visit: Visit, wanted: query.Query) -> list[Told]:
    at = set(search.within(visit.connection, visit.language, "topic", wanted, None))
    found = [doc for doc in read.all_of(visit.connection, visit.language, "topic") if doc.seq in at]
    return composing.told(visit, "topic", clocks.NOW, found)


def _kind(told: Told, language: str) -> Cell:
    return i18n.translations(language).gettext(TITLES[told.doc.kind])


def _title(told: Told, language: str) -> Cell:
    return columns.about(0)(told, language) if told.doc.kind == "update" else told.doc.body.get("title")


def _says(told: Told, _language: str) -> Cell:
    return next((str(told.doc.body[name]) for name in _SAID if told.doc.body.get(name)), None)


def _status(told: Told, language: str) -> Cell:
    doc = told.doc
    if doc.kind == "session":
        return columns.labelled(SessionState, doc.body["state"], language)
    said = doc.body["status"] if doc.kind == "update" else doc.stand.status if doc.kind in REPORTED else None
    return columns.labelled(Status, said, language)


COLUMNS = (
    Column(_("Kind"), _("What kind of thing it is."), _kind),
    REFERENCE,
    Column(_("Title"), _("What it is called here; of a report, what it is about."), _title),
    Column(_("Text"), _("What it says."), _says),
    Column(_("Topics"), _("The topics that it belongs to."), columns.named("topics")),
    Column(
        _("Status"), _("How it goes, or whether a session was held; of a report, the status that it gives."), _status
    ),
    Column(_("Address"), _("The lasting address of the page."), columns.address),
)
