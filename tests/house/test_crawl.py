"""The whole site, link by link, from the front page: every page answers, small enough, with few queries.

On SQLite every page is checked as tests/page_checks.py says; on PostgreSQL it must be the same page. Of the pages that
every record has besides its own (its versions, its history, following it) one in eight is opened, and in English one in
four of the records.
"""

import hashlib
import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient

from register.db import Database
from register.i18n import KINDS, LANGUAGES, path
from tests.pages import references

MOST_QUERIES = 8
LARGEST = 40_000  # bytes of HTML, before compression
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
OTHER_DAY = re.compile(r"[?&](?:as_of|published_on|from)=")
RECORD = re.compile(r"/\w+/[^/?]+/[^/?]+")
HASH = re.compile(r"\b[0-9a-f]{64}\b")  # each register salts its texts
BESIDES = re.compile(r"[?&]version=|/(?:geschiedenis|history)/|/(?:volgen|follow)\?")


class Found(NamedTuple):
    """One page of the site: what it weighs and costs, and what it says."""

    size: int
    queries: int
    text: str


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_to_a_good_page(
    language: str,
    kind: str,
    app: Flask,
    seeded: Database,
    shared: Path,
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
) -> None:
    checking = app.test_client() if kind == "sqlite" else FlaskClient(app, app.response_class)
    if (kind, language) == ("postgresql", "en"):
        pytest.skip("what PostgreSQL answers is compared in one language")
    site, linked = _crawl(checking, app, queries, language)

    expected = {path(language, name, found) for other, name in KINDS.items() for found in references(seeded, other)}
    assert expected - linked == set(), "records that no link leads to"
    print(f"\n{kind} {language}: {len(site)} pages")
    for what, limit in (("size", LARGEST), ("queries", MOST_QUERIES)):
        worst = sorted(site, key=lambda address: getattr(site[address], what), reverse=True)[:5]
        print(*(f"{getattr(site[address], what):8} {what}  {address}" for address in worst), sep="\n")
        assert [address for address in site if getattr(site[address], what) > limit] == []
    _compare(shared, kind, language, site)


def test_every_lasting_identifier_leads_to_its_record(app: Flask, seeded: Database) -> None:
    client = app.test_client()
    for other, name in KINDS.items():
        for reference in references(seeded, other):
            answer = client.get(f"/id/{other}/{reference}", headers={"Accept-Language": "en-GB,en;q=0.8"})
            assert (answer.status_code, answer.location) == (303, path("en", name, reference))


def _crawl(
    client: FlaskClient, app: Flask, queries: Callable[[Flask], AbstractContextManager[list[str]]], language: str
) -> tuple[dict[str, Found], set[str]]:
    """The pages of one language that can be reached from the front page, by address, and all links within it."""
    site: dict[str, Found] = {}
    linked, others = set(), set()
    few = language == "en"
    waiting = deque([path(language)])
    client.get(path(language))  # what is kept in memory of a revision is not one page's cost
    while waiting:
        address = waiting.popleft()
        if address in site:
            continue
        with queries(app) as made:
            answer = client.get(address)
        assert answer.status_code == 200, address
        site[address] = Found(len(answer.data), len(made), answer.text)
        for link in map(unescape, LINK.findall(answer.text)):
            if link.startswith(path(language, "desk")):
                continue  # the way to the workspace: whoever is not signed in is sent on
            if OTHER_DAY.search(link):
                continue  # the same pages on another day: tests/public/test_clocks.py
            linked.add(link)
            if crc32(link.encode()) % (8 if BESIDES.search(link) else 4 if few and RECORD.fullmatch(link) else 1):
                continue
            if link.startswith(f"/{language}/"):
                waiting.append(link)
            elif link.startswith("/data/"):
                if link.count("/") == 3 and "?" not in link:  # with filters, and of records: tests/exports
                    others.add(link)
            elif not link.startswith("/static/"):
                others.add(link)
    # Out of this language lead the language switch (its pages are crawled too), lasting identifiers, and what programs
    # read, which leads no further.
    assert {link.split("/")[1] for link in others} <= {*LANGUAGES, "id", "feeds", "cal", "data"}
    for link in others:
        if not link.startswith((*(f"/{other}/" for other in LANGUAGES), "/id/")):
            assert client.get(link).status_code == 200, link
    return site, linked


def _compare(shared: Path, kind: str, language: str, site: dict[str, Found]) -> None:
    """The second kind of database that was crawled gave the same pages as the first."""
    mine = {address: hashlib.sha256(HASH.sub("", found.text).encode()).hexdigest() for address, found in site.items()}
    for file in shared.glob(f"pages-*-{language}.json"):
        theirs = json.loads(file.read_text())
        assert sorted(set(mine) ^ set(theirs)) == []
        assert [address for address in mine if mine[address] != theirs[address]] == [], f"{kind} and {file.stem} differ"
    (shared / f"pages-{kind}-{language}.json").write_text(json.dumps(mine))
