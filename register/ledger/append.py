"""Appending to the ledger: the one place where something becomes public.

The caller holds a writer transaction; the entry, the head and the projection change together or not at all.
"""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from register.ledger import files as evidence
from register.ledger import projection, written
from register.ledger.canonical import canonical, digest
from register.ledger.documents import BODIES, SCHEMA
from register.ledger.parts import Part
from register.ledger.parts import texts as translatable
from register.ledger.prepared import given, prepared
from register.ledger.tables import head, numbering, publication
from register.words.dates import read_edtf
from register.words.vocabulary import Basis, Standing

GENESIS = "0" * 64
_NUMBERED = {
    "agreement": "NLVL",
    "action": "ACT",
    "session": "SES",
    "update": "UPD",
    "designation": "LEAD",
    "move": "MOVE",
    "structure": "STR",
    "request": "REQ",
}
_PROPOSED = {"organisation": "ORG", "source": "DOC"}  # kinds that the founding import has under keys of its own
_RANDOM = re.compile(r"[a-z]-[0-9a-f]{20}")  # an id that `record_id` gave
# Executed in the usual way: it waits, and who waits may be refused, which has to be the error that it is.
_LOCK = select(head.c.seq).with_for_update()


class Confirmation(NamedTuple):
    """One side's key: by whom in function, never by name, on which digest, when (ISO 8601, UTC)."""

    side: str
    function: str
    digest: str
    time: str


class Core(NamedTuple):
    """A frozen text: what people confirm. `text` is canonical JSON, `digest` its SHA-256."""

    kind: str
    id: str
    text: str
    digest: str


def record_id(letter: str) -> str:
    """A random id for a new record, beginning with a letter that tells people what it is."""
    return f"{letter}-{secrets.token_hex(10)}"


def freeze(kind: str, record: str, language: str, body: Part, replaces: str | None = None) -> Core:
    """Freeze `body` as a new proposal, with a fresh salt so that a blanked text cannot be guessed from its digest."""
    text = canonical(
        {
            "schema": SCHEMA,
            "kind": kind,
            "id": record,
            "replaces": replaces,
            "language": language,
            "proposal": secrets.token_hex(16),
            "salt": secrets.token_hex(16),
            "body": body.model_dump(mode="json"),
        }
    )
    return Core(kind, record, text, digest(text))


def publish(
    connection: Connection,
    core: Core,
    translations: Mapping[str, Mapping[str, str]],
    basis: Basis,
    confirmations: Sequence[Confirmation] = (),
    standing: Standing = Standing.WORKING,
    files: Mapping[str, evidence.File] = MappingProxyType({}),
) -> int:
    """Append `core` as the next version of its record; returns its position in the ledger.

    `translations` gives texts by path for each other language, `files` the files that the text names, by SHA-256.
    ValueError when a confirmation names another digest than the core's, or a file that the text names is missing.
    """
    if any(confirmation.digest != core.digest for confirmation in confirmations):
        raise ValueError("a confirmation names another text than the one published")
    parsed = json.loads(core.text)
    named = evidence.named(parsed["body"])
    if not set(named) <= files.keys():
        raise ValueError("a file that the text names is missing")
    lock(connection)
    latest = _latest().first(connection, kind=core.kind, record=core.id)
    reference = latest.reference or _reference(connection, core.kind, core.id, parsed["body"])
    told = {
        language: {"language": language, "standing": standing, "texts": dict(words)}
        for language, words in translations.items()
    }
    seq = _append(
        connection,
        {
            "entry": "document",
            "kind": core.kind,
            "record": core.id,
            "reference": reference,
            "version": (latest.version or 0) + 1,
            "basis": basis,
            "document": core.digest,
            "translations": {language: digest(canonical(value)) for language, value in told.items()},
            "confirmations": [confirmation._asdict() for confirmation in confirmations],
        },
        core.text,
        canonical(told),
    )
    evidence.keep(connection, seq, {sha256: files[sha256] for sha256 in named})
    return seq


def translate(connection: Connection, seq: int, language: str, standing: Standing, texts: Mapping[str, str]) -> str:
    """Freeze a translation of the version at `seq`, to be confirmed by its digest: canonical JSON.

    Raises ValueError unless it translates each text of that version, and nothing else, into another language.
    """
    about = connection.execute(select(publication).where(publication.c.seq == seq)).first()
    if about is None or about.entry != "document" or about.document is None:
        raise ValueError(f"there is no text at {seq} to translate")
    core = json.loads(about.document)
    own = translatable(BODIES[about.kind].model_validate(core["body"]))
    if language == core["language"] or own.keys() != texts.keys() or not all(texts.values()):
        raise ValueError("a translation gives each text of a version in another language")
    if standing not in (Standing.WORKING, Standing.AGREED):
        raise ValueError(f"a translation cannot be {standing}")
    of = json.loads(about.header)["document"]
    salt = secrets.token_hex(16)
    return canonical({"language": language, "standing": standing, "texts": dict(texts), "of": of, "salt": salt})


