"""Reading what is published: the record with its neighbourhood, in rows rather than objects.

Every function takes a connection of the public door and one language; each says how many queries it makes.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, literal, or_, select, union_all

from register.errors import NotPublished, OutOfView
from register.ledger import taking
from register.ledger.tables import card, head, link, publication, source_text
from register.words.vocabulary import Standing

_STAND = tuple(
    card.c[name].label(f"now_{name}")
    for name in ("status", "status_open", "confirmation", "due", "updated_nl", "updated_vl")
)
MOST_NEIGHBOURS = 300
_MARKS = re.compile(r"\[(?:bookmark: [^\]]*|footnoteRef:\d+)\]")


class Revision(NamedTuple):
    """How far the ledger has come: the last position and when it was reached (ISO 8601; empty before the first)."""

    seq: int
    time: str


class Stand(NamedTuple):
    """How a record stands now, from its card: the five questions that updates answer."""

    status: str = "unknown"
    status_open: int = 1
    confirmation: str = "none"
    due: str | None = None
    updated_nl: str | None = None
    updated_vl: str | None = None


class Published(NamedTuple):
    """A published version: its ledger entry, its body in the reader's language, and how the record stands now."""

    seq: int
    kind: str
    record: str
    reference: str
    version: int
    basis: str
    time: str
    hash: str
    confirmations: list[dict[str, Any]]
    language: str
    standing: Standing
    body: dict[str, Any]
    stand: Stand
    unconfirmed: str = ""

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides whose word a report is: not of one that withdrew its confirmation."""
        return tuple(side for side in self.body.get("sides") or () if side != self.unconfirmed)


class Neighbour(NamedTuple):
    """A record at the other end of a link: `outward` when this record names it, with the role of the naming."""

    outward: bool
    role: str
    kind: str
    record: str
    reference: str
    title: str
    card: Row[Any]


def revision(connection: Connection) -> Revision:
    """The register's revision. One query."""
    row = connection.execute(
        select(head.c.seq, publication.c.time).select_from(head.outerjoin(publication, publication.c.seq == head.c.seq))
    ).first()
    return Revision(row[0], row[1] or "") if row else Revision(0, "")


def published(
    connection: Connection, language: str, kind: str, reference: str, version: int | None = None
) -> Published:
    """The current or the given version of a record. One query. Raises NotPublished; OutOfView, which is one too, for
    a text that was taken back."""
    wanted = (
        select(publication, taking.unconfirmed, taking.in_view.label("in_view"), *_STAND)
        .outerjoin(
            card,
            and_(card.c.kind == publication.c.kind, card.c.record == publication.c.record, card.c.pub_to.is_(None)),
        )
        .where(publication.c.entry == "document", publication.c.kind == kind, publication.c.reference == reference)
    )
    if version is not None:
        wanted = wanted.where(publication.c.version == version)
    row = connection.execute(wanted.order_by(publication.c.version.desc()).limit(1)).first()
    if row is None:
        raise NotPublished(kind, reference)
    if not row.in_view or row.document is None:
        raise OutOfView(kind, reference, row.record, row.version, row.seq)
    stand = Stand(*row[-len(_STAND) :]) if row.now_status else Stand()
    return decode(row, language)._replace(stand=stand)


def of_records(connection: Connection, language: str, kind: str, records: Sequence[str]) -> dict[str, Published]:
    """The current versions of several records of a kind, by id. One query, none for an empty list."""
    if not records:
        return {}
    rows = connection.execute(
        select(publication, taking.unconfirmed)
        .join(card, card.c.seq == publication.c.seq)
        .where(card.c.kind == kind, card.c.record.in_(records), card.c.pub_to.is_(None))
    )
    return {row.record: decode(row, language) for row in rows}


def all_of(connection: Connection, language: str, kind: str) -> list[Published]:
    """The current documents of a small kind (topics, say), in their own order. One query."""
    rows = connection.execute(
        select(publication, taking.unconfirmed)
        .join(card, card.c.seq == publication.c.seq)
        .where(card.c.kind == kind, card.c.pub_to.is_(None))
        .order_by(card.c.place, card.c.by_reference)
    )
    return [decode(row, language) for row in rows]


def updates_about(connection: Connection, language: str, kind: str, records: Sequence[str]) -> list[Published]:
    """The current updates about these records, in the order of the ledger. One query, none for an empty list."""
    if not records:
        return []
    rows = connection.execute(
        select(publication, taking.unconfirmed)
        .join(
            link,
            and_(
                link.c.from_kind == "update",
                link.c.from_record == publication.c.record,
                link.c.seq == publication.c.seq,
                link.c.role == "about",
                link.c.pub_to.is_(None),
            ),
        )
        .where(
            publication.c.kind == "update",
            publication.c.entry == "document",
            taking.in_view,
            link.c.to_kind == kind,
            link.c.to_record.in_(records),
        )
        .order_by(publication.c.seq)
    )
    return [decode(row, language) for row in rows if row.document is not None]


def versions(connection: Connection, kind: str, record: str) -> Sequence[Any]:
    """All versions of a record, newest first: version, time, basis, hash and position. One query."""
    return connection.execute(
        select(publication.c.version, publication.c.time, publication.c.basis, publication.c.hash, publication.c.seq)
        .where(publication.c.entry == "document", publication.c.kind == kind, publication.c.record == record)
        .order_by(publication.c.version.desc())
    ).all()


