"""Files in a request: held within bounds while the rest of the form is read, so that a file too large loses no text."""

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Request

IN_MEMORY = 500_000  # bytes of a file; what is longer goes to a temporary file of the system
LONGEST = 200_000_000  # bytes of a whole request to a room that takes files; beyond that it is answered by 413


class _Bounded(SpooledTemporaryFile[bytes]):
    """Keeps the first bytes of a file, one more than may be kept, and lets go of the rest."""

    def __init__(self, most: int) -> None:
        super().__init__(max_size=IN_MEMORY)
        self._left = most + 1

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Keep what still fits; tell that all of it was taken."""
        kept = bytes(data[: self._left])
        self._left -= len(kept)
        super().write(kept)
        return len(data)

    def writelines(self, lines: Iterable[bytes]) -> None:  # type: ignore[override]
        """Keep what still fits."""
        for line in lines:
            self.write(line)


class FormRequest(Request):
    """A request that keeps no more of a file than `largest` bytes and one, by which one sees that it was larger."""

    largest = 0

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:  # fmt: skip
        return _Bounded(self.largest)
