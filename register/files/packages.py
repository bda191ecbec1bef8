"""Documents that are ZIP files of XML: read within bounds, changed, and written so that the same gives the same."""

import zipfile
import zlib
from io import BytesIO
from typing import Any

from lxml import etree

from register.files import pictures
from register.files.findings import Finding, Notes, Unclean

MOST_PARTS = 4000
MOST_BYTES = 150_000_000  # of all parts together, unpacked
_STAMP = (1980, 1, 1, 0, 0, 0)
# Pictures inside documents that have no room for facts about who made them, or none that programs fill.
_BARE = (b"GIF87a", b"GIF89a", b"BM", b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00")

Package = dict[str, bytes]


def read(data: bytes) -> Package:
    """The parts of a package by name. Raises Unclean for one that is broken, encrypted, or unpacks without bounds."""
    found: Package = {}
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(BytesIO(data)) as opened:
            entries = opened.infolist()
            if len(entries) > MOST_PARTS:
                raise Unclean(Finding("heavy"))
            for entry in entries:
                if entry.flag_bits & 1:
                    raise Unclean(Finding("encrypted"))
                if entry.filename in found or entry.filename.startswith("/") or ".." in entry.filename.split("/"):
                    raise Unclean(Finding("broken"))
                if entry.is_dir():
                    continue
                with opened.open(entry) as part:
                    found[entry.filename] = part.read(left + 1)
                left -= len(found[entry.filename])
                if left < 0:
                    raise Unclean(Finding("heavy"))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise Unclean(Finding("broken")) from error
    return found


def write(package: Package, first: str) -> bytes:
    """The package as a file, without times and machines. `first` comes first, and unpacked where it is a type."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in sorted(package, key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            made.writestr(entry, package[name], compresslevel=6)
    return out.getvalue()


def parse(data: bytes) -> Any:
    """The root element of a part. Nothing is fetched and nothing expanded. Raises Unclean for broken XML or a DTD."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unclean(Finding("doctype" if b"<!DOCTYPE" in data[:4096] else "broken")) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unclean(Finding("doctype"))
    return root


def dump(root: Any) -> bytes:
    """An element as a part."""
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The attribute of this local name, in whatever namespace; empty when there is none."""
    for key, value in element.attrib.items():
        if etree.QName(key).localname == name:
            return str(value)
    return ""


def picture(package: Package, name: str, notes: Notes) -> bool:
    """Clean the picture that a part is; False when it is no picture that can be cleaned."""
    data = package[name]
    if pictures.kind(data) is not None:
        try:
            package[name] = pictures.strip(data, notes)
        except Unclean:
            return False
        return True
    if data.startswith(_BARE) or data[40:44] == b" EMF":
        return True
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<svg", b"<?xml")):
        if _acts(parse(data)):
            notes.found("script", name)
        return True
    return False


def _acts(root: Any) -> bool:
    """Whether a drawing holds a program, or fetches something."""
    return any(
        local(element) in ("script", "foreignObject", "handler")
        or any(
            etree.QName(key).localname.startswith("on")
            or (etree.QName(key).localname == "href" and not str(value).startswith(("#", "data:image/")))
            for key, value in element.attrib.items()
        )
        for element in root.iter()
    )
