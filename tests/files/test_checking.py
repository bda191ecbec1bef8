"""What a file is, what is found in it, and what is taken out: with real files, with and without each thing."""

from io import BytesIO

import pikepdf
import pytest
from odf import opendocument as odf_reader
from openpyxl import load_workbook
from pikepdf import Dictionary, Name
from PIL import Image

from register.files import apart, packages, pictures
from register.files import pdf as pdf_check
from register.files.checking import check
from register.files.findings import Finding, Unclean
from tests.files import making
from tests.files.making import annotation, docx, image, ods, odt, packed, pdf, pptx, unpacked, xlsx

NAME = "Jan Sluis"
CLEAN = {
    "pdf": pdf(2),
    "png": image("PNG"),
    "jpeg": image("JPEG"),
    "webp": image("WEBP"),
    "docx": docx(),
    "pptx": pptx(),
    "xlsx": xlsx(),
    "odt": odt(),
    "ods": ods(),
    "csv": b"jaar;waarde\n2025;-3,5\n",
    "txt": "Wij meten.\n“Goed,” zei men.\n".encode(),
}
TOLD = {
    "pdf": (pdf(1, NAME), {"person", "xmp"}),
    "png": (image("PNG", NAME), {"camera", "place"}),
    "jpeg": (image("JPEG", NAME), {"camera", "place"}),
    "webp": (image("WEBP", NAME), {"camera", "place"}),
    "docx": (docx(word__media__a_dot_jpg=image("JPEG", NAME)), {"person", "camera", "place", "custom"}),
    "pptx": (pptx(), {"person", "custom"}),
    "xlsx": (xlsx(NAME), {"person", "company"}),
    "odt": (odt(NAME), {"person"}),
}  # fmt: skip


def found(data: bytes) -> dict[str, Finding]:
    with pytest.raises(Unclean) as refused:
        check(data)
    return {finding.kind: finding for finding in refused.value.findings}


@pytest.mark.parametrize("kind", CLEAN)
def test_a_clean_file_is_told_by_its_content_and_cleaning_is_stable(kind: str) -> None:
    once = check(CLEAN[kind])
    assert once.type == kind
    again = check(once.data)
    assert (again.data, again.removed) == (once.data, ())
    assert check(CLEAN[kind]) == once


@pytest.mark.parametrize("kind", TOLD)
def test_facts_about_people_are_taken_out_and_it_says_so(kind: str) -> None:
    data, removed = TOLD[kind]
    cleaned = check(data)
    assert removed <= set(cleaned.removed)
    parts = unpacked(cleaned.data).values() if cleaned.data.startswith(b"PK") else [cleaned.data]
    assert not any(NAME.encode() in part or b"Camera" in part or b"Exif" in part for part in parts)
    assert check(cleaned.data) == cleaned._replace(removed=())


def test_what_was_cleaned_is_still_what_it_was() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        before, after = (Image.open(BytesIO(data)) for data in (image(kind, NAME), check(image(kind, NAME)).data))
        assert before.tobytes() == after.tobytes()
    assert Image.open(BytesIO(check(image("JPEG", NAME, turned=6)).data)).getexif() == {0x0112: 6}
    book = load_workbook(BytesIO(check(xlsx(NAME)).data))
    assert book["Metingen"]["A1"].value == "PFAS"
    assert "Wij meten." in str(odf_reader.load(BytesIO(check(odt(NAME)).data)).text)
    with pikepdf.open(BytesIO(check(pdf(3, NAME)).data)) as read:
        assert len(read.pages) == 3


def _comments(made: pikepdf.Pdf) -> None:
    for page in (1, 1, 4):
        annotation(made, page, "Text", Contents="Klopt dit?")
    annotation(made, 0, "Link")


def _script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _launch(made: pikepdf.Pdf) -> None:
    annotation(made, 0, "Link", A=Dictionary(S=Name.Launch, F="cmd.exe"))


def _attach(made: pikepdf.Pdf) -> None:
    made.attachments["klad.txt"] = b"geheim"


