"""From text to the words of the index: stems made here, so that SQLite and PostgreSQL find the same.

Each word is indexed as its stem and as its stem without accents, so that `facade` finds `façade`, while `façade`
finds only itself; and as it stands. (Umlauts and acute accents make no difference to a stem in Dutch: the stemmer
drops them.)
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from Stemmer import Stemmer

LANGUAGES = ("nl", "en")
LONGEST_PHRASE = 4
# What PostgreSQL keeps of a text: so much is kept everywhere, so that phrases are found alike.
MOST_WORDS, MOST_OF_ONE = 16_000, 255
GAP = "-"  # no word: keeps a phrase from reaching from one text into the next
_ALGORITHMS = {"nl": "dutch_porter", "en": "english"}
_DOUBLED = re.compile(r"([bdfgklmnprst])\1$")
_SPOKEN = str.maketrans("vz", "fs")  # how Dutch writes them at the end of a word
_WORD = re.compile(r"[^\W_]+")
_REFERENCE = re.compile(r"[A-Za-z]+-(?:\d{4}-)?\d{3,}")
_BETWEEN = re.compile(r"[(),;:/]")


@lru_cache(maxsize=65536)
def stem(language: str, word: str) -> str:
    """The stem of one lower-case word."""
    if language == "nl" and word.endswith("ies") and len(word) > 5:
        word = word[:-1]  # "moties": the stemmer takes it for a word like "advies"
    # A stemmer of its own for each call: the library's stemmers are not safe to share between threads.
    found = str(Stemmer(_ALGORITHMS[language]).stemWord(word))
    if language == "nl":  # what it leaves: "stoff" of "stoffen", "bedrijv" of "bedrijven", "huiz" of "huizen"
        found = _DOUBLED.sub(r"\1", found)
        found = found[:-1] + found[-1].translate(_SPOKEN) if len(found) > 2 else found
    return found


@lru_cache(maxsize=65536)
def forms(language: str, word: str) -> tuple[str, ...]:
    """What a lower-case word of a text is found by: its stem, and itself, both with its accents and without.

    Itself, since it may be the beginning of what is looked for, and since a word that is looked for as it stands may
    be the stem of another: `haven` is that of `havens`, but has `haf` for one.
    """
    plain = fold(word)
    return tuple(dict.fromkeys((stem(language, word), stem(language, plain), word, plain)))


def fold(word: str) -> str:
    """`word` without accents."""
    if word.isascii():
        return word
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def split(said: str) -> list[str]:
    """The words of a text in lower case, Unicode form NFC."""
    return _WORD.findall(unicodedata.normalize("NFC", said).lower())


def number_words(said: str) -> list[str]:
    """A reference such as NLVL-2023-014 as one word, so that it is found by it: nothing for what is none."""
    return ["".join(split(said))] if _REFERENCE.fullmatch(said) else []


def spans(said: str, most: int) -> list[tuple[int, int]]:
    """Where the first words of a text stand in it, at most so many; the text must be in Unicode form NFC."""
    return [found.span() for found in islice(_WORD.finditer(said), most)]


def as_they_stand(said: str) -> list[str]:
    """The words of a text as it has them, one for each of its `spans`; the text must be in Unicode form NFC."""
    return _WORD.findall(said)


def tokens(language: str, said: Iterable[str]) -> list[str]:
    """All the `forms` of the words of these texts, each once, in a stable order."""
    found: dict[str, None] = {}
    for part in said:
        for word in split(part):
            found.update(dict.fromkeys(forms(language, word)))
    return list(found)


def sequence(language: str, said: Iterable[str]) -> list[str]:
    """The folded stems of these texts in their order, with a GAP between texts: for phrases.

    Where one word comes too often to be kept, a GAP stands in its place.
    """
    found: list[str] = []
    seen: Counter[str] = Counter()
    for part in said:
        for word in (folded(language, word) for word in split(part)):
            seen[word] += 1
            found.append(word if seen[word] <= MOST_OF_ONE else GAP)
        found.append(GAP)
    return found[:MOST_WORDS]


def folded(language: str, word: str) -> str:
    """The stem of a lower-case word without its accents."""
    return stem(language, fold(word))


def phrases(names: Iterable[str]) -> list[str]:
    """The short phrases in `names`, folded: what stands in brackets or after a comma is a phrase of its own."""
    found: dict[str, None] = {}
    for name in names:
        for part in _BETWEEN.split(name):
            words = split(fold(part))
            if 0 < len(words) <= LONGEST_PHRASE:
                found[" ".join(words)] = None
    return list(found)
