"""Dates that were moved: which term of a record is in force, and the moves that led there.

A move is a document of its own, so that the date that was first agreed stays where it is, in the text of the record.
What it says is in force from the latest day that it may have been agreed on; of two on one day, the later published.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from register.ledger import clocks, taking, wording
from register.ledger.prepared import given, prepared
from register.ledger.read import Published, decode
from register.ledger.stood import Terms
from register.ledger.tables import card, link, publication
from register.words.dates import read_edtf

KINDS = ("agreement", "action")  # kinds of record that have a term


class InForce(NamedTuple):
    """The term in force: its EDTF and its words by language, the authentic ones first. Both empty where none is.

    `side`: whose the record is, where it is one side's own.
    """

    edtf: str
    words: dict[str, str]
    side: str = ""

    @property
    def said(self) -> str:
        """The authentic words; empty where there is no term."""
        return next(iter(self.words.values()), "")


def terms(connection: Connection, kind: str, record: str, body: Mapping[str, Any]) -> Terms:
    """The terms of a record whose own text is `body`, as a card says them, by the ISO day from which each is in force.

    The first is that of the text itself, from the empty day; the last is in force now. At most one query.
    """
    moved = [json.loads(row.document)["body"] for row in _moves(connection, kind, record)] if kind in KINDS else []
    return {"": columns(body.get("due")), **{_day(move): columns(move["new"]) for move in moved}}


def columns(said: Mapping[str, str] | None) -> dict[str, str | None]:
    """What a card says of a term."""
    if not said:
        return {"due": None, "due_edtf": None}
    return {"due": read_edtf(said["edtf"]).last.isoformat(), "due_edtf": said["edtf"]}


def own(connection: Connection, seq: int) -> dict[str, Any]:
    """The body of the text at a position of the ledger; empty once it is erased. One query."""
    row = _own().first(connection, seq=seq)
    return dict(json.loads(row.document)["body"]) if row and row.document else {}


@prepared
def _own() -> Select[Any]:
    return select(publication.c.document).where(publication.c.seq == given("seq"))


def in_force(connection: Connection, kind: str, record: str) -> InForce:
    """The term of a record in view as it is now. Two queries."""
    text = connection.execute(
        select(publication)
        .join(card, card.c.seq == publication.c.seq)
        .where(card.c.kind == kind, card.c.record == record, card.c.pub_to.is_(None))
    ).first()
    moved = _moves(connection, kind, record)
    row, field = (moved[-1], "new") if moved else (text, "due")
    core = json.loads(row.document) if row and row.document else {"body": {}}
    side = (json.loads(text.document)["body"].get("side") if text and text.document else None) or ""
    said = core["body"].get(field)
    if row is None or not said:
        return InForce("", {}, side)
    told = {name: value["texts"].get(f"{field}.words") for name, value in json.loads(row.translations).items()}
    return InForce(
        said["edtf"], {core["language"]: said["words"]} | {name: each for name, each in told.items() if each}, side
    )


def beside(
    connection: Connection, language: str, kind: str, record: str, clock: clocks.Clock = clocks.NOW
) -> list[Published]:
    """The moves of a record's term, now or by another clock, in the order in which they came into force. One query."""
    if kind not in KINDS:
        return []
    wanted = _wanted(kind, record, clock.seq).add_columns(wording.now(language, clock.seq), taking.unconfirmed)
    told = _ordered(connection.execute(wanted).all())
    found = [decode(row, language) for row in told]
    return [move for move in found if not clock.name or _day(move.body) <= clock.day]


def abouts(connection: Connection, move: str) -> list[tuple[str, str]]:
    """The records that a move is about until now, as kind and id. One query."""
    rows = connection.execute(
        select(link.c.to_kind, link.c.to_record).where(
            link.c.from_kind == "move", link.c.from_record == move, link.c.role == "about", link.c.pub_to.is_(None)
        )
    )
    return [(row.to_kind, row.to_record) for row in rows]


def _moves(connection: Connection, kind: str, record: str) -> list[Any]:
    return _ordered(_moved().all(connection, kind=kind, record=record))


@prepared
def _moved() -> Select[Any]:
    return _wanted(given("kind"), given("record"))


def _ordered(rows: Sequence[Any]) -> list[Any]:
    kept = [row for row in rows if row.document is not None]
    return sorted(kept, key=lambda row: (_day(json.loads(row.document)["body"]), row.seq))


def _wanted(kind: Any, record: Any, seq: int | None = None) -> Select[Any]:
    about: ColumnElement[bool] = and_(
        link.c.from_kind == "move",
        link.c.from_record == publication.c.record,
        link.c.seq == publication.c.seq,
        link.c.role == "about",
        link.c.to_kind == kind,
        link.c.to_record == record,
        clocks.public(link, seq),
    )
    return select(publication).join(link, about).where(publication.c.kind == "move")


def _day(body: Mapping[str, Any]) -> str:
    """The day that a move counts from: the latest one that it may be of."""
    return read_edtf(body["agreed_on"]["edtf"]).last.isoformat()
