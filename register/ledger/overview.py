"""Counts and surroundings: how many there are of what, what changed last, which sessions are near."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from register.ledger import taking
from register.ledger.read import Published, decode
from register.ledger.tables import card, link, publication

_SHOWN = (card.c.kind, card.c.reference, card.c.title_nl, card.c.title_en, card.c.status)


def status_counts(connection: Connection, topic: str | None = None) -> dict[tuple[str, str], int]:
    """How many current records there are of each kind and status, of one topic or of all. One query."""
    wanted = (
        select(card.c.kind, card.c.status, func.count())
        .where(card.c.pub_to.is_(None))
        .group_by(card.c.kind, card.c.status)
    )
    if topic:
        wanted = wanted.join(
            link, and_(link.c.from_kind == card.c.kind, link.c.from_record == card.c.record, link.c.pub_to.is_(None))
        ).where(link.c.role == "topics", link.c.to_kind == "topic", link.c.to_record == topic)
    return {(row[0], row[1]): row[2] for row in connection.execute(wanted)}


def counts(connection: Connection, kind: str, condition: ColumnElement[bool]) -> int:
    """How many current records of a kind meet a condition on their card. One query."""
    return (
        connection.scalar(
            select(func.count()).select_from(card).where(card.c.kind == kind, card.c.pub_to.is_(None), condition)
        )
        or 0
    )


class News(NamedTuple):
    """An entry of the ledger, and the card of the record that it is about: for an update the one it reports on."""

    entry: Published
    card: Row[Any]


def latest(connection: Connection, language: str, kinds: Sequence[str], limit: int) -> list[News]:
    """The last entries of the ledger that concern `kinds`, newest first. One query."""
    about = and_(
        link.c.from_kind == "update",
        link.c.from_record == publication.c.record,
        link.c.role == "about",
        link.c.seq == publication.c.seq,
    )
    itself = and_(
        publication.c.kind != "update", card.c.kind == publication.c.kind, card.c.record == publication.c.record
    )
    reported = and_(card.c.kind == link.c.to_kind, card.c.record == link.c.to_record)
    rows = connection.execute(
        select(publication, taking.unconfirmed, *(column.label(f"about_{column.name}") for column in _SHOWN))
        .outerjoin(link, about)
        .join(card, and_(card.c.pub_to.is_(None), or_(itself, reported)))
        .where(publication.c.entry == "document", taking.in_view, publication.c.kind.in_(kinds))
        .order_by(publication.c.seq.desc())
        .limit(limit)
    )
    return [News(decode(row, language), row) for row in rows]


def sessions_around(connection: Connection, today: str, limit: int) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Sessions still to come, soonest first, and sessions that were held, latest first. Two queries."""
    here = and_(card.c.kind == "session", card.c.pub_to.is_(None))
    coming = connection.execute(
        select(card)
        .where(here, card.c.nature.in_(("expected", "planned")), or_(card.c.sort_date >= today, card.c.sort_date == ""))
        .order_by(card.c.sort_date == "", card.c.sort_date, card.c.by_reference)
        .limit(limit)
    ).all()
    held = connection.execute(
        select(card)
        .where(here, card.c.nature == "held")
        .order_by(card.c.sort_date.desc(), card.c.by_reference)
        .limit(limit)
    ).all()
    return coming, held


def topic_counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many current records of each kind each topic has, by (topic, kind). One query."""
    rows = connection.execute(
        select(link.c.to_record, link.c.from_kind, func.count())
        .where(link.c.to_kind == "topic", link.c.role == "topics", link.c.pub_to.is_(None))
        .group_by(link.c.to_record, link.c.from_kind)
    )
    return {(row[0], row[1]): row[2] for row in rows}
