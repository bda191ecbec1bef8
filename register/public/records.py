"""The record rooms: one agreement, action, session, organisation, structure, request, source, place or term."""

from collections import defaultdict
from typing import Any, NamedTuple

from flask import request

from register import i18n
from register.door import Answer, Visit, absolute, room
from register.errors import BadParameter, OutOfView
from register.ledger import clocks, designating, files, filters, lists, moving, notices, passages, read, taking
from register.ledger.stood import REPORTED
from register.public import asking, describing, outcomes, standing
from register.public.timelines import Moment, of_record
from register.web.addressing import version_asked
from register.words.taking import Taking
from register.words.vocabulary import SIDES, LeadBasis


class Cited(NamedTuple):
    """A citation with the source it names and, where the text is attached, the words of the passage."""

    citation: dict[str, Any]
    source: read.Published
    passage: str | None


class Composed(NamedTuple):
    """A record with all that its page shows of its neighbourhood."""

    doc: read.Published
    current: bool
    named: dict[str, list[read.Neighbour]]
    naming: dict[str, list[read.Neighbour]]
    updates: list[read.Published]
    cited: dict[int, list[Cited]]
    versions: list[Any]
    timeline: list[Moment]
    leads: dict[str, list[tuple[read.Neighbour, dict[str, Any]]]]
    keys: dict[int, list[standing.Key]]
    standing: standing.Standing
    taken: list[Any]
    clock: clocks.Clock
    notices: notices.Notices
    moves: list[read.Published]
    touching: dict[str, list[outcomes.Touching]]


def compose(visit: Visit, kind: str, reference: str) -> Composed:
    """The record with its updates, passages, neighbours and versions.

    In at most seven queries, one more for each of these that there are: moves, what was taken back, confirmations,
    outcomes, files, designations.
    Raises NotPublished, and BadParameter for a version that is not a number.
    """
    connection, language = visit.connection, visit.language
    clock, version = asking.clock(visit, kind), version_asked()
    if clock.name and version:
        raise BadParameter(clock.name, clock.day, "exclusive", ("version", *clocks.questions(kind)))
    doc = read.published(connection, language, kind, reference, version, clock)
    around = read.neighbours(connection, language, kind, doc.record, clock=clock)
    named: dict[str, list[read.Neighbour]] = defaultdict(list)
    naming: dict[str, list[read.Neighbour]] = defaultdict(list)
    for other in around:
        (named[other.role] if other.outward else naming[other.kind]).append(other)
    reported = read.updates_about(connection, language, kind, [doc.record], clock) if kind in REPORTED else []
    updates = standing.ordered(reported)
    back = taking.around(connection, kind, doc.record) if doc.taken else []
    keys = standing.keys(visit, [doc, *updates])
    touching = outcomes.touching(visit, doc.record, naming, clock.seq) if kind == "agreement" else {}
    versions = list(read.versions(connection, kind, doc.record, clock.seq))
    return Composed(
        doc,
        doc.version == versions[0].version,
        named,
        naming,
        updates,
        _cited(visit, [doc, *updates], clock.seq),
        versions,
        of_record(visit, doc, updates, naming, keys, back, touching, clock),
        _leads(visit, doc, named, clock),
        keys,
        standing.of_record(doc, updates),
        [row for row in back if row.target == doc.seq],
        clock,
        notices.of_record(connection, kind, doc.record, clock.today(visit.today).isoformat(), clock.seq)
        if kind in REPORTED and clock.name != clocks.AS_OF
        else notices.NOTHING,
        moving.beside(connection, language, kind, doc.record, clock) if doc.moved else [],
        touching,
    )


def _cited(visit: Visit, docs: list[read.Published], seq: int | None) -> dict[int, list[Cited]]:
    """For each document, by its ledger position, its citations."""
    citations = [citation for doc in docs for citation in doc.body["citations"]]
    sources = read.of_records(
        visit.connection, visit.language, "source", sorted({citation["source"] for citation in citations}), seq
    )
    words = passages.cited(visit.connection, citations)
    return {
        doc.seq: [
            Cited(citation, sources[citation["source"]], words.get((citation["source"], citation["lines"])))
            for citation in doc.body["citations"]
            if citation["source"] in sources
        ]
        for doc in docs
    }


