"""What a cell of a table can hold, and how each is read from a record: a text, a fixed word, a date as said, names."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from register import i18n
from register.door import absolute
from register.exports.composing import NAMING, Told
from register.i18n import mark as _
from register.ledger import filters
from register.words.dates import read_edtf
from register.words.vocabulary import Side, Timeliness, Word

Cell = str | int | date | None
Value = Callable[[Told, str], Cell]


class Column(NamedTuple):
    """A column: its name and meaning (marked messages), how a record says it in a language, and the words it may be."""

    name: str
    meaning: str
    value: Value
    words: type[Word] | None = None


def text(field: str) -> Value:
    """The text of a field."""
    return lambda told, _language: told.doc.body.get(field)


def labelled(words: type[Word], said: str | None, language: str) -> str | None:
    """The label of a fixed word, where there is one."""
    return i18n.labels(language)[words.__name__][said] if said else None


def fixed(words: type[Word], field: str) -> Value:
    """The label of the fixed word in a field."""
    return lambda told, language: labelled(words, told.doc.body.get(field), language)


def standing(words: type[Word], field: str) -> Value:
    """The label of a fixed word that reports and confirmations make (`read.Stand`)."""
    return lambda told, language: labelled(words, getattr(told.doc.stand, field), language)


def _joined(found: Iterable[str]) -> str | None:
    return "; ".join(dict.fromkeys(found)) or None


def named(field: str, place: int = 0) -> Value:
    """The titles (or, at `place` 1, the references) of the records that a field names, as far as they are in view."""

    def value(told: Told, _language: str) -> Cell:
        found = told.doc.body.get(field) or ()
        ids = [(NAMING[field], one) for one in ([found] if isinstance(found, str) else found)]
        return _joined(told.names[one][place] for one in ids if one in told.names)

    return value


def leads(side: Side) -> Value:
    """The lead bodies of a side: the one that it designated, then those that the source names."""

    def value(told: Told, _language: str) -> Cell:
        designated = [one.body for one in told.designated.values()]
        said = [lead for lead in (*designated, *told.doc.body.get("leads", ())) if lead["side"] == side]
        ids = [("organisation", lead["organisation"]) for lead in said]
        return _joined(told.names[one][0] for one in ids if one in told.names)

    return value


def sources(told: Told, _language: str) -> Cell:
    """The titles of the documents that carry it."""
    ids = [("source", citation["source"]) for citation in told.doc.body.get("citations", ())]
    return _joined(told.names[one][0] for one in ids if one in told.names)


def about(place: int) -> Value:
    """Title (0) or reference (1) of what a report is about."""

    def value(told: Told, _language: str) -> Cell:
        pointer = told.doc.body["about"]
        found = told.names.get((pointer["kind"], pointer["id"]))
        return found[place] if found else None

    return value


def timeliness(told: Told, language: str) -> Cell:
    """How the term stands, as pages say it."""
    stand = told.doc.stand
    word = filters.timeliness(stand.due, bool(stand.status_open), told.today, told.soon)
    return labelled(Timeliness, word.value if word else None, language)


def holds(told: Told, _language: str) -> Cell:
    """The last day of the term that holds, moved or not."""
    return date.fromisoformat(told.doc.stand.due) if told.doc.stand.due else None


def reported(side: Side) -> Value:
    """The day of the last report of a side."""

    def value(told: Told, _language: str) -> Cell:
        said = told.doc.stand.updated_nl if side is Side.NL else told.doc.stand.updated_vl
        return date.fromisoformat(said) if said else None

    return value


def sides(told: Told, language: str) -> Cell:
    """The sides whose word a report is."""
    return _joined(i18n.labels(language)["Side"][side] for side in told.doc.sides)


def confirmed(told: Told, language: str) -> Cell:
    """The sides whose confirmations of this text stand."""
    return _joined(i18n.labels(language)["Side"][key["side"]] for key in told.doc.confirmations)


def evidence(told: Told, _language: str) -> Cell:
    """What a report gives as evidence, or what is to be read for a session, a line for each."""
    found = told.doc.body.get("evidence") or ()
    return "\n".join(" ".join(filter(None, (one["title"], one.get("url")))) for one in found) or None


def outcomes(told: Told, _language: str) -> Cell:
    """What a session led to, a line for each."""
    return "\n".join(one["text"] for one in told.doc.body.get("outcomes") or ()) or None


def left_open(told: Told, _language: str) -> Cell:
    """What was still open after a session, a line for each."""
    return "\n".join(one["text"] for one in told.doc.body.get("outcomes") or () if one["open"]) or None


def agenda(told: Told, _language: str) -> Cell:
    """The points of an agenda in their order, a line for each, with the reference of what each is about."""
    lines = []
    for point in told.doc.body.get("agenda") or ():
        about = [(kind, point[kind]) for kind in ("agreement", "action") if point.get(kind)]
        named = [told.names[one][1] for one in about if one in told.names]
        lines.append(point["text"] + (f" ({', '.join(named)})" if named else ""))
    return "\n".join(lines) or None


def hours(told: Told, _language: str) -> Cell:
    """From when until when a session lasts, on the clock of its zone."""
    time = told.doc.body.get("time")
    return "–".join(filter(None, (time["begins"], time["ends"]))) + f" ({time['zone']})" if time else None


def synonyms(told: Told, _language: str) -> Cell:
    """The words that mean the same as a term."""
    return _joined(one for words in (told.doc.body.get("synonyms") or {}).values() for one in words)


def identifier(name: str) -> Value:
    """A public identifier of an organisation."""
    return lambda told, _language: (told.doc.body.get("identifiers") or {}).get(name)


def address(told: Told, _language: str) -> Cell:
    """The lasting address of a record; of a report, that of what it is about."""
    doc = told.doc
    if doc.kind in i18n.KINDS:
        return absolute(i18n.lasting(doc.kind, doc.reference))
    pointer = doc.body["about"]
    found = told.names.get((pointer["kind"], pointer["id"]))
    return absolute(i18n.lasting(pointer["kind"], found[1])) if found else None


def said(field: str, first: str, last: str, words: str, meaning: str) -> tuple[Column, ...]:
    """A date as said: first and last day of the period (EDTF) in which it lies for certain, and its words."""

    def day(end: str) -> Value:
        def value(told: Told, _language: str) -> Cell:
            said = told.doc.body.get(field)
            return getattr(read_edtf(said["edtf"]), end) if said else None

        return value

    def saying(told: Told, _language: str) -> Cell:
        return (told.doc.body.get(field) or {}).get("words")

    return (
        Column(words, meaning, saying),
        Column(
            first,
            _("The first day of the period in which that date lies; it can be wider than the words."),
            day("first"),
        ),
        Column(
            last, _("The last day of the period in which that date lies: the register counts from it."), day("last")
        ),
    )
