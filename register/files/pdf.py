"""PDF documents: nothing that acts, nothing attached, no comments; facts about who made it are taken out."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Name

from register.files import pictures
from register.files.findings import Cleaned, Finding, Notes, Unclean
from register.words.files import FileType, Removed

MOST_OBJECTS = 400_000
_ACTS = frozenset({"/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/ResetForm", "/Hide", "/SetOCGState"})
_PLAYS = frozenset({"/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"})
_MEDIA = frozenset({"/RichMedia", "/3D", "/Screen", "/Movie", "/Sound"})
_PLAIN = frozenset({"/Link", "/Widget", "/Popup"})  # annotations that say nothing by themselves
_INFO = {
    "/Author": Removed.PERSON,
    "/Title": Removed.TITLE,
    "/Subject": Removed.TITLE,
    "/Keywords": Removed.TITLE,
    "/Creator": Removed.SOFTWARE,
    "/Producer": Removed.SOFTWARE,
    "/CreationDate": Removed.DATES,
    "/ModDate": Removed.DATES,
    "/Company": Removed.COMPANY,
}
# What programs write beside a page, a picture or the document itself.
_BESIDE = {Name.Metadata: Removed.XMP, Name.PieceInfo: Removed.CUSTOM, Name.LastModified: Removed.DATES}


def check(data: bytes) -> Cleaned:
    """The document without facts about who made it. Raises Unclean with what must not be in it."""
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Unclean(Finding("encrypted"))
            return _checked(pdf)
    except Unclean:
        raise
    except pikepdf.PasswordError as error:
        raise Unclean(Finding("encrypted")) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unclean(Finding("broken")) from error


def _checked(pdf: pikepdf.Pdf) -> Cleaned:
    notes = Notes()
    _comments(pdf, notes)
    _forms(pdf, notes)
    for thing in _things(pdf.Root):
        _look(thing, notes)
        _clean(thing, notes)
    for name in list(pdf.trailer.get(Name.Info, pikepdf.Dictionary()).keys()):
        notes.removed(_INFO.get(name, Removed.CUSTOM))
    if Name.Info in pdf.trailer:
        del pdf.trailer.Info
    out = BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(out, deterministic_id=True, fix_metadata_version=False, linearize=False)
    return notes.cleaned(FileType.PDF, out.getvalue())


def _comments(pdf: pikepdf.Pdf, notes: Notes) -> None:
    for number, page in enumerate(pdf.pages, 1):
        for annotation in page.get(Name.Annots, ()):
            kind = str(annotation.get(Name.Subtype, ""))
            if kind not in _PLAIN and kind not in _MEDIA and kind != "/FileAttachment":
                notes.found("comments-pages", str(number))


def _forms(pdf: pikepdf.Pdf, notes: Notes) -> None:
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, pikepdf.Dictionary):
        if Name.XFA in form:
            notes.found("script")
        if int(form.get(Name.SigFlags, 0)) & 1:
            notes.found("signed")
    layers = pdf.Root.get(Name.OCProperties)
    usual = layers.get(Name.D) if isinstance(layers, pikepdf.Dictionary) else None
    if isinstance(usual, pikepdf.Dictionary) and (len(usual.get(Name.OFF, ())) or usual.get(Name.BaseState) == "/OFF"):
        notes.found("layers")


def _things(root: Any) -> Iterator[Any]:
    """Every dictionary and stream that can be reached from `root`, once."""
    seen: set[tuple[int, int]] = set()
    ahead, steps = [root], 0
    while ahead:
        thing = ahead.pop()
        steps += 1
        if steps > MOST_OBJECTS:
            raise Unclean(Finding("heavy"))
        if not isinstance(thing, pikepdf.Object):
            continue
        if thing.is_indirect:
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            ahead.extend(value for _, value in thing.items())
        elif isinstance(thing, pikepdf.Array):
            ahead.extend(thing)


def _look(thing: Any, notes: Notes) -> None:
    action, kind = str(thing.get(Name.S, "")), str(thing.get(Name.Subtype, ""))
    if Name.JS in thing or Name.JavaScript in thing or action == "/JavaScript":
        notes.found("script")
    if action in _ACTS:
        notes.found("action")
    if action in _PLAYS or kind in _MEDIA:
        notes.found("media")
    if Name.EF in thing or Name.EmbeddedFiles in thing or kind == "/FileAttachment":
        notes.found("attached")
    if str(thing.get(Name.Type, "")) == "/Sig" or str(thing.get(Name.FT, "")) == "/Sig":
        notes.found("signed")


def _clean(thing: Any, notes: Notes) -> None:
    for name, what in (
        (Name.Metadata, Removed.XMP),
        (Name.PieceInfo, Removed.CUSTOM),
        (Name.LastModified, Removed.DATES),
    ):
        if name in thing:
            notes.removed(what)
            del thing[name]
    if isinstance(thing, pikepdf.Stream) and thing.get(Name.Filter) == Name.DCTDecode:
        data = thing.read_raw_bytes()
        try:
            cleaned = pictures.strip(data, notes) if data.startswith(b"\xff\xd8\xff") else data
        except Unclean:
            return  # a picture that readers show though it is not whole: nothing in it is understood as EXIF either
        if cleaned != data:
            thing.write(cleaned, filter=Name.DCTDecode)
