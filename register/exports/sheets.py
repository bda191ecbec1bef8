"""What a table is before it has a form: a sheet with a name, headings, and rows that are made one by one."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from register.exports.columns import Cell

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST = 32_767  # signs in a cell, of Excel


class Sheet(NamedTuple):
    """One sheet. Its rows are read once, when it is its turn."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def xml(text: str) -> str:
    """A text as it stands in XML; signs that XML does not know are replaced by one that says so."""
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return escape(_NOT_IN_XML.sub("\ufffd", cut), {'"': "&quot;"})
