"""What a person's own export says of their work besides reports: translations, taking back, embargoes, mail."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from register.models import Account, EmbargoChange, Told, Translation, TranslationKey, Upload, Withdrawal


def files(session: Session, draft_id: str) -> list[dict[str, Any]]:
    """The files that lie with a draft, without their bytes. One query."""
    rows = session.execute(
        select(col(Upload.sha256), col(Upload.type), col(Upload.size), col(Upload.at))
        .where(col(Upload.draft_id) == draft_id)
        .order_by(col(Upload.at), col(Upload.id))
    )
    return [{"sha256": row.sha256, "type": row.type, "bytes": row.size, "sent": iso(row.at)} for row in rows]


def translations(session: Session, account: Account) -> list[dict[str, Any]]:
    """What they translated, as they typed it. One query."""
    rows = session.scalars(
        select(Translation)
        .where(col(Translation.author_id) == account.id)
        .order_by(col(Translation.created_at), col(Translation.id))
    )
    return [
        {
            "about": f"{row.kind} {row.record}",
            "language": row.language,
            "state": row.state,
            "begun": iso(row.created_at),
            "changed": iso(row.changed_at),
            "fields": json.loads(row.typed),
        }
        for row in rows
    ]


def confirmed_translations(session: Session, account: Account) -> list[dict[str, Any]]:
    """The translations that they confirmed, as `confirmations` tells of texts. One query."""
    rows = session.execute(
        select(TranslationKey, col(Translation.seq))
        .join(Translation, col(Translation.id) == col(TranslationKey.translation_id))
        .where(col(TranslationKey.account_id) == account.id)
        .order_by(col(TranslationKey.at), col(TranslationKey.id))
    )
    return [
        {"text": key.digest, "published_at_position": seq, "confirmed": iso(key.at), "void": None} for key, seq in rows
    ]


def takings(session: Session, account: Account) -> list[dict[str, Any]]:
    """What they asked to take back or decided upon; another's reason is not theirs. One query."""
    rows = session.scalars(
        select(Withdrawal)
        .where(or_(col(Withdrawal.asked_by) == account.id, col(Withdrawal.decided_by) == account.id))
        .order_by(col(Withdrawal.asked_at), col(Withdrawal.id))
    )
    return [
        {
            "about": f"{row.kind} {row.reference}",
            "what": row.what,
            "state": row.state,
            "asked": iso(row.asked_at) if row.asked_by == account.id else None,
            "reason": row.reason if row.asked_by == account.id else "",
            "decided": iso(row.decided_at) if row.decided_by == account.id else None,
            "answer": row.answer if row.decided_by == account.id else "",
        }
        for row in rows
    ]


def embargoes(session: Session, account: Account) -> list[dict[str, Any]]:
    """The embargoes that they asked to move or lift, or decided upon. One query."""
    rows = session.scalars(
        select(EmbargoChange)
        .where(or_(col(EmbargoChange.asked_by) == account.id, col(EmbargoChange.decided_by) == account.id))
        .order_by(col(EmbargoChange.asked_at), col(EmbargoChange.id))
    )
    return [
        {
            "text": row.proposal_id,
            "state": row.state,
            "until": iso(row.until),
            "asked": iso(row.asked_at) if row.asked_by == account.id else None,
            "decided": iso(row.decided_at) if row.decided_by == account.id else None,
        }
        for row in rows
    ]


def told(session: Session, account: Account) -> list[dict[str, Any]]:
    """What they were told by mail. One query."""
    rows = session.scalars(
        select(Told).where(col(Told.account_id) == account.id).order_by(col(Told.claimed_at), col(Told.about))
    )
    return [{"what": row.what, "about": row.about, "sent": iso(row.sent_at)} for row in rows]


def iso(moment: datetime | None) -> str | None:
    """A moment as the export writes it, in universal time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
