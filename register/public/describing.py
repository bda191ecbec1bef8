"""A record for other programs and for citing: in the words of schema.org, as a sentence, and in BibTeX."""

import json
import re
from collections.abc import Callable
from typing import Any

from register import i18n
from register.ledger.read import Published
from register.words.vocabulary import SessionState

_TYPES = {
    "topic": "DefinedTerm",
    "place": "Place",
    "organisation": "Organization",
    "source": "DigitalDocument",
    "agreement": "CreativeWork",
    "action": "CreativeWork",
    "session": "Event",
    "structure": "CreativeWork",
    "request": "CreativeWork",
    "term": "DefinedTerm",
}
_WORKS = frozenset({"CreativeWork", "DigitalDocument"})
_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\d{4}")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def as_json(value: Any) -> str:
    """Readable JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def of(doc: Published, language: str, absolute: Callable[[str], str]) -> dict[str, Any]:
    """A record in the words of schema.org: what it is called, what it says, and where it is; nothing derived."""
    body, kind = doc.body, _TYPES[doc.kind]
    spoken = doc.language if doc.standing == "missing" else language
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": absolute(i18n.lasting(doc.kind, doc.reference)),
        "identifier": doc.reference,
        "url": absolute(i18n.path(language, i18n.KINDS[doc.kind], doc.reference)),
        "name": body["title"],
        "description": body.get("summary") or body.get("definition"),
    }
    if kind in _WORKS:
        found |= {
            "inLanguage": spoken,
            "version": doc.version,
            "dateModified": doc.time,
            "dateCreated": _day(body.get("made") or body.get("date")),
            "isPartOf": {"@type": "Dataset", "name": "Schakel", "url": absolute(i18n.path(language))},
        }
    elif kind == "Event":
        cancelled = body["state"] == SessionState.CANCELLED
        found |= {
            "startDate": _day(body.get("date")),
            "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        }
    elif kind == "Organization":
        found |= {"alternateName": body.get("abbreviation"), "sameAs": body.get("url")}
    return {name: value for name, value in found.items() if value is not None}


def _day(said: dict[str, Any] | None) -> str | None:
    """A date as said, where it is a date of ISO 8601 too: no season, nothing approximate, no span."""
    edtf = str(said["edtf"]) if said else ""
    return edtf if _DAY.fullmatch(edtf) and edtf[5:7] <= "12" else None


def bibtex(doc: Published, url: str, basis: str) -> str:
    """A version as an entry for BibTeX, every sign that means something to TeX escaped."""
    day = i18n.local_day(doc.time)
    fields = {
        "title": "{" + escaped(doc.body["title"]) + "}",
        "howpublished": escaped("Schakel, Register van de Nederlands-Vlaamse samenwerking"),
        "year": day[:4],
        "month": str(int(day[5:7])),
        "number": escaped(f"{doc.reference}, v{doc.version}"),
        "note": escaped(f"{basis}; SHA-256 {doc.hash}"),
        "url": url,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{schakel-{doc.kind}-{doc.reference}-{doc.version},\n{lines}\n}}"


def escaped(text: str) -> str:
    """`text` with every sign that means something to TeX escaped."""
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
