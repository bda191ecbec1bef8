"""Between what was typed and the body of a document, both ways."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from register import i18n
from register.drafting.dates import UNREADABLE
from register.drafting.showing import ADDRESS
from register.errors import FieldError
from register.i18n import mark as _
from register.ledger.parts import Part
from register.publishing.proposing import Public
from register.records import naming
from register.records.forms import ROWS
from register.records.naming import Named
from register.words import saying
from register.words.vocabulary import SIDES, LeadBasis

BOTH_OR_NONE = _("Write this in the other language too, or none of the texts.")
_LINES = re.compile(r"\d+(?:-\d+)?")


class Reader:
    """Reads fields of a form into parts of a body; what is wrong is added to `faults`, each at its field.

    `other` holds the words in the other language by path. `base` is the public version that is changed: what was left
    as it stands there is taken from there, word for word. `about` is the record beside which the document stands.
    `sent`: the SHA-256 of each file that is kept with the draft.
    """

    def __init__(
        self,
        session: Session,
        typed: Mapping[str, str],
        language: str,
        today: date,
        side: str,
        base: Public | None,
        about: Public | None = None,
        sent: Collection[str] = (),
    ) -> None:
        self.session, self.typed, self.language, self.today, self.side = session, typed, language, today, side
        self.about, self.sent = about, sent
        self.base: dict[str, Any] = base.body if base else {}
        self.second = next(each for each in i18n.LANGUAGES if each != language)
        self._told = base.translations.get(self.second, {}) if base else {}
        self.faults: list[FieldError] = []
        self.other: dict[str, str] = {}

    def text(self, field: str) -> str | None:
        """A text, and its words in the other language."""
        found = self.typed.get(field) or None
        if found and (told := self.typed.get(f"{field}_other")):
            self.other[field] = told
        return found

    def line(self, field: str) -> str | None:
        """What was typed in one line."""
        return self.typed.get(field) or None

    def address(self, field: str) -> str | None:
        """A web address."""
        found = self.line(field)
        if found and not ADDRESS.fullmatch(found):
            told = _("This is not a web address. It begins with https:// and has no spaces.")
            self.faults.append(FieldError(field, told))
        return found

    def date(self, field: str) -> dict[str, str] | None:
        """A date as said."""
        words = " ".join(self.typed.get(field, "").split())
        if not words:
            return None
        standing = self.base.get(field)
        if standing and standing["words"] == words:
            if told := self._told.get(f"{field}.words"):
                self.other[f"{field}.words"] = told
            return {"edtf": standing["edtf"], "words": words}
        said = saying.understood(words, self.language, self.today)
        if said is None:
            self.faults.append(FieldError(field, UNREADABLE))
            return None
        self.other[f"{field}.words"] = said.words[self.second]
        return {"edtf": said.edtf, "words": said.words[self.language]}

    def one(self, field: str, *kinds: str) -> Named | None:
        """The record that a line names."""
        found = self._named(field, kinds, [self.typed.get(field, "").strip()])
        return found[0] if found else None

    def named(self, field: str, kinds: Iterable[str], line: str) -> Named | None:
        """The record that a part of a field names."""
        found = self._named(field, kinds, [line.strip()])
        return found[0] if found else None

    def many(self, field: str, *kinds: str) -> list[str]:
        """The ids of the records that a text names, one on each line."""
        lines = [line.strip() for line in self.typed.get(field, "").split("\n")]
        return list(dict.fromkeys(each.record for each in self._named(field, kinds, lines)))

    def ticked(self, field: str) -> list[str]:
        """What is ticked: first what stood there, in its order, since boxes have none and the first topic leads."""
        found = [line for line in self.typed.get(field, "").split("\n") if line]
        standing = [each for each in self.base.get(field, ()) if each in found]
        return standing + [each for each in found if each not in standing]

    def citations(self) -> list[dict[str, Any]]:
        """The passages, a row each."""
        found = []
        for row in ROWS:
            given = {name: self.typed.get(f"{name}_{row}", "") for name in ("section", "page", "paragraph", "lines")}
            source = self.one(f"source_{row}", "source")
            if source is None:
                if any(given.values()) and not self.typed.get(f"source_{row}"):
                    self.faults.append(FieldError(f"source_{row}", _("Say of which source this is a passage.")))
                continue
            for name in ("page", "paragraph"):
                if given[name] and not (given[name].isascii() and given[name].isdigit()):
                    self.faults.append(FieldError(f"{name}_{row}", _("This is a number.")))
                    given[name] = ""
            if given["lines"] and not _LINES.fullmatch(given["lines"]):
                self.faults.append(
                    FieldError(f"lines_{row}", _("Write one line number, or two with a hyphen between."))
                )
            numbers = {name: int(given[name]) if given[name] else None for name in ("page", "paragraph")}
            words = {name: given[name] or None for name in ("section", "lines")}
            found.append({"source": source.record, **words, **numbers})
        return found

    def relations(self) -> list[dict[str, str]]:
        """The relations, a row each."""
        found = []
        for row in ROWS:
            how, other = self.typed.get(f"relation_{row}"), self.one(f"to_{row}", *naming.ANY)
            if how and other:
                found.append({"type": how, "kind": other.kind, "target": other.record})
            elif how and not self.typed.get(f"to_{row}"):
                self.faults.append(FieldError(f"to_{row}", _("Say to which record.")))
            elif other and not how:
                self.faults.append(FieldError(f"relation_{row}", _("Say how they stand to each other.")))
        return found

    def leads(self, citations: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The bodies that the source names as leading, of each side; those that stood there keep their ground."""
        standing = {(lead["side"], lead["organisation"]): lead for lead in self.base.get("leads", ())}
        found = []
        for side in SIDES:
            for organisation in self.many(f"leads_{side}", "organisation"):
                lead = standing.get((side, organisation))
                if lead is None and citations:
                    lead = {"side": side, "organisation": organisation, "basis": LeadBasis.NAMED.value}
                    lead["citation"] = citations[0]
                found += [lead] if lead else []
        return found

    def _named(self, field: str, kinds: Iterable[str], lines: list[str]) -> list[Named]:
        lines = [line for line in lines if line]
        if not lines:
            return []
        known = naming.understood(self.session, self.language, kinds, lines)
        for line in lines:
            if line not in known:
                self._unknown(field, kinds, line)
        return [known[line] for line in lines if line in known]

    def _unknown(self, field: str, kinds: Iterable[str], line: str) -> None:
        others = "; ".join(str(each) for each in naming.near(self.session, self.language, kinds, line))
        if others:
            told = _("“%(line)s” names no record, or more than one. Do you mean: %(others)s?")
            self.faults.append(FieldError(field, told, line=line, others=others))
        else:
            told = _("“%(line)s” names no published record. Write its title or its reference.")
            self.faults.append(FieldError(field, told, line=line))


