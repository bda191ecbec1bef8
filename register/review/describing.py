"""A document field by field in words, for people who confirm it: what is public now beside what would be."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from register import i18n
from register.i18n import mark as _
from register.ledger.documents import BODIES, Move
from register.ledger.parts import (
    Citation,
    DateSaid,
    Evidence,
    Hours,
    Identifiers,
    Lead,
    Outcome,
    Part,
    Point,
    Pointer,
    Relation,
    named_kind,
)
from register.words.comparing import Span, compare
from register.words.vocabulary import Word

Names = Mapping[tuple[str, str], str]  # titles by kind and id

# What each field of a body is called; `about` stands at the head of the page.
FIELDS = {
    "title": _("Title"),
    "summary": _("Summary"),
    "citations": _("Where it is written"),
    "topics": _("Topics"),
    "nature": _("Nature"),
    "one_sided": _("Whose statement it is"),
    "form": _("Form"),
    "character": _("Kind"),
    "type": _("Kind"),
    "state": _("State"),
    "side": _("Side"),
    "sides": _("On the word of"),
    "made": _("Made"),
    "date": _("Date"),
    "time": _("Time of day"),
    "due": _("Term"),
    "agreements": _("Agreements that it falls under"),
    "leads": _("Lead body"),
    "participants": _("Taking part"),
    "addressed": _("Addressed"),
    "competence": _("Competence in Flanders"),
    "places": _("Places"),
    "place": _("Place"),
    "organisations": _("Organisations"),
    "follows": _("Follows on"),
    "agenda": _("Agenda"),
    "evidence": _("To be read"),
    "outcomes": _("Outcomes"),
    "relations": _("Related"),
    "abbreviation": _("Abbreviation"),
    "identifiers": _("Public identifiers"),
    "url": _("Web address"),
    "parent": _("Part of"),
    "publisher": _("Published by"),
    "number": _("Number"),
    "file": _("File"),
    "organisation": _("Lead body"),
    "designated_on": _("Designated on"),
    "new": _("New date"),
    "reason": _("Reason"),
    "asked_by": _("At the request of"),
    "agreed_on": _("Agreed on"),
}


class Change(NamedTuple):
    """A field as it is public and as it would be, word by word; `language`: of the words, where they are a text."""

    label: str
    spans: tuple[Span, ...]
    changed: bool
    language: str


class Version(NamedTuple):
    """A document to be compared: its body, its language, and its texts in other languages by path."""

    body: dict[str, Any]
    language: str
    told: Mapping[str, Mapping[str, str]]


def changes(before: Version | None, after: Version, names: Names, language: str) -> tuple[Change, ...]:
    """What differs between two versions and what stays, for a reader of `language`. No query."""
    told = i18n.translations(language).gettext
    new = BODIES[after.body["kind"]].model_validate(after.body)
    old = BODIES[before.body["kind"]].model_validate(before.body) if before else None
    found = []
    for name, label in FIELDS.items():
        if name not in type(new).model_fields:
            continue
        texts = [_said(part, name, names, language) if part else "" for part in (old, new)]
        if any(texts):
            spoken = after.language if name in ("title", "summary", "agenda", "outcomes", "reason") else ""
            found.append(_change(told(label), texts[0], texts[1], spoken))
    if isinstance(new, Move) and new.old:  # the date that it moves is public, whatever else is new
        place = next(at for at, change in enumerate(found) if change.label == told(FIELDS["new"]))
        gone = Span("gone", _date(new.old, language))
        found[place] = found[place]._replace(spans=(gone, *found[place].spans))
    for other in sorted(after.told.keys() | (before.told.keys() if before else set())):
        was, is_now = before.told.get(other, {}) if before else {}, after.told.get(other, {})
        for name in ("title", "summary", "agenda", "outcomes", "reason"):
            texts = [_told(words, name) for words in (was, is_now)]
            if any(texts):
                label = f"{told(FIELDS[name])} ({i18n.NAMES[other]})"
                found.append(_change(label, texts[0], texts[1], other))
    return tuple(found)


def _change(label: str, before: str, after: str, language: str) -> Change:
    return Change(label, compare(before, after), before != after, language)


def _told(words: Mapping[str, str], name: str) -> str:
    """A field in another language: its words, or those of each of its points."""
    return "\n".join(text for path, text in words.items() if path == name or path.startswith(f"{name}."))


def _said(part: Part, name: str, names: Names, language: str) -> str:
    value, kind = getattr(part, name), named_kind(type(part).model_fields[name])
    values = value if isinstance(value, tuple) else (value,)
    return "\n".join(filter(None, (_words(each, kind, names, language) for each in values)))


def _words(value: Any, kind: str, names: Names, language: str) -> str:
    """One value in words."""
    labels, told = i18n.labels(language), i18n.translations(language).gettext
    if value is None:
        return ""
    if isinstance(value, Word):
        return labels[type(value).__name__][value.value]
    if isinstance(value, DateSaid):
        return _date(value, language)
    if isinstance(value, Citation):
        return _passage(value, names, language)
    if isinstance(value, Lead):
        who = names.get(("organisation", value.organisation), value.organisation)
        return f"{labels['Side'][value.side]}: {who} ({labels['LeadBasis'][value.basis]})"
    if isinstance(value, Relation):
        return f"{labels['RelationKind'][value.type]}: {names.get((value.kind, value.target), value.target)}"
    if isinstance(value, Outcome):
        return _outcome(value, names, language)
    if isinstance(value, Point):
        about = names.get(("agreement", value.agreement or ""), names.get(("action", value.action or ""), ""))
        return f"{value.text} [{about}]" if about else value.text
    if isinstance(value, Hours):
        return f"{value.begins}{'–' + value.ends if value.ends else ''} ({value.zone})"
    if isinstance(value, Identifiers):
        return "; ".join(f"{name.upper()} {one}" for name, one in value if one)
    if isinstance(value, Evidence):
        return f"{value.title} ({value.url or f'SHA-256 {value.sha256}'})"
    if isinstance(value, Pointer):
        return names.get((value.kind, value.id), value.id)
    if kind:
        return names.get((kind, value), told(_("A record that is published no more")))
    return str(value)


def _outcome(said: Outcome, names: Names, language: str) -> str:
    """An outcome with what it touches, the action it became, and whether it is still open."""
    told = i18n.translations(language).gettext
    more = [told(_("still open"))] if said.open else []
    more += [names.get(("agreement", each), each) for each in said.agreements]
    more += [names.get(("action", said.action), said.action)] if said.action else []
    kind = i18n.labels(language)["OutcomeKind"][said.kind]
    return f"{kind}: {said.text}" + (f" ({'; '.join(more)})" if more else "")


def _date(said: DateSaid, language: str) -> str:
    """The words of a date, and the days that they were read as, where they are not one day."""
    first, last = said.reading.first, said.reading.last
    if first == last:
        return said.words
    return f"{said.words} ({i18n.long_date(language, first)} – {i18n.long_date(language, last)})"


def _passage(cited: Citation, names: Names, language: str) -> str:
    told = i18n.translations(language).gettext
    parts = [names.get(("source", cited.source), cited.source)]
    for message, value in (
        (_("section %(section)s"), {"section": cited.section}),
        (_("page %(page)s"), {"page": cited.page}),
        (_("paragraph %(paragraph)s"), {"paragraph": cited.paragraph}),
        (_("lines %(lines)s"), {"lines": cited.lines}),
    ):
        if any(value.values()):
            parts.append(told(message) % value)
    return ", ".join(parts)
