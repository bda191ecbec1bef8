"""Word by word: what two texts share, what goes and what comes."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

_WORD = re.compile(r"\n+|[^\s]+")
_SENTENCE = re.compile(r"\n+|[^\n.!?]+(?:[.!?]+|(?=\n)|$)\s*?")
BREAK = "¶"  # a line break that goes or comes has a sign of its own: nothing would be seen of it
MOST = 10_000  # pairs of like words: with many more, comparing takes seconds, and says little


class Span(NamedTuple):
    """A stretch of words that both texts have (`same`), that goes (`gone`) or that comes (`new`)."""

    how: Literal["same", "gone", "new"]
    text: str


@lru_cache(maxsize=512)
def compare(before: str, after: str) -> tuple[Span, ...]:
    """The two texts as one row of spans: the `same` and `gone` ones are `before`, `same` and `new` ones `after`.

    Word by word; by sentences where the same few words come so often that nothing would be learnt of them.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if _pairs(old, new) > MOST:
        old, new = _sentences(before), _sentences(after)
    if _pairs(old, new) > MOST:
        return (*_changed("gone", old), *_changed("new", new))
    found: list[Span] = []
    for what, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Span("same", _text(old[first:last])))
        else:
            found += _changed("gone", old[first:last])
            found += _changed("new", new[begin:end])
    return tuple(found)


def _pairs(old: list[str], new: list[str]) -> int:
    """How many pairs of like parts there are: what comparing costs, again and again."""
    counted = Counter(old)
    return sum(counted[part] for part in new)


def _sentences(text: str) -> list[str]:
    return [part if part.isspace() else " ".join(part.split()) for part in _SENTENCE.findall(text) if part.strip(" \t")]


def _changed(how: Literal["gone", "new"], words: list[str]) -> Iterator[Span]:
    if words:
        yield Span(how, _text([BREAK if word.isspace() else word for word in words]))


def _text(words: list[str]) -> str:
    """Words as running text: one space between them, none beside a line break."""
    text = words[0]
    for before, word in pairwise(words):
        text += word if before.isspace() or word.isspace() else " " + word
    return text
