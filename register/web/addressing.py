"""What an address must be before anything looks at it: readable text."""

from urllib.parse import unquote_to_bytes

from flask import request

from register.errors import BadParameter
from register.ledger import filters


def check_encoding() -> None:
    """Raise BadParameter when the address is not readable text: it would otherwise be guessed at."""
    for given, text in (request.view_args or {}).items():
        if not filters.readable(text):
            raise BadParameter(given, text[:40], "encoding")
    for part in request.query_string.split(b"&"):
        name, _, value = part.partition(b"=")
        try:
            unquote_to_bytes(name).decode()
            unquote_to_bytes(value.replace(b"+", b" ")).decode()
        except UnicodeDecodeError as error:
            raise BadParameter(unquote_to_bytes(name).decode(errors="replace")[:40], "", "encoding") from error
