"""Small builders: a document of each kind, and what is needed to publish, confirm and redact it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, select, text, update

from register.db import Database
from register.ledger import PUBLIC_TABLES, append, filters, lists, projection
from register.ledger.append import Confirmation, Core
from register.ledger.documents import BODIES
from register.ledger.files import File
from register.ledger.parts import Part, texts
from register.ledger.tables import card, publication
from register.words.vocabulary import SIDES, Basis, Side

NL, VL = SIDES
BOTH = SIDES
TODAY = date(2026, 1, 1)
MADE = {"edtf": "2023-01-31", "words": "31 januari 2023"}

# What a body of each kind cannot do without, besides its title.
_NEEDED: dict[str, dict[str, Any]] = {
    "topic": {"short": "Water", "summary": "Alles over water.", "heading": "leading", "order": 1},
    "place": {},
    "organisation": {"type": "agency", "side": "nl"},
    "source": {"type": "letter"},
    "agreement": {
        "summary": "Zij stemmen af.",
        "topics": ["water"],
        "nature": "agreed_step",
        "form": "closing_statement",
        "made": MADE,
    },
    "action": {"summary": "Zij meten.", "topics": ["water"], "character": "joint", "made": MADE},
    "session": {
        "summary": "Zij spreken elkaar.",
        "topics": ["water"],
        "type": "seminar",
        "state": "held",
        "date": MADE,
    },
    "structure": {"summary": "Hier werken zij samen.", "topics": ["water"], "type": "consultation"},
    "request": {"summary": "De Kamer vraagt.", "topics": ["water"], "type": "motion"},
    "term": {"definition": "Wat het is."},
}


def body(kind: str, title: str = "Sluizen", **said: Any) -> Part:
    """A body of `kind`: what it cannot do without, and what is `said` besides or instead."""
    return BODIES[kind].model_validate({"title": title, **_NEEDED[kind], **said})


def report(about: str, status: str | None, as_of: str, *sides: Side, third: str | None = None, **said: Any) -> Part:
    """The body of an update: about `agreement/sluizen`, say, as of an EDTF date, by sides or a third body."""
    kind, _, record = about.partition("/")
    return BODIES["update"].model_validate(
        {
            "about": {"kind": kind, "id": record},
            "as_of": {"edtf": as_of, "words": as_of},
            "sides": sides,
            "third": third,
            "status": status,
            **said,
        }
    )


def designation(about: str, side: Side, organisation: str, on: str) -> Part:
    """The body of a designation: about `agreement/sluizen`, say, the lead body of a side, on an EDTF date."""
    kind, _, record = about.partition("/")
    day = {"edtf": on, "words": on}
    said = {"about": {"kind": kind, "id": record}, "side": side, "organisation": organisation, "designated_on": day}
    return BODIES["designation"].model_validate(said)


def move(about: str, old: str | None, new: str, on: str, asked_by: Side = Side.NL) -> Part:
    """The body of a move: the term of `agreement/sluizen`, say, from one EDTF date to another, agreed on a third."""
    kind, _, record = about.partition("/")
    days = {name: {"edtf": each, "words": each} if each else None for name, each in (("old", old), ("new", new))}
    said = {"about": {"kind": kind, "id": record}, "reason": f"Naar {new}.", "asked_by": asked_by}
    return BODIES["move"].model_validate({**said, **days, "agreed_on": {"edtf": on, "words": on}})


def english(part: Part) -> dict[str, dict[str, str]]:
    """Translations of every text of `part`, told apart from the authentic ones."""
    return {"en": {path: f"English {words}" for path, words in texts(part).items()}}


def key(core: Core, side: Side) -> Confirmation:
    """The key of `side` on `core`."""
    return Confirmation(side, "Director", core.digest, "2023-02-01T10:00:00+00:00")


def publish(
    connection: Connection,
    record: str,
    said: Part,
    *keys: Side,
    basis: Basis | None = None,
    replaces: str | None = None,
    core: Core | None = None,
    files: tuple[File, ...] = (),
) -> int:
    """Publish `said` as the next version of `record`, with the keys of these sides and `files`; gives its position."""
    core = core or append.freeze(str(getattr(said, "kind")), record, "nl", said, replaces)  # noqa: B009 - on subclasses
    return append.publish(
        connection,
        core,
        english(said),
        basis or (Basis.CONFIRMED if keys else Basis.FOUNDING_STATEMENT),
        [key(core, side) for side in keys],
        files={hashlib.sha256(file.data).hexdigest(): file for file in files},
    )


def redact(connection: Connection, seq: int) -> int:
    """Blank the text of the entry at `seq`, after an entry that says so; returns the position of that entry."""
    row = connection.execute(select(publication).where(publication.c.seq == seq)).one()
    at = append.note(connection, "redaction", row.kind, row.record, row.reference, target=seq)
    connection.execute(update(publication).where(publication.c.seq == seq).values(document=None, translations=None))
    return at


def references(connection: Connection, kind: str) -> list[str]:
    """The references of the current records of a kind, in their order."""
    return list(
        connection.scalars(
            select(card.c.reference).where(card.c.kind == kind, card.c.pub_to.is_(None)).order_by(card.c.by_reference)
        )
    )


def standing(connection: Connection, about: str) -> Any:
    """The current card of `agreement/sluizen`, say."""
    kind, _, record = about.partition("/")
    return connection.execute(
        select(card).where(card.c.kind == kind, card.c.record == record, card.c.pub_to.is_(None))
    ).one()


def found(connection: Connection, words: str, language: str = "nl", kind: str = "agreement") -> list[str]:
    """The references that a visitor's words lead to."""
    listing = filters.parse(kind, language, {"q": [words]}, lambda _: ())
    return [row.reference for row in lists.page(connection, listing, TODAY).rows]


