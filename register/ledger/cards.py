"""What a card says from the text of a record alone."""

import re
from collections.abc import Mapping
from typing import Any

from register.ledger.stems import fold, split
from register.ledger.wording import LANGUAGES
from register.words.dates import read_edtf

_LAST_NUMBER = re.compile(r"\d+$")


def of(row: Mapping[str, Any], core: dict[str, Any], said: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What the card of the entry `row` says from its text: all but how the record stands and since when it is there."""
    body = core["body"]
    date = body.get(_when(body))
    topics = body.get("topics") or [None]
    return {
        "kind": row["kind"],
        "record": row["record"],
        "reference": row["reference"],
        "version": row["version"],
        "seq": row["seq"],
        "pub_from": row["seq"],
        "pub_to": None,
        "time": row["time"],
        "basis": row["basis"],
        **worded(body, said),
        "by_reference": padded(row["reference"]),
        "topic": topics[0],
        "type": body.get("type") or body.get("character"),
        "nature": body.get("nature") or body.get("state"),
        "side": body.get("one_sided") or body.get("side"),
        "heading": body.get("heading"),
        "place": body.get("order") or 0,
        "sort_date": read_edtf(date["edtf"]).last.isoformat() if date else "",
        "edtf": date["edtf"] if date else None,
    }


def worded(body: dict[str, Any], said: dict[str, dict[str, str]]) -> dict[str, str | None]:
    """What a card says in words, in each language."""
    found: dict[str, str | None] = {}
    for language in LANGUAGES:
        found[f"title_{language}"] = said[language]["title"]
        found[f"by_title_{language}"] = _alphabetic(said[language]["title"])
        found[f"words_{language}"] = said[language].get(f"{_when(body)}.words")
    return found


def _when(body: dict[str, Any]) -> str:
    return "made" if body.get("made") else "date"


def padded(reference: str) -> str:
    """A reference that sorts by its number, also past 999."""
    return _LAST_NUMBER.sub(lambda found: found[0].zfill(7), reference)


def _alphabetic(title: str) -> str:
    """A title as it is sorted: lower case, without accents and leading punctuation."""
    return " ".join(split(fold(title)))
