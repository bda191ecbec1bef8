"""Reading notes, and the names of the records they stand beside.

Whoever asks gets rows through `access.visible` and nothing else: neither rows, nor a count, nor a page key. Each
function says how many queries it makes, and that number never depends on what one may not see.
"""

import unicodedata
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Tuple, and_, func, literal, select, tuple_
from sqlmodel import Session, col

from register import access
from register.access import Person
from register.errors import BadParameter, NotHere
from register.i18n import KINDS
from register.ledger import stems
from register.ledger.tables import card
from register.models import Account, Note
from register.models.moments import Moment

PAGE_SIZE = 25
MOST_WORDS = 10


class Record(NamedTuple):
    """A published record, with its title in the reader's language; empty once it is published no more."""

    kind: str
    reference: str
    title: str


class Written(NamedTuple):
    """A note with the name of who wrote it (empty once that is forgotten) and the record that it stands beside."""

    note: Note
    author: str
    record: Record


class Listing(NamedTuple):
    """Which notes, and which page of them. A page key is the id of the note that the page begins or ends at."""

    q: str = ""
    kind: str = ""
    reference: str = ""
    after: str = ""
    before: str = ""


class Page(NamedTuple):
    """One page of notes, newest first; the keys of the pages beside it, where there are any; how many in all."""

    rows: Sequence[Written]
    before: str
    after: str
    total: int


def fold(text: str) -> str:
    """A text as it is searched, alike on both databases: without capitals and accents."""
    return stems.fold(unicodedata.normalize("NFC", text).casefold())


def page(session: Session, person: Person, language: str, listing: Listing) -> Page:
    """The notes that `person` may see and that `listing` asks for, in three queries, one more for a page key.

    Raises BadParameter for a key that names no note, or none for this person: the answer is the same.
    """
    where = and_(access.visible(Note, person), *_narrowed(listing))
    order = tuple_(col(Note.created_at), col(Note.id))
    wanted = (
        select(Note, col(Account.name)).join(Account, col(Account.id) == col(Note.author_id), isouter=True).where(where)
    )
    key = _key(session, person, listing)
    backwards = bool(listing.before)
    if key is not None:
        wanted = wanted.where(order > key if backwards else order < key)
    newest = (col(Note.created_at).desc(), col(Note.id).desc())
    wanted = wanted.order_by(*((col(Note.created_at), col(Note.id)) if backwards else newest)).limit(PAGE_SIZE + 1)
    found = session.execute(wanted).all()
    more, rows = len(found) > PAGE_SIZE, list(found[:PAGE_SIZE])
    if backwards:
        rows.reverse()
    total = session.scalar(select(func.count()).select_from(Note).where(where)) or 0
    about = _records(session, language, {_about(note) for note, _ in rows})
    written = [Written(note, author or "", about[_about(note)]) for note, author in rows]
    has_before, has_after = (more, bool(rows)) if backwards else (key is not None and bool(rows), more)
    return Page(written, rows[0][0].id if has_before else "", rows[-1][0].id if has_after else "", total)


def one(session: Session, person: Person, language: str, note_id: str) -> Written:
    """A note that `person` may see, in two queries. Raises NotHere."""
    found = session.execute(
        select(Note, col(Account.name))
        .join(Account, col(Account.id) == col(Note.author_id), isouter=True)
        .where(access.visible(Note, person), col(Note.id) == note_id)
    ).one_or_none()
    if found is None:
        raise NotHere
    note, author = found
    return Written(note, author or "", named(session, language, note))


def of_author(session: Session, person: Person, note_id: str) -> Note:
    """A note that `person` wrote, removed or not, held until the transaction ends. One query. Raises NotHere."""
    found = session.scalars(
        select(Note)
        .where(col(Note.id) == note_id, col(Note.author_id) == person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotHere
    return found


def record(session: Session, language: str, kind: str, reference: str) -> Record:
    """A published record. One query. Raises NotHere for a kind without notes, and where nothing is published."""
    found = _records(session, language, {(kind, reference)})[kind, reference]
    if kind not in KINDS or not found.title:
        raise NotHere
    return found


def records(session: Session, language: str, typed: str) -> list[Record]:
    """The published records with a reference as somebody typed it, in whatever capitals. One query."""
    spelt = {typed, typed.upper(), typed.lower()}
    rows = session.connection().execute(
        select(card.c.kind, card.c.reference, card.c[f"title_{language}"])
        .where(card.c.kind.in_(KINDS), card.c.reference.in_(spelt), card.c.pub_to.is_(None))
        .order_by(card.c.kind, card.c.reference)
    )
    return [Record(*row) for row in rows]


def named(session: Session, language: str, note: Note) -> Record:
    """The record that a note stands beside. One query."""
    return _records(session, language, {_about(note)})[_about(note)]


def _narrowed(listing: Listing) -> list[ColumnElement[bool]]:
    words = list(dict.fromkeys(fold(listing.q).split()))[:MOST_WORDS]
    found = [col(Note.words).contains(word, autoescape=True) for word in words]
    if listing.kind:
        found.append(col(Note.kind) == listing.kind)
    if listing.reference:
        found.append(col(Note.reference) == listing.reference)
    return found


def _key(session: Session, person: Person, listing: Listing) -> Tuple | None:
    """Where the page begins; a note that is in the list no more still has a place, unless one may not see it."""
    name, key = ("before", listing.before) if listing.before else ("after", listing.after)
    if not key:
        return None
    wanted = select(col(Note.created_at), col(Note.id)).where(access.visible(Note, person), col(Note.id) == key)
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise BadParameter(name, key, "key")
    return tuple_(literal(found[0], Moment), literal(found[1]))


def _records(session: Session, language: str, named: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
    """The records of these kinds and references; always one query, so that how many there are shows in no time."""
    rows = session.connection().execute(
        select(card.c.kind, card.c.reference, card.c[f"title_{language}"]).where(
            tuple_(card.c.kind, card.c.reference).in_(list(named)), card.c.pub_to.is_(None)
        )
    )
    found = {(row[0], row[1]): Record(*row) for row in rows}
    return {about: found.get(about, Record(*about, "")) for about in named}


def _about(note: Note) -> tuple[str, str]:
    return note.kind, note.reference
