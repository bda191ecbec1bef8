"""Word, Excel and PowerPoint documents (Office Open XML): parts that are known stay, the rest is refused or removed."""

import posixpath
import re
from typing import Any

from register.files import packages
from register.files.findings import Cleaned, Finding, Notes, Unclean
from register.files.packages import Package, attribute, local
from register.words.files import FileType, Removed

TYPES = "[Content_Types].xml"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": FileType.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": FileType.XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": FileType.PPTX,
}
_CORE = {
    "creator": Removed.PERSON, "lastModifiedBy": Removed.PERSON, "title": Removed.TITLE, "subject": Removed.TITLE,
    "keywords": Removed.TITLE, "description": Removed.TITLE, "category": Removed.TITLE, "created": Removed.DATES,
    "modified": Removed.DATES, "lastPrinted": Removed.DATES, "revision": Removed.DATES,
    "Manager": Removed.PERSON, "Company": Removed.COMPANY, "Application": Removed.SOFTWARE,
    "Template": Removed.SOFTWARE, "AppVersion": Removed.SOFTWARE, "TotalTime": Removed.DATES,
    "HyperlinkBase": Removed.PRINTER,
}  # fmt: skip
_BLANK = {
    "core-properties": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "extended-properties": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
}
_HEADING = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Parts that go, by the end of the relationship or by their place.
_GOES = (
    (re.compile(r"^docProps/custom\.xml$|^customXml/|(^|/)webextensions/"), Removed.CUSTOM),
    (re.compile(r"^docProps/thumbnail\."), Removed.PREVIEW),
    (re.compile(r"printerSettings"), Removed.PRINTER),
    (re.compile(r"^word/people\.xml$|^xl/persons/|^ppt/(commentAuthors|authors)\.xml$"), Removed.PERSON),
    (re.compile(r"^xl/calcChain\.xml$|^ppt/(changesInfos|revisionInfo)|^docMetadata/"), Removed.CUSTOM),
)
_CHANGES = frozenset(
    {
        "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tcPrChange",
        "trPrChange", "tblGridChange", "tblPrExChange", "numberingChange", "cellIns", "cellDel", "cellMerge",
    }
)  # fmt: skip
_REFUSED = (
    (re.compile(r"vbaProject|vbaData|/activeX/|/ctrlProps/|macrosheets|dialogsheets|customUI", re.I), "script"),
    (re.compile(r"/embeddings/|\.bin$", re.I), "attached"),
    (re.compile(r"^_xmlsignatures/"), "signed"),
    (re.compile(r"^xl/revisions/"), "changes"),
    (re.compile(r"^xl/(connections|queryTables|externalLinks)|^xl/model/"), "outside"),
)
_COMMENTS = frozenset({"comment", "cm", "threadedComment"})
_FOLLOWED = ("http://", "https://", "mailto:", "#")
_OFF = ("0", "false", "off")


def check(package: Package) -> Cleaned:
    """The document without facts about who made it. Raises Unclean with what must not be in it."""
    notes = Notes()
    kind = _kind(package, notes)
    _drop(package, [name for name in package if _goes(name, notes)])
    for name in sorted(package):
        refused = next((what for pattern, what in _REFUSED if pattern.search(name)), "")
        if refused:
            notes.found(refused, name)
        elif name.endswith(".rels"):
            _outside(name, packages.parse(package[name]), notes)
        elif name == TYPES:
            continue
        elif name.endswith(".xml"):
            _part(package, name, notes)
        elif not (packages.picture(package, name, notes) or name.endswith((".odttf", ".fntdata"))):
            notes.found("unknown", name)
    return notes.cleaned(kind, packages.write(package, TYPES))


def _kind(package: Package, notes: Notes) -> FileType:
    if TYPES not in package:
        raise Unclean(Finding("encrypted" if "EncryptedPackage" in package else "type"))
    kinds = {attribute(element, "ContentType") for element in packages.parse(package[TYPES])}
    if any("macroenabled" in kind.lower() for kind in kinds):
        notes.found("script", TYPES)
        notes.cleaned(FileType.DOCX, b"")
    found = [_MAIN[kind] for kind in kinds if kind in _MAIN]
    if len(found) != 1:
        raise Unclean(Finding("type"))
    return found[0]


def _goes(name: str, notes: Notes) -> bool:
    for pattern, what in _GOES:
        if pattern.search(name):
            if not name.endswith((".rels", "calcChain.xml")):
                notes.removed(what)
            return True
    return False