def neighbours(
    connection: Connection, language: str, kind: str, record: str, inward: Sequence[str] | None = None
) -> list[Neighbour]:
    """The records that this one names and that name it, with their current cards. One query.

    `inward` limits the kinds of records that name this one.
    """
    current = and_(link.c.pub_to.is_(None), card.c.pub_to.is_(None))
    named = (
        select(literal(1).label("outward"), link.c.role, link.c.place.label("at"), card)
        .join(card, and_(card.c.kind == link.c.to_kind, card.c.record == link.c.to_record))
        .where(link.c.from_kind == kind, link.c.from_record == record, current)
    )
    naming = (
        select(literal(0).label("outward"), link.c.role, link.c.place.label("at"), card)
        .join(card, and_(card.c.kind == link.c.from_kind, card.c.record == link.c.from_record))
        .where(link.c.to_kind == kind, link.c.to_record == record, current)
    )
    if inward is not None:
        naming = naming.where(link.c.from_kind.in_(inward))
    nearest = naming.order_by(card.c.kind, card.c.by_reference).limit(MOST_NEIGHBOURS).subquery()
    rows = connection.execute(union_all(named, select(nearest))).all()
    found = [
        Neighbour(
            bool(row.outward), row.role, row.kind, row.record, row.reference, getattr(row, f"title_{language}"), row
        )
        for row in rows
    ]
    return sorted(
        found,
        key=lambda other: (
            not other.outward,
            other.role,
            other.card.at if other.outward else 0,
            other.card.by_reference,
        ),
    )


def cards(connection: Connection, kind: str, *order: str) -> Sequence[Row[Any]]:
    """The current cards of a small kind (topics, say), in the order of the named columns. One query."""
    return connection.execute(
        select(card)
        .where(card.c.kind == kind, card.c.pub_to.is_(None))
        .order_by(*(card.c[name] for name in order), card.c.by_reference)
    ).all()


def titles(connection: Connection, language: str, kind: str, records: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Title and reference of the current records of a kind, by id. One query, none for an empty list."""
    if not records:
        return {}
    wanted = select(card.c.record, card.c[f"title_{language}"], card.c.reference)
    rows = connection.execute(wanted.where(card.c.kind == kind, card.c.record.in_(records), card.c.pub_to.is_(None)))
    return {row[0]: (row[1], row[2]) for row in rows}


def ids(connection: Connection, kinds: Sequence[str]) -> dict[str, list[str]]:
    """The ids of all current records of these kinds. One query, none for no kinds."""
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    if found:
        wanted = select(card.c.kind, card.c.record).where(card.c.kind.in_(kinds), card.c.pub_to.is_(None))
        for row in connection.execute(wanted.order_by(card.c.kind, card.c.by_reference)):
            found[row.kind].append(row.record)
    return found


def passages(connection: Connection, citations: Iterable[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The attached words of the cited lines, by (source, lines). One query, none where no lines are cited."""
    wanted = {(cited["source"], cited["lines"]) for cited in citations if cited.get("lines")}
    if not wanted:
        return {}
    spans = {key: span(key[1]) for key in wanted}
    rows = connection.execute(
        select(source_text)
        .where(
            or_(
                *(
                    and_(source_text.c.source == source, source_text.c.line.between(*spans[(source, lines)]))
                    for source, lines in sorted(wanted)
                )
            )
        )
        .order_by(source_text.c.source, source_text.c.line)
    ).all()
    found = {}
    for (source, lines), (first, last) in spans.items():
        text = _joined(row.text for row in rows if row.source == source and first <= row.line <= last)
        if text:
            found[source, lines] = _within(text)
    return found


def _joined(lines: Iterable[str]) -> str:
    """Lines of a page as running text: marks of word processors and lone footnote numbers go, split words close."""
    text = ""
    for line in lines:
        line = _MARKS.sub("", line).strip()
        if not line or line.isdigit():
            continue
        split = text.endswith("-") and not line.startswith(("en ", "of "))  # "bij- en omscholing" keeps its space
        text += line if split or not text else " " + line
    return text


def _within(text: str) -> str:
    """Mark a passage that begins or ends within a sentence: lines of a page do not follow its sentences."""
    before = "" if text[0].isupper() or text[0] in "‘’“'\"(0123456789-" else "… "
    after = "" if text[-1] in ".!?:”" else " …"
    return before + text + after


def span(lines: str) -> tuple[int, int]:
    """`"819-825"` or `"819"` as first and last line."""
    first, _, last = lines.partition("-")
    return int(first), int(last or first)


def decode(row: Row[Any], language: str) -> Published:
    """A row of `publication` as a document, its translated texts in place.

    A row that was selected with `taking.unconfirmed` has no more confirmations than stand.
    """
    core = json.loads(row.document)
    told = json.loads(row.translations).get(language) if language != core["language"] else None
    body = core["body"]
    if told:
        for path, text in told["texts"].items():
            _overlay(body, path, text)
    standing = (
        Standing(told["standing"]) if told else Standing.AUTHENTIC if language == core["language"] else Standing.MISSING
    )
    back = getattr(row, "unconfirmed", None) or ""
    return Published(
        row.seq,
        row.kind,
        row.record,
        row.reference,
        row.version,
        row.basis,
        row.time,
        row.hash,
        [key for key in json.loads(row.header)["confirmations"] if key["side"] != back],
        core["language"],
        standing,
        body,
        Stand(),
        back,
    )


def _overlay(body: dict[str, Any], path: str, text: str) -> None:
    *way, last = path.split(".")
    target: Any = body
    for step in way:
        target = target[int(step)] if isinstance(target, list) else target[step]
    if isinstance(target, list):
        target[int(last)] = text
    else:
        target[last] = text
