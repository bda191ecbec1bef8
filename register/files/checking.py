"""What a file is, by its content and not by its name, and the check that goes with it."""

from register.files import office, opendocument, packages, pdf, pictures, plain
from register.files.findings import Cleaned, Finding, Unclean


def check(data: bytes) -> Cleaned:
    """The file as it may become public. Raises Unclean with what was found in it.

    For bytes from outside call `apart.check`, which bounds time and memory.
    """
    if not data:
        raise Unclean(Finding("empty"))
    if data.startswith(b"%PDF-"):
        return pdf.check(data)
    if pictures.kind(data) is not None:
        return pictures.check(data)
    if data.startswith(b"PK\x03\x04"):
        package = packages.read(data)
        if "mimetype" in package:
            return opendocument.check(package)
        return office.check(package)
    return plain.check(data)
