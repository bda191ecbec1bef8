"""Every kind of page, in both languages, in a real browser: what axe finds, narrow screens, large text, paper.

Light and dark, at 320 pixels, with text twice as large, and printed: one visit to each page for all of it, and one in
English for what fits.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from register.db import Database
from register.i18n import path
from tests import pages

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
NARROW = [*COLOURS, "target-size", "scrollable-region-focusable", "meta-viewport"]  # what the width can change
NAMES = [
    "home", "topics", "topic", "agreements", "agreement", "agreement-silent", "filtered", "nothing-found", "actions",
    "action", "sessions", "session", "organisations", "organisation", "structures", "structure", "requests", "request",
    "sources", "source", "places", "place", "terms", "term", "reading", "accessibility", "privacy", "data",
    "verify", "follow", "not-found", "no-such-page", "bad-filter", "bad-value",
]  # fmt: skip
NOT_ON_PAPER = ".skip, .menu, .langs, .filters, .find, .pager, .contents, .footer nav"
AXE = Axe().axe_script
RUN = """(options) => axe.run(options).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""

# What sticks out to the right of the window, if anything makes it scroll sideways.
SIDEWAYS = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120))"""
# As if the reader had set the browser's own text size to twice what it was.
TWICE = """() => { const root = document.documentElement;
  root.style.fontSize = 2 * parseFloat(getComputedStyle(root).fontSize) + "px"; }"""


def faults(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page, of all rules or of those named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    found: list[str] = page.evaluate(RUN, {"runOnly": only, "preload": False, "resultTypes": ["violations"]})
    return found


def test_every_kind_of_page_is_named_here(register: Database) -> None:
    assert set(NAMES) == set(pages.of_every_kind(register, "nl")) | set(pages.failing("nl"))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_serves_everyone(page: Page, register: Database, name: str) -> None:
    page.goto((pages.of_every_kind(register, "nl") | pages.failing("nl"))[name])
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, *COLOURS) == [], "dark"
    page.set_viewport_size({"width": 320, "height": 640})
    assert faults(page, *NARROW) == [], "at 320 pixels"
    _fits(page)

    page.emulate_media(media="print")
    shown = page.locator(NOT_ON_PAPER).filter(visible=True)
    assert shown.count() == 0, shown.first.inner_html()
    expect(page.locator("h1")).to_be_visible()

    page.emulate_media(media="screen")  # in English the words are of other lengths; all else is the same
    page.goto((pages.of_every_kind(register, "en") | pages.failing("en"))[name])
    _fits(page)


def _fits(page: Page) -> None:
    """No page scrolls sideways, neither on a narrow screen nor with large text."""
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(SIDEWAYS) == [], "at 320 pixels"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate(TWICE)
    assert page.evaluate(SIDEWAYS) == [], "with text twice as large"


def test_axe_finds_nothing_after_a_swap(page: Page) -> None:
    page.goto(path("nl", "agreements"))
    page.select_option(".filters [name=status]", "ongoing")
    page.click("form.filters button")
    page.wait_for_url("**status=ongoing")
    expect(page.locator("#results-title")).to_be_focused()
    assert faults(page) == []
    page.click("[rel=next]")
    page.wait_for_url("**after=**")
    expect(page.locator("#results-title")).to_be_focused()
    assert faults(page) == []


def test_axe_would_find_something(page: Page) -> None:
    page.goto("/nl/")
    page.evaluate("document.title = ''; document.querySelector('h1').style.color = 'silver'")
    assert {fault.partition(":")[0] for fault in faults(page)} == {"document-title", "color-contrast"}


def test_something_too_wide_would_be_found(page: Page) -> None:
    page.goto("/nl/")
    page.evaluate("document.querySelector('h1').style.width = '2000px'")
    assert len(page.evaluate(SIDEWAYS)) > 0


def test_paper_shows_what_a_screen_folds_away_and_where_it_came_from(page: Page, register: Database) -> None:
    address = pages.of_every_kind(register, "nl")["agreement"]
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator(".on-paper")).to_contain_text(address)
    for folded in page.locator("details .cite").all():
        assert folded.evaluate("one => one.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_the_two_columns_and_their_words(page: Page, register: Database, scheme: Any) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(pages.of_every_kind(register, "nl")["agreement"])
    for side, words in (("nl", "Nederland"), ("vl", "Vlaanderen")):
        heading = page.locator(f"#side-{side}")
        expect(heading).to_be_visible()
        expect(heading).to_have_text(words)
        expect(page.locator(f"section[aria-labelledby=side-{side}]")).to_contain_text("Verantwoordelijke organisatie")
    expect(page.locator(".joint .status span")).to_be_visible()
    line = page.evaluate("getComputedStyle(document.querySelector('.joint'), '::before').borderBottomWidth")
    assert float(line.removesuffix("px")) > 0, "the line over the columns is a border, which forced colours keep"
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert {ink, paper} == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}
