"""Whether a page is valid HTML: html5lib is asked when a page holds something new, since it costs more than the page.

What may stand somewhere depends on what it stands in. Of a page whose tags all close what they opened, every place is
noted (`html>body>main>ul>li`, and text in it) and every tag with the names of its attributes. A page of which each has
stood in a valid page before is valid too. What does not show there, an ampersand that begins nothing, is looked for.
"""

import re

import html5lib

_VALUE = re.compile(r'="[^"]*"')
_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_NAME = re.compile(r"</?([^\s/>]*)")
_LOOSE = re.compile(r"&(?!#?\w+;)")
_VOID = {"!doctype", "area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_valid: set[str] = set()  # the places and tags of valid pages


def invalid(text: str, *, fragment: bool = False) -> list[str]:
    """Where `text` is not valid HTML, in words; a `fragment` is what may stand in a div."""
    bare = _VALUE.sub('=""', text)
    marks = _marks(bare, "part" if fragment else "page")
    if marks and marks <= _valid:
        return [f"a loose ampersand: {bare[at.start() : at.start() + 40]}" for at in _LOOSE.finditer(bare)]
    found = _errors(text, fragment)
    if marks and not found:
        _valid.update(marks)
    return found


def _marks(bare: str, root: str) -> set[str]:
    """The places and tags of a text without values of attributes; none where a tag is left open or closes another."""
    found: set[str] = set()
    stack = [root]
    for token in _TOKEN.findall(bare):
        if token[0] != "<":
            if not token.isspace():
                found.add(f"{stack[-1]} text")
            continue
        called = _NAME.match(token)
        name = called[1] if called else ""
        if token[1] == "/":
            if not stack.pop().endswith(f">{name}"):
                return set()
            continue
        place = f"{stack[-1]}>{name}"
        found.update((place, token))
        if name not in _VOID and not token.endswith("/>"):
            stack.append(place)
    return found if stack == [root] else set()


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
