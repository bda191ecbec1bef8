"""From a draft to a frozen text: what is submitted is checked by the tables of `workflow`, and confirmed only so.

Editing what was submitted makes a new proposal necessary; the keys turned on the old one are void and stay void.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session, col

from register import workflow
from register.access import Person
from register.errors import FieldError, NotHere
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger import append
from register.ledger.documents import Update
from register.ledger.tables import card, position, publication
from register.models import Draft, Proposal, TurnedKey
from register.publishing import answering
from register.words.vocabulary import Status
from register.words.work import DraftState, Mode

REPORTED_ON = ("agreement", "action", "session")


class About(NamedTuple):
    """The published record that a report is about, as far as rules ask: its topics, and what a side said last of it."""

    kind: str
    record: str
    reference: str
    topics: frozenset[str]


def about(session: Session, kind: str, record: str) -> About:
    """The published record of this id. One query. Raises NotHere when none is in view."""
    if kind not in REPORTED_ON:
        raise NotHere
    row = (
        session.connection()
        .execute(
            select(publication.c.document, publication.c.reference)
            .join(card, card.c.seq == publication.c.seq)
            .where(card.c.kind == kind, card.c.record == record, card.c.pub_to.is_(None))
        )
        .first()
    )
    if row is None or row.document is None:
        raise NotHere
    return About(kind, record, row.reference, frozenset(json.loads(row.document)["body"].get("topics") or ()))


def last_status(session: Session, kind: str, record: str, side: str) -> Status:
    """What `side` last said of a record, confirmed or founding; "no follow-up known" where it said nothing."""
    found = session.connection().scalar(
        select(position.c.status)
        .where(
            position.c.kind == kind,
            position.c.record == record,
            position.c.side == side,
            position.c.pub_to.is_(None),
            position.c.status.is_not(None),
        )
        .order_by(position.c.as_of.desc(), position.c.seq.desc())
        .limit(1)
    )
    return Status(found) if found else Status.UNKNOWN


def sides_of(mode: Mode, author_side: str) -> tuple[str, ...]:
    """The sides whose word a text of this mode is, in a fixed order. Raises FieldError when there would be none."""
    if not workflow.may_write(mode, author_side):
        raise FieldError("mode", _("A joint body writes for both sides together, not for one of them."))
    return tuple(sorted(workflow.WHO_CONFIRMS[mode].of(author_side)))


def check(session: Session, report: Update, mode: Mode, author: Person) -> None:
    """Raise FieldError unless the report is one that the tables of `workflow` allow."""
    if set(report.sides) != set(sides_of(mode, author.side)):
        raise FieldError("mode", _("A report speaks for the side of whoever writes it, or for both."))
    if report.status is None:
        return
    for side in report.sides:
        last = last_status(session, report.about.kind, report.about.id, side)
        if not workflow.allowed(last, report.status):
            raise FieldError("status", _("This status cannot follow the one that was given last."))
    if report.status in workflow.EVIDENCE_NEEDED and not (report.evidence or report.citations):
        raise FieldError("evidence", _("Show by a link or a file that it was done."))


def submit(
    session: Session,
    draft: Draft,
    report: Update,
    translations: Mapping[str, Mapping[str, str]],
    author: Person,
    now: datetime,
    embargo: datetime | None = None,
) -> Proposal:
    """Freeze `report` as the proposal of `draft`. Raises FieldError when a rule forbids it; NotHere as `about` does."""
    mode = Mode(draft.mode)
    found = about(session, report.about.kind, report.about.id)
    check(session, report, mode, author)
    if report.as_of.reading.last > now.astimezone(ZONE).date():
        raise FieldError("as_of", _("A report says how it stands, so that its date cannot lie in the future."))
    void(session, draft.id, now)
    core = append.freeze("update", f"u-{secrets.token_hex(10)}", draft.language, report)
    made = Proposal(
        draft_id=draft.id,
        kind=core.kind,
        record=core.id,
        core=core.text,
        digest=core.digest,
        translations=json.dumps({name: dict(texts) for name, texts in translations.items()}, ensure_ascii=False),
        mode=mode.value,
        side=author.side,
        author_id=author.id,
        topics=json.dumps(sorted(found.topics)),
        submitted_at=now,
        embargo=embargo,
    )
    session.add(made)
    draft.state, draft.changed_at = DraftState.WAITING.value, now
    session.add(draft)
    session.flush()
    return made


def void(session: Session, draft_id: str, now: datetime) -> frozenset[str]:
    """The text of a draft changes: what was submitted of it is void. Gives who had confirmed, to be told."""
    open_states = ("waiting", "embargoed")
    ids = list(
        session.scalars(
            select(col(Proposal.id))
            .where(col(Proposal.draft_id) == draft_id, col(Proposal.state).in_(open_states))
            .with_for_update()
        )
    )
    if not ids:
        return frozenset()
    confirmed = frozenset(session.scalars(select(col(TurnedKey.account_id)).where(col(TurnedKey.proposal_id).in_(ids))))
    session.execute(update(Proposal).where(col(Proposal.id).in_(ids)).values(state="void", decided_at=now))
    session.execute(update(TurnedKey).where(col(TurnedKey.proposal_id).in_(ids)).values(void_at=now))
    answering.answered(session, ids, now)
    return confirmed
