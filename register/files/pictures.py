"""Pictures: what a camera wrote beside them goes, what one sees stays to the last bit."""

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from register.files.findings import Cleaned, Finding, Notes, Unclean
from register.words.files import FileType, Removed

MOST_PIXELS = 60_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD",
        b"pHYs", b"acTL", b"fcTL", b"fdAT",
    }
)  # fmt: skip
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_TOLD = 0x04 | 0x08  # the bits of VP8X that announce XMP and EXIF
_ORIENTATION = 0x0112
_GPS = 0x8825


def kind(data: bytes) -> FileType | None:
    """Which picture this is; None for anything else."""
    if data.startswith(_PNG):
        return FileType.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileType.WEBP
    return None


def check(data: bytes) -> Cleaned:
    """A picture without what stands beside it. Raises Unclean for one that is broken or too large to look at."""
    notes = Notes()
    found = strip(data, notes)
    cleaned = kind(found)
    if cleaned is None:
        raise Unclean(Finding("broken"))
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(found), formats=[cleaned.name]) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > MOST_PIXELS:
                raise Unclean(Finding("heavy"))
            picture.load()
    except Unclean:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise Unclean(Finding("heavy")) from error
    except Exception as error:  # Pillow's readers raise nearly anything on bytes that are no picture
        raise Unclean(Finding("broken")) from error
    return notes.cleaned(cleaned, found)


def strip(data: bytes, notes: Notes) -> bytes:
    """A PNG, JPEG or WebP picture without EXIF, XMP, comments and whatever follows its end; says in `notes` what went.

    What one sees is not encoded anew. Raises Unclean for a picture whose parts cannot be told apart.
    """
    try:
        if data.startswith(_PNG):
            return _png(data, notes)
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data, notes)
        return _webp(data, notes)
    except (struct.error, IndexError, ValueError) as error:
        raise Unclean(Finding("broken")) from error


def _png(data: bytes, notes: Notes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        name, chunk = data[at + 4 : at + 8], data[at : at + 12 + length]
        if len(chunk) != 12 + length:
            raise ValueError("truncated")
        at += len(chunk)
        if name in _PNG_KEPT:
            kept.append(chunk)
        elif name == b"eXIf":
            _exif(chunk[8:-4], notes)
        else:
            notes.removed(Removed.XMP if b"XML:com.adobe.xmp" in chunk[:40] else Removed.CUSTOM)
        if name == b"IEND":
            break
    if at != len(data):
        notes.removed(Removed.REST)
    return b"".join(kept)


def _webp(data: bytes, notes: Notes) -> bytes:
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise ValueError("truncated")
    if size + 8 < len(data):
        notes.removed(Removed.REST)
    kept, at = [], 12
    while at < size + 8:
        name, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        chunk = data[at : at + 8 + length + length % 2]
        at += 8 + length + length % 2
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_TOLD]) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        elif name == b"EXIF":
            _exif(chunk[8:], notes)
        else:
            notes.removed(Removed.XMP if name == b"XMP " else Removed.CUSTOM)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _jpeg(data: bytes, notes: Notes) -> bytes:
    kept, turned = [b"\xff\xd8"], 1
    for marker, segment in _segments(data, notes):
        application = 0xE0 <= marker <= 0xEF
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _exif(segment[4:], notes)
        elif marker == 0xE1:
            notes.removed(Removed.XMP)
        elif marker == 0xFE or (
            application
            and not (marker == 0xE0 and segment[4:9] == b"JFIF\0")
            and not (marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0")
            and not (marker == 0xEE and segment[4:9] == b"Adobe")
        ):
            notes.removed(Removed.CUSTOM)
        else:
            kept.append(segment)
    if turned != 1:  # which way is up is part of what one sees
        tag = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
        exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + tag + b"\0\0\0\0"
        after = 2 if len(kept) > 1 and kept[1][1] == 0xE0 else 1
        kept.insert(after, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join(kept)


def _segments(data: bytes, notes: Notes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG file up to its end, each with the picture data that follows it."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            yield marker, b"\xff\xd9"
            if at + 2 != len(data):
                notes.removed(Removed.REST)
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if marker == 0xDA:
            end = _after_scan(data, end)
        if end > len(data) or length < 2:
            raise ValueError("truncated")
        yield marker, data[at:end]
        at = end


def _after_scan(data: bytes, at: int) -> int:
    while True:
        at = data.index(b"\xff", at)
        following = data[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _exif(block: bytes, notes: Notes) -> int:
    """Note what EXIF says that goes; gives which way is up (1 to 8)."""
    exif = Image.Exif()
    try:
        exif.load(block if block.startswith(b"Exif\0\0") else b"Exif\0\0" + block)
        tags = dict(exif)
    except Exception:  # whatever it is, it goes
        notes.removed(Removed.CAMERA)
        return 1
    if set(tags) - {_ORIENTATION}:
        notes.removed(Removed.CAMERA)
    if _GPS in tags:
        notes.removed(Removed.PLACE)
    turned = tags.get(_ORIENTATION, 1)
    return turned if isinstance(turned, int) and 1 <= turned <= 8 else 1
