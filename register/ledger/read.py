"""Reading what is published: the record with its neighbourhood, in rows rather than objects.

Every function takes a connection of the public door and one language; each says how many queries it makes.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, select

from register import i18n
from register.errors import NoSuchVersion, NotPublished, OutOfView
from register.ledger import clocks, statements, taking, upcasting, wording
from register.ledger.prepared import placed, room
from register.ledger.tables import card, publication
from register.words.dates import read_edtf
from register.words.vocabulary import Standing


class Revision(NamedTuple):
    """How far the ledger has come: the last position, when it was reached (ISO 8601; empty before the first), the hash
    of that entry, and which rebuild made the projection.
    """

    seq: int
    time: str
    hash: str = ""
    made: str = ""


class Stand(NamedTuple):
    """How a record stands now, from its card: the five questions that updates answer."""

    status: str = "unknown"
    status_open: int = 1
    confirmation: str = "none"
    due: str | None = None
    updated_nl: str | None = None
    updated_vl: str | None = None


class Published(NamedTuple):
    """A published version: its ledger entry, its body in the reader's language, and how the record stands now.

    `left`: the texts, by path, that stand in the authentic language although the others are translated.
    `moved`: whether its term was, once or more. `taken`: whether it or anything said about it was taken back.
    """

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
    left: tuple[str, ...] = ()
    unconfirmed: str = ""
    moved: bool = False
    taken: bool = False

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides whose word a report is: not of one that withdrew its confirmation."""
        return tuple(side for side in self.body.get("sides") or () if side != self.unconfirmed)

    def spoken(self, path: str) -> str:
        """The language of the text at `path`, such as `title`, where it is not the reader's; else nothing."""
        return self.language if self.standing is Standing.MISSING or path in self.left else ""


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
    row = statements.revision().first(connection)
    return Revision(row[0], row[1] or "", row[2], row[3] or "") if row else Revision(0, "")


def published(
    connection: Connection,
    language: str,
    kind: str,
    reference: str,
    version: int | None = None,
    clock: clocks.Clock = clocks.NOW,
) -> Published:
    """The current or the given version of a record, or the one of another day. One query.

    Raises NotPublished; NoSuchVersion and OutOfView, which are such, for a version that never was and for a text that
    was taken back.
    """
    row = statements.published(language, clock.name, version is not None).first(
        connection, kind=kind, reference=reference, version=version, day=clock.day, at=clock.seq
    )
    if row is None:
        if clock.name:
            raise _absent(connection, language, kind, reference, clock)
        raise _never(connection, kind, reference, version)
    if not row.in_view or row.document is None:
        raise OutOfView(kind, reference, row.record, row.version, row.seq)
    stand = Stand(*row[-len(Stand._fields) :]) if row.now_status else Stand()
    doc = decode(row, language)._replace(stand=stand, moved=bool(row.moved), taken=bool(row.taken))
    return told_then(doc, row.now_nature) if clock.name == clocks.AS_OF else doc


def _never(connection: Connection, kind: str, reference: str, version: int | None) -> NotPublished:
    """Why there is nothing: no such record is shown, or it never had this version."""
    if version is not None:
        shown = (card.c.kind == kind, card.c.reference == reference, card.c.pub_to.is_(None))
        last = connection.scalar(select(card.c.version).where(*shown))
        if last is not None:
            return NoSuchVersion(kind, reference, version, last)
    return NotPublished(kind, reference)


def told_then(doc: Published, state: str) -> Published:
    """A session as it stood on a day, by its state of that day: before it was held there was nothing to say of it yet
    but that it was to come. Anything else as it is.
    """
    if doc.kind != "session" or doc.body["state"] == state:
        return doc
    return doc._replace(body={**doc.body, "state": state, "summary": "", "agenda": [], "evidence": [], "outcomes": []})


def _absent(connection: Connection, language: str, kind: str, reference: str, clock: clocks.Clock) -> NotPublished:
    """Why a record is not there on another day: it was made or published later, or it is not there now either."""
    now = connection.execute(
        select(card.c.record, card.c.there_from, card.c[f"title_{language}"].label("title")).where(
            card.c.kind == kind, card.c.reference == reference, card.c.pub_to.is_(None)
        )
    ).first()
    if now is None:
        return NotPublished(kind, reference)
    since = now.there_from
    if clock.name == clocks.PUBLISHED_ON:
        same = and_(card.c.kind == kind, card.c.record == now.record)
        first = select(card.c.time).where(same).order_by(card.c.pub_from).limit(1)
        since = i18n.local_day(str(connection.scalar(first)))
    return NotPublished(kind, reference, clock.name, clock.day, since, now.title)


