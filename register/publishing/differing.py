"""Readings that differ: the side that did not report last has notice, and no veto, before the register shows it.

The notice runs from the day on which the clock first finds that the sides' own confirmed statuses differ. A report
that goes on to differ does not start it anew, or a side could put it off for ever.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Select, func, literal, select
from sqlmodel import Session, col

from register import workflow
from register.i18n import ZONE
from register.ledger import append, notices, standing, taking
from register.ledger.tables import position
from register.models import Difference
from register.publishing.answering import reference
from register.publishing.asking import pauses
from register.words.vocabulary import SIDES
from register.words.workdays import Span


def watch(session: Session, now: datetime) -> int:
    """Begin notices, end those whose readings agree again, and show what is due. Gives how many came to be shown."""
    connection, today = session.connection(), now.astimezone(ZONE).date()
    append.lock(connection)  # nothing is published between this look and the entry
    found = {(row.kind, row.record) for row in connection.execute(_candidates())}
    differ = {about for about in found if standing.differ(connection, *about)}
    known = {}
    for row in session.scalars(select(Difference).where(col(Difference.ended_at).is_(None)).with_for_update()):
        if (row.kind, row.record) in differ:
            known[row.kind, row.record] = row
        else:
            row.ended_at = now
            session.add(row)
    paused, shown = pauses(session), 0
    for kind, record in sorted(differ):
        difference = known.get((kind, record))
        if difference is None:
            side = _noticed(session, kind, record)
            session.add(Difference(kind=kind, record=record, side=side, noticed_on=today.isoformat()))
        elif difference.seq is None and today >= shows(difference, paused, _held(session, kind, record)):
            difference.seq = _show(session, kind, record)
            session.add(difference)
            shown += 1
    session.flush()
    return shown


class Noticed(Protocol):
    """A side has notice of readings that differ since an ISO day."""

    side: str
    noticed_on: str


def shows(row: Noticed, paused: Mapping[str, list[Span]], held: str | None) -> date:
    """The day from which the register shows readings that differ, as pauses are now; `held` as of `taking.held`."""
    noticed = date.fromisoformat(row.noticed_on)
    still = [*paused.get(row.side, ()), *taking.spans(held)]
    return workflow.over(noticed, workflow.periods(noticed).differing, still)


def _held(session: Session, kind: str, record: str) -> str | None:
    return session.connection().scalar(select(taking.held(literal(kind), literal(record))))


def _candidates() -> Select[str, str]:
    """Records of which both sides confirmed a status and there are two: some of them differ."""
    return (
        select(position.c.kind, position.c.record)
        .where(
            position.c.pub_to.is_(None), position.c.confirmed == 1, position.c.status.is_not(None),
            position.c.side.in_(SIDES),
        )
        .group_by(position.c.kind, position.c.record)
        .having(func.count(position.c.side.distinct()) > 1, func.count(position.c.status.distinct()) > 1)
    )  # fmt: skip


def _last(session: Session, kind: str, record: str) -> dict[str, tuple[int, str]]:
    """The last own confirmed status of each side: its position in the ledger, and the id of its report."""
    rows = session.connection().execute(
        select(position.c.side, position.c.seq, position.c.update_id)
        .where(
            position.c.kind == kind, position.c.record == record, position.c.pub_to.is_(None),
            position.c.confirmed == 1, position.c.status.is_not(None), position.c.side.in_(SIDES),
        )
        .order_by(position.c.as_of, position.c.seq)
    )  # fmt: skip
    return {row.side: (row.seq, row.update_id) for row in rows}


def _noticed(session: Session, kind: str, record: str) -> str:
    """The side that did not report last."""
    last = _last(session, kind, record)
    return min(SIDES, key=lambda side: last[side][0]).value


def _show(session: Session, kind: str, record: str) -> int:
    updates = [update for _seq, update in _last(session, kind, record).values()]
    about = kind, record, reference(session, kind, record)
    return append.note(session.connection(), notices.DIFFER, *about, updates=sorted(updates))
