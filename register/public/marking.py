"""Marking the words that were looked for, where they stand in a text: pieces, which `written` escapes."""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup, escape

from register.ledger.query import Query, Way
from register.ledger.stems import as_they_stand, fold, forms, spans

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
        self.ways = list(dict.fromkeys(way for one in wanted if not one.without for way in one.ways))
        self.known: set[str] = set()  # words that have been looked at
        self.begun: dict[str, list[Way]] = {}  # for those with which ways begin: these

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the words looked for stand in a text of Unicode form NFC."""
        words = as_they_stand(text)
        for word in set(words) - self.known:
            self.known.add(word)
            if ways := [way for way in self.ways if self._is(word, way, 0)]:
                self.begun[word] = ways
        found: set[int] = set()
        for at, word in [(at, word) for at, word in enumerate(words) if word in self.begun]:
            for way in self.begun[word]:
                row = range(at, at + len(way.stems))
                if row.stop <= len(words) and all(self._is(words[row[n]], way, n) for n in range(1, len(row))):
                    found.update(row)
        places = spans(text, max(found) + 1) if found else []
        return [places[at] for at in sorted(found)]

    def _is(self, word: str, way: Way, place: int) -> bool:
        """Whether a word is the one at this place of a way: the last one's beginning may be all that is looked for."""
        stem = way.stems[place]
        if way.beginning and place == len(way.stems) - 1:
            return word.lower().startswith(stem) or fold(word.lower()).startswith(stem)
        return stem in forms(self.language, word.lower())

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
