"""Makes real files, with and without what must not be in them."""

import zipfile
from io import BytesIO
from typing import Any

import pikepdf
import xlsxwriter
from odf import dc, office, opendocument, table, text
from pikepdf import Dictionary, Name
from PIL import Image

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
MIME = "application/vnd.openxmlformats-officedocument"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Jan Sluis</dc:creator>'
    "<cp:lastModifiedBy>Jan Sluis</cp:lastModifiedBy></cp:coreProperties>"
)


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def pdf(pages: int = 1, author: str = "", change: Any = None, **options: Any) -> bytes:
    """A PDF; `change` gets it before it is saved."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    if author:
        made.docinfo["/Author"] = author
        with made.open_metadata() as told:
            told["dc:creator"] = [author]
    if change:
        change(made)
    return saved(made, **options)


def annotation(made: pikepdf.Pdf, page: int, kind: str, **more: Any) -> None:
    note = made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=[0, 0, 9, 9], **more))
    found = made.pages[page]
    found.Annots = pikepdf.Array([*found.get(Name.Annots, []), note])


def image(kind: str, author: str = "", turned: int = 1, size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture; with an author it also says where it was taken, and by which camera."""
    made, out = Image.linear_gradient("L").resize(size).convert("RGB"), BytesIO()
    exif = Image.Exif()
    if author:
        exif[0x013B], exif[0x010F] = author, "Camera"
        exif.get_ifd(0x8825)[1] = "N"
    if turned != 1:
        exif[0x0112] = turned
    made.save(out, kind, exif=exif) if author or turned != 1 else made.save(out, kind)
    return out.getvalue()


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def relations(*lines: tuple[str, str, str]) -> str:
    """A part of relationships, each (type, target, mode)."""
    told = "".join(
        f'<Relationship Id="r{n}" Type="{R}/{kind}" Target="{target}" TargetMode="{mode or "Internal"}"/>'
        for n, (kind, target, mode) in enumerate(lines)
    )
    return f'<Relationships xmlns="{RELS}">{told}</Relationships>'


def ooxml(kind: str, main: str, body: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """A Word or PowerPoint document with this main part, and `parts` beside it."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{MIME}.{kind}.main+xml"/>'
        '<Override PartName="/docProps/custom.xml" ContentType="application/x+xml"/></Types>'
    )
    first = relations(("officeDocument", main, "Internal"), ("custom", "docProps/custom.xml", "Internal"))
    usual = {"[Content_Types].xml": types, "_rels/.rels": first, main: body, "docProps/core.xml": CORE}
    return packed({**usual, "docProps/custom.xml": "<Properties/>", **(parts or {})})


def docx(inside: str = "<w:p><w:r><w:t>Wij meten.</w:t></w:r></w:p>", **parts: str | bytes) -> bytes:
    """A Word document with this body; parts are named with `__` for a slash and `_dot_` for a dot."""
    body = f'<w:document xmlns:w="{W}"><w:body>{inside}</w:body></w:document>'
    named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    return ooxml("wordprocessingml.document", "word/document.xml", body, named)


def pptx(hidden: bool = False, notes: str = "") -> bytes:
    slide = f'<p:sld xmlns:p="{P}" xmlns:a="{A}"{" show=" + chr(34) + "0" + chr(34) if hidden else ""}/>'
    spoken = (
        f'<p:notes xmlns:p="{P}" xmlns:a="{A}"><p:sp><p:nvPr><p:ph type="body"/></p:nvPr>'
        f"<a:t>{notes}</a:t></p:sp></p:notes>"
    )
    parts: dict[str, str | bytes] = {"ppt/slides/slide2.xml": slide, "ppt/notesSlides/notesSlide2.xml": spoken}
    return ooxml("presentationml.presentation", "ppt/presentation.xml", f'<p:presentation xmlns:p="{P}"/>', parts)


def xlsx(author: str = "", comment: str = "", hidden: bool = False) -> bytes:
    out = BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    made.set_properties({"author": author, "company": "Dienst"} if author else {})
    first, second = made.add_worksheet("Metingen"), made.add_worksheet("Kladblok")
    first.write("A1", "PFAS")
    if comment:
        first.write_comment("A1", comment)
    if hidden:
        second.hide()
    made.close()
    return out.getvalue()


def odt(author: str = "", comment: str = "") -> bytes:
    made = opendocument.OpenDocumentText()
    paragraph = text.P(text="Wij meten.")
    if author:
        made.meta.addElement(dc.Creator(text=author))
    if comment:
        note = office.Annotation()
        note.addElement(text.P(text=comment))
        paragraph.addElement(note)
    made.text.addElement(paragraph)
    return _written(made)


def ods() -> bytes:
    made = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="Metingen")
    made.spreadsheet.addElement(sheet)
    return _written(made)


def _written(made: Any) -> bytes:
    out = BytesIO()
    made.write(out)
    return out.getvalue()
