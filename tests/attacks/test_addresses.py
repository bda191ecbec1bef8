"""Addresses that lead astray, and what is smuggled into headers and pages."""

import itertools
from collections.abc import Callable
from urllib.parse import quote, urljoin, urlsplit

from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from register.guards.returning import safe
from register.guards.serving import COOKIE
from register.i18n import path
from tests.accounts import SQLITE
from tests.notes.conftest import REFERENCE
from tests.workers import People, WorkClient

pytestmark = SQLITE

EVIL = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example",
    "/\n/evil.example", "https://evil.example", "HTTPS:evil.example", "https:/evil.example", "javascript:alert(1)",
    "data:text/html,x", " //evil.example", "\x00//evil.example", "/nl//evil.example", "/nl/..//evil.example",
    "/nl/\\evil.example", "//localhost@evil.example", "/@evil.example", "evil.example", "http://localhost.evil.example",
    "/%2f/evil.example", "/nl/%0d%0aSet-Cookie:x=1/\r\n", "/nl/x\r\nSet-Cookie: x=1", "/static/../nl/", "/", "", "?",
    "/de/", "/nl", "/nlx/", "／／evil.example", "/nl/\u2028", "/nl/é", "/nl/" + "x" * 2000, "/nl/<script>\n",
)  # fmt: skip


def test_an_address_elsewhere_is_none() -> None:
    assert [address for address in EVIL if safe(address)] == []


@given(some.text(alphabet="/\\:@.?#%&=nleéx0 \t\n\r\x00evil;", max_size=30))
def test_whatever_is_taken_stays_here(rest: str) -> None:
    for address in (rest, "/" + rest, "/nl/" + rest, "/en/" + rest):
        if taken := safe(address):
            assert taken == address
            assert urlsplit(urljoin("https://schakel.example/nl/aanmelden", taken)).netloc == "schakel.example"
            assert taken.isprintable()
            assert taken.isascii()


def test_nobody_is_sent_elsewhere(app: Flask, browser: Callable[..., WorkClient], people: People) -> None:
    mine, nobody = browser(people("diplomat")), app.test_client()
    places = (mine, "prove", "nl"), (mine, "sign-in", "en"), (nobody, "sign-in", "nl"), (nobody, "desk", "en")
    for address, (client, room, language) in itertools.product(EVIL, places):
        answer = client.get(path(language, room) + "?next=" + quote(address))
        where = answer.headers.get("Location", "/")
        assert urlsplit(urljoin("http://localhost/", where)).netloc == "localhost", address
        assert "evil" not in where.partition("?")[0], address
        assert "Set-Cookie" not in answer.headers
        assert answer.status_code < 500


SMUGGLED = ("%0d%0aSet-Cookie:%20x=1", "%0aX-Evil:1", "%00", "%c3%28", "%ff%fe", "%ed%a0%80", "%e2%80%a8")


def test_nothing_is_smuggled_into_headers(browser: Callable[..., WorkClient], people: People) -> None:
    mine, notes = browser(people("diplomat")), path("en", "notes")
    starts = (
        f"{notes}?reference={REFERENCE}", f"{notes}?q=", f"{notes}?done=", f"{notes}?", f"{notes}/note/",
        f"{notes}/agreement/", path("en", "desk") + "?", path("en", "people", "x"),
    )  # fmt: skip
    for start, smuggled in itertools.product(starts, SMUGGLED):
        answer = mine.get(start + smuggled)
        assert answer.status_code in (200, 303, 400, 404), start + smuggled
        assert not {"Set-Cookie", "X-Evil"} & set(answer.headers.keys())


def test_what_is_asked_is_shown_as_text(browser: Callable[..., WorkClient], people: People) -> None:
    mine = browser(people("diplomat"))
    hostile = ('"><script>alert(1)</script>', "{{ 7 * 7 }}", "';alert(1)//")
    for name, said in itertools.product(("q", "reference", "done", "kind", "after"), hostile):
        answer = mine.get(path("en", "notes"), query_string={name: said})
        assert "<script>alert" not in answer.text
        assert ">49<" not in answer.text


def test_a_made_up_cookie_opens_nothing(app: Flask, people: People) -> None:
    people("administrator")
    for token in ("", "x", "%00", "é" * 40, "' OR 1=1 --", "A" * 3000, "../..", "null"):
        client = app.test_client()
        client.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Lax")
        answer = client.get(path("en", "desk"))
        assert answer.status_code == 303
        assert answer.location.startswith(path("en", "sign-in"))
