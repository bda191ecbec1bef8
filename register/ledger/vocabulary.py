"""The words of texts, with how many current texts hold each: to complete what is typed, and to offer what comes near.

A disposable projection like the others; the glossary's phrases (`synonym`) are asked beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from register.ledger import written
from register.ledger.lexicon import counted, synonym, vocabulary
from register.ledger.prepared import given, prepared
from register.ledger.stems import fold, split

SHORTEST = 3
MOST_CANDIDATES = 2_000
_COUNT = (
    "INSERT INTO vocabulary (language, word, folded, n) VALUES (:language, :word, :folded, :n) "
    "ON CONFLICT (language, word) DO UPDATE SET n = vocabulary.n + excluded.n"
)


def learn(connection: Connection, seq: int, said: Mapping[str, Iterable[str]]) -> None:
    """Count the words of a text that is current now, given for each language."""
    rows = [{"seq": seq, "language": language, "words": " ".join(words(texts))} for language, texts in said.items()]
    written.add(connection, counted, *rows)
    count(connection, seq, 1)


def count(connection: Connection, seq: int, by: int) -> None:
    """Count the words of the text at `seq` once more (`by` 1), since it is current again, or once less (-1)."""
    rows = _counted().all(connection, seq=seq)
    change(connection, {(row.language, word): by for row in rows for word in row.words.split()})


def forget(connection: Connection, seq: int) -> None:
    """Count the words of the text at `seq` once less, and keep them no longer."""
    count(connection, seq, -1)
    written.remove(connection, counted, {"seq": seq})


def change(connection: Connection, counts: Mapping[tuple[str, str], int]) -> None:
    """Add to the counts of words, each given with its language; words that no text holds any more go."""
    rows = [
        {"language": language, "word": word, "folded": fold(word), "n": by} for (language, word), by in counts.items()
    ]
    if rows:
        written.write(connection, _COUNT, *rows)
    if any(by < 0 for by in counts.values()):
        written.write(connection, "DELETE FROM vocabulary WHERE n <= 0")


def words(said: Iterable[str]) -> list[str]:
    """The words of a text that are counted, each once."""
    found = dict.fromkeys(word for text in said for word in split(text))
    return [word for word in found if len(word) >= SHORTEST and not word.isdigit()]


@prepared
def _counted() -> Select[Any]:
    """The words of the text at `seq`, for each language."""
    return select(counted.c.language, counted.c.words).where(counted.c.seq == given("seq"))


def beginning(connection: Connection, language: str, begun: str, limit: int) -> list[str]:
    """Words that begin so, accents aside, those of the most texts first. One query."""
    rows = connection.execute(
        select(vocabulary.c.word)
        .where(vocabulary.c.language == language, _begins(fold(begun)))
        .order_by(vocabulary.c.n.desc(), vocabulary.c.word)
        .limit(limit)
    )
    return list(rows.scalars())


def near(connection: Connection, language: str, said: Sequence[str], limit: int) -> list[list[str]]:
    """For each word, of those that are not found: words that come near to it, a few letters off, or with the same
    beginning. One query a word, and one more.

    The nearest first, among them those of the most texts. Words are looked for that begin with the same letter or,
    if the first letter may be what is wrong, end alike.
    """
    phrases = connection.execute(select(synonym.c.phrase).distinct().order_by(synonym.c.phrase)).scalars()
    in_phrases = [part for phrase in phrases for part in phrase.split() if len(part) >= SHORTEST]
    return [_near(connection, language, word, in_phrases)[:limit] for word in said]


def _near(connection: Connection, language: str, word: str, in_phrases: Iterable[str]) -> list[str]:
    asked = fold(word)
    most = 1 if len(asked) < 5 else 2
    last = asked[-3:]
    fits = func.length(vocabulary.c.folded).between(len(asked) - most, len(asked) + most)
    rows = connection.execute(
        select(vocabulary.c.word, vocabulary.c.folded, vocabulary.c.n)
        .where(
            vocabulary.c.language == language,
            or_(and_(fits, or_(_begins(asked[:1]), vocabulary.c.folded.like(f"%{last}"))), _begins(asked)),
        )
        .order_by(vocabulary.c.n.desc(), vocabulary.c.word)
        .limit(MOST_CANDIDATES)
    ).all()
    candidates = {part: (part, 1) for part in in_phrases} | {row.word: (row.folded, row.n) for row in rows}
    found = []
    for other, (folded, count_) in candidates.items():
        off = distance(asked, folded, most)
        if folded != asked and (off <= most or (folded.startswith(asked) and len(asked) > SHORTEST)):
            found.append((off, -count_, other))
    return [other for _, _, other in sorted(found)]


def _begins(so: str) -> ColumnElement[bool]:
    return and_(vocabulary.c.folded >= so, vocabulary.c.folded < so + "\U0010ffff")


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be added, left out, changed or swapped with their neighbour; `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        two_before, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (sign != wanted))
            if at > 1 and to > 1 and sign == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, two_before[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
