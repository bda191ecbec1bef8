"""The entries of the ledger as readers follow them: about everything, or about one subject, newest first, in pages."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Row, and_, func, or_, select

from register.errors import NotPublished
from register.ledger import read, taking, wording
from register.ledger.append import GENESIS
from register.ledger.read import Published, decode
from register.ledger.subjects import SIDE, Subject
from register.ledger.tables import card, entry_subject, link, publication

_SHOWN = ("kind", "record", "reference", "topic", "title_nl", "title_en", "told_nl", "told_en", "status")


class Entry(NamedTuple):
    """An entry of the ledger, and the card of the record that it is about: for an update the one it reports on.

    The columns of the card are named `about_kind`, `about_reference`, `about_title_nl` and so on.
    """

    entry: Published
    card: Row[object]


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

    What is out of view now is not among them. `kinds` limits the kinds of documents, `since` leaves out all up
    to that position, `about_kind` leaves out what is about records of another kind.
    """
    points = and_(  # a report, say, points at the record that it is about
        link.c.from_kind == publication.c.kind,
        link.c.from_record == publication.c.record,
        link.c.role == "about",
        link.c.seq == publication.c.seq,
    )
    itself = and_(link.c.to_kind.is_(None), card.c.kind == publication.c.kind, card.c.record == publication.c.record)
    pointed = and_(card.c.kind == link.c.to_kind, card.c.record == link.c.to_record)
    wanted = (
        select(
            publication,
            taking.unconfirmed,
            wording.now(language),
            *(card.c[name].label(f"about_{name}") for name in _SHOWN),
        )
        .outerjoin(link, points)
        .join(card, and_(card.c.pub_to.is_(None), or_(itself, pointed)))
        .where(publication.c.entry == "document", publication.c.document.is_not(None), taking.in_view)
    )
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
        wanted = wanted.where(card.c.kind == about_kind)
    if kinds:
        # Not the column itself, or a planner looks up all of these kinds and sorts them to find the newest.
        wanted = wanted.where(func.coalesce(publication.c.kind, "").in_(kinds))
    found = connection.execute(wanted.order_by(at.desc()).limit(limit + 1)).all()
    rows = [Entry(decode(row, language), row) for row in found[:limit]]
    return Entries(rows, rows[-1].entry.seq if len(found) > limit else None)


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
