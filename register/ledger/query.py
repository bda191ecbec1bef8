"""What a visitor types: words that must be found, "phrases", -words that must not, and wor* for how a word begins.

Words are joined by "and". A word of the glossary stands for all that means the same; between quotation marks it stands
for itself. Anything else that is not a letter or a digit only separates words.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from register.errors import BadParameter
from register.ledger.stems import LONGEST_PHRASE, folded, number_words, split, stem

SHORTEST_BEGINNING = 2
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PART = re.compile(r'(?P<less>(?<!\S)-(?="|\w))?(?:"(?P<phrase>[^"]*)"|(?P<plain>[^\s"]+))')
_SPACED = re.compile(r"\b(NLVL|ACT|SES|UPD|LEAD|MOVE|STR|REQ|ORG|DOC) (\d{4} )?\d{3}\b", re.IGNORECASE)
_STAR = re.compile(rf"[^\W_]{{{SHORTEST_BEGINNING},}}\*")


class Way(NamedTuple):
    """One way in which something may be said: these stems, all of them; one after the other in a `phrase`.

    In a `beginning` the last of them is how a word begins.
    """

    stems: tuple[str, ...]
    phrase: bool = False
    beginning: bool = False


class Wanted(NamedTuple):
    """Something that must be found, or must not be (`without`), in one of several ways."""

    ways: tuple[Way, ...]
    without: bool = False


Query = list[Wanted]  # all of it; empty: nothing can be found


class Typed(NamedTuple):
    """A part of what was typed: its words in lower case, and what the signs around them ask."""

    words: list[str]
    without: bool = False
    phrase: bool = False
    beginning: bool = False


def typed(said: str, name: str = "q", unfinished: bool = False) -> list[Typed]:
    """Read what was typed in the field `name`; of an `unfinished` text the last word is how a word begins.

    Raises BadParameter with the reason `quote` (one without its other), `hollow` (nothing between two), `star` (not
    behind a word) or `without` (nothing that must be found), and the nearest that can be read.
    """
    plain = unicodedata.normalize("NFC", said).translate(_QUOTES)
    plain = _SPACED.sub(lambda number: number[0].replace(" ", "-"), plain)  # "req 008" is REQ-008
    if plain.count('"') % 2:
        raise BadParameter(name, said, "quote", nearest=_bare(plain, '"'))
    found: list[Typed] = []
    for part in _PART.finditer(plain):
        without = bool(part["less"])
        if part["phrase"] is not None:
            words = split(part["phrase"])
            if not words:
                raise BadParameter(name, said, "hollow", nearest=_bare(plain.replace(part[0], " "), ""))
            found.append(Typed(words, without, phrase=True))
            continue
        if "*" in part["plain"] and not _starred(part["plain"]):
            raise BadParameter(name, said, "star", nearest=_bare(plain, "*"))
        words = number_words(part["plain"].strip(".,;:()")) or split(part["plain"])
        if words:
            last = unfinished and part.end() == len(plain) and len(words[-1]) >= SHORTEST_BEGINNING
            found.append(Typed(words, without, beginning=last or part["plain"].endswith("*")))
            if len(found) > 1 and _plain(found[-2]) and not without:  # together they may be a phrase of the glossary
                found[-2:] = [found[-1]._replace(words=found[-2].words + words)]
    if found and all(part.without for part in found):
        raise BadParameter(name, said, "without", nearest=" ".join(word for part in found for word in part.words))
    return found


def _plain(part: Typed) -> bool:
    return not (part.without or part.phrase or part.beginning)


def _starred(plain: str) -> bool:
    """Whether the one star in a part without spaces stands at its end, behind a word that is long enough."""
    return plain.count("*") == 1 and bool(_STAR.search(plain)) and plain.endswith("*")


def _bare(plain: str, sign: str) -> str:
    """What is left without `sign`, if words are left."""
    left = " ".join((plain.replace(sign, " ") if sign else plain).split())
    return left if split(left) else ""


class Synonyms:
    """The glossary's phrases, by their folded stems in one language, with those that mean the same."""

    def __init__(self, language: str, phrases: Iterable[tuple[str, str]]) -> None:
        self.alike: dict[tuple[str, ...], set[str]] = {}
        self.of_record: dict[str, list[tuple[str, ...]]] = {}
        for record, phrase in phrases:
            stems = tuple(stem(language, word) for word in phrase.split())
            self.alike.setdefault(stems, set()).add(record)
            self.of_record.setdefault(record, []).append(stems)

    def of(self, stems: tuple[str, ...]) -> list[tuple[str, ...]]:
        """What means the same as these folded stems by the glossary: nothing where it does not know them."""
        return [other for record in sorted(self.alike.get(stems, ())) for other in self.of_record[record]]


def query(language: str, parts: Iterable[Typed], synonyms: Mapping[str, Synonyms]) -> Query:
    """What must be found for the parts of what was typed, each as it is, or in a way that means the same."""
    found: Query = []
    for part in parts:
        if part.phrase:
            stems = tuple(folded(language, word) for word in part.words)
            if len(stems) == 1:  # one word between quotation marks: this word, and nothing that means the same
                found.append(Wanted(_ways(language, part.words), part.without))
            else:
                found.append(Wanted((Way(stems, phrase=True),), part.without))
        elif part.without:
            found.append(Wanted(_ways(language, part.words), without=True))
        else:
            found += _alike(language, part, synonyms[language])
    return found


def _ways(language: str, words: Sequence[str]) -> tuple[Way, ...]:
    """Words by their stems, and as they stand (`stems.forms` says why)."""
    return tuple(dict.fromkeys((Way(tuple(stem(language, word) for word in words)), Way(tuple(words)))))


def _alike(language: str, part: Typed, synonyms: Synonyms) -> Iterable[Wanted]:
    words = part.words
    while words:
        for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
            others = synonyms.of(tuple(folded(language, word) for word in words[:length]))
            if others or length == 1:
                break
        here, words = words[:length], words[length:]
        ways = [*_ways(language, here), *(Way(stems) for stems in others)]
        if part.beginning and not words:
            begun = (*(stem(language, word) for word in here[:-1]), here[-1])
            ways.insert(0, Way(begun, beginning=True))
        yield Wanted(tuple(dict.fromkeys(ways)))
