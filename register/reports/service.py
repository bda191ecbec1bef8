"""Writing reports: kept as typed, checked when they are submitted, done once however often the request comes."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from register import access, i18n, workflow
from register.access import Person, Thing
from register.errors import FieldError, NotHere, SchakelError
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger.documents import Update
from register.ledger.parts import DateSaid, Evidence, Pointer
from register.models import Draft, Proposal
from register.models.moments import new_id
from register.publishing import evidence, proposing
from register.reports.queries import Item, Record
from register.words import saying
from register.words.dates import read_edtf
from register.words.vocabulary import Status
from register.words.work import DraftState, Mode

ROWS = (1, 2, 3)
_ADDRESS = re.compile(r"https?://[^\s/.]+\.[^\s]+")
UNREADABLE = _(
    "This date cannot be read. Write a day (31 January 2023 or 31-1-2023), a month (March 2023), a season "
    "(autumn 2024), a part of a year (end of 2023), a quarter, a year, or “today”."
)


class Unfit(SchakelError):
    """A report cannot be submitted as it is; `faults` says why, field by field."""

    def __init__(self, faults: list[FieldError]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class Stale(SchakelError):
    """The draft is no longer as it was when the form was made. `draft` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.id)
        self.draft = draft


class Report(NamedTuple):
    """What is submitted: the document, its texts in other languages, and until when it stays unseen."""

    update: Update
    translations: dict[str, dict[str, str]]
    embargo: datetime | None


class Held(NamedTuple):
    """A draft held until the transaction ends. `done`: what is asked was done already, by a request like this one."""

    draft: Draft
    done: bool