def _drop(package: Package, names: list[str]) -> None:
    """Take parts out, with every mention of them."""
    if not names:
        return
    for name in names:
        del package[name]
    gone = {f"/{name}" for name in names}
    root = packages.parse(package[TYPES])
    for element in list(root):
        if attribute(element, "PartName") in gone:
            root.remove(element)
    package[TYPES] = packages.dump(root)
    for name in [name for name in package if name.endswith(".rels")]:
        root = packages.parse(package[name])
        folder = posixpath.dirname(posixpath.dirname(name))
        leads = {
            element: posixpath.normpath(posixpath.join("/", folder, attribute(element, "Target"))) for element in root
        }
        lost = [element for element, target in leads.items() if target in gone and not _external(element)]
        for element in lost:
            root.remove(element)
        if lost:
            package[name] = packages.dump(root)


def _external(relation: Any) -> bool:
    return attribute(relation, "TargetMode") == "External"


def _outside(name: str, root: Any, notes: Notes) -> None:
    """Only links that a reader follows may lead outside; nothing that a program fetches or that names a computer."""
    for relation in root:
        if _external(relation):
            followed = attribute(relation, "Type").endswith("/hyperlink")
            if not followed or not attribute(relation, "Target").lower().startswith(
                ("http://", "https://", "mailto:", "#")
            ):
                notes.found("outside", name)


def _part(package: Package, name: str, notes: Notes) -> None:
    root = packages.parse(package[name])
    if name.startswith("docProps/") or local(root) == "coreProperties":
        _properties(package, name, root, notes)
        return
    comments = sum(local(element) in _COMMENTS for element in root.iter()) if "omment" in name else 0
    if comments:
        notes.found("comments", name, comments)
    if name.startswith("word/"):
        _word(name, root, notes)
    elif name.startswith("ppt/"):
        _slides(name, root, notes)
    changed = _workbook(name, root, notes) if name.startswith("xl/") else False
    if changed:
        package[name] = packages.dump(root)


def _properties(package: Package, name: str, root: Any, notes: Notes) -> None:
    core = local(root) == "coreProperties"
    told = [local(element) for element in root if (element.text or "").strip()]
    notes.removed(*(_CORE[tag] for tag in told if tag in _CORE))
    package[name] = _HEADING + _BLANK["core-properties" if core else "extended-properties"]


def _word(name: str, root: Any, notes: Notes) -> None:
    changes = hidden = 0
    body = re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml", name)
    for element in root.iter():
        tag = local(element)
        changes += tag in _CHANGES
        if tag == "vanish" and body and attribute(element, "val").lower() not in _OFF:
            properties = element.getparent()
            owner = properties.getparent() if properties is not None else None
            hidden += owner is not None and local(owner) == "r"
    if changes:
        notes.found("changes", name, changes)
    if hidden:
        notes.found("hidden-text", name, hidden)


def _slides(name: str, root: Any, notes: Notes) -> None:
    number = re.fullmatch(r"ppt/(slides|notesSlides)/\D*(\d+)\.xml", name)
    if not number:
        return
    if number[1] == "slides" and attribute(root, "show").lower() in _OFF:
        notes.found("slides", number[2])
    if number[1] == "notesSlides" and _spoken(root):
        notes.found("speaker", number[2])


def _spoken(root: Any) -> bool:
    """Whether a page of notes has words besides the number of the slide."""
    for shape in root.iter("{*}sp"):
        kinds = {attribute(element, "type") for element in shape.iter("{*}ph")}
        words = "".join(element.text or "" for element in shape.iter("{*}t")).strip()
        if words and not kinds & {"sldNum", "dt", "hdr", "ftr", "sldImg"}:
            return True
    return False


def _workbook(name: str, root: Any, notes: Notes) -> bool:
    """Look for hidden sheets; take out names of users, folders and printers. Tells whether anything was changed."""
    changed = False
    for element in list(root.iter()):
        tag = local(element)
        if tag == "sheet" and name == "xl/workbook.xml" and attribute(element, "state").lower() not in ("", "visible"):
            notes.found("sheets", attribute(element, "name"))
        elif tag in ("fileSharing", "absPath"):
            notes.removed(Removed.PRINTER if tag == "absPath" else Removed.PERSON)
            element.getparent().remove(element)
            changed = True
        elif tag == "pageSetup":
            for key in [key for key in element.attrib if key.endswith("}id")]:  # named the settings of a printer
                del element.attrib[key]
                changed = True
    return changed
