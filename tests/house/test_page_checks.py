"""The page-checking client finds the faults that it is there to find."""

import pytest
from flask import Flask, Response, request

from register.web.headers import HEADERS
from tests.page_checks import PageClient, PageFault

GOOD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Topics – Schakel</title>
<link rel="stylesheet" href="/static/css/base.css"><link rel="canonical" href="http://localhost/en/">
</head><body><main id="main"><h1>Topics</h1><!--here-->
<form action="/en/"><label for="q">Words</label><input id="q" name="q"><button>Show</button></form>
<p id="note">A note</p><a href="/en/" aria-describedby="note">Start</a> <a href="#note">Note</a>
<svg aria-hidden="true"></svg></main></body></html>"""


@pytest.fixture
def client() -> PageClient:
    app = Flask(__name__, static_folder=None)

    @app.route("/en/", endpoint="public.page", methods=["GET", "POST"])
    @app.route("/en/work", endpoint="people.desk")
    def page() -> Response:
        response = Response(app.config["PAGE"], headers=HEADERS | {"Vary": "Accept-Encoding, HX-Request"})
        for name, value in app.config["CHANGED"].items():
            response.headers.pop(name, None)
            if value:
                response.headers[name] = value
        return response

    @app.get("/nl/", endpoint="public.dutch")
    def dutch() -> Response:
        assert request.path == "/nl/"
        return page()

    app.config["PAGE"], app.config["CHANGED"] = GOOD, {}
    app.test_client_class = PageClient
    return app.test_client()  # type: ignore[return-value]


def test_a_good_page_passes(client: PageClient) -> None:
    assert client.get("/en/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<!doctype html>\n", "", "expected-doctype"),
        ("<!--here-->", "<p><div>", "invalid HTML"),
        ("<!--here-->", "</em>", "invalid HTML"),
        ("<!--here-->", "<p><div></div></p>", "invalid HTML"),
        ("<!--here-->", "<p></p><p><em></p></em>", "invalid HTML"),
        ("<!--here-->", '<p id="a" id="b"></p>', "invalid HTML"),
        ("<h1>Topics</h1>", "", "0 h1"),
        ("<!--here-->", "<h1>More</h1>", "2 h1"),
        ("<title>Topics", "<title>Agreements", "does not begin with the h1"),
        (" – Schakel", "", "does not name the site"),
        ('lang="en"', 'lang="de"', "the language is 'de'"),
        ('lang="en"', "", "the language is None"),
        ('<p id="note"', '<p id="main"', "the id 'main' is given 2 times"),
        ('for="q"', 'for="p"', "for of label names 'p'"),
        ('for="q"', "", "the label 'Words' has no field"),
        ('<label for="q">Words</label>', "", "the field 'q' has no label"),
        ('describedby="note"', 'describedby="nothing"', "names 'nothing'"),
        ("<!--here-->", '<img src="/static/favicon.svg">', "img without alt"),
        ('<svg aria-hidden="true">', "<svg>", "svg that is neither hidden nor named"),
        ("<!--here-->", "<style>p{}</style>", "inline style"),
        ("<!--here-->", "<script>1</script>", "inline script"),
        ("<!--here-->", '<p style="color:red">x</p>', "inline style on p"),
        ("<!--here-->", '<p onclick="x()">x</p>', "inline onclick on p"),
        ("<!--here-->", '<script src="https://elsewhere.example/x.js"></script>', "script of another host"),
        ('action="/en/"', 'action="//elsewhere.example/"', "form of another host"),
        ('href="/static/css/base.css"', 'href="https://elsewhere.example/x.css"', "link of another host"),
        ('href="http://localhost/en/"', 'href="http://elsewhere.example/"', "link of another host"),
        ('<a href="/en/"', '<a href=""', "an empty href"),
        ('<a href="/en/"', '<a href="/en/nowhere"', "href that leads nowhere: /en/nowhere"),
        ('<a href="/en/"', '<a href="/static/nothing.css"', "leads nowhere"),
        ('<a href="/en/"', '<a href="javascript:x()"', "scheme javascript"),
        ('<a href="#note"', '<a href="#nothing"', "which is not on the page"),
        (">Start</a>", "></a>", "a without words"),
        ("<!--here-->", "<h3>Deep</h3>", "a heading of level 3 follows one of level 1"),
        ('<main id="main">', "<div>", "not exactly one main"),
        ("<!--here-->", "<iframe></iframe>", "iframe is not for this site"),
    ],
)
def test_a_planted_fault_is_found(client: PageClient, old: str, new: str, fault: str) -> None:
    client.application.config["PAGE"] = GOOD.replace(old, new, 1)
    with pytest.raises(PageFault, match=fault):
        client.get("/en/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Security-Policy", ""),
        ("Content-Security-Policy", "default-src 'none'; script-src 'self' 'unsafe-inline'"),
        ("X-Content-Type-Options", ""),
        ("Referrer-Policy", ""),
        ("Vary", "Accept-Encoding"),
        ("Set-Cookie", "seen=1"),
    ],
)
def test_a_wrong_header_is_found(client: PageClient, name: str, value: str) -> None:
    client.application.config["CHANGED"] = {name: value}
    with pytest.raises(PageFault, match="cookie" if name == "Set-Cookie" else name):
        client.get("/en/")


def test_a_page_in_another_language_than_its_address_is_found(client: PageClient) -> None:
    with pytest.raises(PageFault, match="the language is 'en'"):
        client.get("/nl/")


def test_a_fragment_is_checked_as_a_part(client: PageClient) -> None:
    asking = {"HX-Request": "true"}
    client.application.config["PAGE"] = '<section id="results"><h2>3 results</h2></section>'
    assert client.get("/en/", headers=asking).status_code == 200
    client.application.config["PAGE"] = '<section id="results"><a href="">3 results</a></section>'
    with pytest.raises(PageFault, match="an empty href"):
        client.get("/en/", headers=asking)


COOKIE = "__Host-schakel=mark; Secure; HttpOnly; Path=/; SameSite=Lax"


def test_the_workspace_may_set_the_cookie_of_the_sign_in(client: PageClient) -> None:
    client.application.config["CHANGED"] = {"Set-Cookie": COOKIE, "Cache-Control": "no-store"}
    assert client.get("/en/work").status_code == 200
    client.application.config["CHANGED"]["Set-Cookie"] = COOKIE.replace("mark", "") + "; Max-Age=0"
    assert client.get("/en/work").status_code == 200
    with pytest.raises(PageFault, match="a cookie is set"):
        client.get("/en/")


@pytest.mark.parametrize(
    ("cookie", "cache", "fault"),
    [
        (COOKIE.replace("__Host-", ""), "no-store", "another cookie"),
        (COOKIE.replace("Secure; ", ""), "no-store", "without all its guards"),
        (COOKIE.replace("HttpOnly; ", ""), "no-store", "without all its guards"),
        (COOKIE.replace("Lax", "None"), "no-store", "without all its guards"),
        (COOKIE + "; Domain=localhost", "no-store", "without all its guards"),
        (COOKIE + "; Max-Age=9", "no-store", "outlives the browser"),
        (COOKIE, "no-cache", "may be stored"),
        ("", "", "may be stored"),
    ],
)
def test_the_workspace_keeps_nothing_else(client: PageClient, cookie: str, cache: str, fault: str) -> None:
    client.application.config["CHANGED"] = {"Set-Cookie": cookie, "Cache-Control": cache}
    with pytest.raises(PageFault, match=fault):
        client.get("/en/work")