def of_records(
    connection: Connection, language: str, kind: str, records: Sequence[str], seq: int | None = None
) -> dict[str, Published]:
    """The versions of several records, now or at a position, by id. One query, none for an empty list."""
    if not records:
        return {}
    wanted = statements.of_records(language, room(records), seq is not None)
    rows = wanted.all(connection, kind=kind, at=seq, **placed("record", records))
    return {row.record: decode(row, language) for row in rows}


def all_of(connection: Connection, language: str, kind: str) -> list[Published]:
    """The current documents of a small kind (topics, say), in their own order. One query."""
    rows = connection.execute(
        select(publication, taking.unconfirmed, wording.now(language))
        .join(card, card.c.seq == publication.c.seq)
        .where(card.c.kind == kind, card.c.pub_to.is_(None))
        .order_by(card.c.place, card.c.by_reference)
    )
    return [decode(row, language) for row in rows]


def updates_about(
    connection: Connection, language: str, kind: str, records: Sequence[str], clock: clocks.Clock = clocks.NOW
) -> list[Published]:
    """The updates about these records, now or by another clock, in the order of the ledger.

    One query, none for an empty list.
    """
    if not records:
        return []
    wanted = statements.updates_about(language, room(records), clock.seq is not None)
    rows = wanted.all(connection, kind=kind, at=clock.seq, **placed("record", records))
    told = [decode(row, language) for row in rows if row.document is not None]
    return [update for update in told if not clock.name or last_day(update) <= clock.day]


def last_day(update: Published) -> str:
    """The day that a report counts from: the latest one that it may be about (design rule 9)."""
    return read_edtf(update.body["as_of"]["edtf"]).last.isoformat()


def versions(connection: Connection, kind: str, record: str, seq: int | None = None) -> Sequence[Any]:
    """All versions of a record, or those up to a position, newest first: version, time, basis, hash, seq. One query."""
    return statements.versions(seq is not None).all(connection, kind=kind, record=record, at=seq)


def neighbours(
    connection: Connection,
    language: str,
    kind: str,
    record: str,
    inward: Sequence[str] | None = None,
    clock: clocks.Clock = clocks.NOW,
) -> list[Neighbour]:
    """The records that this one names and that name it, with their cards, now or by another clock. One query.

    `inward` limits the kinds of records that name this one.
    """
    wanted = statements.neighbours(clock.name, None if inward is None else tuple(inward))
    rows = wanted.all(connection, kind=kind, record=record, day=clock.day, at=clock.seq)
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


def cards(connection: Connection, kind: str, *order: str, seq: int | None = None) -> Sequence[Row[Any]]:
    """The cards of a small kind (topics, say), now or at a position, in the order of the named columns. One query."""
    return connection.execute(
        select(card)
        .where(card.c.kind == kind, clocks.public(card, seq))
        .order_by(*(card.c[name] for name in order), card.c.by_reference)
    ).all()


def titles(
    connection: Connection, language: str, kind: str, records: Sequence[str], seq: int | None = None
) -> dict[str, tuple[str, str]]:
    """Title and reference of records of a kind, now or at a position, by id. One query, none for an empty list."""
    if not records:
        return {}
    wanted = statements.titles(language, room(records), seq is not None)
    rows = wanted.all(connection, kind=kind, at=seq, **placed("record", records))
    return {row[0]: (row[1], row[2]) for row in rows}


def ids(connection: Connection, kinds: Sequence[str], seq: int | None = None) -> dict[str, list[str]]:
    """The ids of all records of these kinds, now or at a position. One query, none for no kinds."""
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    if found:
        wanted = select(card.c.kind, card.c.record).where(card.c.kind.in_(kinds), clocks.public(card, seq))
        for row in connection.execute(wanted.order_by(card.c.kind, card.c.by_reference)):
            found[row.kind].append(row.record)
    return found


def decode(row: Row[Any], language: str) -> Published:
    """A row of `publication`, with `wording.now` beside it, as a document with its translated texts in place.

    A row that was selected with `taking.unconfirmed` has no more confirmations than stand.
    """
    core = json.loads(row.document)
    body = upcasting.current(core["body"])
    words = wording.Words(Standing.AUTHENTIC, {}, ())
    if language != core["language"]:
        words = wording.of(row, language)
        for path, text in words.texts.items():
            _overlay(body, path, text)
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
        words.shown if language != core["language"] else words.standing,
        body,
        Stand(),
        words.left,
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
