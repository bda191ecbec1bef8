"""A small seed that is whole, to be broken one thing at a time."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from register.imports import checking
from register.imports.reading import Fault

TODAY = date(2026, 1, 1)
STATEMENT = [
    "Verklaring van de twee oevers",
    "",
    "De sluiswachters van beide oevers zullen vanaf maart 2023 hun rooster op elkaar afstem-",
    "men en dat elk voorjaar samen aan de schippers laten zien. De Dienst der Sluizen (DDS)",
    "leidt dit werk aan Nederlandse kant.",
    "",
    "Over de bruggen spraken zij dat er meer licht moet komen.",
    *(f"Brug {number} krijgt een lamp." for number in range(8, 31)),
]
LETTER = ["Brief over lampen", "", "De lampen branden."]


def both(dutch: str, english: str) -> dict[str, str]:
    """A text in both languages."""
    return {"nl": dutch, "en": english}


def day(edtf: str, dutch: str, english: str) -> dict[str, Any]:
    """A date as said."""
    return {"edtf": edtf, "words": both(dutch, english)}


def lines(numbers: str, paragraph: int | None, section: str | None = "a") -> dict[str, Any]:
    """A citation of the statement."""
    placed = {"section": section, "paragraph": paragraph}
    return {"source": "statement-file", "lines": numbers} | {name: value for name, value in placed.items() if value}


MADE = day("2023-01-31", "31 januari 2023", "31 January 2023")
ROSTER, LAMPS = [lines("3-5", 1)], [lines("7-21", 2), lines("22-30", 2)]
WHOLE: dict[str, list[dict[str, Any]]] = {
    "topics.yaml": [
        {"key": "water", "title": both("Water", "Water"), "short": both("Water", "Water"), "order": 1,
         "heading": "leading", "summary": both("Alles over water.", "All about water."), "citations": ROSTER},
    ],
    "places.yaml": [{"key": "oever", "title": both("Oever", "Bank"), "citations": ROSTER}],
    "organisations.yaml": [
        {"key": "dienst", "title": both("Dienst der Sluizen", "Locks Service"), "type": "agency", "side": "nl",
         "citations": ROSTER},
        {"key": "havenmeester", "title": both("Havenmeester", "Harbour master"), "type": "office", "side": "nl",
         "citations": LAMPS},
    ],
    "sources.yaml": [
        {"key": "verklaring", "title": both("Verklaring", "Statement"), "type": "closing_statement",
         "file": "statement-file"},
        {"key": "brief", "title": both("Brief", "Letter"), "type": "letter", "file": "letter-file"},
        {"key": "rapport", "title": both("Rapport Licht", "Report on light"), "type": "report",
         "citations": [{"source": "letter-file", "lines": "3"}]},
    ],
    "agreements.yaml": [
        {"key": "rooster", "title": both("Eén rooster voor de sluizen", "One roster for the locks"),
         "summary": both("De wachters stemmen af wanneer zij werken.", "The keepers agree on when they work."),
         "topics": ["water"], "nature": "intention", "form": "closing_statement", "made": MADE,
         "due": day("2023-03", "vanaf maart 2023", "from March 2023"),
         "leads": [{"side": "nl", "organisation": "dienst", "basis": "named", "citation": lines("4-5", 1)}],
         "citations": ROSTER},
        {"key": "lampen", "title": both("Lampen op de bruggen", "Lamps on the bridges"),
         "summary": both("Elke brug krijgt licht.", "Every bridge gets light."),
         "topics": ["water"], "nature": "intention", "form": "closing_statement", "made": MADE, "citations": LAMPS},
    ],
    "structures.yaml": [
        {"key": "overleg", "title": both("Overleg van wachters", "Keepers' consultation"), "type": "consultation",
         "summary": both("Hier praten de wachters.", "This is where the keepers talk."), "topics": ["water"],
         "citations": ROSTER},
    ],
    "actions.yaml": [
        {"key": "kopen", "title": both("Lampen kopen", "Buying lamps"), "topics": ["water"], "character": "joint",
         "summary": both("Samen lampen kopen.", "Buying lamps together."), "citations": LAMPS},
    ],
    "sessions.yaml": [
        {"key": "avond", "title": both("Avond over licht", "Evening on light"), "type": "workshop", "state": "held",
         "summary": both("Men keek naar lampen.", "People looked at lamps."), "topics": ["water"], "citations": LAMPS},
    ],
    "requests.yaml": [
        {"key": "vraag", "title": both("Vraag over licht", "Question on light"), "type": "question",
         "topics": ["water"], "summary": both("Waar blijft het licht?", "Where is the light?"), "citations": LAMPS},
    ],
    "updates.yaml": [
        {"key": "rooster-loopt", "about": {"kind": "agreement", "id": "rooster"}, "sides": ["nl", "vl"],
         "status": "ongoing", "as_of": day("2023-21", "voorjaar van 2023", "spring 2023"), "citations": ROSTER},
        {"key": "rooster-klaar", "about": {"kind": "agreement", "id": "rooster"}, "sides": ["nl"],
         "status": "completed", "as_of": day("2023~", "eind 2023", "end of 2023"), "citations": ROSTER},
    ],
    "terms.yaml": [
        {"key": "sluis", "title": both("sluis", "lock"), "definition": both("Deur in water.", "Door in water.")},
    ],
    "context.yaml": [{"lines": "1", "why": "the title"}],
}  # fmt: skip
PARAGRAPHS = {"statement-file": {"a": {1: "3-5", 2: "7-30"}}}


class Seed:
    """A seed and its sources in folders of their own, whole until something is changed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sources = folder / "seed", folder / "sources"
        self.folder.mkdir()
        self.sources.mkdir()
        for name, records in WHOLE.items():
            self.write(name, records)
        self.write("paragraphs.yaml", PARAGRAPHS)
        for name, text in (("statement-file", STATEMENT), ("letter-file", LETTER)):
            (self.sources / f"{name}.txt").write_text("\n".join(text), encoding="utf-8")

    def write(self, name: str, content: object) -> None:
        """Write a file of the seed anew."""
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (self.folder / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> list[dict[str, Any]]:
        """The entries of a file of the seed."""
        entries: list[dict[str, Any]] = yaml.safe_load((self.folder / name).read_text(encoding="utf-8"))
        return entries

    def change(self, name: str, key: str, fields: Mapping[str, Any]) -> None:
        """Change fields of one record; None removes the field."""
        entries = self.read(name)
        for entry in entries:
            if entry["key"] == key:
                entry.update(fields)
                for field in [field for field, value in fields.items() if value is None]:
                    del entry[field]
        self.write(name, entries)

    def add(self, name: str, entry: Mapping[str, Any]) -> None:
        """Add a record at the end of a file."""
        self.write(name, [*self.read(name), dict(entry)])

    def faults(self, with_sources: bool = True) -> list[Fault]:
        """What the check finds."""
        return checking.check(self.folder, self.sources if with_sources else None, TODAY).faults

    def places(self) -> list[tuple[str, str, str]]:
        """Where the check finds faults: file, record and field."""
        return [fault[:3] for fault in self.faults()]


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    """A small seed that is whole."""
    return Seed(tmp_path)
