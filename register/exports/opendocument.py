"""ODS (OpenDocument 1.3), written straight into the answer: every text a text, never a formula, every date a date."""

from collections.abc import Iterator, Sequence
from datetime import date

from register.exports.columns import Cell
from register.exports.packing import Archive
from register.exports.sheets import Sheet, xml

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_SPACES = " ".join(
    f'xmlns:{prefix}="{_OASIS}:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
_STYLES = (
    '<office:automatic-styles><number:date-style style:name="iso"><number:year number:style="long"/>'
    '<number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text>'
    '<number:day number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="iso"/>'
    '<style:style style:name="bold" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="4.5cm"/></style:style></office:automatic-styles>'
)


def written(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """The workbook, while the rows of its sheets are made."""
    archive = Archive()
    yield from archive.plain("mimetype", MIMETYPE.encode())
    yield from archive.flowing("META-INF/manifest.xml", [_MANIFEST])
    yield from archive.flowing("content.xml", _content(sheets))
    yield from archive.end()


def _content(sheets: Sequence[Sheet]) -> Iterator[str]:
    yield f'{_HEAD}<office:document-content {_SPACES} office:version="1.3">{_STYLES}<office:body><office:spreadsheet>'
    for sheet in sheets:
        yield f'<table:table table:name="{xml(sheet.name)}">'
        yield '<table:table-column table:style-name="wide" table:number-columns-repeated="60"/>'
        if sheet.headings:
            yield f"<table:table-header-rows>{_row(sheet.headings, 'bold')}</table:table-header-rows>"
        for row in sheet.rows:
            yield _row(row)
        yield "</table:table>"
    yield "</office:spreadsheet></office:body></office:document-content>"


def _row(cells: Sequence[Cell], style: str = "") -> str:
    return f"<table:table-row>{''.join(_cell(cell, style) for cell in cells)}</table:table-row>"


def _cell(cell: Cell, style: str) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, date):
        said = cell.isoformat()
        return (
            f'<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{said}">'
            f"<text:p>{said}</text:p></table:table-cell>"
        )
    if isinstance(cell, int):
        valued = f'office:value-type="float" office:value="{cell}"'
        return f"<table:table-cell {valued}><text:p>{cell}</text:p></table:table-cell>"
    styled = f' table:style-name="{style}"' if style else ""
    lines = "".join(f"<text:p>{line}</text:p>" for line in xml(cell).split("\n"))
    return f'<table:table-cell{styled} office:value-type="string">{lines}</table:table-cell>'
