"""Reading lists as a visitor does: what a page holds, and the way through all pages."""

import re
from collections.abc import Iterator
from html import unescape

from flask.testing import FlaskClient

from register.i18n import PATHS, ROOMS, path

NEXT = re.compile(r'<a rel="next" href="([^"]+)"')
PREVIOUS = re.compile(r'<a rel="prev" href="([^"]+)"')
HEADING = re.compile(r'<h2 id="results-title"[^>]*>\s*([\d.,]+) ')
FRAGMENT = {"HX-Request": "true"}


def rows(text: str) -> list[str]:
    """The references of the records that a list page or its fragment shows, in order."""
    _, _, results = text.partition('<section id="results"')
    words = "|".join({word for name in ROOMS for word in PATHS[name].values()})
    found = re.findall(rf'href="/(?:nl|en)/(?:{words})/([^"?]+)(?:\?[^"]*)?"', results.partition("</section>")[0])
    return list(map(unescape, found))


def total(text: str) -> int:
    """How many records the page says there are."""
    found = HEADING.search(text)
    assert found, text[:2000]
    return int(re.sub(r"\D", "", found[1]))


def walk(client: FlaskClient, address: str, way: re.Pattern[str] = NEXT) -> Iterator[tuple[str, list[str]]]:
    """Each page from `address` on, as address and rows, following the links forwards or backwards."""
    while address:
        answer = client.get(address, headers=FRAGMENT)
        assert answer.status_code == 200, address
        yield address, rows(answer.text)
        found = way.search(answer.text)
        address = unescape(found[1]) if found else ""


def everything(client: FlaskClient, language: str, room: str, **filters: str) -> list[str]:
    """All references of a filtered list, in its order."""
    return [found for _, page in walk(client, path(language, room, **filters)) for found in page]
