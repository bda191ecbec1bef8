"""Sentences copied from a source: eight words in a row, names and titles apart."""

from collections.abc import Iterable, Iterator, Mapping

from register.imports.passages import Texts, words
from register.imports.reading import SeedRecord
from register.ledger.documents import Organisation

ROW = 8
# Kinds whose title is a name: what something is called may be said in as many words as it has.
NAMED = frozenset({"organisation", "source", "structure", "place"})

Names = Mapping[str, list[list[str]]]


def rows(texts: Texts) -> frozenset[tuple[str, ...]]:
    """Every eight words in a row that the sources hold."""
    found: set[tuple[str, ...]] = set()
    for lines in texts.values():
        told = words("\n".join(lines))
        found.update(tuple(told[at : at + ROW]) for at in range(len(told) - ROW + 1))
    return frozenset(found)


def names(records: Iterable[SeedRecord]) -> Names:
    """The words of every name, by first word: titles in each language, and abbreviations of organisations."""
    by_first: dict[str, list[list[str]]] = {}
    for record in records:
        if record.kind not in NAMED:
            continue
        said = [getattr(record.body, "title", ""), *(told.get("title", "") for told in record.translations.values())]
        if isinstance(record.body, Organisation) and record.body.abbreviation:
            said.append(record.body.abbreviation)
        for name in filter(None, map(words, said)):
            by_first.setdefault(name[0], []).append(name)
    return by_first


def copied(text: str, source_rows: frozenset[tuple[str, ...]], known: Names) -> Iterator[str]:
    """The runs of words in `text` that stand in a source just so, with eight words or more outside names."""
    told = words(text)
    free = _outside_names(told, known)
    start = None
    for at in range(len(told) - ROW + 2):
        if at <= len(told) - ROW and tuple(told[at : at + ROW]) in source_rows:
            start = at if start is None else start
        elif start is not None:
            end = at - 1 + ROW
            if sum(free[start:end]) >= ROW:
                yield " ".join(told[start:end])
            start = None


def _outside_names(told: list[str], known: Names) -> list[bool]:
    free = [True] * len(told)
    for at, word in enumerate(told):
        for name in known.get(word, ()):
            if told[at : at + len(name)] == name:
                free[at : at + len(name)] = [False] * len(name)
    return free
