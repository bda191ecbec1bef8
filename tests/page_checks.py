"""A test client that checks every page it fetches, so that no single test needs to.

What it checks of a page: valid HTML; one h1, and a title that begins with it; the language of the address; unique ids
and references to ids that exist; a field for each label and a name for each field and picture; nothing inline and
nothing from another host; links that lead somewhere. Of every answer: the security headers; no cookie on anything
public, and in the workspace only those of signing in, with every attribute that guards them; there nothing is stored.
A fragment (asked for by HX-Request) is checked as a part of a page.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element

import lxml.html
from flask.testing import FlaskClient
from lxml.etree import XPath
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from register.config import ROOT
from register.i18n import LANGUAGES
from tests.shapes import invalid

_LOADED = {"link": "href", "script": "src", "img": "src", "form": "action"}
_REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "headers")
_FIELDS = {"input", "select", "textarea"}
_PARSER = lxml.html.HTMLParser(remove_comments=True)
_NAMELESS = {"hidden", "submit", "reset", "button"}
_NOT_HERE = ("iframe", "object", "embed", "video", "audio", "base")
# What there is to look at of a page: an XPath finds it faster than a look at every element.
_IDS = XPath("//@id", smart_strings=False)
_INLINE = XPath("//style | //script | //@*[starts-with(name(), 'on') or starts-with(name(), 'hx-on')]/.. | //@style/..")
_FOREIGN = XPath(" | ".join(f"//{found}" for found in (*_LOADED, *_NOT_HERE, "@src/..", "@srcset/..")))
_REFER = XPath(" | ".join(f"//@{name}/.." for name in _REFERRING))
_TO_NAME = ("label", "img", "svg", "a", "button", *_FIELDS)
_LEAD = XPath("//a | //@hx-get/..")
_endpoints: WeakKeyDictionary[Any, dict[tuple[str, str], str]] = WeakKeyDictionary()  # of each application


class PageFault(AssertionError):
    """A page is not as every page must be."""


class PageClient(FlaskClient):
    """Fetches pages and checks each; a redirect is checked too when it is followed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch and check. Raises PageFault naming the address and everything that is wrong."""
        kwargs.setdefault("buffered", True)  # a stream that nobody reads to its end would end in some later request
        response = super().open(*args, **kwargs)
        for answer in (*response.history, response):
            faults = list(check(answer, self.application))
            if faults:
                raise PageFault(f"{answer.request.method} {answer.request.full_path}\n  " + "\n  ".join(faults))
        return response


def check(response: TestResponse, app: Any) -> Iterator[str]:
    """All that is wrong with one answer, in words."""
    yield from _headers(response)
    yield from _kept(response, app)
    if 300 <= response.status_code < 400 or response.mimetype != "text/html" or not response.data:
        return
    asked = response.request.headers
    if "Content-Encoding" in response.headers:
        return
    if asked.get("HX-Request") == "true" and "<html" not in response.text[:200]:
        root, errors = parse(response.text, fragment=True)
        yield from errors
        yield from _anywhere(root, app, response)
        return
    root, errors = parse(response.text)
    yield from errors
    yield from _whole(root, response)
    yield from _anywhere(root, app, response)


@lru_cache(maxsize=16)  # what was checked is often read by the test too
def parse(text: str, *, fragment: bool = False) -> tuple[Element, list[str]]:
    """The element tree of `text`, and where it is not valid HTML."""
    found = lxml.html.document_fromstring(text, parser=_PARSER) if not fragment else _part(text)
    return found, invalid(text, fragment=fragment)


def _part(text: str) -> Element:
    return lxml.html.fragment_fromstring(text, create_parent="div", parser=_PARSER)


def words(element: Element | None) -> str:
    """The text of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _headers(response: TestResponse) -> Iterator[str]:
    found = response.headers
    policy = found.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy:
        yield f"Content-Security-Policy is {policy!r}"
    if found.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options is missing"
    if found.get("Referrer-Policy") != "same-origin":
        yield "Referrer-Policy is missing"
    if response.request.path.startswith("/static/"):
        return
    varies = {name.strip().lower() for name in ",".join(found.getlist("Vary")).split(",")}
    if not varies >= {"hx-request", "accept-encoding"}:
        yield f"Vary is {found.get('Vary')!r}"


def _kept(response: TestResponse, app: Any) -> Iterator[str]:
    """What browsers and caches may keep of an answer."""
    cookies = response.headers.getlist("Set-Cookie")
    workspace = _workspace(app, response)
    for cookie in cookies:
        named, *attributes = (part.strip() for part in cookie.split(";"))
        guards = {part.partition("=")[0] for part in attributes}
        if not workspace:
            yield f"a cookie is set: {cookie}"
        elif not named.startswith(("__Host-schakel=", "__Host-schakel-challenge=")):
            yield f"another cookie than that of the sign-in: {cookie}"
        elif not {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes) or "Domain" in guards:
            yield f"a cookie without all its guards: {cookie}"
        elif guards & {"Max-Age", "Expires"} and not named.endswith("="):
            yield f"a cookie that outlives the browser: {cookie}"
    if (workspace or cookies) and "no-store" not in response.headers.get("Cache-Control", ""):
        yield f"a page of the workspace may be stored: Cache-Control is {response.headers.get('Cache-Control')!r}"


