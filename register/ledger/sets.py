"""Which current records have which value of which filter: sets of ledger positions, kept in memory for one revision.

A set is a whole number whose bit n says whether the text at position n belongs to it. So a count with any filters in
force is a few operations on numbers, whatever the size of the register, and needs no query. The sets are read whole
once, then follow what has changed since; a rebuild of the projection makes them be read anew.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, or_, select, tuple_

from register.ledger import read
from register.ledger.filters import COLUMNS, DUE_SOON, FILTERS, LINKED, timeliness
from register.ledger.lexicon import synonym
from register.ledger.prepared import prepared
from register.ledger.query import Synonyms
from register.ledger.read import Revision
from register.ledger.stems import LANGUAGES
from register.ledger.tables import card, link, publication
from register.words.vocabulary import SessionKind, SessionState

MOST_SUMMITS = 8
MOST_CHANGES = 1_000  # beyond so many entries of the ledger, everything is read anew
ALL = ("", "")
KINDS = (*FILTERS, "topic", "update")
_SHOWN = tuple(dict.fromkeys(COLUMNS.values()))
_STREAM = {"yield_per": 1000}
_BYTE = re.compile(rb"[^\0]")
_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]

Value = tuple[str, str]  # a filter and a value of it; ALL is every current record of a kind


class Sets(NamedTuple):
    """The sets of each kind at a position of the ledger, and the glossary's synonyms at it, for each language; the
    cards of all topics in their order; the government summits that were held, the latest first, each with its last day
    and its date as said.

    `hash` is that of the ledger's last entry; `made` tells apart what was read before and after a rebuild, `day` the
    days that terms are counted from.
    """

    seq: int
    hash: str
    made: str
    day: date
    of: Mapping[str, Mapping[Value, int]]
    synonyms: Mapping[str, Synonyms]
    topics: Sequence[Any] = ()
    summits: Sequence[tuple[str, str]] = ()

    def count(self, kind: str, value: Value = ALL) -> int:
        """How many current records of a kind there are, or how many have a value."""
        return self.of[kind].get(value, 0).bit_count()

    def under(self, kind: str, filters: Mapping[str, str]) -> int:
        """The records of a kind that have the value of each filter; words (`q`) are no filter of this kind."""
        found = self.of[kind].get(ALL, 0)
        for item in filters.items():
            if item[0] != "q":
                found &= self.of[kind].get(item, 0)
        return found


_kept: WeakKeyDictionary[Engine, Sets] = WeakKeyDictionary()


def current(connection: Connection, day: date, revision: Revision | None = None) -> Sets:
    """The sets as this snapshot of the ledger has them, with terms counted from `day`.

    No query where the snapshot's `revision` is known, else one; a few more where the register has changed since they
    were last asked for.
    """
    seq, _, last, made = revision or read.revision(connection)
    known = _kept.get(connection.engine)
    if known and (known.hash, known.made, known.day) == (last, made, day):
        return known
    if known and (known.made, known.day) == (made, day) and _follows(connection, known, seq):
        found = _followed(connection, known)._replace(seq=seq, hash=last)
    else:
        found = _read(connection, day)._replace(seq=seq, hash=last, made=made)
    if not known or found.seq >= known.seq or made != known.made:  # an older snapshot leaves the newer one alone
        _kept[connection.engine] = found  # whole at once: other threads go on with what they have
    return found


def _follows(connection: Connection, known: Sets, seq: int) -> bool:
    """Whether this ledger is the one that is known, and little has come since."""
    if not 0 < known.seq < seq <= known.seq + MOST_CHANGES:
        return False
    return connection.scalar(select(publication.c.hash).where(publication.c.seq == known.seq)) == known.hash


def _read(connection: Connection, day: date) -> Sets:
    positions: dict[str, dict[Value, list[int]]] = {kind: {} for kind in KINDS}
    for kind, value, at in _cards(connection, card.c.pub_to.is_(None), day):
        positions[kind].setdefault(value, []).append(at)
    for kind, value, at in _links(connection, link.c.pub_to.is_(None)):
        positions[kind].setdefault(value, []).append(at)
    of = {kind: {value: bits(at) for value, at in values.items()} for kind, values in positions.items()}
    return Sets(0, "", "", day, of, _synonyms(connection), _topics().all(connection), _summits(connection))


def _followed(connection: Connection, known: Sets) -> Sets:
    """What is `known`, brought up to date: the records that something changed about are looked at anew."""
    touched = {
        (row[0], row[1])
        for kind, record, table in ((card.c.kind, card.c.record, card), (link.c.from_kind, link.c.from_record, link))
        for row in connection.execute(
            select(kind, record).where(or_(table.c.pub_from > known.seq, table.c.pub_to > known.seq))
        )
    } | {
        (row[0], row[1])  # of what was taken back, no card may be left
        for row in connection.execute(
            select(publication.c.kind, publication.c.record).where(publication.c.seq > known.seq)
        )
    }
    of = dict(known.of)
    card_is = tuple_(card.c.kind, card.c.record).in_(touched)
    link_is = tuple_(link.c.from_kind, link.c.from_record).in_(touched)
    versions = select(publication.c.kind, publication.c.seq).where(
        tuple_(publication.c.kind, publication.c.record).in_(touched), publication.c.entry == "document"
    )
    old: dict[str, list[int]] = {}
    for kind, at in connection.execute(versions):
        old.setdefault(kind, []).append(at)
    for kind in set(old) & set(KINDS):
        gone = bits(old[kind])
        of[kind] = {value: found & ~gone for value, found in of[kind].items()}
    come: dict[tuple[str, Value], list[int]] = {}
    for kind, value, at in (
        *_cards(connection, and_(card.c.pub_to.is_(None), card_is), known.day),
        *_links(connection, and_(link.c.pub_to.is_(None), link_is)),
    ):
        come.setdefault((kind, value), []).append(at)
    for (kind, value), positions in come.items():
        of[kind] = {**of[kind], value: of[kind].get(value, 0) | bits(positions)}
    known = known._replace(of=of)
    kinds = {kind for kind, _ in touched}
    if "term" in kinds:
        known = known._replace(synonyms=_synonyms(connection))
    if "topic" in kinds:
        known = known._replace(topics=_topics().all(connection))
    return known._replace(summits=_summits(connection)) if "session" in kinds else known


def _cards(connection: Connection, which: ColumnElement[bool], day: date) -> Iterator[tuple[str, Value, int]]:
    """For the cards that meet a condition: each value of each filter, with the position of the text."""
    today, soon = day.isoformat(), (day + DUE_SOON).isoformat()
    wanted = select(card.c.kind, card.c.seq, card.c.due, card.c.status_open, *(card.c[name] for name in _SHOWN))
    compared = {
        kind: [(name, 4 + _SHOWN.index(COLUMNS[name])) for name in known if name in COLUMNS]
        for kind, known in FILTERS.items()
    } | {"topic": []}
    for row in connection.execute(wanted.where(which, card.c.kind.in_(KINDS)), execution_options=_STREAM):
        kind, at = row[0], row[1]
        yield kind, ALL, at
        for name, column in compared[kind]:
            if row[column] is not None:
                yield kind, (name, row[column]), at
        if "timeliness" in FILTERS.get(kind, ()):
            word = timeliness(row[2], bool(row[3]), today, soon)
            if word:
                yield kind, ("timeliness", word.value), at


def _links(connection: Connection, which: ColumnElement[bool]) -> Iterator[tuple[str, Value, int]]:
    """For the links that meet a condition: the filter and the record that is named, with the position of the text."""
    named = or_(*(and_(link.c.to_kind == name, link.c.role.in_(roles)) for name, roles in LINKED.items()))
    filtered = and_(named, link.c.from_kind.in_(FILTERS))
    reports = and_(
        link.c.from_kind == "update", link.c.role == "about"
    )  # a report is current while it is about something
    wanted = (
        select(link.c.from_kind, link.c.to_kind, link.c.to_record, func.coalesce(card.c.seq, link.c.seq))
        .outerjoin(
            card, and_(card.c.kind == link.c.from_kind, card.c.record == link.c.from_record, card.c.pub_to.is_(None))
        )
        .where(which, or_(filtered, reports))
    )
    for row in connection.execute(wanted, execution_options=_STREAM):
        yield row[0], ALL if row[0] == "update" else (row[1], row[2]), row[3]


def _synonyms(connection: Connection) -> dict[str, Synonyms]:
    phrases = [(row.record, row.phrase) for row in connection.execute(select(synonym))]
    return {language: Synonyms(language, phrases) for language in LANGUAGES}


@prepared
def _topics() -> Select[Any]:
    """The cards of all topics in their order."""
    wanted = select(card).where(card.c.kind == "topic", card.c.pub_to.is_(None))
    return wanted.order_by(card.c.place, card.c.by_reference)


def _summits(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(
        select(card.c.sort_date, card.c.edtf)
        .where(
            card.c.kind == "session",
            card.c.type == SessionKind.GOVERNMENT_SUMMIT,
            card.c.nature == SessionState.HELD,
            card.c.edtf.is_not(None),
            card.c.pub_to.is_(None),
        )
        .order_by(card.c.sort_date.desc())
        .limit(MOST_SUMMITS)
    )
    return [(row.sort_date, row.edtf) for row in found]


def bits(positions: Iterable[int]) -> int:
    """The set of these positions."""
    given = list(positions)
    found = bytearray((max(given, default=0) >> 3) + 1)
    for at in given:
        found[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(found, "little")


def members(found: int) -> list[int]:
    """The positions in a set, in order."""
    packed = found.to_bytes((found.bit_length() + 7) >> 3, "little")
    return [(byte.start() << 3) + bit for byte in _BYTE.finditer(packed) for bit in _BITS[byte[0][0]]]


def chosen(found: int, positions: Iterable[int]) -> list[int]:
    """Those of `positions` that are in a set, in their order."""
    packed = found.to_bytes((found.bit_length() + 7) >> 3, "little")
    length = len(packed)
    return [at for at in positions if at >> 3 < length and packed[at >> 3] >> (at & 7) & 1]