INS = '<w:p><w:ins w:author="Jan"><w:r><w:t>nieuw</w:t></w:r></w:ins></w:p>'
HIDDEN = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>stil</w:t></w:r></w:p>"
NOTES = f'<w:comments xmlns:w="{making.W}"><w:comment/><w:comment/></w:comments>'
LINKS = making.relations(("attachedTemplate", "file://bureau/x.dotm", "External"))
WEB = making.relations(("hyperlink", "https://pagina.example/", "External"))
XXE = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:secret.txt">]><d>&e;</d>'
REFUSED: dict[str, tuple[bytes, Finding]] = {
    "comments in a PDF": (pdf(5, change=_comments), Finding("comments-pages", 3, ("2", "5"))),
    "JavaScript in a PDF": (pdf(change=_script), Finding("script")),
    "a program started by a PDF": (pdf(change=_launch), Finding("action")),
    "a file within a PDF": (pdf(change=_attach), Finding("attached", 2)),
    "a PDF with a password": (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), Finding("encrypted")),
    "a PDF that opens and forbids": (pdf(encryption=pikepdf.Encryption(owner="a")), Finding("encrypted")),
    "half a PDF": (pdf(3)[:400], Finding("broken")),
    "half a picture": (image("PNG")[:60], Finding("broken")),
    "half a photo": (image("JPEG")[:300], Finding("broken")),
    "tracked changes": (docx(INS), Finding("changes", 1, ("word/document.xml",))),
    "hidden text": (docx(HIDDEN), Finding("hidden-text", 1, ("word/document.xml",))),
    "comments in Word": (docx(word__comments_dot_xml=NOTES), Finding("comments", 2, ("word/comments.xml",))),
    "macros": (docx(word__vbaProject_dot_bin=b"x"), Finding("script", 1, ("word/vbaProject.bin",))),
    "a file within Word": (docx(word__embeddings__a_dot_b=b"x"), Finding("attached", 1, ("word/embeddings/a.b",))),
    "a template elsewhere": (docx(word___rels__s_dot_rels=LINKS), Finding("outside", 1, ("word/_rels/s.rels",))),
    "an unknown part": (docx(word__media__a_dot_mp4=b"x"), Finding("unknown", 1, ("word/media/a.mp4",))),
    "an entity": (docx(word__styles_dot_xml=XXE), Finding("doctype")),
    "a hidden slide": (pptx(hidden=True), Finding("slides", 1, ("2",))),
    "words for the speaker": (pptx(notes="Niet zeggen"), Finding("speaker", 1, ("2",))),
    "a comment on a cell": (xlsx(comment="Klopt dit?"), Finding("comments", 1, ("xl/comments1.xml",))),
    "a hidden sheet": (xlsx(hidden=True), Finding("sheets", 1, ("Kladblok",))),
    "a comment in a text": (odt(comment="Klopt dit?"), Finding("comments", 1, ("content.xml",))),
    "another package": (packed({"a.txt": "a"}), Finding("type")),
    "a page": (b"<!doctype html><script>alert(1)</script>", Finding("type")),
    "a program": (b"MZ\x90\x00", Finding("type")),
    "another alphabet": ("Wij meten.é".encode("latin-1"), Finding("type")),
    "a formula": (b'a;b\n1;"=cmd|x"\n', Finding("formula", 1, ("2",))),
    "nothing": (b"", Finding("empty")),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_must_not_be_in_a_file_is_found_with_its_place(what: str) -> None:
    data, finding = REFUSED[what]
    assert found(data)[finding.kind] == finding


def test_what_unpacks_without_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10_000)
    monkeypatch.setattr(pdf_check, "MOST_OBJECTS", 20)
    bomb = docx(word__media__a_dot_bmp=b"BM" + bytes(1_000_000))
    assert len(bomb) < 5_000
    for data in (bomb, image("PNG", size=(200, 200)), pdf(40)):
        assert found(data) == {"heavy": Finding("heavy")}


def test_a_link_that_a_reader_follows_may_lead_outside() -> None:
    assert check(docx(word___rels__document_dot_xml_dot_rels=WEB)).type == "docx"


def test_what_follows_the_end_goes() -> None:
    """So that a file cannot be two things at once."""
    for kind in ("PNG", "JPEG", "WEBP"):
        cleaned = check(image(kind) + packed({"a.js": "alert(1)"}))
        assert "rest" in cleaned.removed
        assert cleaned.data == check(image(kind)).data
    assert b"alert" not in check(pdf() + b"<script>alert(1)</script>\n%%EOF").data


def test_in_a_process_of_its_own_the_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert apart.check(CLEAN["docx"]) == check(CLEAN["docx"])
    with pytest.raises(Unclean) as refused:
        apart.check(REFUSED["comments in a PDF"][0])
    assert refused.value.findings == (Finding("comments-pages", 3, ("2", "5")),)
    monkeypatch.setattr(apart, "_LATER", -apart.SECONDS + 0.01)  # a file that would take for ever
    with pytest.raises(Unclean, match="heavy"):
        apart.check(CLEAN["pdf"])
