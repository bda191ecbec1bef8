"""Keeping drafts: as they were typed, done once however often the request comes, never over what came in between."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from register import access, i18n
from register.access import Person, Thing
from register.errors import FieldError, NotHere, SchakelError
from register.ledger.parts import Part
from register.models import Draft, Proposal
from register.models.moments import new_id
from register.publishing import evidence, proposing
from register.words.work import DraftState, Mode

ON_ITS_WAY = (DraftState.WAITING, DraftState.EMBARGOED)


class Unfit(SchakelError):
    """A text cannot be submitted as it is; `faults` says why, field by field."""

    def __init__(self, faults: list[FieldError]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class Stale(SchakelError):
    """The draft is no longer as it was when the form was made. `draft` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.id)
        self.draft = draft


class Made(NamedTuple):
    """What a draft makes, and of what: the kind of document, the record it is about, and the version it changes."""

    makes: str
    kind: str
    record: str
    replaces: str | None = None


class Kept(NamedTuple):
    """What is kept of a form: what was typed, in whose name it speaks, and in which language."""

    typed: Mapping[str, str]
    mode: Mode
    language: str

    @property
    def text(self) -> str:
        """What was typed, as the database keeps it."""
        return json.dumps(dict(sorted(self.typed.items())), ensure_ascii=False)


class Fit(NamedTuple):
    """What is submitted: the document, its texts in other languages, and until when it stays unseen."""

    part: Part
    translations: dict[str, dict[str, str]]
    embargo: datetime | None = None


class Held(NamedTuple):
    """A draft held until the transaction ends. `done`: what is asked was done already, by a request like this one."""

    draft: Draft
    done: bool


def entitled(typed: str) -> str:
    """The title that was typed in a draft, as it is kept; empty where there is none."""
    return str(json.loads(typed).get("title", ""))


def begin(session: Session, person: Person, made: Made, key: str, kept: Kept, now: datetime) -> Held:
    """A new draft of this person; the one that this very form made before, if it comes again. Raises NotHere."""
    if not access.can(person, "write", Thing("draft", person.side, person.id, "new")):
        raise NotHere
    draft = Draft(
        makes=made.makes,
        about_kind=made.kind,
        about_record=made.record,
        replaces=made.replaces,
        side=person.side,
        author_id=person.id,
        mode=kept.mode.value,
        language=kept.language,
        typed=kept.text,
        key=key or new_id(),
        created_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        found = session.scalars(select(Draft).where(col(Draft.key) == key).with_for_update()).one_or_none()
        if found is None or found.author_id != person.id:  # somebody else's mark: it says nothing, this is a new form
            return begin(session, person, made, "", kept, now)
        return Held(found, True)
    return Held(draft, False)


def hold(session: Session, person: Person, draft_id: str, version: str, kept: Kept, *, submits: bool) -> Held:
    """The person's draft that a form was made from at `version`. Raises NotHere, and Stale when it changed since.

    What waits for confirmation is locked before the draft, as whoever confirms does.
    """
    open_now = col(Proposal.state).in_(("waiting", "embargoed"))
    waits = select(col(Proposal.id)).where(col(Proposal.draft_id) == draft_id, open_now).order_by(col(Proposal.id))
    session.execute(waits.with_for_update())
    mine = select(Draft).where(col(Draft.id) == draft_id, access.visible(Draft, person))
    draft = session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if draft is None or draft.author_id != person.id:
        raise NotHere
    same, submitted = draft.typed == kept.text, draft.state in ON_ITS_WAY
    if same and (submitted or (not submits and draft.state == DraftState.DRAFT)):
        return Held(draft, True)
    current = version == str(draft.version) or (same and draft.state == DraftState.DRAFT)
    if not current or not access.can(person, "change", access.draft(draft)):
        raise Stale(draft)
    return Held(draft, False)


def save(session: Session, draft: Draft, kept: Kept, now: datetime) -> bool:
    """Keep what was typed, as it was typed. What was submitted of the draft is void; tells whether anything was."""
    submitted = draft.state in ON_ITS_WAY
    if submitted:
        proposing.void(session, draft.id, now)
        draft.state = DraftState.DRAFT.value
    draft.typed, draft.mode, draft.language = kept.text, kept.mode.value, kept.language
    draft.version += 1
    draft.changed_at = now
    session.add(draft)
    session.flush()
    return submitted


def submit(session: Session, person: Person, draft: Draft, fit: Fit, now: datetime) -> Proposal:
    """Freeze what fits, to be confirmed. Raises FieldError and NotHere as `proposing.submit` does."""
    return proposing.submit(session, draft, fit.part, fit.translations, person, now, fit.embargo)


def drop(session: Session, person: Person, draft: Draft, now: datetime) -> None:
    """Give a draft up; what was typed in it is erased. Raises Stale for one that is on its way."""
    if not access.can(person, "drop", access.draft(draft)):
        raise Stale(draft)
    evidence.drop(session, draft.id)
    draft.state, draft.typed, draft.version, draft.changed_at = DraftState.DROPPED.value, "{}", draft.version + 1, now
    session.add(draft)


def find(session: Session, person: Person, draft_id: str, *makes: str) -> Draft:
    """A draft that the person may see, of one of these kinds. One query. Raises NotHere."""
    wanted = select(Draft).where(col(Draft.id) == draft_id, access.visible(Draft, person), col(Draft.makes).in_(makes))
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotHere
    return found


def last_proposal(session: Session, draft_id: str) -> Proposal | None:
    """What was submitted of a draft last. One query."""
    wanted = select(Proposal).where(col(Proposal.draft_id) == draft_id)
    newest = wanted.order_by(col(Proposal.submitted_at).desc(), (col(Proposal.state) == "void"), col(Proposal.id))
    return session.scalars(newest.limit(1)).first()


def typed(draft: Draft) -> dict[str, str]:
    """What was typed in a draft, by field."""
    found: dict[str, str] = json.loads(draft.typed)
    return found


def language_of(person: Person, typed: Mapping[str, str]) -> str:
    """The language that a text is written in: as chosen, else that of the person."""
    found = typed.get("language") or person.language
    return found if found in i18n.LANGUAGES else i18n.LANGUAGES[0]
