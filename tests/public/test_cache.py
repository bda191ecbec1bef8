"""What a cache may keep: the same answer has the same mark, and whatever changes the answer changes the mark."""

from collections.abc import Callable
from datetime import date

import brotli
import pytest
from flask.testing import FlaskClient

from register import door, i18n
from register.db import Database
from register.web.headers import HEADERS
from tests import factories, pages
from tests.public.lists import FRAGMENT

ADDRESS = "/nl/afspraken"


def mark(client: FlaskClient, address: str = ADDRESS, **headers: str) -> str:
    """The ETag of an answer."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.headers["ETag"]


def test_every_page_is_marked_and_not_sent_twice(client: FlaskClient, seeded: Database) -> None:
    for address in pages.of_every_kind(seeded, "nl").values():
        first = client.get(address)
        assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_no_two_pages_share_a_mark(client: FlaskClient, seeded: Database) -> None:
    marks = {
        address: mark(client, address)
        for language in i18n.LANGUAGES
        for address in pages.of_every_kind(seeded, language).values()
    }
    assert len(set(marks.values())) == len(marks)


def test_the_mark_changes_with_form_and_encoding(client: FlaskClient) -> None:
    found = [
        mark(client),
        mark(client, **{"Accept-Encoding": "gzip, br"}),
        mark(client, **FRAGMENT),
        mark(client, **FRAGMENT, **{"Accept-Encoding": "br"}),
    ]
    assert len(set(found)) == len(found)
    assert mark(client) == found[0]
    assert mark(client, **{"Accept-Encoding": "gzip"}) == found[0]


def test_the_mark_changes_with_the_day_and_the_build(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = mark(client)
    with monkeypatch.context() as patch:
        patch.setattr(i18n, "today", lambda: date(2030, 1, 1))
        assert mark(client) != before
    with monkeypatch.context() as patch:
        patch.setattr(door, "build", lambda: "another")
        assert mark(client) != before
    assert mark(client) == before


def test_the_mark_changes_with_the_revision(database: Database, make_client: Callable[[Database], FlaskClient]) -> None:
    client = make_client(database)
    before = mark(client)
    with database.write() as session:
        factories.publish(session.connection(), "water", factories.body("topic", "Water"))
    answer = client.get(ADDRESS, headers={"If-None-Match": before})
    assert (answer.status_code, answer.headers["ETag"] == before) == (200, False)


def test_pages_are_compressed_where_the_browser_can_read_it(client: FlaskClient) -> None:
    plain = client.get(ADDRESS)
    packed = client.get(ADDRESS, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
    assert "Content-Encoding" not in client.get(ADDRESS, headers={"Accept-Encoding": "br;q=0, gzip"}).headers


def test_a_first_visit_is_light(client: FlaskClient, seeded: Database) -> None:
    """Everything that a first visit transfers, compressed: at most 60 kB."""
    packed = {"Accept-Encoding": "br"}
    home = client.get("/nl/").text
    parts = {part.partition('"')[0] for part in home.split('="/static/')[1:]}
    assert len(parts) >= 5
    weight = {name: len(client.get(f"/static/{name}", headers=packed).data) for name in parts}
    for address in pages.of_every_kind(seeded, "nl").values():
        assert len(client.get(address, headers=packed).data) + sum(weight.values()) <= 60_000, address


def test_static_files_are_kept_for_ever_under_an_address_of_their_content(client: FlaskClient) -> None:
    home = client.get("/nl/").text
    for part in {part.partition('"')[0] for part in home.split('="/static/')[1:]}:
        assert "?v=" in part
        answer = client.get(f"/static/{part}", headers={"Accept-Encoding": "br"})
        assert answer.headers["Cache-Control"] == "max-age=31536000, public"
        assert answer.headers["Content-Encoding"] == "br"
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "address", ["/nl/afspraken?colour=red", "/nl/afspraken/NLVL-1900-001", "/nl/nowhere", "/healthz"]
)
def test_what_says_no_is_not_kept(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_parameter_that_a_page_does_not_know_never_enters_a_cache(client: FlaskClient, seeded: Database) -> None:
    for name, address in pages.of_every_kind(seeded, "nl").items():
        if "?" in address:
            continue
        answer = client.get(f"{address}?utm_source=elsewhere")
        assert answer.headers["Cache-Control"] == "no-store", name
        assert "ETag" not in answer.headers, name
