"""Marking the words that were looked for, where they stand in a text: pieces, which `written` escapes."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from register.ledger.query import Query
from register.ledger.stems import fold, folded, spans, stem

LONGEST = 240  # signs of a passage
BEFORE = 80  # of which at most so many stand before the first marked word


class Piece(NamedTuple):
    """A part of a text, marked or not."""

    text: str
    marked: bool = False


class Marker:
    """Marks what is `wanted` in texts of one language.

    What is said in several words ("per- en polyfluoralkylstoffen") is marked only where they follow each other: one of
    them by itself, such as "en", is not what was looked for.
    """

    def __init__(self, language: str, wanted: Query) -> None:
        self.language = language
        ways = [way for one in wanted if not one.without for way in one.ways]
        self.rows: dict[str, set[tuple[str, ...]]] = {}  # by the stem that they begin with
        for way in ways:
            if not way.beginning:
                self.rows.setdefault(way.stems[0], set()).add(way.stems)
        self.beginnings = {way.stems for way in ways if way.beginning}

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the words looked for stand in a text of Unicode form NFC."""
        words = [(*place, _forms(self.language, text[place[0] : place[1]])) for place in spans(text)]
        found: set[int] = set()
        for at, (_, _, forms) in enumerate(words):
            for form in forms:
                for row in self.rows.get(form, ()):
                    if len(row) == 1 or (
                        at + len(row) <= len(words) and all(row[n] in words[at + n][2] for n in range(1, len(row)))
                    ):
                        found.update(range(at, at + len(row)))
        for row in self.beginnings:
            for at in range(len(words) - len(row) + 1):
                begin, end, _ = words[at + len(row) - 1]
                last = text[begin:end].lower()
                begun = last.startswith(row[-1]) or fold(last).startswith(row[-1])
                if begun and all(row[n] in words[at + n][2] for n in range(len(row) - 1)):
                    found.update(range(at, at + len(row)))
        return [words[at][:2] for at in sorted(found)]

    def marked(self, text: str) -> list[Piece]:
        """The whole of a text in pieces."""
        text = unicodedata.normalize("NFC", text)
        return _pieces(text, self.places(text), 0, len(text))

    def passage(self, texts: list[str]) -> list[Piece]:
        """The part of the first of these texts that holds a word looked for; of none, the beginning of the first."""
        for text in texts:
            text = unicodedata.normalize("NFC", text)
            places = self.places(text)
            if places:
                begin = _word_begin(text, max(0, places[0][0] - BEFORE))
                return _cut(text, places, begin)
        return _cut(unicodedata.normalize("NFC", texts[0]), [], 0) if texts else []


def written(pieces: Iterable[Piece]) -> Markup:
    """Pieces as markup."""
    return Markup("".join(f"<mark>{escape(text)}</mark>" if marked else str(escape(text)) for text, marked in pieces))  # noqa: S704 - each piece is escaped


@lru_cache(maxsize=16384)
def _forms(language: str, word: str) -> tuple[str, ...]:
    """What a word is found by: its stem, and its stem without accents where that is another one."""
    lower = word.lower()
    return tuple({stem(language, lower), folded(language, lower)})


def _cut(text: str, places: list[tuple[int, int]], begin: int) -> list[Piece]:
    end = len(text)
    if end - begin > LONGEST:
        end = text.rfind(" ", begin, begin + LONGEST) + 1 or begin + LONGEST
    pieces = _pieces(text, places, begin, end)
    before, after = [Piece("… ")] if begin else [], [Piece("…")] if end < len(text) else []
    return [*before, *pieces, *after]


def _word_begin(text: str, at: int) -> int:
    return at and text.find(" ", at) + 1


def _pieces(text: str, places: list[tuple[int, int]], begin: int, end: int) -> list[Piece]:
    found, at = [], begin
    for first, last in places:
        if first < begin or last > end:
            continue
        found += [Piece(text[at:first]), Piece(text[first:last], marked=True)]
        at = last
    return [piece for piece in (*found, Piece(text[at:end])) if piece.text]
