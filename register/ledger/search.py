"""The full-text index: stems made here, so that SQLite and PostgreSQL find the same.

One table for each language and kind. Each word is indexed as its stem and as its stem without accents, so
that `facade` finds `façade`, while `façade` finds only itself. (Umlauts and acute accents make no difference in
Dutch: its stemmer drops them.)
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection, TextClause, func, literal, select, text, union_all
from Stemmer import Stemmer

from register.ledger.tables import card, synonym

LANGUAGES = ("nl", "en")
KINDS = ("agreement", "action", "session", "organisation", "structure", "request", "source", "place", "term")
_ALGORITHMS = {"nl": "dutch_porter", "en": "english"}
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[(),;:/]")
LONGEST_PHRASE = 4
_SHADOWS = ("", "_data", "_idx", "_docsize", "_config")

# All of these must be found; of each, one of the alternatives; of an alternative, all its stems.
Query = list[list[tuple[str, ...]]]

TABLES = tuple(f"words_{kind}_{language}" for kind in KINDS for language in LANGUAGES)
SHADOW_TABLES = tuple(table + shadow for table in TABLES for shadow in _SHADOWS)


@lru_cache(maxsize=65536)
def stem(language: str, word: str) -> str:
    """The stem of one lower-case word."""
    # A stemmer of its own for each call: the library's stemmers are not safe to share between threads.
    return str(Stemmer(_ALGORITHMS[language]).stemWord(word))


def fold(word: str) -> str:
    """`word` without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def split(said: str) -> list[str]:
    """The words of a text in lower case, Unicode form NFC."""
    return _WORD.findall(unicodedata.normalize("NFC", said).lower())


def tokens(language: str, said: Iterable[str]) -> str:
    """What is indexed for these texts: stems and folded stems, each once, in a stable order."""
    found: dict[str, None] = {}
    for part in said:
        for word in split(part):
            found.update(dict.fromkeys((stem(language, word), stem(language, fold(word)))))
    return " ".join(found)


def phrases(names: Iterable[str]) -> list[str]:
    """The short phrases in `names`, folded: what stands in brackets or after a comma is a phrase of its own."""
    found: dict[str, None] = {}
    for name in names:
        for part in _BETWEEN.split(name):
            words = split(fold(part))
            if 0 < len(words) <= LONGEST_PHRASE:
                found[" ".join(words)] = None
    return list(found)


def query(connection: Connection, language: str, said: str) -> Query:
    """What must be found for the words a visitor typed: each word, or whatever the glossary says means the same.

    One query, none for words without letters or digits.
    """
    words = split(said)
    alike: dict[tuple[str, ...], set[str]] = {}
    of_record: dict[str, list[tuple[str, ...]]] = {}
    for row in connection.execute(select(synonym)) if words else ():
        stems = tuple(stem(language, word) for word in row.phrase.split())
        alike.setdefault(stems, set()).add(row.record)
        of_record.setdefault(row.record, []).append(stems)
    found: Query = []
    while words:
        for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
            records = alike.get(tuple(stem(language, fold(word)) for word in words[:length]))
            if records or length == 1:
                break
        own = tuple(stem(language, word) for word in words[:length])
        others = [stems for record in sorted(records or ()) for stems in of_record[record]]
        found.append(list(dict.fromkeys([own, *others])))
        words = words[length:]
    return found


def create(connection: Connection) -> None:
    """Make the empty index."""
    for table in TABLES:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"CREATE TABLE {table} (seq integer PRIMARY KEY, words tsvector NOT NULL)"))
            connection.execute(text(f"CREATE INDEX ix_{table} ON {table} USING gin (words)"))
        else:
            connection.execute(
                text(
                    f"CREATE VIRTUAL TABLE {table} USING fts5(words, content='', contentless_delete=1, "
                    "tokenize='unicode61 remove_diacritics 0')"
                )
            )


def drop(connection: Connection) -> None:
    """Remove the index, if it is there."""
    for table in TABLES:
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))


def add(connection: Connection, kind: str, seq: int, said: dict[str, list[str]]) -> None:
    """Index the texts of the publication at `seq`, given for each language."""
    if kind not in KINDS:
        return
    for language, parts in said.items():
        table = f"words_{kind}_{language}"
        statement = (
            f"INSERT INTO {table} (seq, words) VALUES (:seq, array_to_tsvector(string_to_array(:words, ' ')))"
            if connection.dialect.name == "postgresql"
            else f"INSERT INTO {table} (rowid, words) VALUES (:seq, :words)"
        )
        connection.execute(text(statement), {"seq": seq, "words": tokens(language, parts)})


def remove(connection: Connection, kind: str, seq: int) -> None:
    """Take the texts of the publication at `seq` out of the index."""
    for language in LANGUAGES if kind in KINDS else ():
        table = f"words_{kind}_{language}"
        key = "seq" if connection.dialect.name == "postgresql" else "rowid"
        connection.execute(text(f"DELETE FROM {table} WHERE {key} = :seq"), {"seq": seq})


def elsewhere(connection: Connection, kind: str, language: str, wanted: Query) -> dict[str, int]:
    """How many current records of each kind but `kind` hold what is `wanted`; kinds without are left out. One query."""
    parts = [
        select(literal(other), func.count()).where(
            card.c.kind == other,
            card.c.pub_to.is_(None),
            card.c.seq.in_(matching(connection.dialect.name, other, language, wanted)),
        )
        for other in KINDS
        if other != kind
    ]
    return {row[0]: row[1] for row in connection.execute(union_all(*parts)) if row[1]}


def matching(dialect: str, kind: str, language: str, wanted: Query) -> TextClause:
    """A subselect of the positions (`seq`) whose texts hold all that is `wanted`, which must not be empty."""
    table = f"words_{kind}_{language}"
    quote, both, either = ("'", " & ", " | ") if dialect == "postgresql" else ('"', " AND ", " OR ")

    def joined(by: str, parts: Iterable[str]) -> str:
        return f"({by.join(parts)})"

    words = joined(
        both,
        (
            joined(either, (joined(both, (quote + found + quote for found in stems)) for stems in alternatives))
            for alternatives in wanted
        ),
    )
    if dialect == "postgresql":
        return text(f"SELECT seq FROM {table} WHERE words @@ CAST(:words AS tsquery)").bindparams(words=words)
    return text(f"SELECT rowid FROM {table} WHERE {table} MATCH :words").bindparams(words=words)
