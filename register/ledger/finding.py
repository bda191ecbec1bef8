"""Searching all kinds together: the first hits of each kind in one rank, and what comes near where nothing is found.

The rank is the register's own, the same on both databases: what has the words in its title, then by date, the latest
first, then by reference. Among very many hits, the newest MOST texts are ranked.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, literal, select, union_all

from register.ledger import search, sets, vocabulary, wording
from register.ledger.filters import MOST
from register.ledger.lists import at_positions
from register.ledger.query import Query, Typed, query, typed
from register.ledger.read import Published, decode
from register.ledger.stems import LANGUAGES, split
from register.ledger.tables import card, position, publication
from register.words.vocabulary import SIDES

FIRST = 5  # hits shown of each kind
MOST_READ = 2 * MOST  # hits read of each kind, some of which may be in versions that are not current any more
NEAREST = 6
FEW = 20  # texts looked at to know whether any is current
SHORTEST_BEGINNING = 5
MOST_TRIED = 8  # candidates of which it is looked up whether they are found
NARROWING, MOST_VALUES = ("topic", "status", "state", "type"), 4


class Hit(NamedTuple):
    """A record that holds the words: its card, and the text in which they stand, a report on it if it is one."""

    card: Row[Any]
    text: Published


class Group(NamedTuple):
    """The hits of one kind: how many (MOST + 1: more than that), the first of them, and what narrows them.

    `narrow` gives for some filters of the kind's list the values that most hits have, with their number.
    """

    kind: str
    total: int
    hits: list[Hit]
    narrow: dict[str, list[tuple[str, int]]]


def search_all(connection: Connection, language: str, parts: Sequence[Typed], today: date) -> tuple[Query, list[Group]]:
    """What is wanted by what was typed, and what is found of each kind. Six queries, three where nothing is found."""
    known = sets.current(connection, today)
    wanted = query(language, parts, known.synonyms)
    if not wanted:
        return wanted, []
    anywhere = search.hits(connection, language, wanted, dict.fromkeys(search.KINDS, MOST_READ))
    current = {kind: sets.chosen(known.of[kind].get(sets.ALL, 0), hits.positions) for kind, hits in anywhere.items()}
    totals = {kind: min(len(at), MOST + 1) for kind, at in current.items() if at}
    if not totals:
        return wanted, []
    titled = search.hits(connection, language, wanted, {kind: MOST for kind in totals if kind != "update"}, titles=True)
    in_title = {kind: set(hits.positions) & set(current[kind]) for kind, hits in titled.items()}
    cards = _first_cards(connection, current, in_title)
    about = _first_reports(connection, current["update"])
    texts = _texts(connection, language, [row.seq for rows in cards.values() for row in rows] + list(about))
    groups = []
    for kind in search.KINDS:
        if kind == "update":
            hits = [Hit(row, texts[at]) for at, row in about.items()]
        else:
            hits = [Hit(row, texts[row.seq]) for row in cards.get(kind, ())]
        if hits:
            narrow = _narrow(known, kind, current[kind]) if anywhere[kind].whole else {}
            groups.append(Group(kind, totals[kind], hits, narrow))
    return wanted, groups


def _narrow(known: sets.Sets, kind: str, positions: Sequence[int]) -> dict[str, list[tuple[str, int]]]:
    here, found = sets.bits(positions), dict[str, list[tuple[str, int]]]()
    for (name, value), all_ in known.of[kind].items():
        if name in NARROWING and (count := (here & all_).bit_count()):
            found.setdefault(name, []).append((value, count))
    ranked = {name: sorted(values, key=lambda pair: (-pair[1], pair[0])) for name, values in found.items()}
    return {name: ranked[name][:MOST_VALUES] for name in NARROWING if len(ranked.get(name, ())) > 1}


def _first_cards(
    connection: Connection, current: Mapping[str, Sequence[int]], in_title: Mapping[str, set[int]]
) -> dict[str, list[Row[Any]]]:
    """The first cards of each kind in the rank. One query."""
    parts: list[Select[Any]] = []
    for kind, titled in in_title.items():
        best = sorted(titled, reverse=True)[:MOST]
        rest = [at for at in current[kind] if at not in titled][:MOST] if len(best) < FIRST else []
        for place, some in enumerate((best, rest)):
            if some:
                first = (
                    select(literal(place).label("rank"), card)
                    .where(at_positions(some))
                    .order_by(card.c.sort_date.desc(), card.c.by_reference)
                    .limit(FIRST)
                )
                parts.append(select(first.subquery()))
    rows = connection.execute(union_all(*parts)).all() if parts else []
    found: dict[str, list[Row[Any]]] = {}
    ranked = sorted(
        sorted(rows, key=lambda row: str(row.by_reference)), key=lambda row: str(row.sort_date), reverse=True
    )
    for row in sorted(ranked, key=lambda row: int(row.rank)):
        if len(found.setdefault(row.kind, [])) < FIRST:
            found[row.kind].append(row)
    return found


def _first_reports(connection: Connection, positions: Sequence[int]) -> dict[int, Row[Any]]:
    """The latest reports by the day that they are about: for each position the card of that record. One query."""
    if not positions:
        return {}
    reported = and_(card.c.kind == position.c.kind, card.c.record == position.c.record, card.c.pub_to.is_(None))
    rows = connection.execute(
        select(position.c.seq.label("reported_at"), card)
        .join(card, reported)
        .where(position.c.seq.in_(list(positions[:MOST])), position.c.pub_to.is_(None))
        .order_by(position.c.as_of.desc(), position.c.seq, position.c.side)
        .limit(FIRST * len(SIDES))
    ).all()
    return dict(list({row.reported_at: row for row in rows}.items())[:FIRST])


def _texts(connection: Connection, language: str, positions: Sequence[int]) -> dict[int, Published]:
    rows = connection.execute(select(publication, wording.now(language)).where(publication.c.seq.in_(positions)))
    return {row.seq: decode(row, language) for row in rows}


def near(connection: Connection, language: str, parts: Sequence[Typed], today: date) -> list[str]:
    """What somebody may have meant who found nothing: the same words with one of them replaced, each of them alone, or
    how one begins. All that is offered is found. Two queries a word, one for each of MOST_TRIED candidates.
    """
    known = sets.current(connection, today)
    said = [word for part in parts if not part.without for word in part.words]
    found: list[str] = []
    for at, word in enumerate(said[:4]):
        for other in vocabulary.near(connection, language, word, NEAREST):
            found.append(" ".join((*said[:at], other, *said[at + 1 :])))
    if len(said) > 1:
        tried = list(dict.fromkeys((*found[: MOST_TRIED - len(said)], *said)))[:MOST_TRIED]
        found = [one for one in tried if stands(connection, language, typed(one), known)]
    if not found:
        begun = (f"{word[:-cut]}*" for word in said[:1] for cut in (1, 2, 3) if len(word) - cut >= SHORTEST_BEGINNING)
        found = [one for one in begun if stands(connection, language, typed(one), known)][:1]
    return list(dict.fromkeys(found))[:NEAREST]


def stands(connection: Connection, language: str, parts: Sequence[Typed], known: sets.Sets) -> bool:
    """Whether anything current holds what was typed. One query, none for nothing."""
    wanted = query(language, parts, known.synonyms)
    if not wanted:
        return False
    hits = search.hits(connection, language, wanted, dict.fromkeys(search.KINDS, FEW))
    return any(sets.chosen(known.of[kind].get(sets.ALL, 0), at.positions) for kind, at in hits.items())


def elsewhere(connection: Connection, language: str, parts: Sequence[Typed], today: date) -> list[str]:
    """The other languages in which what was typed is found. One query for each."""
    known = sets.current(connection, today)
    return [other for other in LANGUAGES if other != language and stands(connection, other, parts, known)]


def completed(connection: Connection, language: str, said: str) -> list[str]:
    """What was typed, with its last word completed in the ways that titles do. One query, none for no word."""
    words = split(said)
    if not words or said[-1:].isspace():
        return []
    begun = words[-1]
    head = said[: len(said) - len(begun)] if said.lower().endswith(begun) else " ".join(words[:-1]) + " "
    return [head + word for word in vocabulary.beginning(connection, language, begun, NEAREST) if word != begun]