def _workspace(app: Any, response: TestResponse) -> bool:
    """Whether an answer comes from a room that is not public."""
    found = _endpoint(app, response.request.path, response.request.method)
    return found not in ("", "redirect") and not found.startswith("public.")


def _whole(root: Element, response: TestResponse) -> Iterator[str]:
    expected = response.request.path.split("/")[1]
    language = root.get("lang")
    if language not in LANGUAGES or (expected in LANGUAGES and language != expected):
        yield f"the language is {language!r}"
    if response.headers.get("Content-Language", language) != language:
        yield "Content-Language is not the language of the page"
    headings = root.findall(".//h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    title = words(root.find("./head/title"))
    if headings and (not words(headings[0]) or not title.startswith(words(headings[0]))):
        yield f"the title {title!r} does not begin with the h1 {words(headings[0])!r}"
    if not title.endswith(" – Schakel"):
        yield f"the title {title!r} does not name the site"
    if root.findall(".//main") == [] or len(root.findall(".//main")) > 1:
        yield "not exactly one main"
    levels = [int(element.tag[1]) for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


def _anywhere(root: Element, app: Any, response: TestResponse) -> Iterator[str]:
    ids = Counter(_IDS(root))
    yield from (f"the id {name!r} is given {count} times" for name, count in ids.items() if count > 1 or not name)
    for element in _INLINE(root):
        yield from _inline(element)
    for element in _FOREIGN(root):
        yield from _foreign(element, response)
    for element in _REFER(root):
        yield from _references(element, ids)
    labels = list(root.iter("label"))
    labelled = {element.get("for") for element in labels}
    wrapped = {field for element in labels for field in element.iter()}
    for element in root.iter(*_TO_NAME):
        yield from _named(element, labelled, wrapped)
    for element in _LEAD(root):
        yield from _leads(element, ids, app, response)


def _inline(element: Element) -> Iterator[str]:
    tag = local(element)
    data = element.get("type") == "application/ld+json"  # is not run: the content policy does not ask about it
    if tag == "style" or (tag == "script" and not data and ("src" not in element.attrib or words(element))):
        yield f"inline {tag}"
    for name in element.attrib:
        if name == "style" or name.startswith(("on", "hx-on")):
            yield f"inline {name} on {tag}"


def _foreign(element: Element, response: TestResponse) -> Iterator[str]:
    tag = local(element)
    address = element.get(_LOADED.get(tag, "src"), "")
    host = urlsplit(address).netloc
    if host and (tag != "link" or element.get("rel") != "canonical" or host != response.request.host.lower()):
        yield f"{tag} of another host: {address}"
    if tag in _NOT_HERE:
        yield f"{tag} is not for this site"
    if "srcset" in element.attrib:
        yield "srcset is not for this site"


def _references(element: Element, ids: Counter[str | None]) -> Iterator[str]:
    for name in _REFERRING:
        for wanted in element.get(name, "").split():
            if wanted not in ids:
                yield f"{name} of {local(element)} names {wanted!r}, which is not on the page"


def _named(element: Element, labelled: set[str | None], wrapped: set[Element]) -> Iterator[str]:
    tag = local(element)
    named = element.get("aria-label") or element.get("aria-labelledby")
    if tag == "label" and "for" not in element.attrib and not any(local(field) in _FIELDS for field in element.iter()):
        yield f"the label {words(element)!r} has no field"
    captioned = named or element.get("id") in labelled or element in wrapped
    if tag in _FIELDS and element.get("type") not in _NAMELESS and not captioned:
        yield f"the field {element.get('name')!r} has no label"
    if tag == "img" and "alt" not in element.attrib:
        yield f"img without alt: {element.get('src')}"
    if tag == "svg" and element.get("aria-hidden") != "true" and not (element.get("role") == "img" and named):
        yield "svg that is neither hidden nor named"
    if tag in ("a", "button") and not words(element) and not named:
        yield f"{tag} without words: {element.get('href', '')}"


def _leads(element: Element, ids: Counter[str | None], app: Any, response: TestResponse) -> Iterator[str]:
    for name in ("href", "hx-get"):
        address = element.get(name)
        if address is None:
            if name == "href" and local(element) == "a":
                yield f"a link without href: {words(element)!r}"
            continue
        if not address.strip():
            yield f"an empty {name}: {words(element)!r}"
            continue
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") or parts.netloc:
            if name != "href" or not parts.netloc:
                yield f"{name} to another host: {address}"
        elif parts.scheme:
            yield f"{name} of scheme {parts.scheme}"
        elif parts.path:
            if not resolves(app, parts.path):
                yield f"{name} that leads nowhere: {address}"
        elif parts.fragment and parts.fragment not in ids:
            yield f"{name} to {parts.fragment!r}, which is not on the page"


def resolves(app: Any, path: str) -> bool:
    """Whether a path of the site is a page or a static file."""
    if path.startswith("/static/"):
        return (ROOT / path.lstrip("/")).is_file()
    return bool(_endpoint(app, path, "GET"))


def _endpoint(app: Any, path: str, method: str) -> str:
    """The view that answers at an address, or nothing; a redirect to it counts. An application keeps its views."""
    known = _endpoints.setdefault(app, {})
    if (path, method) not in known:
        try:
            known[path, method] = app.url_map.bind("localhost").match(path, method=method)[0]
        except RequestRedirect:
            known[path, method] = "redirect"
        except HTTPException:
            known[path, method] = ""
    return known[path, method]


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
