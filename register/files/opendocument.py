"""OpenDocument texts and spreadsheets: parts that are known stay, the rest is refused or removed."""

from typing import Any

from register.files import packages
from register.files.findings import Cleaned, Finding, Notes, Unclean
from register.files.packages import Package, attribute, local
from register.words.files import FileType, Removed

_KINDS = {
    b"application/vnd.oasis.opendocument.text": FileType.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": FileType.ODS,
}
MANIFEST = "META-INF/manifest.xml"
_META = {
    "creator": Removed.PERSON, "initial-creator": Removed.PERSON, "printed-by": Removed.PERSON,
    "title": Removed.TITLE, "subject": Removed.TITLE, "description": Removed.TITLE, "keyword": Removed.TITLE,
    "date": Removed.DATES, "creation-date": Removed.DATES, "print-date": Removed.DATES,
    "editing-duration": Removed.DATES, "editing-cycles": Removed.DATES, "generator": Removed.SOFTWARE,
    "template": Removed.SOFTWARE, "user-defined": Removed.CUSTOM,
}  # fmt: skip
_BLANK = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/>'
    b"</office:document-meta>"
)
_FOLLOWED = ("a", "area")  # what a reader follows; everything else with an address is fetched by the program
_SCHEMES = ("http://", "https://", "mailto:", "#")


def check(package: Package) -> Cleaned:
    """The document without facts about who made it. Raises Unclean with what must not be in it."""
    kind = _KINDS.get(package["mimetype"].strip())
    if kind is None or "content.xml" not in package or MANIFEST not in package:
        raise Unclean(Finding("type"))
    notes = Notes()
    if b"encryption-data" in package[MANIFEST]:
        raise Unclean(Finding("encrypted"))
    _drop(package, [name for name in package if _goes(name, notes)])
    for name in sorted(package):
        last = name.rpartition("/")[2]
        if name.startswith(("Basic/", "Scripts/")):
            notes.found("script", name)
        elif name.startswith("META-INF/") and "signatures" in name:
            notes.found("signed")
        elif last == "meta.xml":
            _meta(package, name, notes)
        elif last in ("content.xml", "styles.xml"):
            _content(name, packages.parse(package[name]), notes)
        elif last.endswith((".xml", ".rdf")):
            packages.parse(package[name])
        elif name != "mimetype" and not packages.picture(package, name, notes):
            notes.found("attached" if name.startswith("Object ") else "unknown", name)
    return notes.cleaned(kind, packages.write(package, "mimetype"))


def _goes(name: str, notes: Notes) -> bool:
    last = name.rpartition("/")[2]
    if name.startswith("Thumbnails/"):
        notes.removed(Removed.PREVIEW)
    elif last == "settings.xml" or name.startswith("Configurations2/"):
        notes.removed(Removed.PRINTER)
    elif name.startswith("ObjectReplacements/"):
        notes.removed(Removed.PREVIEW)
    elif last != "layout-cache" and last != "manifest.rdf":
        return False
    return True


def _drop(package: Package, names: list[str]) -> None:
    """Take parts out, with their mention in the manifest."""
    for name in names:
        del package[name]
    root = packages.parse(package[MANIFEST])
    lost = [
        element
        for element in root
        if (path := attribute(element, "full-path")) in names
        or (path.endswith("/") and path != "/" and not any(name.startswith(path) for name in package))
    ]
    for element in lost:
        root.remove(element)
    if lost:
        package[MANIFEST] = packages.dump(root)


def _meta(package: Package, name: str, notes: Notes) -> None:
    for element in packages.parse(package[name]).iter():
        tag = local(element)
        if tag in _META and ((element.text or "").strip() or element.attrib):
            notes.removed(_META[tag])
    package[name] = _BLANK


def _content(name: str, root: Any, notes: Notes) -> None:
    unseen = set()
    for element in root.iter():
        tag = local(element)
        if tag == "annotation":
            notes.found("comments", name)
        elif tag == "tracked-changes" and len(element):
            notes.found("changes", name, len(element))
        elif tag in ("event-listener", "script") or (tag == "scripts" and len(element)):
            notes.found("script", name)
        elif tag in ("hidden-text", "hidden-paragraph") or _hides(element, tag):
            notes.found("hidden-text", name)
        elif tag == "table-properties" and attribute(element, "display") == "false":
            unseen.add(attribute(element.getparent(), "name"))
        elif tag in ("object-ole", "plugin", "applet", "floating-frame"):
            notes.found("attached", name)
        elif tag == "table" and attribute(element, "style-name") in unseen:
            notes.found("sheets", attribute(element, "name"))
        _address(name, element, tag, notes)


def _hides(element: Any, tag: str) -> bool:
    """A style that hides text; one that shows it on a condition only is hidden text too."""
    return tag == "text-properties" and attribute(element, "display") in ("none", "condition")


def _address(name: str, element: Any, tag: str, notes: Notes) -> None:
    address = attribute(element, "href")
    outside = ":" in address or address.startswith(("/", "../", "\\"))
    if outside and not (tag in _FOLLOWED and address.lower().startswith(_SCHEMES)):
        notes.found("outside", name)
