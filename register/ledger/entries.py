"""The entries of the ledger as readers follow them: about everything, or about one subject, newest first, in pages."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from register.errors import NotPublished
from register.ledger import notices, read, taking, wording
from register.ledger.append import GENESIS
from register.ledger.prepared import prepared
from register.ledger.read import Published, decode
from register.ledger.subjects import SIDE, Subject, topic_of
from register.ledger.tables import card, entry_subject, publication

_SHOWN = ("title_nl", "title_en", "told_nl", "told_en", "status")
_POINTING = ("update", "designation", "move")  # kinds that are about a record and have no page of their own
# The entries without a text that readers are told of: what was taken back or shown again, and what the clock noted.
NOTED = (
    *taking.ENTRIES, "showing", notices.ASKED, notices.CLOSED, notices.PAUSE, notices.PAUSE_ENDED, notices.DIFFER,
)  # fmt: skip


class Noted(NamedTuple):
    """An entry without a text, of the sort `kind` (one of NOTED): the facts of its header, and what it takes back.

    The names of `what` to `ended` are those of the table `taken`, as it stood when the entry was made.
    """

    seq: int
    kind: str
    record: str
    reference: str
    version: int
    basis: str
    time: str
    hash: str
    confirmations: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    what: str
    side: str
    ground: str | None
    until: str | None
    ended: None = None


class Entry(NamedTuple):
    """An entry of the ledger, and the card of the record that it is about: for an update the one it reports on.

    The columns of the card are named `about_kind`, `about_reference`, `about_title_nl` and so on. Of a record that is
    out of view there are no more than kind, id, topic and reference. A pause is about a side.
    """

    entry: Published | Noted
    card: Row[Any]


class Entries(NamedTuple):
    """One page of entries; `before` is the position to ask for the next, older page with, None on the last one."""

    rows: list[Entry]
    before: int | None


def page(
    connection: Connection,
    language: str,
    about: Subject | None,
    limit: int,
    before: int | None = None,
    kinds: Sequence[str] = (),
    since: int = 0,
    about_kind: str = "",
) -> Entries:
    """The newest entries about a subject, or about everything (None), older than position `before`. One query.

    Texts that are out of view now are not among them; that they were taken back is. `kinds` leaves only documents of
    these kinds, `since` leaves out all up to that position, `about_kind` what is about records of another kind.
    """
    if (about, before, since, about_kind) == (None, None, 0, ""):
        return _page(_newest(language, limit, tuple(kinds)).all(connection), language, limit)
    wanted, main = _entries(language, bool(kinds))
    at = publication.c.seq
    if about is not None:
        at = entry_subject.c.seq
        wanted = wanted.join(entry_subject, entry_subject.c.seq == publication.c.seq).where(
            entry_subject.c.kind == about.kind, entry_subject.c.record == about.record
        )
    if before is not None:
        wanted = wanted.where(at < before)
    if since:
        wanted = wanted.where(at > since)
    if about_kind:
        wanted = wanted.where(main.c.kind == about_kind)
    if kinds:
        wanted = wanted.where(_of(kinds))
    found = connection.execute(wanted.order_by(at.desc()).limit(limit + 1)).all()
    return _page(found, language, limit)


@prepared
def _newest(language: str, limit: int, kinds: tuple[str, ...]) -> Select[Any]:
    """The newest entries about everything, one more than `limit`; documents of these kinds only, if there are any."""
    wanted, _ = _entries(language, bool(kinds))
    wanted = wanted.where(_of(kinds)) if kinds else wanted
    return wanted.order_by(publication.c.seq.desc()).limit(limit + 1)


def _of(kinds: Sequence[str]) -> ColumnElement[bool]:
    # Not the bare column, or its index would be read whole and sorted, where the newest entries are enough.
    return publication.c.kind.concat("").in_(kinds)


def _page(found: Sequence[Any], language: str, limit: int) -> Entries:
    rows = [Entry(decode(row, language) if row.entry == "document" else _noted(row), row) for row in found[:limit]]
    return Entries(rows, rows[-1].entry.seq if len(found) > limit else None)


def _entries(language: str, documents_only: bool) -> tuple[Select[Any], Any]:
    """All entries that readers are told of, each with the card of what it is about; and the table that says what."""
    main = entry_subject.alias("main")
    text = and_(
        publication.c.entry == "document",
        publication.c.document.is_not(None),
        card.c.record.is_not(None),
        taking.in_view,
    )
    itself = and_(
        main.c.kind == publication.c.kind, main.c.record == publication.c.record, main.c.kind.not_in(_POINTING)
    )
    note = and_(publication.c.entry.in_(NOTED), or_(card.c.record.is_not(None), itself))
    wanted = (
        select(
            publication,
            taking.unconfirmed,
            wording.now(language),
            main.c.kind.label("about_kind"),
            main.c.record.label("about_record"),
            func.coalesce(card.c.reference, publication.c.reference).label("about_reference"),
            func.coalesce(card.c.topic, topic_of(publication.c.seq)).label("about_topic"),
            *(card.c[name].label(f"about_{name}") for name in _SHOWN),
        )
        # Every entry has a main subject; an outer join keeps the planner walking along the entries from the newest on.
        .outerjoin(main, and_(main.c.seq == publication.c.seq, main.c.main == 1))
        .outerjoin(card, and_(card.c.kind == main.c.kind, card.c.record == main.c.record, card.c.pub_to.is_(None)))
        .where(text if documents_only else or_(text, note))
    )
    return wanted, main


def _noted(row: Row[Any]) -> Noted:
    facts = json.loads(row.header)
    what = taking.ENTRIES.get(row.entry)
    return Noted(
        row.seq,
        row.entry,
        row.record,
        row.reference,
        row.version,
        row.basis,
        row.time,
        row.hash,
        facts.get("by", ()),
        facts,
        what.value if what else "",
        facts.get("side") or "",
        facts.get("ground"),
        facts.get("until"),
    )


def named(connection: Connection, language: str, kind: str, reference: str) -> tuple[Subject, str]:
    """The subject that an address names by kind and reference, and its title (empty for a side). At most one query.

    Raises NotPublished.
    """
    if kind == SIDE:
        return Subject(kind, reference), ""
    row = connection.execute(
        select(card.c.record, card.c[f"title_{language}"])
        .where(card.c.kind == kind, card.c.reference == reference, card.c.pub_to.is_(None))
        .limit(1)
    ).first()
    if row is None:
        raise NotPublished(kind, reference)
    return Subject(kind, row[0]), row[1]


class Original(NamedTuple):
    """A published version as it stands in the ledger: the very texts that the hashes are of."""

    kind: str
    reference: str
    hash: str
    header: str
    document: str
    translations: str | None


def published(connection: Connection, kind: str, reference: str, version: int | None = None) -> Original:
    """The current or the given version of a record, as it was published. Two queries. Raises NotPublished."""
    seq = read.published(connection, "nl", kind, reference, version).seq
    columns = (publication.c[name] for name in Original._fields)
    return Original(*connection.execute(select(*columns).where(publication.c.seq == seq)).one())


def originals(connection: Connection, seqs: Sequence[int]) -> dict[int, Original]:
    """Published versions by their positions, as they were published. One query, none for no positions."""
    if not seqs:
        return {}
    columns = (publication.c[name] for name in Original._fields)
    rows = connection.execute(select(publication.c.seq, *columns).where(publication.c.seq.in_(seqs)))
    return {row[0]: Original(*row[1:]) for row in rows}


def first_hash(connection: Connection) -> str:
    """The hash of the first entry, by which one register is told from another. One query."""
    found: str | None = connection.scalar(select(publication.c.hash).where(publication.c.seq == 1))
    return found or GENESIS
