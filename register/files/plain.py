"""Plain text and tables in plain text, in UTF-8. They say nothing but what one reads, so that nothing is taken out."""

import csv
import unicodedata

from register.files.findings import Cleaned, Finding, Notes, Unclean
from register.words.files import FileType

# Text that a program would take for something else: pages, drawings, programs, other kinds of documents.
_OTHERS = ("<", "#!", "{\\rtf", "%!", "%PDF", "BEGIN:VC", "MIME-Version:", "From ")
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})
_SEPARATORS = (";", ",", "\t", "|")
_SAMPLE = 200  # lines that must agree on the number of fields


def check(data: bytes) -> Cleaned:
    """A text as it is. Raises Unclean for what is no text in UTF-8, or a text that a program would run."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unclean(Finding("type")) from error
    unseen = any(unicodedata.category(sign) in _UNSEEN and sign not in "\n\r\t\f" for sign in set(text))
    if unseen or text.lstrip().startswith(_OTHERS):
        raise Unclean(Finding("type"))
    notes = Notes()
    separator = _separator(text)
    if not separator:
        return notes.cleaned(FileType.TXT, data)
    for number, row in enumerate(_rows(text, separator), 1):
        if any(_formula(cell) for cell in row):
            notes.found("formula", str(number))
    return notes.cleaned(FileType.CSV, data)


def _separator(text: str) -> str:
    """What parts the fields of a table; nothing for a text that is none: every line has as many, two at least."""
    lines = text.splitlines()[:_SAMPLE]
    for separator in _SEPARATORS:
        widths = {len(row) for row in _rows("\n".join(lines), separator) if row}
        if len(lines) > 1 and len(widths) == 1 and min(widths) > 1:
            return separator
    return ""


def _rows(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines(), delimiter=separator))
    except csv.Error:
        return []


def _formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate this rather than show it; a number with its sign is shown."""
    start = cell.lstrip()
    return start.startswith(("=", "@")) or (start[:1] in ("+", "-") and any(sign in start for sign in "(!|"))
