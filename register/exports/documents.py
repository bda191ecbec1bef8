"""JSON: the documents themselves, as they were published, each with what the register makes of it standing apart.

One JSON object whose list is sent while it is read; what breaks off is no JSON, so that nobody takes it for whole.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from register import i18n
from register.door import absolute
from register.exports.composing import Told
from register.ledger import entries
from register.words.vocabulary import SIDES

MIMETYPE = "application/json"
_TOGETHER = 100
CHECK = (
    "hash is the SHA-256 of the text of header (UTF-8); header names the SHA-256 of the text of document, and of the "
    "canonical JSON (RFC 8785) of each translation."
)


def written(about: Mapping[str, Any], stretches: Iterable[list[Told]], connection: Any) -> Iterator[bytes]:
    """What was asked for, then the documents, a line for each."""
    return listed({"about": about, "check": CHECK}, "documents", _documents(stretches, connection))


def listed(head: Mapping[str, Any], name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """An object with a list in it that is sent while it is read, about a hundred lines at a time, its head at once."""
    yield _text(head)[:-1].encode() + f', "{name}": ['.encode()
    kept: list[str] = []
    between = "\n"
    for row in rows:
        kept.append(between + _text(row))
        between = ",\n"
        if len(kept) == _TOGETHER:
            yield "".join(kept).encode()
            kept = []
    yield ("".join(kept) + "\n]}\n").encode()


def _documents(stretches: Iterable[list[Told]], connection: Any) -> Iterator[dict[str, Any]]:
    for stretch in stretches:
        originals = entries.originals(connection, [told.doc.seq for told in stretch])
        yield from (_document(told, originals[told.doc.seq]) for told in stretch)


def _document(told: Told, original: entries.Original) -> dict[str, Any]:
    doc = told.doc
    found: dict[str, Any] = {
        "kind": doc.kind,
        "reference": doc.reference,
        "seq": doc.seq,
        "hash": original.hash,
        "header": original.header,
        "document": original.document,
        "translations": original.translations,
    }
    if doc.unconfirmed:
        found["confirmation_withdrawn"] = doc.unconfirmed
    if doc.kind not in i18n.KINDS:
        return found
    stand = doc.stand
    reported = {side.value: getattr(stand, f"updated_{side.value}") for side in SIDES}
    composed = {"status": stand.status, "confirmation": stand.confirmation, "due": stand.due, "last_report": reported}
    return {"identifier": absolute(i18n.lasting(doc.kind, doc.reference)), **found, "composed": composed}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
