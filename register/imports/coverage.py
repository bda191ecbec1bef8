"""Which lines of the closing statement no citation touches, and whether each of them is explained."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import yaml

from register.imports.passages import Texts, span
from register.imports.reading import Fault, SeedFaults, SeedRecord
from register.ledger.documents import Source
from register.ledger.parts import Citation, Lead
from register.words.vocabulary import SourceKind

FILE = "context.yaml"
# Records that carry what the statement says. The others order and explain it: a topic cites whole paragraphs, and
# would make every sentence look recorded.
_CARRIES = frozenset({"agreement", "action", "session", "structure", "request", "update"})


class Context(NamedTuple):
    """Lines that no record has to cite, and why."""

    lines: str
    why: str


class Stretch(NamedTuple):
    """Lines that no citation touches, from the first to the last with text: first words, and why ("" if unsaid)."""

    first: int
    last: int
    words: str
    why: str

    def __str__(self) -> str:
        lines = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{lines} ({self.words}): {self.why or 'not explained'}"


def read_context(path: Path) -> list[Context]:
    """The explained lines, a list of `{lines, why}`; no file, no lines. Raises SeedFaults with all faults of form."""
    if not path.exists():
        return []
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SeedFaults([Fault(path.name, "-", "-", f"cannot be read: {' '.join(str(error).split())}")]) from error
    if not isinstance(entries, list):
        raise SeedFaults([Fault(path.name, "-", "-", "must be a list of lines and reasons")])
    faults, found = [], []
    for entry in entries:
        try:
            lines, why = str(entry["lines"]), entry["why"].strip()
            if len(entry) > 2 or not why or not span(lines) or span(lines).start < 1:
                raise ValueError
            found.append(Context(lines, why))
        except (TypeError, KeyError, ValueError, AttributeError):
            faults.append(Fault(path.name, str(entry), "-", "must be a range of lines and why no record cites them"))
    if faults:
        raise SeedFaults(faults)
    return found


def untouched(records: Iterable[SeedRecord], held: Texts, explained: list[Context]) -> list[Stretch]:
    """The stretches of the closing statement that no citation touches, each explained as a whole or not at all.

    Empty lines neither count nor divide. Without the statement's text there is nothing to say.
    """
    records = list(records)
    statement = _statement(records)
    text = held.get(statement or "", [])
    touched, reasons = (
        _touched(records, statement),
        {line: entry.why for entry in explained for line in span(entry.lines)},
    )
    stretches: list[list[int]] = []
    before: int | None = None
    for line, words in enumerate(text, 1):
        if not words.strip():
            continue
        if line in touched:
            before = None
            continue
        if before is not None and reasons.get(before) == reasons.get(line):
            stretches[-1].append(line)
        else:
            stretches.append([line])
        before = line
    return [
        Stretch(lines[0], lines[-1], _first_words(text[line - 1] for line in lines), reasons.get(lines[0], ""))
        for lines in stretches
    ]


def faults(records: Iterable[SeedRecord], held: Texts, explained: list[Context], gaps: list[Stretch]) -> list[Fault]:
    """Stretches without a reason, and reasons for lines that are cited after all, empty, or not there."""
    records = list(records)
    statement = _statement(records)
    if statement is None or statement not in held:
        return []
    text, touched = held[statement], _touched(records, statement)
    found = [
        Fault("agreements.yaml", f"{gap.first}-{gap.last}", "citations", f"no record cites these lines: {gap.words}")
        for gap in gaps
        if not gap.why
    ]
    for entry in explained:
        lines = span(entry.lines)
        cited = [line for line in lines if line in touched and line <= len(text) and text[line - 1].strip()]
        if cited:
            found.append(Fault(FILE, entry.lines, "lines", f"are explained, but cited: {cited[0]}-{cited[-1]}"))
        elif not any(text[line - 1].strip() for line in lines if line <= len(text)):
            found.append(Fault(FILE, entry.lines, "lines", "hold no text"))
    return found


def _statement(records: Iterable[SeedRecord]) -> str | None:
    """The key of the closing statement that is in hand."""
    for record in records:
        body = record.body
        if isinstance(body, Source) and body.type is SourceKind.CLOSING_STATEMENT and body.file:
            return record.key
    return None


def _touched(records: Iterable[SeedRecord], statement: str | None) -> set[int]:
    lines: set[int] = set()
    for record in records:
        if record.kind not in _CARRIES:
            continue
        cited: tuple[Citation, ...] = getattr(record.body, "citations", ())
        leads: tuple[Lead, ...] = getattr(record.body, "leads", ())
        for citation in (*cited, *(lead.citation for lead in leads if lead.citation)):
            if citation.source == statement and citation.lines:
                lines.update(span(citation.lines))
    return lines


def _first_words(lines: Iterable[str], most: int = 8) -> str:
    told = " ".join(lines).split()
    return " ".join(told[:most]) + (" …" if len(told) > most else "")
