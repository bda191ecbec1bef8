"""The founding import (design rule 7): what the documents say, published without keys and shown as such."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from register.errors import Refused
from register.ledger import append, taking
from register.ledger.canonical import canonical
from register.ledger.documents import BODIES
from register.ledger.parts import Part
from register.ledger.tables import publication
from register.words.vocabulary import FOUNDING, Basis


class FoundingRecord(NamedTuple):
    """A record of the founding import: its body in the authentic language and its texts in the others."""

    kind: str
    key: str
    language: str
    body: Part
    translations: Mapping[str, Mapping[str, str]]
    basis: Basis


class Outcome(NamedTuple):
    """What an import did: records published first, published anew, left as they were, and held back."""

    new: int
    changed: int
    same: int
    held: list[str]


def publish(connection: Connection, records: Iterable[FoundingRecord]) -> Outcome:
    """Publish what is new or changed, in the given order.

    A changed record appends only while all its versions are founding; else it is named in `held` and nothing
    of it is published. Raises Refused once the founding import has been closed.
    """
    append.lock(connection)  # two loads at once would both find nothing
    latest, confirmed, closed = _state(connection)
    new = changed = same = 0
    held = []
    for record in records:
        known = latest.get((record.kind, record.key))
        if known and known[1] == _comparable(record.language, record.body, record.translations):
            same += 1
            continue
        if closed:
            raise Refused("the founding import is closed: changes go through both sides")
        if (record.kind, record.key) in confirmed:
            held.append(f"{record.kind} {record.key}")
            continue
        core = append.freeze(record.kind, record.key, record.language, record.body, known[0] if known else None)
        append.publish(connection, core, record.translations, record.basis)
        new, changed = (new, changed + 1) if known else (new + 1, changed)
    return Outcome(new, changed, same, held)


def _state(connection: Connection) -> tuple[dict[tuple[str, str], tuple[str, str]], set[tuple[str, str]], bool]:
    """Latest digest and comparable text of each record; those that a side confirmed or took back; closed?"""
    latest: dict[tuple[str, str], tuple[str, str]] = {}
    confirmed: set[tuple[str, str]] = set()
    closed = False
    for row in connection.execute(select(publication).order_by(publication.c.seq)):
        closed = closed or row.entry == "founding_closed"
        if row.entry in taking.ENTRIES:  # what was taken back, no load brings back
            confirmed.add((row.kind, row.record))
        if row.entry == "translation":  # people have worked on it: what the seed says would take its place
            confirmed.add((row.kind, row.record))
        if row.entry != "document":
            continue
        if row.basis not in FOUNDING or row.document is None:
            confirmed.add((row.kind, row.record))
            continue
        core, told = json.loads(row.document), json.loads(row.translations)
        latest[row.kind, row.record] = (
            json.loads(row.header)["document"],
            _comparable(
                core["language"],
                BODIES[row.kind].model_validate(core["body"]),
                {language: value["texts"] for language, value in told.items()},
            ),
        )
    return latest, confirmed, closed


def _comparable(language: str, body: Part, translations: Mapping[str, Mapping[str, str]]) -> str:
    """What a record says, in one text, to tell whether it says the same still."""
    said = {other: dict(words) for other, words in translations.items()}
    return canonical({"language": language, "body": body.model_dump(mode="json"), "translations": said})
