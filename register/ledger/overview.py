"""Counts and surroundings: how many there are of what, which sessions are near."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from register.ledger import clocks
from register.ledger.prepared import given, prepared
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


def sessions_around(connection: Connection, today: str, limit: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """Sessions still to come, soonest first, those without a date last, and sessions that were held, latest first.

    Two queries, one more where fewer than `limit` that are to come have a date. Each walks along the dates, so that it
    costs the same however many sessions there are.
    """
    coming = _sessions("dated", limit).all(connection, today=today)
    if len(coming) < limit:
        coming += _sessions("undated", limit - len(coming)).all(connection)
    return coming, _sessions("held", limit).all(connection)


@prepared
def _sessions(which: str, limit: int) -> Select[Any]:
    """At most `limit` sessions: `held`, or to come on a day from `today` on (`dated`) or on none that is known."""
    wanted = select(card).where(card.c.kind == "session", card.c.pub_to.is_(None)).limit(limit)
    if which == "held":
        latest_first = (card.c.sort_date.desc(), card.c.by_reference.desc())
        return wanted.where(card.c.nature == "held").order_by(*latest_first)
    day = card.c.sort_date >= given("today") if which == "dated" else card.c.sort_date == ""
    return wanted.where(card.c.nature.in_(("expected", "planned")), day).order_by(card.c.sort_date, card.c.by_reference)
