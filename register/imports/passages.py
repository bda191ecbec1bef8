"""The passages that citations name: line ranges, the source texts, and their words without the noise of files."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from register.imports.reading import Fault, SeedFaults, SeedRecord
from register.ledger.documents import Source

# The lines of each source in hand, by the key of its record.
Texts = Mapping[str, list[str]]

_HYPHEN_AT_LINE_END = re.compile(r"(?<=\w)-\s*\n\s*(?=\w)")
_WORD = re.compile(r"[^\W_]+")
# What a file carries besides its sentences: marks of the word processor, page numbers, footnote numbers on a line
# of their own, and the letterhead that the page puts in the margin, so that it lands in the middle of a sentence.
_NOISE = re.compile(
    r"\[(?:bookmark|footnoteRef):[^\]]*\]"
    r"|^\s*(?:\d{1,3}|Pagina \d+ van \d+|Ministerie van|Waterstaat)\s*$"
    r"|Infrastructuur en\s*$",
    re.MULTILINE,
)


class Paragraph(NamedTuple):
    """One row of the paragraph table: where a paragraph of a source lies."""

    section: str
    number: int
    lines: range


# The paragraphs of each source that has a table, by the key of its record.
Paragraphs = Mapping[str, list[Paragraph]]


def span(lines: str) -> range:
    """The physical lines that `12-15` or `12` stands for, counted from 1. A range that runs backwards is empty."""
    first, _, last = lines.partition("-")
    return range(int(first), int(last or first) + 1)


def words(text: str) -> list[str]:
    """The words of `text` for comparing: lower case, no accents, hyphens or punctuation, no noise of the file.

    A hyphen disappears, within a word as at the end of a line, so that `minister-president`, the same word broken
    over two lines, and `ministerpresident` are one.
    """
    return list(_words(text))


@lru_cache(maxsize=16384)
def _words(text: str) -> tuple[str, ...]:
    text = _NOISE.sub("", text)
    text = _HYPHEN_AT_LINE_END.sub("", text)
    text = re.sub(r"(?<=\w)[-\u00ad\u2010\u2011](?=\w)|['’‘`]", "", text)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return tuple(_WORD.findall(bare.casefold()))


def read_texts(folder: Path, records: Iterable[SeedRecord]) -> dict[str, list[str]]:
    """The lines of every source whose file lies in `folder`, by key. Raises SeedFaults for files that are not there."""
    texts: dict[str, list[str]] = {}
    faults = []
    for record in records:
        if not isinstance(record.body, Source) or record.body.file is None:
            continue
        path = folder / f"{record.body.file}.txt"
        if path.is_file():
            texts[record.key] = path.read_text(encoding="utf-8").replace("\r\n", "\n").split("\n")
        else:
            faults.append(Fault(record.file, record.key, "file", f"is not in the folder of sources: {path.name}"))
    if faults:
        raise SeedFaults(faults)
    return texts


def read_paragraphs(path: Path, records: Iterable[SeedRecord]) -> dict[str, list[Paragraph]]:
    """The paragraph table: for each source file its sections, and for each section the lines of each paragraph.

    A seed without the table has no paragraphs to agree with. Raises SeedFaults for a table that cannot be read.
    """
    if not path.exists():
        return {}
    keys = {r.body.file: r.key for r in records if isinstance(r.body, Source) and r.body.file}
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {
            keys[file]: [
                Paragraph(section, int(number), span(lines))
                for section, numbered in sections.items()
                for number, lines in numbered.items()
            ]
            for file, sections in table.items()
        }
    except KeyError as error:
        raise SeedFaults([Fault(path.name, str(error.args[0]), "-", "is the file of no source")]) from error
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, ValueError) as error:
        raise SeedFaults([Fault(path.name, "-", "-", f"cannot be read: {' '.join(str(error).split())}")]) from error