def begin(session: Session, person: Person, about: Record, key: str, typed: dict[str, str], now: datetime) -> Held:
    """A new draft of this person; the one that this very form made before, if it comes again. Raises NotHere."""
    if not access.can(person, "write", Thing("draft", person.side, person.id, "new")):
        raise NotHere
    made = Draft(
        about_kind=about.kind,
        about_record=about.record,
        side=person.side,
        author_id=person.id,
        mode=_mode(person, typed).value,
        language=_language(person, typed),
        typed=_kept(typed),
        key=key or new_id(),
        created_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        found = session.scalars(select(Draft).where(col(Draft.key) == key).with_for_update()).one_or_none()
        if found is None or found.author_id != person.id:  # somebody else's mark: it says nothing, this is a new form
            return begin(session, person, about, "", typed, now)
        return Held(found, True)
    return Held(made, False)


def hold(
    session: Session, person: Person, draft_id: str, version: str, typed: dict[str, str], *, submits: bool
) -> Held:
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
    same, submitted = draft.typed == _kept(typed), draft.state in (DraftState.WAITING, DraftState.EMBARGOED)
    if same and (submitted or (not submits and draft.state == DraftState.DRAFT)):
        return Held(draft, True)
    current = version == str(draft.version) or (same and draft.state == DraftState.DRAFT)
    if not current or not access.can(person, "change", access.draft(draft)):
        raise Stale(draft)
    return Held(draft, False)


def save(session: Session, person: Person, draft: Draft, typed: dict[str, str], now: datetime) -> bool:
    """Keep what was typed, as it was typed. What was submitted of the draft is void; tells whether anything was."""
    submitted = draft.state in (DraftState.WAITING, DraftState.EMBARGOED)
    if submitted:
        proposing.void(session, draft.id, now)
        draft.state = DraftState.DRAFT.value
    draft.typed, draft.mode, draft.language = _kept(typed), _mode(person, typed).value, _language(person, typed)
    draft.version += 1
    draft.changed_at = now
    session.add(draft)
    session.flush()
    return submitted


def submit(session: Session, person: Person, draft: Draft, report: Report, now: datetime) -> Proposal:
    """Freeze a report that `fit` made, to be confirmed. Raises FieldError and NotHere as `proposing.submit` does."""
    return proposing.submit(session, draft, report.update, report.translations, person, now, report.embargo)


def drop(session: Session, person: Person, draft: Draft, now: datetime) -> None:
    """Give a draft up; what was typed in it is erased. Raises Stale for one that is on its way."""
    if not access.can(person, "drop", access.draft(draft)):
        raise Stale(draft)
    evidence.drop(session, draft.id)
    draft.state, draft.typed, draft.version, draft.changed_at = DraftState.DROPPED.value, "{}", draft.version + 1, now
    session.add(draft)


def fit(
    session: Session, person: Person, about: Record, typed: Mapping[str, str], now: datetime, sent: Collection[str] = ()
) -> Report:
    """The report that was typed, checked by every rule that submitting it asks. Raises Unfit with all that is wrong.

    `sent`: the SHA-256 of each file that is kept with the draft.
    """
    faults: list[FieldError] = []
    language = _language(person, typed)
    said = _as_of(typed, language, now, faults)
    shown = _evidence(typed, sent, faults)
    embargo = _embargo(typed, now, faults)
    status = Status(typed["status"]) if typed.get("status") in set(Status) else None
    text, other = typed.get("text", ""), typed.get("other", "")
    if status is None and not text:
        faults.append(FieldError("text", _("Choose a status, write a text, or do both.")))
    if other and not text:
        faults.append(FieldError("text", _("Write the text itself too, not its translation only.")))
    mode = _mode(person, typed)
    try:
        sides = proposing.sides_of(mode, person.side)
        if status in workflow.EVIDENCE_NEEDED and not shown and not faults:
            raise FieldError("title_1", _("Show by a link or a file that it was done."))
        if said is None or faults:
            raise Unfit(faults)
        update = Update(
            about=Pointer(kind=about.kind, id=about.record),  # type: ignore[arg-type]
            as_of=DateSaid(edtf=said.edtf, words=said.words[language]),
            sides=sides,  # type: ignore[arg-type]
            status=status,
            text=text or None,
            evidence=shown,
        )
        proposing.check(session, update, mode, person)
    except FieldError as error:
        raise Unfit([*faults, error]) from error
    except ValidationError as error:
        raise Unfit([FieldError("", _("This cannot be published as it is. Check every field."))]) from error
    return Report(update, _translations(language, said, text, other), embargo)


def still(session: Session, person: Person, items: list[Item], key: str, now: datetime) -> int:
    """Submit one own report on each item: nothing has changed, today. Gives how many were not submitted before.

    Raises Unfit, by which nothing is submitted, when one of them may not be.
    """
    language = person.language if person.language in i18n.LANGUAGES else i18n.LANGUAGES[0]
    made = 0
    for item in items:
        typed = {"mode": Mode.OWN.value, "status": item.status.value, "language": language}
        typed["as_of"] = saying.say(now.astimezone(ZONE).date().isoformat(), language)
        about = Record(item.kind, item.record, item.reference, item.title, "", {person.side: item.status})
        held = begin(session, person, about, f"{key}:{item.kind}:{item.record}", typed, now)
        if held.done:
            continue
        submit(session, person, held.draft, fit(session, person, about, typed, now), now)
        made += 1
    return made


def reading(typed: Mapping[str, str], today: date, frozen: Proposal | None = None) -> Any:
    """First day, last day and whether it is about, as the date that was typed is read; None when it cannot be.

    What is `frozen` is read as it was when it was submitted: "today" was that day.
    """
    if frozen is not None:
        return read_edtf(json.loads(frozen.core)["body"]["as_of"]["edtf"])
    said = saying.understood(typed.get("as_of", ""), typed.get("language", ""), today)
    return read_edtf(said.edtf) if said else None


def _as_of(
    typed: Mapping[str, str], language: str, now: datetime, faults: list[FieldError]
) -> saying.Understood | None:
    today = now.astimezone(ZONE).date()
    said = saying.understood(typed.get("as_of", ""), language, today)
    if said is None:
        faults.append(FieldError("as_of", UNREADABLE))
        return None
    if read_edtf(said.edtf).first > today:
        told = _("A report says how it stands, so that its date cannot lie in the future.")
        faults.append(FieldError("as_of", told))
    elif read_edtf(said.edtf).last > today:  # it would count from its last day, and so before all that comes until then
        told = _("This period has not ended yet. Write a day, or a period that has ended.")
        faults.append(FieldError("as_of", told))
    return said


def _evidence(typed: Mapping[str, str], sent: Collection[str], faults: list[FieldError]) -> tuple[Evidence, ...]:
    found = []
    for row in ROWS:
        title, link, file = (typed.get(f"{name}_{row}", "") for name in ("title", "link", "file"))
        if file and link:
            told = _("Give a link or a file, not both: use another row for the second.")
            faults.append(FieldError(f"link_{row}", told))
        elif file and file not in sent:
            faults.append(FieldError(f"upload_{row}", _("This file is no longer here. Choose it again.")))
        elif file and not title:
            faults.append(FieldError(f"title_{row}", _("Say what this file is.")))
        elif file:
            found.append(Evidence(title=title, sha256=file))
        elif link and not _ADDRESS.fullmatch(link):
            told = _("This is not a web address. It begins with https:// and has no spaces.")
            faults.append(FieldError(f"link_{row}", told))
        elif link and not title:
            faults.append(FieldError(f"title_{row}", _("Say what stands at this address.")))
        elif title and not link:
            faults.append(
                FieldError(f"link_{row}", _("Give the web address where this can be seen, or choose a file."))
            )
        elif link:
            found.append(Evidence(title=title, url=link))
    return tuple(found)


def _embargo(typed: Mapping[str, str], now: datetime, faults: list[FieldError]) -> datetime | None:
    day, hour = typed.get("embargo_day", ""), typed.get("embargo_time", "")
    if not day and not hour:
        return None
    if not day or not hour:
        missing = "embargo_time" if day else "embargo_day"
        faults.append(FieldError(missing, _("An embargo needs a day and a time.")))
        return None
    try:
        if not re.fullmatch(r"\d{2}:\d{2}(?::\d{2})?", hour):
            raise ValueError(hour)
        until = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), ZONE)
    except ValueError:
        faults.append(FieldError("embargo_time", _("This is not a day and a time. Write the time as 14:30.")))
        return None
    if until <= now:
        faults.append(FieldError("embargo_day", _("This moment has passed, so that there is nothing to wait for.")))
    return until


def _translations(language: str, said: saying.Understood, text: str, other: str) -> dict[str, dict[str, str]]:
    """The texts in the other language, by path: all of them or none, so that no page mixes two languages."""
    if text and not other:
        return {}
    second = next(each for each in i18n.LANGUAGES if each != language)
    return {second: {"as_of.words": said.words[second]} | ({"text": other} if other else {})}


def _mode(person: Person, typed: Mapping[str, str]) -> Mode:
    found = typed.get("mode", "")
    own = access.can(person, "write own", Thing("draft", person.side, person.id, "new"))
    return Mode(found) if found in set(Mode) and (own or found != Mode.OWN) else Mode.OWN if own else Mode.JOINT


def _language(person: Person, typed: Mapping[str, str]) -> str:
    found = typed.get("language") or person.language
    return found if found in i18n.LANGUAGES else i18n.LANGUAGES[0]


def _kept(typed: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(typed.items())), ensure_ascii=False)
