"""What anybody can read without an account: every address that leads somewhere, and what is read there."""

import html
import io
import re
import zipfile
from collections.abc import Iterable

from flask import Flask
from flask.testing import FlaskClient

from register import i18n

WORD = "zoekwoord"  # stands in every text, so that searching for it finds all that there is to find
MARKER = re.compile(r"m\d+x")
_LINK = re.compile(r'(?:href|src)="([^"#]+)|<loc>([^<]+)')
_DOWNLOADED = ("agreement", "action", "session", "organisation", "source")
_ROOMS = ("search", "changes", *i18n.ROOMS, "topics", "follow")
SHUT = tuple(i18n.path(language, room) for language in i18n.LANGUAGES for room in ("desk", "sign-in"))


class Public:
    """A visitor without an account."""

    def __init__(self, app: Flask) -> None:
        self.client = FlaskClient(app, use_cookies=False)

    def words(self, address: str) -> set[str]:
        """The markers in an answer, whatever its status; a failure of the register is a failure of the test."""
        return set(MARKER.findall(self._get(address)))

    def read(self, addresses: Iterable[str]) -> set[str]:
        """The markers in all these answers."""
        return {word for address in addresses for word in self.words(address)}

    def crawl(self, addresses: Iterable[str], most: int = 400) -> set[str]:
        """The markers in every answer that leads from these addresses, the first so many."""
        found: set[str] = set()
        todo = list(addresses)
        seen = set(todo)
        while todo:
            text = self._get(todo.pop())
            found |= set(MARKER.findall(text))
            for link in (html.unescape(one or other) for one, other in _LINK.findall(text)):
                address = link.removeprefix("http://localhost")
                if _wanted(address) and address not in seen and len(seen) < most:
                    seen.add(address)
                    todo.append(address)
        return found

    def _get(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code < 500, address
        assert "Set-Cookie" not in answer.headers, address
        headers = " ".join(f"{name}: {value}" for name, value in answer.headers)
        return headers + _unpacked(answer.get_data())


def _unpacked(data: bytes) -> str:
    """What an answer says; a spreadsheet is a packed folder of texts."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def starts() -> list[str]:
    """Where a visitor begins: home, lists, search, changes, feeds, calendars, downloads, the ledger, the map."""
    rooms = [i18n.path(language, room) for language in i18n.LANGUAGES for room in ("", *_ROOMS)]
    search = [
        i18n.path(language, room, q=WORD)
        for language in i18n.LANGUAGES
        for room in ("search", "agreements", "actions", "sessions", "organisations", "sources")
    ]
    taken_along = [
        i18n.download(language, kind, form)
        for language, form in (("nl", "csv"), ("en", "xlsx"), ("nl", "ods"), ("en", "json"))
        for kind in _DOWNLOADED
    ]
    fed = [each(language) for language in i18n.LANGUAGES for each in (i18n.feed, i18n.calendar)]
    return [*rooms, *search, *fed, *taken_along, "/feeds/", "/cal/", "/sitemap.xml", "/data/ledger.jsonl"]


def addresses(kind: str, reference: str, versions: Iterable[int]) -> list[str]:
    """Every address of a record that was published, in view or not."""
    found = []
    for version in (None, *versions):
        found += [i18n.lasting(kind, reference, form, version) for form in ("json", "jsonld")]
        if kind in i18n.KINDS:
            found += [i18n.path(one, i18n.KINDS[kind], reference, version=version) for one in i18n.LANGUAGES]
    found += [i18n.path(one, "history", f"{kind}/{reference}") for one in i18n.LANGUAGES]
    if kind in i18n.FOLLOWED:
        found += [i18n.feed(one, kind, reference) for one in i18n.LANGUAGES]
    if kind in _DOWNLOADED:
        found.append(i18n.download("nl", kind, "json", reference))
    return found


def _wanted(address: str) -> bool:
    path, _, query = address.partition("?")
    return (
        path.startswith("/")
        and not path.startswith(("//", "/static", *SHUT))
        and (not query or query.startswith("version="))
    )