def rebuild(database: Database) -> None:
    """Make the projection anew, as the command does."""
    with database.owner.begin() as connection:
        projection.rebuild(connection)
        database.grant(connection, PUBLIC_TABLES)


def run(connection: Connection, statements: Sequence[str]) -> None:
    """Run statements as they stand, such as those that remove the triggers: `triggers.undo(dialect)`."""
    for statement in statements:
        connection.execute(text(statement.replace(":", r"\:")))


@dataclass
class Seed:
    """A small seed of two topics and an agreement, to be written to a folder and changed between two loads."""

    folder: Path

    def write(self, **changes: Any) -> Path:
        """Write the seed, with `changes` to its agreement; a value of None leaves the field out."""
        said = {
            "key": "sluizen",
            "title": {"nl": "Sluizen", "en": "Locks"},
            "summary": {"nl": "Zij stemmen af.", "en": "They agree on hours."},
            "topics": ["water"],
            "nature": "agreed_step",
            "form": "closing_statement",
            "made": {"edtf": "2023-01-31", "words": {"nl": "31 januari 2023", "en": "31 January 2023"}},
            "citations": [{"source": "statement-file", "lines": "1-2"}],
        } | changes
        files = {
            "topics": [self._topic("water", 1), self._topic("lucht", 2)],
            "sources": [
                {
                    "key": "verklaring",
                    "title": {"nl": "Verklaring", "en": "Statement"},
                    "type": "closing_statement",
                    "file": "statement-file",
                }
            ],
            "agreements": [{name: value for name, value in said.items() if value is not None}],
        }
        self.folder.mkdir(exist_ok=True)
        for name, records in files.items():
            (self.folder / f"{name}.yaml").write_text(yaml.safe_dump(records, allow_unicode=True), encoding="utf-8")
        return self.folder

    def _topic(self, name: str, order: int) -> dict[str, Any]:
        words = {"nl": name.title(), "en": f"{name.title()} (en)"}
        return {"key": name, "title": words, "short": words, "summary": words, "heading": "leading", "order": order}
