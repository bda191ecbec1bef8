"""From a list to records with all that a table says of them: in stretches, each with a fixed number of queries."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from register.door import Visit
from register.ledger import clocks, designating, filters, read, walk
from register.ledger.query import Query
from register.ledger.read import Published, Stand
from register.ledger.stood import REPORTED
from register.ledger.tables import link

# The fields of bodies that name records, and the kind of those.
NAMING = {
    "topics": "topic", "participants": "organisation", "addressed": "organisation", "organisations": "organisation",
    "places": "place", "place": "place", "agreements": "agreement", "actions": "action", "parent": "organisation",
    "publisher": "organisation", "chamber": "organisation", "third": "organisation",
}  # fmt: skip


class Told(NamedTuple):
    """A published text, with what it takes to say it: the names of what it names, and the day terms count from.

    `names` holds title and reference by kind and id, without what is out of view; `designated` the designation of
    each side that made one.
    """

    doc: Published
    names: Mapping[tuple[str, str], tuple[str, str]]
    designated: Mapping[str, Published]
    today: str
    soon: str


def of_list(visit: Visit, listing: filters.Listing) -> Iterator[list[Told]]:
    """The records of a list, in its order. Raises what `walk.stretches` raises, at once."""
    found = walk.stretches(visit.connection, listing, visit.today)
    return (_records(visit, listing.kind, listing.clock, rows) for rows in found)


def reports(visit: Visit, listing: filters.Listing) -> Iterator[list[Told]]:
    """The reports on the records of a list, in the order of the ledger within each stretch; none on other kinds."""
    if listing.kind in REPORTED:
        for rows in walk.stretches(visit.connection, listing, visit.today):
            yield reports_on(visit, listing.kind, listing.clock, [row.record for row in rows])


def of_record(visit: Visit, kind: str, reference: str, clock: clocks.Clock) -> Told:
    """One record. Raises NotPublished."""
    doc = read.published(visit.connection, visit.language, kind, reference, clock=clock)
    return told(visit, kind, clock, [doc])[0]


def reports_on(visit: Visit, kind: str, clock: clocks.Clock, records: Sequence[str]) -> list[Told]:
    """The reports on these records, in the order of the ledger."""
    found = read.updates_about(visit.connection, visit.language, kind, records, clock)
    return told(visit, "update", clock, found)


def reports_with(visit: Visit, wanted: Query) -> Iterator[list[Told]]:
    """The reports in which words stand, the newest first."""
    for docs in walk.reports(visit.connection, visit.language, wanted):
        yield told(visit, "update", clocks.NOW, docs)


def _records(visit: Visit, kind: str, clock: clocks.Clock, rows: Sequence[Row[Any]]) -> list[Told]:
    docs = read.of_records(visit.connection, visit.language, kind, [row.record for row in rows], clock.seq)
    found = [
        read.told_then(docs[row.record], row.nature)._replace(
            stand=Stand(*(getattr(row, name) for name in Stand._fields))
        )
        for row in rows
        if row.record in docs
    ]
    return told(visit, kind, clock, found)


def told(visit: Visit, kind: str, clock: clocks.Clock, docs: list[Published]) -> list[Told]:
    """Documents of a kind with all that it takes to say them."""
    wanted: dict[str, dict[str, None]] = {}
    designated = _designated(visit, kind, clock, docs)
    for doc in docs:
        leads = [one.body for one in designated.get(doc.record, {}).values()]
        for other, record in _named(doc.body, leads):
            wanted.setdefault(other, {})[record] = None
    names = {
        (other, record): said
        for other, records in wanted.items()
        for record, said in read.titles(visit.connection, visit.language, other, list(records), clock.seq).items()
    }
    day = clock.today(visit.today)
    today, soon = day.isoformat(), (day + filters.DUE_SOON).isoformat()
    return [Told(doc, names, designated.get(doc.record, {}), today, soon) for doc in docs]


def _named(body: Mapping[str, Any], designations: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The records that a body and the designations beside it name, as kind and id."""
    for field, kind in NAMING.items():
        value = body.get(field)
        yield from ((kind, record) for record in ([value] if isinstance(value, str) else value or ()))
    for point in body.get("agenda", ()):
        yield from ((kind, point[kind]) for kind in ("agreement", "action") if point.get(kind))
    for lead in (*body.get("leads", ()), *designations):
        yield "organisation", lead["organisation"]
    yield from (("source", citation["source"]) for citation in body.get("citations", ()))
    if body.get("about"):
        yield body["about"]["kind"], body["about"]["id"]


def _designated(visit: Visit, kind: str, clock: clocks.Clock, docs: list[Published]) -> dict[str, dict[str, Published]]:
    """The designations of the sides beside these records, by record and side; few records have any."""
    if kind not in designating.LED:
        return {}
    led = select(link.c.from_record).where(
        link.c.from_kind == kind,
        link.c.role == designating.ROLE,
        link.c.from_record.in_([doc.record for doc in docs]),
        clocks.public(link, clock.seq),
    )
    return {
        record: designating.beside(visit.connection, visit.language, kind, record, clock)
        for record in visit.connection.scalars(led.distinct())
    }