class Shown:
    """Writes parts of a body as they would be typed."""

    def __init__(self, language: str, names: Mapping[tuple[str, str], Named], told: Mapping[str, str]) -> None:
        self.language, self.names, self.told = language, names, told

    def texts(self, body: Mapping[str, Any], *fields: str) -> dict[str, str]:
        """Texts, with their words in the other language."""
        found = {field: body.get(field) or "" for field in fields}
        return found | {f"{field}_other": self.told.get(field, "") for field in fields}

    def dates(self, body: Mapping[str, Any], *fields: str) -> dict[str, str]:
        """Dates in their words."""
        return {field: body[field]["words"] if body.get(field) else "" for field in fields}

    def plain(self, body: Mapping[str, Any], *fields: str) -> dict[str, str]:
        """Words of the vocabulary, and whatever else stands there as it is."""
        return {field: str(body.get(field) or "") for field in fields}

    def names_of(self, kind: str, records: Iterable[str]) -> str:
        """Records, one on each line."""
        return "\n".join(str(self.names.get((kind, record), f"[{record}]")) for record in records)

    def citations(self, body: Mapping[str, Any]) -> dict[str, str]:
        """Passages, a row each."""
        found = {}
        for row, cited in zip(ROWS, body["citations"], strict=False):
            found[f"source_{row}"] = self.names_of("source", [cited["source"]])
            for name in ("section", "page", "paragraph", "lines"):
                found[f"{name}_{row}"] = str(cited[name] or "")
        return found

    def relations(self, body: Mapping[str, Any]) -> dict[str, str]:
        """Relations, a row each."""
        found = {}
        for row, relation in zip(ROWS, body["relations"], strict=False):
            found[f"relation_{row}"] = relation["type"]
            found[f"to_{row}"] = self.names_of(relation["kind"], [relation["target"]])
        return found

    def leads(self, body: Mapping[str, Any]) -> dict[str, str]:
        """The bodies that lead, of each side."""
        return {
            f"leads_{side}": self.names_of(
                "organisation", (lead["organisation"] for lead in body["leads"] if lead["side"] == side)
            )
            for side in SIDES
        }


def dumped(part: Part) -> dict[str, Any]:
    """The body of a document as plain values."""
    return part.model_dump(mode="json")
