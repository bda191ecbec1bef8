"""CSV (RFC 4180, UTF-8): one table, the first row its headings."""

import csv
from collections.abc import Iterator
from io import StringIO

from register.exports.columns import Cell
from register.exports.sheets import Sheet

MIMETYPE = "text/csv; header=present"
# A spreadsheet takes a cell that begins so for a formula, also after signs that it does not show.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def written(sheet: Sheet) -> Iterator[bytes]:
    """The table, about a hundred rows at a time, the headings at once."""
    kept = StringIO()
    rows = csv.writer(kept, lineterminator="\r\n")
    rows.writerow(map(safe, sheet.headings))
    yield kept.getvalue().encode()
    kept.seek(0)
    kept.truncate()
    for count, row in enumerate(sheet.rows, 1):
        rows.writerow(list(map(safe, row)))
        if count % 100 == 0:
            yield kept.getvalue().encode()
            kept.seek(0)
            kept.truncate()
    yield kept.getvalue().encode()


def safe(cell: Cell) -> str:
    """A cell as text; an apostrophe before what a spreadsheet would calculate. Dates as ISO 8601 writes them."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    return "'" + cell if {cell[:1], cell.lstrip()[:1]} & _FORMULA else cell
