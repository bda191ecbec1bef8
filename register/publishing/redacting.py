"""Erasing the words of what was withdrawn (design rule 6): text, salt, translations, files, and every working copy.

Only what stands withdrawn can be erased, so that the sides have decided before the operator does. What is left is the
entry with its digest: `ledger verify` says which entries it can no longer compare.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlmodel import Session, col

from register.errors import Refused
from register.ledger import append, files, taking
from register.ledger.tables import publication
from register.models import (
    Asking,
    Draft,
    EmbargoChange,
    KeptForm,
    Proposal,
    Translation,
    TranslationKey,
    TurnedKey,
    Upload,
    Withdrawal,
)
from register.words.taking import Ground, Taking
from register.words.work import DraftState


def redact(session: Session, target: int, ground: Ground) -> list[int]:
    """Erase the entry at `target` and its translations; gives the entries that are blanked now.

    Raises Refused unless it is a text that stands withdrawn. The caller rebuilds the projection in the same
    transaction, and then has the database give up the space that the words stood in.
    """
    connection = session.connection()
    append.lock(connection)
    row = connection.execute(select(publication).where(publication.c.seq == target)).first()
    if row is None or row.entry != "document":
        raise Refused(f"entry {target} is not a text")
    if row.document is None:
        raise Refused(f"the words of entry {target} are erased already")
    withdrawn = [each for each in taking.of_target(connection, target) if each.what == Taking.WITHDRAWN]
    if not withdrawn:
        raise Refused(f"entry {target} is not withdrawn: its side, or both sides, withdraw it in the workspace first")
    about = {"kind": withdrawn[0].about_kind, "id": withdrawn[0].about_record}
    blanked = [row, *_translations(session, row)]
    for each in blanked:
        facts: dict[str, Any] = {"target": each.seq, "ground": ground.value}
        if about["kind"]:
            facts["about"] = about
        append.note(connection, "redaction", each.kind, each.record, each.reference, **facts)
        connection.execute(
            update(publication).where(publication.c.seq == each.seq).values(document=None, translations=None)
        )
    files.blank(connection, target)
    _forget(session, target, json.loads(row.header)["document"])
    return [int(each.seq) for each in blanked]


def _translations(session: Session, row: Row[Any]) -> Sequence[Row[Any]]:
    """The translations of a text that were published as entries of their own."""
    later = select(publication).where(
        publication.c.entry == "translation",
        publication.c.kind == row.kind,
        publication.c.record == row.record,
        publication.c.translations.is_not(None),
    )
    rows = session.connection().execute(later.order_by(publication.c.seq)).all()
    return [each for each in rows if json.loads(each.header)["target"] == row.seq]


def _forget(session: Session, target: int, digest: str) -> None:
    """Erase the working copies: what was typed and submitted on the way to it, and why it was withdrawn.

    Changes of it that were begun and not published go too: they begin with its words.
    """
    made = select(col(Proposal.draft_id)).where(col(Proposal.seq) == target)
    changes = select(col(Draft.id)).where(col(Draft.replaces) == digest, col(Draft.state) != DraftState.PUBLISHED.value)
    drafts = [*session.scalars(made), *session.scalars(changes)]
    authors = select(col(Draft.author_id)).where(col(Draft.id).in_(drafts))
    session.execute(delete(KeptForm).where(col(KeptForm.account_id).in_(authors)))
    proposals = select(col(Proposal.id)).where(col(Proposal.draft_id).in_(drafts))
    for model in (Asking, EmbargoChange, TurnedKey):
        session.execute(delete(model).where(col(model.proposal_id).in_(proposals)))
    session.execute(delete(Proposal).where(col(Proposal.draft_id).in_(drafts)))
    session.execute(delete(Upload).where(col(Upload.draft_id).in_(drafts)))
    gone = {"typed": "{}", "state": DraftState.DROPPED.value}
    session.execute(update(Draft).where(col(Draft.id).in_(drafts)).values(**gone))
    translated = select(col(Translation.id)).where(col(Translation.target) == target)
    session.execute(delete(TranslationKey).where(col(TranslationKey.translation_id).in_(translated)))
    session.execute(delete(Translation).where(col(Translation.target) == target))
    session.execute(update(Withdrawal).where(col(Withdrawal.target) == target).values(reason="", answer=""))
