"""Counts and surroundings: how many there are of what, which sessions are near."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from register.ledger import clocks
from register.ledger.tables import card, link


def status_counts(
    connection: Connection, topic: str | None = None, clock: clocks.Clock = clocks.NOW
) -> dict[tuple[str, str], int]:
    """How many records there are of each kind and status, of a topic or of all, now or by another clock. One query."""
    shown = clocks.cards(clock)
    wanted = (
        select(shown.c.kind, shown.c.status, func.count())
        .where(clocks.current(shown))
        .group_by(shown.c.kind, shown.c.status)
    )
    if topic:
        here = and_(link.c.from_kind == shown.c.kind, link.c.from_record == shown.c.record)
        wanted = wanted.join(link, and_(here, clocks.public(link, clock.seq))).where(
            link.c.role == "topics", link.c.to_kind == "topic", link.c.to_record == topic
        )
    return {(row[0], row[1]): row[2] for row in connection.execute(wanted)}


def counts(connection: Connection, kind: str, condition: ColumnElement[bool]) -> int:
    """How many current records of a kind meet a condition on their card. One query."""
    return (
        connection.scalar(
            select(func.count()).select_from(card).where(card.c.kind == kind, card.c.pub_to.is_(None), condition)
        )
        or 0
    )


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
