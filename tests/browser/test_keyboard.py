"""With the keyboard alone: everything can be reached, in a sensible order, and it shows where you are."""

import pytest
from playwright.sync_api import Page, expect

from register.db import Database
from register.i18n import LANGUAGES, path
from tests import pages

# What has the focus: something to know it by, whether it can be seen, and whether it is marked.
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return { key: [one.tagName, one.getAttribute("href") || one.name || one.id, box.top + scrollY].join(" "),
    tag: one.tagName, name: one.name, inside: one.closest("main, header, footer, form")?.tagName,
    seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 }; }"""
COUNT = """[...document.querySelectorAll('a[href], button, input, select, summary')]
  .filter((one) => one.checkVisibility()).length"""
MOST = 400  # more stops than any page has


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_skip_link_is_first_and_leads_past_the_menu(page: Page, language: str) -> None:
    page.goto(path(language, "agreements"))
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    assert page.evaluate(FOCUSED)["seen"]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["inside"] == "FORM"


def test_from_the_menu_through_the_form_to_a_record(page: Page) -> None:
    page.goto("/nl/")
    _tab_to(page, "A /nl/afspraken ")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("form.filters")).to_be_visible()
    _tab_to(page, "INPUT q ")  # that of every page
    _tab_to(page, "INPUT q ")
    page.keyboard.type("water")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "topic"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#results-title")).to_be_focused()
    expect(page).to_have_url("/nl/afspraken?q=water")
    page.keyboard.press("Tab")
    expect(page.locator("#results li a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#passage")).to_be_visible()


def test_a_choice_is_made_and_sent(page: Page) -> None:
    page.goto("/en/agreements")
    page.focus(".filters [name=status]")
    page.keyboard.type("ongo")
    expect(page.locator(".filters [name=status]")).to_have_value("ongoing")
    _tab_to(page, "BUTTON ")
    page.keyboard.press("Enter")
    expect(page.locator("#results-title")).to_be_focused()
    expect(page).to_have_url("/en/agreements?status=ongoing")


def test_paging_keeps_the_thread(page: Page) -> None:
    page.goto("/nl/afspraken")
    page.focus("[rel=next]")
    page.keyboard.press("Enter")
    expect(page.locator("#results-title")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#results li a").first).to_be_focused()


def test_what_is_folded_away_unfolds_by_key(page: Page, register: Database) -> None:
    page.goto(pages.of_every_kind(register, "nl")["agreement"])
    page.locator("details summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details .cite").first).to_be_visible()


@pytest.mark.parametrize("name", ["home", "agreements", "agreement", "topic", "reading", "not-found"])
def test_every_stop_is_seen_and_marked_and_none_is_a_trap(page: Page, register: Database, name: str) -> None:
    page.goto((pages.of_every_kind(register, "nl") | pages.failing("nl"))[name])
    reachable = page.evaluate(COUNT)
    stops = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] in ("BODY", "HTML") or (stops and stop["key"] == stops[0]):
            break
        assert stop["seen"], stop
        assert stop["marked"], stop
        stops.append(stop["key"])
    assert len(stops) == len(set(stops)) == reachable


def _tab_to(page: Page, key: str) -> None:
    """Press Tab until something that begins with `key` has the focus."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["key"].startswith(key):
            return
    raise AssertionError(f"Tab does not come to {key}")