def publish_translation(connection: Connection, seq: int, frozen: str, confirmations: Sequence[Confirmation]) -> int:
    """Append a translation that `translate` froze, of the version at `seq`; returns its position in the ledger.

    The text that it translates, and what was confirmed of that, stay as they are. Every confirmation must name the
    digest of the translation, else ValueError.
    """
    if any(confirmation.digest != digest(frozen) for confirmation in confirmations):
        raise ValueError("a confirmation names another translation than the one published")
    lock(connection)
    about = connection.execute(select(publication).where(publication.c.seq == seq)).one()
    told = json.loads(frozen)
    if told["of"] != json.loads(about.header)["document"]:
        raise ValueError("a translation is of one text and no other")
    facts = {name: getattr(about, name) for name in ("kind", "record", "reference", "version")}
    return _append(
        connection,
        {
            **facts,
            "entry": "translation",
            "basis": Basis.CONFIRMED,
            "target": seq,
            "translations": {told["language"]: digest(frozen)},
            "confirmations": [confirmation._asdict() for confirmation in confirmations],
        },
        None,
        canonical({told["language"]: told}),
    )


def note(connection: Connection, entry: str, kind: str, record: str, reference: str, **facts: Any) -> int:
    """Append an entry without a text of its own (`attachment`, `redaction`, `founding_closed`); returns its position.

    `facts` go into the header: the digest of an attached source text, the target of a redaction.
    """
    lock(connection)
    return _append(
        connection,
        {
            "entry": entry,
            "kind": kind,
            "record": record,
            "reference": reference,
            "version": 0,
            "basis": Basis.OPERATION,
            "confirmations": [],
            **facts,
        },
        None,
        None,
    )


def lock(connection: Connection) -> None:
    """Take the head row for this transaction, so that nobody else appends until it ends.

    For who decides by what is published whether to publish. On SQLite a writer holds the whole database already.
    """
    connection.execute(_LOCK)


@prepared
def _head() -> Select[Any]:
    return select(head.c.seq, head.c.hash)


@prepared
def _latest() -> Select[Any]:
    """The last version of a record that was published, and its reference; both empty before the first."""
    version, reference = publication.c.version, publication.c.reference
    return select(func.max(version).label("version"), func.max(reference).label("reference")).where(
        publication.c.entry == "document", publication.c.kind == given("kind"), publication.c.record == given("record")
    )


def _append(connection: Connection, facts: dict[str, Any], document: str | None, translations: str | None) -> int:
    seq, previous = _head().first(connection)
    time = datetime.now(UTC).isoformat(timespec="seconds")
    header = canonical({"seq": seq + 1, "previous": previous, "time": time, **facts})
    row = {name: facts[name] for name in ("entry", "kind", "record", "reference", "version", "basis")}
    row |= {
        "seq": seq + 1,
        "time": time,
        "header": header,
        "hash": digest(header),
        "document": document,
        "translations": translations,
    }
    written.add(connection, publication, row)
    written.change(connection, head, {"id": 1}, seq=seq + 1, hash=row["hash"])
    projection.apply(connection, row)
    return int(seq) + 1


def _reference(connection: Connection, kind: str, record: str, body: dict[str, Any]) -> str:
    """A new human reference: a number, by year where records are many, else the record's own key. Never used again.

    Organisations and sources of the founding import have a key of words for a reference. What is proposed here gets a
    number instead: a reference is in the chain, where no redaction (design rule 6) could erase a word of it.
    """
    prefix = _NUMBERED.get(kind) or (_PROPOSED[kind] if _RANDOM.fullmatch(record) else None)
    if prefix is None:
        return record
    dated = ("made", "date", "as_of", "designated_on", "agreed_on")
    said = next((body[name] for name in dated if body.get(name)), None)
    series = f"{prefix}-{read_edtf(said['edtf']).last.year}" if said else prefix
    last = _last_number().first(connection, series=series)
    return f"{series}-{last.last + 1 if last else 1:03d}"


@prepared
def _last_number() -> Select[Any]:
    return select(numbering.c.last).where(numbering.c.series == given("series"))
