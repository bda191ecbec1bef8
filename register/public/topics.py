"""Topics: the list under its headings, and how one topic stands."""

from collections.abc import Mapping
from typing import Any

from register import i18n
from register.door import Answer, Visit, absolute, room
from register.ledger import filters, lists, overview, read, topical
from register.public import asking, describing
from register.public.timelines import of_topic
from register.words.vocabulary import SIDES, Heading, Status

LONGEST = 30  # moments of a timeline


@room("topics")
def topics(visit: Visit) -> Answer:
    """All topics, under their headings, with how much each holds."""
    found = read.all_of(visit.connection, visit.language, "topic")
    grouped = {heading: [topic for topic in found if topic.body["heading"] == heading] for heading in Heading}
    return Answer("topics/list.html", {"grouped": grouped, "count": visit.sets.count})


@room("topics", "/<reference>")
def topic(visit: Visit, reference: str) -> Answer:
    """One topic: who leads, how its agreements stand, what happened, and what belongs to it."""
    connection, language = visit.connection, visit.language
    clock = asking.clock(visit, "topic")
    doc = read.published(connection, language, "topic", reference, clock=clock)
    listing = filters.Listing("agreement", language, {"topic": doc.record}, "reference", None, None, clock)
    agreements = lists.page(connection, listing, visit.today, visit.revision, numbers=False)
    found = topical.belonging(connection, doc.record, clock)
    reports = topical.reports(connection, language, doc.record, clock)
    made = topical.made(connection, language, doc.record, clock) if agreements.total <= filters.MOST else ()
    cited = {one["source"] for told in (doc, *(report.doc for report in reports)) for one in told.body["citations"]}
    sources = topical.sources(connection, doc.record, sorted(cited), clock)
    timeline = of_topic(visit, found["session"], reports, made, clock)
    context: dict[str, Any] = {
        "doc": doc,
        "described": describing.of(doc, language, absolute),
        "rooms": i18n.KINDS,
        "sides": SIDES,
        "page": agreements,
        "found": {kind: rows[: topical.MOST_SHOWN] for kind, rows in found.items()},
        "more": {kind for kind, rows in found.items() if len(rows) > topical.MOST_SHOWN},
        "most": filters.MOST,
        "statuses": statuses(overview.statuses(connection, visit.sets, doc.record, clock)),
        "timeline": timeline[:LONGEST],
        "longer": len(timeline) > LONGEST or len(reports) == topical.LATEST,
        "leads": {
            side: [
                other
                for other in found["lead"]
                if any(lead["side"] == side and lead["organisation"] == other.record for lead in doc.body["leads"])
            ]
            for side in SIDES
        },
        "sources": sources[: topical.MOST_SOURCES],
        "more_sources": len(sources) > topical.MOST_SOURCES,
        "timeliness": filters.timeliness,
        "topics": {},
    }
    context |= asking.context(visit, "topic", clock, {}, doc.reference)
    return Answer("topics/topic.html", context, parameters=clock.parameters)


def statuses(counts: Mapping[str, int]) -> list[tuple[Status, int]]:
    """How many agreements have each status, in the order of the vocabulary, empty ones left out."""
    return [(status, counts[status]) for status in Status if counts.get(status)]