def _once(composed: Composed) -> list[Cited]:
    """The passages of the reports, each once: several reports can rest on the same words."""
    found: dict[tuple[Any, ...], Cited] = {}
    for update in composed.updates:
        for cited in composed.cited[update.seq]:
            place = (cited.citation.get(part) for part in ("source", "section", "page", "paragraph"))
            found.setdefault((*place, cited.passage), cited)
    return list(found.values())


def _leads(
    visit: Visit, doc: read.Published, named: dict[str, list[read.Neighbour]], clock: clocks.Clock
) -> dict[str, list[tuple[read.Neighbour, dict[str, Any]]]]:
    """The lead bodies of each side: the one that the side designated first, then those that the source names."""
    around = (*named.get("leads", ()), *named.get(designating.ROLE, ()))
    bodies = {other.record: other for other in around if other.kind == "organisation"}
    told: dict[str, read.Published] = {}
    if named.get(designating.ROLE):
        told = designating.beside(visit.connection, visit.language, doc.kind, doc.record, clock)
    designated = [said.body | {"basis": LeadBasis.DESIGNATED} for said in told.values()]
    leads = [*designated, *doc.body.get("leads", ())]
    return {
        side: [
            (bodies[lead["organisation"]], lead)
            for lead in leads
            if lead["side"] == side and lead["organisation"] in bodies
        ]
        for side in SIDES
    }


def _context(visit: Visit, composed: Composed) -> dict[str, Any]:
    doc, stand = composed.doc, composed.doc.stand
    asked = asking.context(visit, doc.kind, composed.clock, {}, doc.reference)
    timeliness = filters.timeliness(stand.due, bool(stand.status_open), asked["today"], asked["soon"])
    name = absolute(i18n.lasting(doc.kind, doc.reference, version=doc.version))
    cited = {
        "described": describing.of(doc, visit.language, absolute),
        "lasting": name,
        "bibtex": describing.bibtex(doc, name, i18n.labels(visit.language)["Basis"][doc.basis]),
    }
    told = {"told": _once(composed)}
    return composed._asdict() | asked | cited | told | {"rooms": i18n.KINDS, "sides": SIDES, "timeliness": timeliness}


def _show(visit: Visit, name: str, reference: str) -> Answer:
    kind = i18n.ROOMS[name]
    try:
        composed = compose(visit, kind, reference)
    except OutOfView as error:
        return _gone(visit, name, error)
    context = _context(visit, composed)
    if kind == "session":
        named = files.named(composed.doc.body)
        context["papers"] = files.of_entries(visit.connection, [composed.doc.seq] if named else [])
        context["pointed"] = {(other.kind, other.record): other for some in composed.named.values() for other in some}
    if kind in ("source", "place", "organisation"):
        listing = filters.Listing(
            "agreement", visit.language, {kind: composed.doc.record}, "reference", None, None, composed.clock
        )
        context |= {"agreements": lists.page(visit.connection, listing, visit.today, visit.revision)}
    kept = {"version": request.args["version"]} if "version" in request.args else composed.clock.parameters
    return Answer(f"records/{kind}.html", context, parameters=kept)


def _gone(visit: Visit, name: str, error: OutOfView) -> Answer:
    """That a text was taken back, when and by whom, without the text."""
    rows = taking.of_target(visit.connection, error.seq)
    kept = {"version": request.args["version"]} if "version" in request.args else {}
    out = taking.out(rows)
    hidden = out is not None and out.what == Taking.HIDDEN
    context = {"kind": error.kind, "reference": error.reference, "version": error.version, "room": name, "taken": rows}
    context["staying"] = taking.staying(visit.connection, rows[0].kind, rows[0].record) if rows else 0
    return Answer("records/gone.html", context, parameters=kept, status=404 if hidden else 410)


def _open(name: str) -> None:
    def show(visit: Visit, reference: str) -> Answer:
        return _show(visit, name, reference)

    show.__name__ = i18n.ROOMS[name]
    room(name, "/<reference>")(show)


for _name in i18n.ROOMS:
    _open(_name)
