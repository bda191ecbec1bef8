"""Topics: the list under its headings, and how one topic stands."""

from collections import Counter
from typing import Any

from register import i18n
from register.door import Answer, Visit, absolute, room
from register.ledger import filters, lists, overview, read
from register.public import asking, describing
from register.public.timelines import of_topic
from register.words.vocabulary import SIDES, Heading, Status

_INWARD = ("agreement", "action", "session", "structure", "request")


@room("topics")
def topics(visit: Visit) -> Answer:
    """All topics, under their headings, with how much each holds."""
    found = read.all_of(visit.connection, visit.language, "topic")
    grouped = {heading: [topic for topic in found if topic.body["heading"] == heading] for heading in Heading}
    return Answer("topics/list.html", {"grouped": grouped, "counts": overview.topic_counts(visit.connection)})


@room("topics", "/<reference>")
def topic(visit: Visit, reference: str) -> Answer:
    """One topic: who leads, how its agreements stand, what happened, and what belongs to it."""
    connection, language = visit.connection, visit.language
    clock = asking.clock(visit, "topic")
    doc = read.published(connection, language, "topic", reference, clock=clock)
    around = read.neighbours(connection, language, "topic", doc.record, _INWARD, clock)
    inward: dict[str, list[read.Neighbour]] = {}
    for other in around:
        if not other.outward:
            inward.setdefault(other.kind, []).append(other)
    agreements = {other.record: other for other in inward.get("agreement", ())}
    listing = filters.Listing("agreement", language, {"topic": doc.record}, "reference", None, None, clock)
    updates = read.updates_about(connection, language, "agreement", list(agreements), clock)
    made = Counter((other.card.edtf, getattr(other.card, f"words_{language}")) for other in agreements.values())
    sessions = [other.card for other in inward.get("session", ())]
    context: dict[str, Any] = {
        "doc": doc,
        "described": describing.of(doc, language, absolute),
        "rooms": i18n.KINDS,
        "sides": SIDES,
        "inward": inward,
        "most": filters.MOST,
        "page": lists.page(connection, listing, visit.today, numbers=False),
        "statuses": statuses(overview.status_counts(connection, doc.record, clock)),
        "timeline": of_topic(visit, sessions, updates, agreements, made),
        "leads": {
            side: [
                other
                for other in around
                if other.outward
                and other.role == "leads"
                and other.kind == "organisation"
                and any(lead["side"] == side and lead["organisation"] == other.record for lead in doc.body["leads"])
            ]
            for side in SIDES
        },
        "sources": [other for other in around if other.outward and other.kind == "source"],
        "timeliness": filters.timeliness,
        "topics": {},
    }
    context |= asking.context(visit, "topic", clock, {}, doc.reference)
    return Answer("topics/topic.html", context, parameters=clock.parameters)


def statuses(counts: dict[tuple[str, str], int]) -> list[tuple[Status, int]]:
    """How many agreements have each status, in the order of the vocabulary, empty ones left out."""
    return [(status, counts["agreement", status]) for status in Status if counts.get(("agreement", status))]
