"""What belongs in a calendar: sessions, and the terms of agreements and actions, each with how often it changed."""

import re
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from register.ledger import wording
from register.ledger.read import Published, decode
from register.ledger.subjects import SIDE, Subject
from register.ledger.tables import card, entry_subject, link, publication
from register.words.dates import read_edtf
from register.words.saying import say

KINDS = ("session", "agreement", "action")
MOST = 500  # of each kind, those with the latest dates
_DAYS = re.compile(r"\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}")


class Dated(NamedTuple):
    """A record with a date as said: of the session, or the term that is in force.

    `changes` counts the entries of the ledger about the record and never falls; `changed` is the time of the last one.
    """

    doc: Published
    title: str
    edtf: str
    words: str
    status: str
    changes: int
    changed: str

    @property
    def exact(self) -> bool:
        """Whether the date names its days: no month or season, nothing approximate."""
        return _precise(self.edtf)


def dated(connection: Connection, language: str, about: Subject | None) -> list[Dated]:
    """What has a date, about a topic, a side or everything (None), latest first in each kind. Three queries.

    About a side is what both sides do together and what that side does alone.
    """
    return [found for kind in KINDS for found in _of_kind(connection, language, kind, about)]


def _of_kind(connection: Connection, language: str, kind: str, about: Subject | None) -> list[Dated]:
    when, edtf = (card.c.sort_date, card.c.edtf) if kind == "session" else (card.c.due, card.c.due_edtf)
    mine = and_(entry_subject.c.kind == card.c.kind, entry_subject.c.record == card.c.record)
    changes = select(func.count()).select_from(entry_subject).where(mine).scalar_subquery()
    last = select(func.max(entry_subject.c.seq)).where(mine).scalar_subquery()
    told = publication.alias("told")
    rows = connection.execute(
        select(
            publication,
            wording.now(language),
            card.c[f"title_{language}"].label("title"),
            edtf.label("edtf"),
            card.c.status,
            changes.label("changes"),
            select(told.c.time).where(told.c.seq == last).scalar_subquery().label("changed"),
        )
        .join(card, card.c.seq == publication.c.seq)
        .where(card.c.kind == kind, card.c.pub_to.is_(None), when > "", edtf.is_not(None), *_about(about))
        .order_by(when.desc(), card.c.by_reference.desc())
        .limit(MOST)
    )
    return [_read(row, language) for row in rows]


def _read(row: Row[Any], language: str) -> Dated:
    doc = decode(row, language)
    own = doc.body["date" if doc.kind == "session" else "due"]
    said = own["words"] if own and own["edtf"] == row.edtf else say(row.edtf, language)  # the term was moved
    return Dated(doc, row.title, row.edtf, said, row.status, row.changes, row.changed)


def _about(about: Subject | None) -> list[ColumnElement[bool]]:
    if about is None:
        return []
    if about.kind == SIDE:
        return [or_(card.c.side.is_(None), card.c.side == about.record)]
    topics: Any = select(link.c.from_record).where(
        link.c.from_kind == card.c.kind,
        link.c.role == "topics",
        link.c.to_kind == about.kind,
        link.c.to_record == about.record,
        link.c.pub_to.is_(None),
    )
    return [card.c.record.in_(topics)]


def _precise(edtf: str) -> bool:
    reading = read_edtf(edtf)
    return not reading.approximate and (reading.precision == "day" or bool(_DAYS.fullmatch(edtf)))
