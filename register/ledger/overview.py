"""Counts and surroundings: how many there are of what, which sessions are near."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from register.ledger import clocks
from register.ledger.sets import ALL, Sets
from register.ledger.tables import card, link


def statuses(connection: Connection, known: Sets, topic: str = "", clock: clocks.Clock = clocks.NOW) -> dict[str, int]:
    """How many agreements have each status, of a topic or of all, now or by another clock.

    No query for now, else one.
    """
    of = known.of["agreement"]
    if not clock.name:
        among = of.get(("topic", topic), 0) if topic else of.get(ALL, 0)
        return {value: (among & found).bit_count() for (name, value), found in of.items() if name == "status"}
    shown = clocks.cards(clock)
    wanted = select(shown.c.status, func.count()).where(shown.c.kind == "agreement").group_by(shown.c.status)
    if topic:
        here = and_(link.c.from_kind == shown.c.kind, link.c.from_record == shown.c.record)
        wanted = wanted.join(link, and_(here, clocks.public(link, clock.seq))).where(
            link.c.role == "topics", link.c.to_kind == "topic", link.c.to_record == topic
        )
    return {row[0]: row[1] for row in connection.execute(wanted)}


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
