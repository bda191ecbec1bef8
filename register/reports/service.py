"""Writing reports: what a report makes of what was typed, checked when it is submitted."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session, col

from register import access, i18n, workflow
from register.access import Person, Thing
from register.drafting import service as drafting
from register.drafting import showing
from register.drafting.dates import UNREADABLE, embargo
from register.drafting.service import Fit, Kept, Made, Unfit, language_of
from register.drafting.showing import Rows
from register.errors import FieldError, NotHere
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger.documents import Update
from register.ledger.parts import DateSaid, Pointer
from register.models import Proposal
from register.publishing import proposing
from register.reports.queries import Item, Record
from register.words import saying
from register.words.dates import read_edtf
from register.words.vocabulary import Status
from register.words.work import Mode

ROWS = Rows("title", "link", (1, 2, 3))


def made(about: Record) -> Made:
    """What a report on a record makes."""
    return Made("update", about.kind, about.record)


def kept(person: Person, typed: Mapping[str, str]) -> Kept:
    """What is kept of what was typed, with in whose name and in which language it speaks."""
    return Kept(typed, _mode(person, typed), language_of(person, typed))


def fit(
    session: Session, person: Person, about: Record, typed: Mapping[str, str], now: datetime, sent: Collection[str] = ()
) -> Fit:
    """The report that was typed, checked by every rule that submitting it asks. Raises Unfit with all that is wrong.

    `sent`: the SHA-256 of each file that is kept with the draft.
    """
    faults: list[FieldError] = []
    if not about.title:
        told = _("What this is about is not published any more, so that nothing can be submitted.")
        raise Unfit([FieldError("", told)])
    language = language_of(person, typed)
    said = _as_of(typed, language, now, faults)
    shown = showing.shown(typed, ROWS, sent, faults)
    until = embargo(typed, now, faults)
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
    return Fit(update, _translations(language, said, text, other), until)


def reading_of(session: Session, person: Person, about: Record, proposal_id: str) -> dict[str, str]:
    """What a joint report that waits says, as one's own report begins with it: to be changed into one's own reading.

    Raises NotHere for a text that the person may not see, or of another record.
    """
    wanted = select(Proposal).where(col(Proposal.id) == proposal_id, access.visible(Proposal, person))
    found = session.scalars(wanted).one_or_none()
    body = json.loads(found.core)["body"] if found and found.kind == "update" else {}
    if found is None or body.get("about") != {"kind": about.kind, "id": about.record}:
        raise NotHere
    language = json.loads(found.core)["language"]
    texts = json.loads(found.translations)
    other = next((words.get("text", "") for spoken, words in texts.items() if spoken != language), "")
    typed = {"mode": Mode.OWN.value, "status": body["status"] or "", "text": body["text"] or "", "other": other}
    typed |= {"language": language, "as_of": body["as_of"]["words"]}
    for row, shown in zip(ROWS.numbers, body["evidence"], strict=False):
        typed |= {f"title_{row}": shown["title"], f"link_{row}": shown["url"] or ""}
    return typed


def still(session: Session, person: Person, items: list[Item], key: str, now: datetime) -> int:
    """Submit one own report on each item: nothing has changed, today. Gives how many were not submitted before.

    Raises Unfit, by which nothing is submitted, when one of them may not be.
    """
    language = person.language if person.language in i18n.LANGUAGES else i18n.LANGUAGES[0]
    count = 0
    for item in items:
        typed = {"mode": Mode.OWN.value, "status": item.status.value, "language": language}
        typed["as_of"] = saying.say(now.astimezone(ZONE).date().isoformat(), language)
        about = Record(item.kind, item.record, item.reference, item.title, "", {person.side: item.status})
        mark = f"{key}:{item.kind}:{item.record}"
        held = drafting.begin(session, person, made(about), mark, kept(person, typed), now)
        if held.done:
            continue
        drafting.submit(session, person, held.draft, fit(session, person, about, typed, now), now)
        count += 1
    return count


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
