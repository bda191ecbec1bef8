"""Checking the ledger: everything but text that a redaction entry blanked, so that nobody has to trust the server."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from register.ledger import files, notices, taking
from register.ledger.append import GENESIS
from register.ledger.canonical import canonical, digest
from register.ledger.tables import head, publication, source_text

_TAKING = frozenset({*taking.ENTRIES, "showing"})
_IN_HEADER = ("seq", "entry", "kind", "record", "reference", "version", "basis", "time")


def verify(connection: Connection, expected: tuple[int, str] | None = None) -> list[str]:
    """What is wrong with the ledger, a line for each fault; empty when it is whole.

    `expected` is a head that somebody kept: its position and hash must still be in the chain.
    """
    return list(_faults(connection, expected))


def blanked(connection: Connection) -> list[int]:
    """The positions of the entries whose words a redaction erased, in order: what `verify` cannot check."""
    words = and_(publication.c.entry == "document", publication.c.document.is_(None))
    told = and_(publication.c.entry == "translation", publication.c.translations.is_(None))
    gone = select(publication.c.seq).where(or_(words, told))
    return list(connection.scalars(gone.order_by(publication.c.seq)))


def texts_digest(lines: list[str]) -> str:
    """The digest of an attached source text, line by line."""
    return digest("\n".join(lines))


def _faults(connection: Connection, expected: tuple[int, str] | None) -> Iterator[str]:
    previous, seq, redacted, gone = GENESIS, 0, set(), []
    documents: set[int] = set()
    translated: list[tuple[Any, ...]] = []
    attached: dict[str, str] = {}
    named: dict[int, list[str]] = {}
    noticed: dict[int, str] = {}
    seen_expected = expected in (None, (0, GENESIS))
    entries = select(publication).order_by(publication.c.seq).execution_options(yield_per=1000)
    for row in connection.execute(entries).mappings():
        seq += 1
        if row["seq"] != seq:
            yield f"entry {seq} is missing: the next one found is {row['seq']}"
            seq = row["seq"]
        header, faults = _header(row)
        yield from faults
        if header.get("previous") != previous:
            yield f"entry {seq}: does not follow the entry before it"
        previous = row["hash"]
        yield from notices.faults(row, header, noticed)
        if row["entry"] == "redaction":
            redacted.add(header.get("target"))
        elif row["entry"] == "attachment":
            attached[row["record"]] = str(header.get("text"))
        if row["entry"] == "document":
            documents.add(seq)
            if row["document"] is None:
                gone.append(seq)
            elif found := _named(row["document"]):
                named[seq] = found
        elif row["entry"] == "translation":
            documents.add(seq)
            translated.append((seq, header.get("target"), row["kind"], row["record"], row["version"]))
            if row["translations"] is None:
                gone.append(seq)
        elif row["entry"] in _TAKING and header.get("target") not in documents:
            yield f"entry {seq}: takes back what was not published before it"
        if expected and expected == (seq, row["hash"]):
            seen_expected = True
    yield from (f"entry {blank}: its text is gone and no redaction names it" for blank in gone if blank not in redacted)
    if not seen_expected and expected:
        yield f"the head {expected[0]}:{expected[1]} is not in this ledger"
    last = connection.execute(select(head.c.seq, head.c.hash)).first()
    if last is None or tuple(last) != (seq, previous):
        yield f"the head row does not point at the last entry ({seq})"
    yield from _targets(connection, translated)
    yield from _texts(connection, attached)
    yield from files.faults(connection, named)


def _named(document: str) -> list[str]:
    """The files that a document names; none where it cannot be read, of which its digest tells already."""
    try:
        return files.named(json.loads(document)["body"]) if '"sha256"' in document else []
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _targets(connection: Connection, translated: list[tuple[Any, ...]]) -> Iterator[str]:
    """Each translation names an earlier version of its own record."""
    for first in range(0, len(translated), 500):
        some = translated[first : first + 500]
        asked = [target for _seq, target, *_about in some if isinstance(target, int)]
        rows = connection.execute(
            select(publication.c.seq, publication.c.kind, publication.c.record, publication.c.version).where(
                publication.c.entry == "document", publication.c.seq.in_(asked)
            )
        )
        known = {row.seq: tuple(row)[1:] for row in rows}
        for seq, target, *about in some:
            if not isinstance(target, int) or target >= seq or known.get(target) != tuple(about):
                yield f"entry {seq}: what it translates is no earlier text of that record"


def _header(row: Any) -> tuple[dict[str, Any], Iterator[str]]:
    """The header of an entry, empty where it cannot be read, and all that is wrong with the entry itself."""
    header = _read(row["header"])
    if header is None:
        return {}, iter([f"entry {row['seq']}: the header is not JSON"])
    return header, _row_faults(row, header)


def _read(stored: str | None) -> dict[str, Any] | None:
    """A JSON object in its canonical form; None for anything else, since what was tampered with may be anything."""
    try:
        found = json.loads(stored or "")
        return found if isinstance(found, dict) and canonical(found) == stored else None
    except (ValueError, RecursionError):
        return None


def _row_faults(row: Any, header: dict[str, Any]) -> Iterator[str]:
    at = f"entry {row['seq']}"
    if digest(row["header"]) != row["hash"]:
        yield f"{at}: the header does not have the hash it was published with"
    yield from (f"{at}: {name} is not what the header says" for name in _IN_HEADER if header.get(name) != row[name])
    if row["document"] is not None and digest(row["document"]) != header.get("document"):
        yield f"{at}: the document does not have the digest it was published with"
    if row["document"] is not None or row["translations"] is not None:
        yield from _translation_faults(at, row, header)
    confirmations, confirmed = header.get("confirmations"), _confirmed(header)
    if not isinstance(confirmations, list) or any(
        not isinstance(one, dict) or one.get("digest") != confirmed for one in confirmations
    ):
        yield f"{at}: a confirmation names another text"


def _confirmed(header: dict[str, Any]) -> Any:
    """The digest that confirmations of an entry must name: of its document, or of the one translation that it is."""
    if header.get("entry") != "translation":
        return header.get("document")
    told = header.get("translations")
    return next(iter(told.values())) if isinstance(told, dict) and len(told) == 1 else None


def _translation_faults(at: str, row: Any, header: dict[str, Any]) -> Iterator[str]:
    told = _read(row["translations"])
    if told is None:
        yield f"{at}: the translations are not JSON"
    elif row["document"] is None and row["entry"] != "translation":
        yield f"{at}: the translations are there and the document is not"
    elif {language: digest(canonical(value)) for language, value in told.items()} != header.get("translations"):
        yield f"{at}: the translations do not have the digests they were published with"


def _texts(connection: Connection, attached: dict[str, str]) -> Iterator[str]:
    lines: dict[str, list[str]] = {}
    for row in connection.execute(select(source_text).order_by(source_text.c.source, source_text.c.line)):
        lines.setdefault(row.source, []).append(row.text)
    for source in sorted(attached.keys() | lines.keys()):
        if attached.get(source) != texts_digest(lines.get(source, [])):
            yield f"source {source}: the attached text is not the one that was attached"
