"""Every kind of page, in both languages, in a real browser: what axe finds, narrow screens, large text, paper.

Light and dark, at 320 pixels, with text twice as large, and printed: one visit to each page for all of it, and one in
English for what fits.
"""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from register.db import Database
from register.i18n import LANGUAGES, path
from tests import pages
from tests.browser.checks import COLOURS, NARROW, SIDEWAYS, faults, fits

NAMES = [
    "home", "topics", "topic", "agreements", "agreement", "agreement-silent", "filtered", "nothing-found", "actions",
    "action", "sessions", "session", "organisations", "organisation", "structures", "structure", "requests", "request",
    "sources", "source", "places", "place", "terms", "term", "reading", "accessibility", "privacy", "data",
    "verify", "follow", "not-found", "no-such-page", "bad-filter", "bad-value",
]  # fmt: skip
NOT_ON_PAPER = ".skip, .menu, .langs, .filters, .find, .pager, .contents, .footer nav"


@pytest.fixture(scope="module")
def addresses(register: Database) -> dict[str, dict[str, str]]:
    """The address of every page by language and name."""
    return {language: pages.of_every_kind(register, language) | pages.failing(language) for language in LANGUAGES}


def test_every_kind_of_page_is_named_here(addresses: dict[str, dict[str, str]]) -> None:
    assert set(NAMES) == set(addresses["nl"])


@pytest.mark.parametrize("name", NAMES)
def test_a_page_serves_everyone(reader: Page, addresses: dict[str, dict[str, str]], name: str) -> None:
    reader.goto(addresses["nl"][name])
    assert faults(reader) == []
    reader.emulate_media(color_scheme="dark")
    assert faults(reader, *COLOURS) == [], "dark"
    reader.set_viewport_size({"width": 320, "height": 640})
    assert faults(reader, *NARROW) == [], "at 320 pixels"
    fits(reader)

    reader.emulate_media(media="print")
    shown = reader.locator(NOT_ON_PAPER).filter(visible=True)
    assert shown.count() == 0, shown.first.inner_html()
    expect(reader.locator("h1")).to_be_visible()

    reader.emulate_media(media="screen")  # in English the words are of other lengths; all else is the same
    reader.goto(addresses["en"][name])
    fits(reader)


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


def test_axe_would_find_one_pale_line_among_many(page: Page) -> None:
    page.goto(path("nl", "agreements"))
    assert faults(page, *COLOURS) == []
    page.evaluate("document.querySelectorAll('#results li')[9].style.opacity = '.4'")
    assert {fault.partition(":")[0] for fault in faults(page, *COLOURS)} == {"color-contrast"}


def test_something_too_wide_would_be_found(page: Page) -> None:
    page.goto("/nl/")
    page.evaluate("document.querySelector('h1').style.minWidth = '2000px'")
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
