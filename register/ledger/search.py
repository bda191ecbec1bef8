"""The full-text index: one table for each language and kind, which both databases fill and read alike.

A row is a published text, at its position in the ledger. It holds the stems of all its words (each once), those of its
title, and all its folded stems in their order, for phrases. SQLite keeps them in three columns, PostgreSQL in one
vector, told apart by a sign before the words of titles and phrases.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, text

from register.ledger import written
from register.ledger.prepared import as_written
from register.ledger.query import Query, Wanted, Way
from register.ledger.stems import GAP, LANGUAGES, sequence, tokens

KINDS = (
    "agreement",
    "action",
    "session",
    "update",
    "topic",
    "structure",
    "request",
    "organisation",
    "source",
    "term",
    "place",
)
MOST_HITS = 10_000  # beyond so many, words are not looked up whole
TITLE, ORDERED = "^", "~"  # what stands before the words of titles and phrases on PostgreSQL
_SHADOWS = ("", "_data", "_idx", "_docsize", "_config")

TABLES = tuple(f"words_{kind}_{language}" for kind in KINDS for language in LANGUAGES)
SHADOW_TABLES = tuple(table + shadow for table in TABLES for shadow in _SHADOWS)


class Text(NamedTuple):
    """What is indexed of a record in one language: its title, and its other texts."""

    title: str
    others: Sequence[str]


class Hits(NamedTuple):
    """Where words stand: positions in the ledger, the newest first; not `whole` where there are more."""

    positions: list[int]
    whole: bool


def create(connection: Connection) -> None:
    """Make the empty index."""
    for table in TABLES:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"CREATE TABLE {table} (seq integer PRIMARY KEY, words tsvector NOT NULL)"))
            connection.execute(text(f"CREATE INDEX ix_{table} ON {table} USING gin (words)"))
        else:
            connection.execute(
                text(
                    f"CREATE VIRTUAL TABLE {table} USING fts5(words, title, said, content='', contentless_delete=1, "
                    "tokenize='unicode61 remove_diacritics 0')"
                )
            )


def drop(connection: Connection) -> None:
    """Remove the index, if it is there."""
    for table in TABLES:
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))


def add(connection: Connection, kind: str, seq: int, said: Mapping[str, Text]) -> None:
    """Index the texts of the publication at `seq`, given for each language."""
    if kind not in KINDS:
        return
    for language, one in said.items():
        table = f"words_{kind}_{language}"
        words, title = (tokens(language, texts) for texts in ((one.title, *one.others), (one.title,)))
        ordered = sequence(language, (one.title, *one.others))
        if connection.dialect.name == "postgresql":
            places: dict[str, list[str]] = {}
            for place, word in enumerate(ordered, 1):
                if word != GAP:
                    places.setdefault(word, []).append(str(place))
            vector = [f"'{word}'" for word in words] + [f"'{TITLE}{word}'" for word in title]
            vector += [f"'{ORDERED}{word}':{','.join(at)}" for word, at in places.items()]
            statement = f"INSERT INTO {table} (seq, words) VALUES (:seq, CAST(:words AS tsvector))"
            written.write(connection, statement, {"seq": seq, "words": " ".join(vector)})
        else:
            # A hyphen separates words and is none: a longer word than anybody can type keeps the place of a gap.
            said_in_order = " ".join("x" * 201 if word == GAP else word for word in ordered)
            statement = f"INSERT INTO {table} (rowid, words, title, said) VALUES (:seq, :words, :title, :said)"
            row = {"seq": seq, "words": " ".join(words), "title": " ".join(title), "said": said_in_order}
            written.write(connection, statement, row)


def remove(connection: Connection, kind: str, seq: int) -> None:
    """Take the texts of the publication at `seq` out of the index."""
    for language in LANGUAGES if kind in KINDS else ():
        table = f"words_{kind}_{language}"
        key = "seq" if connection.dialect.name == "postgresql" else "rowid"
        written.write(connection, f"DELETE FROM {table} WHERE {key} = :seq", {"seq": seq})


def hits(
    connection: Connection, language: str, wanted: Query, most: Mapping[str, int], titles: bool = False
) -> dict[str, Hits]:
    """Where what is `wanted` stands, for each kind in `most`, which says up to how many are read. One query.

    With `titles` it must stand in the title. `wanted` must not be empty. Old versions are among the hits: who asks
    knows which texts are current.
    """
    dialect = connection.dialect.name
    asked = expression(dialect, wanted, titles)
    parts = [
        f"SELECT {KINDS.index(kind)} AS kind, {_together(dialect)} AS found FROM "
        f"(SELECT {_matching(dialect, kind, language)} ORDER BY seq DESC LIMIT {limit + 1}) AS of_{kind}"
        for kind, limit in most.items()
    ]
    if not parts:
        return {}
    told = as_written(connection, " UNION ALL ".join(parts), {"words": asked})
    found = {KINDS[number]: _positions(together) for number, together in told}
    return {kind: Hits(at[: most[kind]], len(at) <= most[kind]) for kind, at in found.items()}


def any_of(
    connection: Connection, language: str, several: Sequence[Query], kinds: Collection[str], most: int
) -> list[dict[str, list[int]]]:
    """For each of several things that are wanted, some positions at which it stands, of each kind. One query.

    The newest of each, at most so many: enough to know whether any text that is current holds it.
    """
    dialect = connection.dialect.name
    asked = {f"words{number}": expression(dialect, wanted) for number, wanted in enumerate(several)}
    place = "%({})s" if dialect == "postgresql" else ":{}"
    parts = [
        f"SELECT {number} AS number, {KINDS.index(kind)} AS kind, {_together(dialect)} AS found FROM (SELECT "
        f"{_matching(dialect, kind, language, place.format(f'words{number}'))} ORDER BY seq DESC LIMIT {most}) "
        f"AS of_{number}_{kind}"
        for number in range(len(several))
        for kind in kinds
    ]
    found: list[dict[str, list[int]]] = [{} for _ in several]
    for number, kind, together in as_written(connection, " UNION ALL ".join(parts), asked) if parts else ():
        found[number][KINDS[kind]] = _positions(together)
    return found


def within(
    connection: Connection, language: str, kind: str, wanted: Query, positions: Iterable[int] | None
) -> list[int]:
    """Those of these positions, or of all (None), at which all that is `wanted` stands. One query."""
    dialect = connection.dialect.name
    column = "seq" if dialect == "postgresql" else "rowid"
    statement = f"SELECT {_matching(dialect, kind, language)}"
    if positions is not None:
        positions = list(positions)
        if not positions:  # no list for PostgreSQL
            return []
        statement += f" AND {column} IN ({','.join(str(int(position)) for position in positions)})"
    statement = f"SELECT {_together(dialect)} FROM ({statement}) AS found"
    return _positions(as_written(connection, statement, {"words": expression(dialect, wanted)})[0][0])


def _together(dialect: str) -> str:
    """Many positions as one text, since thousands of rows cost more to fetch than to find."""
    return "string_agg(seq::text, ',')" if dialect == "postgresql" else "group_concat(seq)"


def _positions(together: str | None) -> list[int]:
    return sorted(map(int, together.split(",")), reverse=True) if together else []


def matching(dialect: str, kind: str, language: str, wanted: Query) -> TextClause:
    """A subselect of the positions (`seq`) whose texts hold all that is `wanted`, which must not be empty."""
    asked = expression(dialect, wanted)
    return text(f"SELECT {_matching(dialect, kind, language, ':words')}").bindparams(words=asked)


def _matching(dialect: str, kind: str, language: str, words: str = "") -> str:
    """What selects positions; `words` is how the place of what is looked for is written, else as the driver has it."""
    table, words = f"words_{kind}_{language}", words or ("%(words)s" if dialect == "postgresql" else ":words")
    if dialect == "postgresql":
        return f"seq FROM {table} WHERE words @@ CAST({words} AS tsquery)"
    return f"rowid AS seq FROM {table} WHERE {table} MATCH {words}"


def expression(dialect: str, wanted: Query, titles: bool = False) -> str:
    """What is `wanted` in the language of the index; with `titles` what must be found is looked for in titles only."""
    write = _Postgresql(titles) if dialect == "postgresql" else _Sqlite(titles)
    found = write.all([write.either([write.way(way, one) for way in one.ways]) for one in wanted if not one.without])
    for one in wanted:
        if one.without:
            found = write.less(found, write.either([write.way(way, one) for way in one.ways]))
    return found


class _Sqlite:
    """Writes for FTS5."""

    both, either_of, minus = " AND ", " OR ", " NOT "

    def __init__(self, titles: bool) -> None:
        self.titles = titles

    def all(self, parts: Sequence[str]) -> str:
        return f"({self.both.join(parts)})"

    def either(self, parts: Sequence[str]) -> str:
        return f"({self.either_of.join(parts)})"

    def less(self, found: str, other: str) -> str:
        return f"({found}{self.minus}{other})"

    def way(self, way: Way, of: Wanted) -> str:
        in_title = self.titles and not of.without
        if way.phrase and not in_title:
            return self.phrase(way.stems)
        last = len(way.stems) - 1
        words = (self.word(stem, in_title, way.beginning and at == last) for at, stem in enumerate(way.stems))
        return self.all(list(words))

    def phrase(self, stems: Sequence[str]) -> str:
        return f'said : "{" ".join(stems)}"'

    def word(self, stem: str, in_title: bool, beginning: bool) -> str:
        return f'{"title" if in_title else "words"} : "{stem}"{" *" if beginning else ""}'


class _Postgresql(_Sqlite):
    """Writes a tsquery."""

    both, either_of, minus = " & ", " | ", " & !"

    def phrase(self, stems: Sequence[str]) -> str:
        return self.all([" <-> ".join(f"'{ORDERED}{stem}'" for stem in stems)])

    def word(self, stem: str, in_title: bool, beginning: bool) -> str:
        return f"'{TITLE if in_title else ''}{stem}'{':*' if beginning else ''}"
