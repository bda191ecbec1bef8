"""Canonical JSON (RFC 8785) and SHA-256 digests, the same for everyone who checks."""

import hashlib
import unicodedata
from typing import Any

import rfc8785


def canonical(value: Any) -> str:
    """`value` as canonical JSON text, every string in Unicode form NFC."""
    return rfc8785.dumps(_nfc(value)).decode()


def digest(text: str) -> str:
    """The SHA-256 of `text` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_nfc(name): _nfc(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_nfc(item) for item in value]
    return value
