"""What an address must be before anything looks at it: readable text."""

from collections.abc import Callable
from typing import NoReturn
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.routing import Rule

from register.errors import BadParameter
from register.ledger import filters


class MatchingRule(Rule):
    """A rule that finds the view of an address and makes no address: `register.i18n.path` does that.

    To compile a maker of addresses for every rule, as Werkzeug does, is nine tenths of wiring the application.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _refuse


def _refuse(_rule: Rule, **_values: object) -> NoReturn:
    raise NotImplementedError("addresses are made by register.i18n.path")


def check_encoding() -> None:
    """Raise BadParameter when the address is not readable text: it would otherwise be guessed at."""
    for given, text in (request.view_args or {}).items():
        if isinstance(text, str) and not filters.readable(text):
            raise BadParameter(given, text[:40], "encoding")
    for part in request.query_string.split(b"&"):
        name, _, value = part.partition(b"=")
        try:
            unquote_to_bytes(name).decode()
            unquote_to_bytes(value.replace(b"+", b" ")).decode()
        except UnicodeDecodeError as error:
            raise BadParameter(unquote_to_bytes(name).decode(errors="replace")[:40], "", "encoding") from error


def check_parameters(*known: str) -> None:
    """Raise BadParameter for a parameter that is not `known` to an address, and for one that is given twice."""
    for name, found in request.args.lists():
        if name not in known:
            raise BadParameter(name[:40], found[0][:40], "unknown", known)
        if len(found) > 1:
            raise BadParameter(name, found[1][:40], "repeated")


def version_asked() -> int | None:
    """The version that the address asks for, None where it names none. Raises BadParameter for what is no number."""
    given = request.args.getlist("version")
    if not given:
        return None
    value = given[0]
    if len(given) > 1:
        raise BadParameter("version", value[:40], "repeated")
    if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) < 1:
        raise BadParameter("version", value[:40], "value")
    return int(value)
