"""Whether a page is valid HTML: html5lib is asked once for every shape of a page, since it costs more than the page.

The shape is the row of tags with the names of their attributes, and where text stands between them. A row of cards is
the same shape whatever its length. What does not show in the shape, an ampersand that begins nothing, is looked for.
"""

import re

import html5lib

_VALUE = re.compile(r'="[^"]*"')
_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_AGAIN = re.compile(r"(.{1,80}?)\1+", re.DOTALL)
_LOOSE = re.compile(r"&(?!#?\w+;)")
_SIGNS: dict[str, str] = {}  # for each tag a character of its own
_KNOWN: dict[str, bool] = {}  # whether a shape is valid


def invalid(text: str, *, fragment: bool = False) -> list[str]:
    """Where `text` is not valid HTML, in words; a `fragment` is what may stand in a div."""
    shape = f"{fragment}{_shape(text)}"
    if not _KNOWN.get(shape):
        found = _errors(text, fragment)
        _KNOWN[shape] = not found
        return found
    return [f"a loose ampersand: {text[at.start() : at.start() + 40]}" for at in _LOOSE.finditer(_VALUE.sub("", text))]


def _shape(text: str) -> str:
    tokens = _TOKEN.findall(_VALUE.sub('=""', text))
    signs = (token if token[0] == "<" else "text" for token in tokens if not token.isspace())
    shape = "".join(_SIGNS.setdefault(sign, chr(0x100 + len(_SIGNS))) for sign in signs)
    while (shorter := _AGAIN.sub(r"\1", shape)) != shape:
        shape = shorter
    return shape


def _errors(text: str, fragment: bool) -> list[str]:
    parser = html5lib.HTMLParser()
    if fragment:
        parser.parseFragment(text, container="div")
    else:
        parser.parse(text)
    lines = text.splitlines()
    return [
        f"invalid HTML in line {line}: {code} {values}: {lines[min(line, len(lines)) - 1].strip()[:160]}"
        for (line, _column), code, values in parser.errors
    ]
