"""A ZIP archive that is sent while it is made, so that nothing of it is kept: the wrapping of both kinds of workbook.

The standard library writes entries of unknown length too, but then marks every entry so, and OpenDocument wants its
first one plain (ODF 1.3 part 2, section 3.3). After PKWARE's APPNOTE 6.3; without the extensions for 4 GB and more.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator

_SIZES_FOLLOW = 0x0808  # with names in UTF-8
_STORED, _DEFLATED = 0, 8
_MADE = (0, 0x21)  # 1 January 1980, midnight: the same content gives the same bytes
_OLDEST_READER = 20
_FLUSH = 16_384


class Archive:
    """Gives the bytes of an archive, part by part, in order: entries first, then `end`."""

    def __init__(self) -> None:
        self._at = 0
        self._listed: list[bytes] = []

    def plain(self, name: str, data: bytes) -> Iterator[bytes]:
        """An entry that is not compressed."""
        sizes = (zlib.crc32(data), len(data), len(data))
        yield self._entry(name, 0, _STORED, sizes, data)

    def flowing(self, name: str, parts: Iterable[str]) -> Iterator[bytes]:
        """An entry of text, compressed while it comes; what it holds is known only at its end."""
        start = self._at
        yield self._header(name, _SIZES_FOLLOW, _DEFLATED, (0, 0, 0))
        packing = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        check = size = packed = 0
        kept: list[bytes] = []
        for part in parts:
            data = part.encode()
            check, size = zlib.crc32(data, check), size + len(data)
            kept.append(packing.compress(data))
            if sum(map(len, kept)) > _FLUSH:
                packed += sum(map(len, kept))
                yield self._count(b"".join(kept))
                kept = []
        last = b"".join((*kept, packing.flush()))
        sizes = (check, packed + len(last), size)
        yield self._count(last + struct.pack("<4s3L", b"PK\x07\x08", *sizes))
        self._list(name, start, _SIZES_FOLLOW, _DEFLATED, sizes)

    def end(self) -> Iterator[bytes]:
        """The list of all entries, which closes the archive."""
        listed = b"".join(self._listed)
        count = len(self._listed)
        yield listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(listed), self._at, 0)

    def _entry(self, name: str, flags: int, how: int, sizes: tuple[int, int, int], data: bytes) -> bytes:
        self._list(name, self._at, flags, how, sizes)
        return self._header(name, flags, how, sizes) + self._count(data)

    def _header(self, name: str, flags: int, how: int, sizes: tuple[int, int, int]) -> bytes:
        said = name.encode()
        fixed = struct.pack("<4s5H3L2H", b"PK\x03\x04", _OLDEST_READER, flags, how, *_MADE, *sizes, len(said), 0)
        return self._count(fixed + said)

    def _list(self, name: str, start: int, flags: int, how: int, sizes: tuple[int, int, int]) -> None:
        said = name.encode()
        versions = (_OLDEST_READER, _OLDEST_READER)
        fixed = struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", *versions, flags, how, *_MADE, *sizes, len(said), 0, 0, 0, 0, 0, start
        )
        self._listed.append(fixed + said)

    def _count(self, data: bytes) -> bytes:
        self._at += len(data)
        return data
