"""Searching all kinds together: the first hits of each kind in one rank, and what comes near where nothing is found.

The rank is the register's own, the same on both databases: what has the words in its title, then by date, the latest
first, then by reference. Among very many hits, the newest MOST texts are ranked.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, select

from register.ledger import search, sets, vocabulary, wording
from register.ledger.filters import MOST
from register.ledger.prepared import as_written, placed, places, prepared, room
from register.ledger.query import Query, Typed, query, typed
from register.ledger.read import Published, Revision, decode
from register.ledger.stems import LANGUAGES, split
from register.ledger.tables import card, publication
from register.words.vocabulary import SIDES

FIRST = 5  # hits shown of each kind
MOST_LATEST = 4 * FIRST * len(SIDES)  # reports looked at first, of which some may be about what is out of view
MOST_READ = 2 * MOST  # hits read of each kind, some of which may be in versions that are not current any more
NEAREST = 6
FEW = 20  # texts looked at to know whether any is current
SHORTEST_BEGINNING = 5
MOST_REPLACED = 4  # words for which others are tried
MOST_TRIED = 8  # candidates of which it is looked up whether they are found
NARROWING, MOST_VALUES = ("topic", "status", "state", "type"), 4


class Shown(NamedTuple):
    """What hits show of the card of a record."""

    kind: str
    record: str
    reference: str
    title_nl: str
    title_en: str
    told_nl: str
    told_en: str
    edtf: str | None
    words_nl: str | None
    words_en: str | None
    status: str
    nature: str | None


_SHOWN = [card.c[name] for name in Shown._fields]
_NAMED = 3  # of which so many, the first, stand in the entry too
_card = attrgetter(*Shown._fields)


class Hit(NamedTuple):
    """A record that holds the words: its card, as far as hits show it, and the text in which they stand, a report on it
    if it is one."""

    card: Shown
    text: Published


class Group(NamedTuple):
    """The hits of one kind: how many (MOST + 1: more than that), the first of them, and what narrows them.

    `narrow` gives for some filters of the kind's list the values that most hits have, with their number.
    """

    kind: str
    total: int
    hits: list[Hit]
    narrow: dict[str, list[tuple[str, int]]]


def search_all(
    connection: Connection, language: str, parts: Sequence[Typed], today: date, revision: Revision | None = None
) -> tuple[Query, list[Group]]:
    """What is wanted by what was typed, and what is found of each kind.

    Five queries, one where nothing is found; one more where the snapshot's `revision` is not known.
    """
    known = sets.current(connection, today, revision)
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
    first = _first(connection, current, in_title)
    about = _first_reports(connection, current["update"])
    rows = _texts(connection, language, [at for positions in first.values() for at in positions] + list(about))
    groups = []
    for kind in search.KINDS:
        if kind == "update":
            hits = [Hit(row, decode(rows[at], language)) for at, row in about.items()]
        else:
            hits = [Hit(Shown(*_card(rows[at])), decode(rows[at], language)) for at in first.get(kind, ())]
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


def _first(
    connection: Connection, current: Mapping[str, Sequence[int]], in_title: Mapping[str, set[int]]
) -> dict[str, list[int]]:
    """The positions of the first hits of each kind in the rank. One query."""
    parts: list[str] = []
    for kind, titled in in_title.items():
        best = sorted(titled, reverse=True)[:MOST]
        rest = [at for at in current[kind] if at not in titled][:MOST] if len(best) < FIRST else []
        for place, some in enumerate((best, rest)):
            if (
                some
            ):  # as text, like the positions in it: so many columns, compiled anew each time, cost more than all else
                parts.append(
                    f"SELECT * FROM (SELECT {place} AS place, '{kind}' AS kind, seq, sort_date, by_reference FROM card "
                    f"WHERE pub_to IS NULL AND seq IN ({','.join(str(int(at)) for at in some)}) "
                    f"ORDER BY sort_date DESC, by_reference LIMIT {FIRST}) AS part_{len(parts)}"
                )
    rows = as_written(connection, " UNION ALL ".join(parts), {}) if parts else []
    found: dict[str, list[int]] = {}
    ranked = sorted(sorted(rows, key=lambda row: str(row[4])), key=lambda row: str(row[3]), reverse=True)
    for _, kind, seq, _, _ in sorted(ranked, key=lambda row: int(row[0])):
        if len(found.setdefault(kind, [])) < FIRST:
            found[kind].append(seq)
    return found


def _first_reports(connection: Connection, positions: Sequence[int]) -> dict[int, Shown]:
    """The latest reports by the day that they are about: for each position the card of that record.

    One query; one more where so many of the latest are about records out of view that others must be looked at.
    """
    found: dict[int, Shown] = {}
    for most in (MOST_LATEST, len(SIDES) * MOST) if positions else ():
        # As text, like the positions in it, for the same reason.
        rows = as_written(
            connection,
            f"SELECT latest.seq, {', '.join(map(str, _SHOWN))} FROM (SELECT * FROM position "
            f"WHERE pub_to IS NULL AND seq IN ({','.join(map(str, positions[:MOST]))}) "
            f"ORDER BY as_of DESC, seq, side LIMIT {most}) AS latest "
            "JOIN card ON card.kind = latest.kind AND card.record = latest.record AND card.pub_to IS NULL "
            "ORDER BY latest.as_of DESC, latest.seq, latest.side",
            {},
        )
        found = {row[0]: Shown._make(row[1:]) for row in rows}
        if len(found) >= FIRST or len(positions) * len(SIDES) <= most:
            break
    return dict(list(found.items())[:FIRST])


def _texts(connection: Connection, language: str, positions: Sequence[int]) -> dict[int, Any]:
    """The entries at these positions, each with its card if it has one. One query."""
    wanted = _at(language, room(positions))
    return {row.seq: row for row in wanted.all(connection, **placed("seq", positions))}


@prepared
def _at(language: str, count: int) -> Select[Any]:
    """The entries at `count` positions, each with its card."""
    shown = and_(card.c.seq == publication.c.seq, card.c.pub_to.is_(None))
    wanted = select(publication, *_SHOWN[_NAMED:], wording.now(language)).outerjoin(card, shown)
    return wanted.where(publication.c.seq.in_(places("seq", count)))


def near(connection: Connection, language: str, parts: Sequence[Typed], known: sets.Sets) -> list[str]:
    """What somebody may have meant who found nothing: the same words with one of them replaced, each of them alone, or
    how one begins. All that is offered is found. One query a word, and at most three more.
    """
    said = [word for part in parts if not part.without for word in part.words]
    found: list[str] = []
    for at, others in enumerate(vocabulary.near(connection, language, said[:MOST_REPLACED], NEAREST)):
        found += [" ".join((*said[:at], other, *said[at + 1 :])) for other in others]
    if len(said) > 1:
        tried = list(dict.fromkeys((*found[: MOST_TRIED - len(said)], *said)))[:MOST_TRIED]
        found = found_of(connection, language, tried, known)
    if not found:
        begun = [
            f"{word[: len(word) - cut]}*"
            for word in said[:1]
            for cut in range(4)
            if len(word) - cut >= SHORTEST_BEGINNING
        ]
        found = found_of(connection, language, begun, known)[:1]
    return list(dict.fromkeys(found))[:NEAREST]


def found_of(connection: Connection, language: str, said: Sequence[str], known: sets.Sets) -> list[str]:
    """Those of what could be typed that something current holds. One query, none for nothing."""
    there = _stand(connection, language, [typed(one) for one in said], known)
    return [one for one, stands in zip(said, there, strict=True) if stands]


def _stand(connection: Connection, language: str, several: Sequence[Sequence[Typed]], known: sets.Sets) -> list[bool]:
    """For each of several things that were typed, whether anything current holds it. One query, none for nothing."""
    asked = [query(language, parts, known.synonyms) for parts in several]
    held = iter(search.any_of(connection, language, [wanted for wanted in asked if wanted], search.KINDS, FEW))
    return [
        bool(wanted) and any(sets.chosen(known.of[kind].get(sets.ALL, 0), at) for kind, at in next(held).items())
        for wanted in asked
    ]


def elsewhere(connection: Connection, language: str, parts: Sequence[Typed], known: sets.Sets) -> list[str]:
    """The other languages in which what was typed is found. One query for each."""
    return [other for other in LANGUAGES if other != language and _stand(connection, other, [parts], known)[0]]


def completed(connection: Connection, language: str, said: str) -> list[str]:
    """What was typed, with its last word completed in the ways that titles do. One query, none for no word."""
    words = split(said)
    if not words or said[-1:].isspace():
        return []
    begun = words[-1]
    head = said[: len(said) - len(begun)] if said.lower().endswith(begun) else " ".join(words[:-1]) + " "
    return [head + word for word in vocabulary.beginning(connection, language, begun, NEAREST) if word != begun]
