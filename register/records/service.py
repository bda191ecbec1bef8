"""Proposing records: what a draft is of, and whether what was typed can be submitted."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session

from register import i18n, workflow
from register.access import Person
from register.drafting.dates import embargo
from register.drafting.service import Fit, Kept, Unfit, language_of
from register.errors import FieldError, NotHere
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger import files
from register.ledger.designating import LED
from register.ledger.documents import BODIES
from register.ledger.parts import mentions, texts
from register.ledger.tables import card
from register.models import Draft
from register.publishing import proposing
from register.publishing.proposing import Public
from register.records import naming
from register.records.kinds import KINDS
from register.records.reading import BOTH_OR_NONE, Reader, Shown
from register.records.shape import Kind

GONE = _("What this is about is not published any more, so that nothing can be submitted.")


class Subject(NamedTuple):
    """What a draft is of: its kind, and the record; `public` is the version in view, of which `title` is the title.

    A new record has neither reference nor title. A designation or a move is of the record that it is about.
    """

    kind: Kind
    about: str
    record: str
    public: Public | None = None
    reference: str = ""
    title: str = ""

    @property
    def beside(self) -> bool:
        """Whether the document stands beside the record rather than being it."""
        return self.kind.name != self.about

    @property
    def base(self) -> Public | None:
        """The version that is changed, where one is."""
        return None if self.beside else self.public


def subject(session: Session, language: str, kind: Kind, about: str, reference: str) -> Subject:
    """The published record with this reference, to be changed or to stand beside. Two queries. Raises NotHere."""
    title = card.c[f"title_{language}"]
    wanted = select(card.c.record, title).where(card.c.kind == about, card.c.reference == reference)
    row = session.execute(wanted.where(card.c.pub_to.is_(None))).first()
    if row is None or (kind.name != about and about not in LED):
        raise NotHere
    return Subject(kind, about, row[0], proposing.public(session, about, row[0]), reference, row[1])


def subject_of(session: Session, language: str, draft: Draft) -> Subject:
    """What a draft is of, published or not. At most two queries."""
    public = proposing.public(session, draft.about_kind, draft.about_record)
    kind = KINDS[draft.makes]
    if public is None:
        return Subject(kind, draft.about_kind, draft.about_record)
    key = draft.about_kind, draft.about_record
    named = naming.named(session, language, [key])
    title = named[key].title if key in named else ""
    return Subject(kind, draft.about_kind, draft.about_record, public, public.reference, title)


def shown(session: Session, kind: Kind, public: Public) -> dict[str, str]:
    """A version as it would be typed in the form. One query."""
    part = BODIES[kind.name].model_validate(public.body)
    named = naming.named(session, public.language, {(mention.kind, mention.id) for mention in mentions(part)})
    second = next(language for language in i18n.LANGUAGES if language != public.language)
    told = public.translations.get(second, {})
    body = part.model_dump(mode="json")  # complete, also where it was written under an older schema
    found = kind.show(Shown(public.language, named, told), body) | {"language": public.language}
    return {name: value for name, value in found.items() if value}


def published(session: Session, of: Subject) -> dict[str, files.Kept]:
    """The files that the version in view names, by SHA-256. At most one query, none where it names no file."""
    base = of.base
    if base is None or not files.named(base.body):
        return {}
    return files.of_record(session.connection(), base.kind, base.record)


def kept(person: Person, of: Subject, typed: Mapping[str, str]) -> Kept:
    """What is kept of a form, with in whose name it speaks as far as can be told already."""
    whose = of.kind.whose(typed, person.side)
    if of.kind.name == "move":
        whose = {"side": of.public.body.get("side") if of.public else None}
    mode = workflow.mode_of(of.kind.name, whose, of.base.body if of.base else None)
    return Kept(typed, mode, language_of(person, typed))


def fit(
    session: Session,
    person: Person,
    of: Subject,
    replaces: str | None,
    typed: Mapping[str, str],
    now: datetime,
    sent: Collection[str] = (),
) -> Fit:
    """The document that was typed, checked by every rule of submitting. Raises Unfit with all that is wrong.

    `sent`: the SHA-256 of each file that is kept with the draft.
    """
    language = language_of(person, typed)
    reader = Reader(session, typed, language, now.astimezone(ZONE).date(), person.side, of.base, of.public, sent)
    body: dict[str, Any] = of.kind.read(reader)
    faults = reader.faults
    until = embargo(typed, now, faults)
    if of.beside:
        body["about"] = {"kind": of.about, "id": of.record}
    if of.public is None and (of.beside or replaces):
        faults.append(FieldError("", GONE))
    elif of.base and of.base.digest != replaces:
        faults.append(FieldError("", proposing.CHANGED))
    _other_language(typed, faults)
    if faults:
        raise Unfit(faults)
    try:
        part = BODIES[of.kind.name].model_validate(body)
        proposing.check_record(session, of.kind.name, part, person, of.base)
    except FieldError as error:
        raise Unfit([error]) from error
    except ValidationError as error:
        raise Unfit([FieldError("", _("This cannot be published as it is. Check every field."))]) from error
    paths = texts(part).keys()
    told = {path: words for path, words in reader.other.items() if path in paths}
    return Fit(part, {reader.second: told} if told.keys() == paths else {}, until)


def _other_language(typed: Mapping[str, str], faults: list[FieldError]) -> None:
    """The texts in the other language are all there or none of them, so that no page mixes two languages."""
    others = [name for name in ("title", "summary") if typed.get(f"{name}_other")]
    for name in ("title", "summary") if others else ():
        if typed.get(name) and name not in others:
            faults.append(FieldError(f"{name}_other", BOTH_OR_NONE))
        if name in others and not typed.get(name):
            faults.append(FieldError(name, _("Write the text itself too, not its translation only.")))
