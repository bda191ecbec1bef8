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
    """Marks what is `wanted` in texts of one language.

    What is said in several words ("per- en polyfluoralkylstoffen") is marked only where they follow each other: one of
    them by itself, such as "en", is not what was looked for.
    """

    def __init__(self, language: str, wanted: Query) -> None:
        self.language = language
        ways = [way for one in wanted if not one.without for way in one.ways]
        self.rows = {way.stems for way in ways if not way.beginning}
        self.beginnings = {way.stems for way in ways if way.beginning}

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the words looked for stand in a text of Unicode form NFC."""
        words = [(begin, end, text[begin:end].lower()) for begin, end in spans(text)]
        stems = [{stem(self.language, word), folded(self.language, word)} for _, _, word in words]
        found: set[int] = set()
        for row in self.rows | self.beginnings:
            for at in range(len(words) - len(row) + 1):
                here = zip(row, stems[at : at + len(row)], words[at : at + len(row)], strict=True)
                whole = [wanted in held for wanted, held, _ in here]
                if row in self.beginnings:
                    last = words[at + len(row) - 1][2]
                    whole[-1] = last.startswith(row[-1]) or fold(last).startswith(row[-1])
                if all(whole):
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
