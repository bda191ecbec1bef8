"""From a draft to a frozen text: what is submitted is checked by the tables of `workflow`, and confirmed only so.

Editing what was submitted makes a new proposal necessary; the keys turned on the old one are void and stay void.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, select, tuple_, update
from sqlmodel import Session, col

from register import workflow
from register.access import Person
from register.errors import FieldError, NotHere
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger import append, moving, wording
from register.ledger.documents import Designation, Move, Update
from register.ledger.documents import Session as Meeting
from register.ledger.parts import Part, mentions
from register.ledger.tables import card, position, publication
from register.models import Draft, Proposal, TurnedKey
from register.publishing import answering
from register.words.vocabulary import SessionState, Status
from register.words.work import DraftState, Mode

REPORTED_ON = ("agreement", "action", "session")
CHANGED = _("Another version of this record was published meanwhile. Compare your text with it, and submit it again.")


class Public(NamedTuple):
    """A published record as far as rules ask: its digest, its topics, and its text with the translations."""

    kind: str
    record: str
    reference: str
    digest: str
    language: str
    body: dict[str, Any]
    translations: dict[str, dict[str, str]]

    @property
    def topics(self) -> frozenset[str]:
        """The topics that it belongs to."""
        return frozenset(self.body.get("topics") or ())


def public(session: Session, kind: str, record: str) -> Public | None:
    """The version of a record that is in view now. One query."""
    wanted = select(publication, wording.other()).join(card, card.c.seq == publication.c.seq)
    here = (card.c.kind == kind, card.c.record == record, card.c.pub_to.is_(None))
    row = session.connection().execute(wanted.where(*here)).first()
    return None if row is None or row.document is None else _public(row)


def version(session: Session, kind: str, record: str, digest: str) -> Public | None:
    """The version of a record with this digest, whether it is in view or not. One query."""
    wanted = select(publication, wording.other()).where(
        publication.c.entry == "document",
        publication.c.kind == kind,
        publication.c.record == record,
        publication.c.document.is_not(None),
    )
    found = (_public(row) for row in session.connection().execute(wanted.order_by(publication.c.seq.desc())))
    return next((each for each in found if each.digest == digest), None)


def _public(row: Row[Any]) -> Public:
    core, digest = json.loads(row.document), json.loads(row.header)["document"]
    told = wording.told(row, core["language"])
    return Public(row.kind, row.record, row.reference, digest, core["language"], core["body"], told)


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


def check_record(session: Session, kind: str, part: Part, author: Person, base: Public | None = None) -> Mode:
    """In whose name a record, a designation or a move speaks; `base` is the version that is changed.

    Raises FieldError unless the tables of `workflow` allow it.
    """
    body, before = part.model_dump(mode="json"), base.body if base else None
    sides, mode = workflow.sides_of(kind, body, before), workflow.mode_of(kind, body, before)
    if mode is Mode.OWN and sides != {author.side}:
        told = _("This is for the other side to propose: it is theirs alone.")
        field = workflow.WHOSE[kind] or ""
        raise FieldError(field, told if author.principal else _("A joint body writes for both sides together."))
    if kind in workflow.CITATION_NEEDED and not body["citations"]:
        raise FieldError("source_1", _("Say where it is written: at least one passage of a source."))
    named = {(mention.kind, mention.id): mention.role for mention in mentions(part)}
    if named:
        here = tuple_(card.c.kind, card.c.record).in_(list(named))
        rows = session.connection().execute(select(card.c.kind, card.c.record).where(here, card.c.pub_to.is_(None)))
        gone = named.keys() - {(row.kind, row.record) for row in rows}
        if gone:
            raise FieldError(named[min(gone)], _("This names a record that is not published."))
    return mode


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


def current(session: Session, proposal: Proposal) -> bool:
    """Whether a text still follows the version that it was made from; a report and what is new follow none.

    At most three queries. A move follows the date that it moves, which must still be the one in force, and be of whom
    it was: the date of what became a joint action meanwhile, one side no longer moves.

    The caller holds the ledger's head (`append.lock`), or only wants to know.
    """
    core = json.loads(proposal.core)
    replaces, body = core["replaces"], core["body"]
    if proposal.kind == "move":
        about = body["about"]["kind"], body["about"]["id"]
        of, now = public(session, *about), moving.in_force(session.connection(), *about)
        same_date = now.edtf == (body["old"]["edtf"] if body["old"] else "")
        return of is not None and of.body.get("side") == body["side"] and same_date
    if replaces is None:
        return True
    found = public(session, proposal.kind, proposal.record)
    return found is not None and found.digest == replaces


def submit(
    session: Session,
    draft: Draft,
    part: Part,
    translations: Mapping[str, Mapping[str, str]],
    author: Person,
    now: datetime,
    embargo: datetime | None = None,
) -> Proposal:
    """Freeze a text as the proposal of `draft`, of the kind that the draft makes.

    Raises FieldError when a rule forbids it, and NotHere when what it is about is not in view.
    """
    topics: frozenset[str] = frozenset()
    record = append.record_id(draft.makes[0])
    if isinstance(part, Update | Designation | Move):
        found = public(session, part.about.kind, part.about.id)
        if found is None or (isinstance(part, Update) and part.about.kind not in REPORTED_ON):
            raise NotHere
        topics = found.topics
        if isinstance(part, Move) and part.side != found.body.get("side"):
            raise FieldError("", CHANGED)  # whose date it is, the record says
    else:
        record = draft.about_record
        found = public(session, draft.makes, record)
        topics = frozenset(getattr(part, "topics", ())) | (found.topics if found else frozenset())
        if draft.replaces != (found.digest if found else None):
            raise FieldError("", CHANGED)
        if isinstance(part, Meeting):
            last = SessionState(found.body["state"]) if found else None
            if not workflow.session_may(last, part.state):
                told = _("This cannot follow the state that is public now. What was held stays held.")
                raise FieldError("state", told)
    if isinstance(part, Update):
        mode = Mode(draft.mode)
        check(session, part, mode, author)
        if part.as_of.reading.last > now.astimezone(ZONE).date():
            raise FieldError("as_of", _("A report says how it stands, so that its date cannot lie in the future."))
    else:
        mode = check_record(session, draft.makes, part, author, None if isinstance(part, Designation | Move) else found)
    void(session, draft.id, now)
    core = append.freeze(draft.makes, record, draft.language, part, draft.replaces)
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
        topics=json.dumps(sorted(topics)),
        submitted_at=now,
        embargo=embargo,
    )
    session.add(made)
    draft.state, draft.mode, draft.changed_at = DraftState.WAITING.value, mode.value, now
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
