"""Lead bodies that the sides designated: which designation of each side counts, and the link from record to body.

A designation is a document of its own, so that the record's own version never changes by the act of one side.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from register.ledger import clocks, wording, written
from register.ledger.prepared import given, prepared
from register.ledger.read import Published, decode
from register.ledger.tables import link, publication
from register.words.dates import read_edtf
from register.words.vocabulary import SIDES

LED = ("agreement", "action")  # kinds of record that a body leads on
ROLE = "designated"


def latest(designations: Iterable[tuple[int, dict[str, Any]]]) -> dict[str, int]:
    """Of each side the designation that counts, by position in the ledger: the last by its day, then as published."""
    found: dict[str, tuple[str, int]] = {}
    for seq, body in designations:
        order = _day(body), seq
        found[body["side"]] = max(order, found.get(body["side"], ("", 0)))
    return {side: found[side][1] for side in SIDES if side in found}


def beside(
    connection: Connection, language: str, kind: str, record: str, clock: clocks.Clock = clocks.NOW
) -> dict[str, Published]:
    """The designation of each side that counts for a record, now or by another clock. One query."""
    wanted = select(publication, wording.now(language, clock.seq)).join(link, _about(clock.seq))
    rows = connection.execute(wanted.where(*_of(kind, record)))
    found = {row.seq: decode(row, language) for row in rows if row.document is not None}
    told = [(seq, doc.body) for seq, doc in found.items() if not clock.name or _day(doc.body) <= clock.day]
    return {side: found[seq] for side, seq in latest(told).items()}


def abouts(connection: Connection, designation: str) -> list[tuple[str, str]]:
    """The records that a designation is about until now, as kind and id. One query."""
    rows = connection.execute(
        select(link.c.to_kind, link.c.to_record).where(
            link.c.from_kind == "designation",
            link.c.from_record == designation,
            link.c.role == "about",
            link.c.pub_to.is_(None),
        )
    )
    return [(row.to_kind, row.to_record) for row in rows]


def relink(connection: Connection, kind: str, record: str, seq: int) -> None:
    """Lead from a record to the bodies that its designations name from position `seq` on. Two statements or three."""
    told = _told().all(connection, kind=kind, record=record)
    bodies = {row.seq: json.loads(row.document)["body"] for row in told if row.document}
    current = {"from_kind": kind, "from_record": record, "role": ROLE, "pub_to": None}
    written.change(connection, link, current, pub_to=seq)
    named = dict.fromkeys(bodies[at]["organisation"] for at in latest(bodies.items()).values())
    begun = {**current, "to_kind": "organisation", "pub_from": seq, "seq": 0}  # of no one text: by `relink` alone
    rows = ({**begun, "to_record": organisation, "place": place} for place, organisation in enumerate(named))
    written.add(connection, link, *rows)


@prepared
def _told() -> Select[Any]:
    """The designations that are about a record now."""
    wanted = select(publication.c.seq, publication.c.document).join(link, _about())
    return wanted.where(*_of(given("kind"), given("record")))


def _about(seq: int | None = None) -> ColumnElement[bool]:
    return and_(
        link.c.from_kind == "designation",
        link.c.from_record == publication.c.record,
        link.c.seq == publication.c.seq,
        link.c.role == "about",
        clocks.public(link, seq),
    )


def _day(body: dict[str, Any]) -> str:
    """The day that a designation counts from: the latest one that it may be of."""
    return read_edtf(body["designated_on"]["edtf"]).last.isoformat()


def _of(kind: Any, record: Any) -> tuple[ColumnElement[bool], ...]:
    return publication.c.kind == "designation", link.c.to_kind == kind, link.c.to_record == record
