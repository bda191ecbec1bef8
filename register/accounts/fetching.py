"""How the register fetches from a sign-in service: only over https, not for long, and never much."""

import ssl
import time
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from httpx2 import Response, SyncByteStream, Timeout, create_ssl_context

MOST = 512_000  # bytes of one answer
LONGEST = 10.0  # seconds for one answer
SILENCE = 5.0  # seconds without a byte
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class TooMuch(Exception):
    """An answer is larger, or comes in more slowly, than any that is meant well."""


def trusted(address: str, issuer: str) -> bool:
    """Whether `address` may be fetched: over https, or on this machine for an issuer that is on it (for trying out)."""
    try:
        parts, home = urlsplit(address), urlsplit(issuer)
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return {parts.scheme, home.scheme} == {"http"} and {parts.hostname, home.hostname} <= _LOOPBACK


def options(issuer: str) -> dict[str, Any]:
    """How the HTTP client is to be made for `issuer`: no redirects, limits, the proxy of the environment."""
    return {
        "timeout": Timeout(SILENCE),
        "verify": _certificates(),
        "follow_redirects": False,
        "headers": {"Accept-Encoding": "identity"},  # what is small on the way could be large once unpacked
        "trust_env": urlsplit(issuer).hostname not in _LOOPBACK,
        "event_hooks": {"response": [_bound]},
    }


@cache
def _certificates() -> ssl.SSLContext:
    """Whom the system trusts. Read once: it takes longer than all the rest."""
    return create_ssl_context()


def _bound(response: Response) -> None:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise TooMuch("packed, although that was not asked for")
    if isinstance(response.stream, SyncByteStream):
        response.stream = _Bounded(response.stream)


class _Bounded(SyncByteStream):
    def __init__(self, stream: SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        end, size = time.monotonic() + LONGEST, 0
        for part in self._stream:
            size += len(part)
            if size > MOST or time.monotonic() > end:
                raise TooMuch(f"{size} bytes")
            yield part

    def close(self) -> None:
        self._stream.close()
