"""Marking the words that were looked for, where they stand in a text: pieces for a template, which escapes them."""

import unicodedata
from typing import NamedTuple

from register.ledger.query import Query
from register.ledger.stems import fold, folded, spans, stem

LONGEST = 240  # signs of a passage
BEFORE = 80  # of which at most so many stand before the first marked word


class Piece(NamedTuple):
    """A part of a text, marked or not."""

    text: str
    marked: bool = False


class Marker:
    """Marks what is `wanted` in texts of one language."""

    def __init__(self, language: str, wanted: Query) -> None:
        self.language = language
        ways = [way for one in wanted if not one.without for way in one.ways]
        self.stems = {stem for way in ways for stem in (way.stems[:-1] if way.beginning else way.stems)}
        self.beginnings = tuple(way.stems[-1] for way in ways if way.beginning)

    def fits(self, word: str) -> bool:
        """Whether a word, in lower case, is one of those looked for."""
        if stem(self.language, word) in self.stems or folded(self.language, word) in self.stems:
            return True
        return bool(self.beginnings) and (word.startswith(self.beginnings) or fold(word).startswith(self.beginnings))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the words looked for stand in a text of Unicode form NFC."""
        return [(begin, end) for begin, end in spans(text) if self.fits(text[begin:end].lower())]

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
