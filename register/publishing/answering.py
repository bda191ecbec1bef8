"""A side has answered, or need answer no more: the page that said its response was asked says so no longer."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from register.ledger import append, notices
from register.ledger.tables import card
from register.models import Asking


def answered(session: Session, proposal_ids: Collection[str], now: datetime, sides: Collection[str] = ()) -> None:
    """`sides` have responded to these texts; none given: nobody need respond to them any more."""
    mine = select(Asking).where(col(Asking.proposal_id).in_(proposal_ids), col(Asking.closed_at).is_(None))
    rows = list(session.scalars(mine.where(col(Asking.side).in_(sides)) if sides else mine))
    if not rows:
        return
    connection = session.connection()
    append.lock(connection)
    for row in notices.still_asked(connection, [row.seq for row in rows]):
        about = row.kind, row.record, reference(session, row.kind, row.record)
        append.note(connection, notices.CLOSED, *about, target=row.seq)
    for asked in rows:
        asked.closed_at = now
        session.add(asked)
    session.flush()


def reference(session: Session, kind: str, record: str) -> str:
    """The reference of a record that is or was in view; empty where it never was."""
    wanted = select(card.c.reference).where(card.c.kind == kind, card.c.record == record)
    return session.connection().scalar(wanted.order_by(card.c.pub_from.desc()).limit(1)) or ""
