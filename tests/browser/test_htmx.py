"""With JavaScript: the list changes in place, the address follows, Back works, and nobody loses the thread."""

import re

import pytest
from playwright.sync_api import Page, expect

from register.i18n import LANGUAGES, path

AGREEMENTS = "/nl/afspraken"


@pytest.fixture
def stays(page: Page) -> Page:
    """A page with the agreements, marked so that it is seen whether the browser loaded another one."""
    page.goto(AGREEMENTS)
    page.evaluate("window.marked = true")
    return page


def is_the_same_page(page: Page) -> bool:
    """Whether only a part of the page was swapped since it was marked."""
    return bool(page.evaluate("window.marked === true"))


def narrow(page: Page, name: str, value: str) -> None:
    """Choose a value and press the button."""
    page.select_option(f".filters [name={name}]", value)
    page.click("form.filters button")


def arrived(page: Page, address: str) -> None:
    """Wait until the address is this one and the results have the focus."""
    page.wait_for_url(re.compile(re.escape(address) + "$"))
    expect(page.locator("#results-title")).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_swaps_the_list_and_the_address_follows(page: Page, language: str) -> None:
    page.goto(path(language, "agreements"))
    page.evaluate("window.marked = true")
    narrow(page, "status", "ongoing")
    arrived(page, path(language, "agreements", status="ongoing"))
    assert is_the_same_page(page)
    heading = page.locator("#results-title").inner_text()
    expect(page.locator("#live")).to_have_text(heading)
    swapped = page.locator("#results").inner_html()
    page.reload()
    assert page.locator("#results").inner_html() == swapped
    assert page.locator("#results-title").inner_text() == heading


def test_filters_add_up_and_words_are_sent_by_the_enter_key(stays: Page) -> None:
    narrow(stays, "status", "ongoing")
    arrived(stays, f"{AGREEMENTS}?status=ongoing")
    stays.fill(".filters [name=q]", "water")
    stays.press(".filters [name=q]", "Enter")
    arrived(stays, f"{AGREEMENTS}?q=water&status=ongoing")
    narrow(stays, "status", "")
    arrived(stays, f"{AGREEMENTS}?q=water")
    assert is_the_same_page(stays)


def test_back_and_forward_show_what_the_address_says(stays: Page) -> None:
    whole = stays.locator("#results-title").inner_text()
    narrow(stays, "status", "ongoing")
    arrived(stays, f"{AGREEMENTS}?status=ongoing")
    narrowed = stays.locator("#results-title").inner_text()
    assert whole != narrowed

    stays.go_back()
    expect(stays).to_have_url(re.compile(f"{AGREEMENTS}$"))
    expect(stays.locator("#results-title")).to_have_text(whole)
    expect(stays.locator(".filters [name=status]")).to_have_value("")
    expect(stays.locator("h1")).to_be_visible()

    stays.go_forward()
    expect(stays).to_have_url(re.compile("status=ongoing$"))
    expect(stays.locator("#results-title")).to_have_text(narrowed)
    expect(stays.locator(".filters [name=status]")).to_have_value("ongoing")
    expect(stays.locator("h1")).to_be_visible()


def test_back_from_a_record_comes_to_the_list_as_it_was(stays: Page) -> None:
    narrow(stays, "status", "ongoing")
    arrived(stays, f"{AGREEMENTS}?status=ongoing")
    narrowed = stays.locator("#results-title").inner_text()
    with stays.expect_navigation(url=re.compile("/afspraken/NLVL")):
        stays.locator("#results li a").first.click()
    stays.go_back()
    expect(stays).to_have_url(re.compile("status=ongoing$"))
    expect(stays.locator("#results-title")).to_have_text(narrowed)
    expect(stays.locator(".filters [name=status]")).to_have_value("ongoing")


def test_paging_swaps_the_list_both_ways(stays: Page) -> None:
    first = stays.locator("#results li a").first.inner_text()
    stays.click("[rel=next]")
    stays.wait_for_url("**after=NLVL-*")
    expect(stays.locator("#results-title")).to_be_focused()
    assert stays.locator("#results li a").first.inner_text() != first
    stays.click("[rel=prev]")
    stays.wait_for_url("**before=NLVL-*")
    expect(stays.locator("#results li a").first).to_have_text(first)
    assert is_the_same_page(stays)


def test_a_filter_begins_at_the_first_page(stays: Page) -> None:
    stays.click("[rel=next]")
    stays.wait_for_url("**after=NLVL-*")
    expect(stays.locator("#results-title")).to_be_focused()
    narrow(stays, "status", "ongoing")
    arrived(stays, f"{AGREEMENTS}?status=ongoing")


def test_the_language_switch_keeps_what_was_chosen_by_a_swap(stays: Page) -> None:
    narrow(stays, "status", "ongoing")
    arrived(stays, f"{AGREEMENTS}?status=ongoing")
    count = re.sub(r"\D", "", stays.locator("#results-title").inner_text())
    with stays.expect_navigation():
        stays.click(".langs a")
    expect(stays).to_have_url(re.compile("/en/agreements\\?status=ongoing$"))
    assert re.sub(r"\D", "", stays.locator("#results-title").inner_text()) == count


def test_filters_that_were_swapped_in_can_be_cleared(stays: Page) -> None:
    narrow(stays, "status", "ongoing")
    arrived(stays, f"{AGREEMENTS}?status=ongoing")
    with stays.expect_navigation():
        stays.click("form.filters .acts a")
    expect(stays).to_have_url(re.compile(f"{AGREEMENTS}$"))
    expect(stays.locator(".filters [name=status]")).to_have_value("")


def test_a_refusal_takes_the_place_of_the_page_and_the_focus(stays: Page) -> None:
    stays.evaluate("document.querySelector('[name=status]').options[1].value = 'red'")
    narrow(stays, "status", "red")
    heading = stays.locator("h1")
    expect(heading).to_have_text("Het register kan dit adres niet lezen")
    expect(heading).to_be_focused()
    expect(stays.locator("#live")).to_have_text("Het register kan dit adres niet lezen")
    expect(stays.locator("main")).to_have_count(1)
    expect(stays.locator(".masthead")).to_have_count(1)
    stays.locator(".onward a").first.click()
    expect(stays.locator("#results-title")).to_be_visible()


def test_without_an_answer_the_browser_goes_there_itself(stays: Page, watched: list[str]) -> None:
    stays.route("**/*status=ongoing", lambda route: route.abort(), times=1)
    narrow(stays, "status", "ongoing")
    expect(stays).to_have_url(re.compile("status=ongoing$"))
    expect(stays.locator(".filters [name=status]")).to_have_value("ongoing")
    assert not is_the_same_page(stays)
    assert all("htmx:" in said or "ERR_FAILED" in said for said in watched)
    watched.clear()  # the browser, and htmx, said in the console that no answer came


def test_the_home_page_leads_through_the_search_into_the_filtered_list(page: Page) -> None:
    page.goto("/en/")
    page.fill("#q", "PFAS")
    page.press("#q", "Enter")
    expect(page).to_have_url(re.compile(r"/en/search\?q=PFAS$"))
    page.fill("#q", "microplas")
    expect(page.locator("#suggestions a").first).to_be_visible()
    page.fill("#q", "nitrogen")
    page.press("#q", "Enter")
    arrived(page, path("en", "search", q="nitrogen"))
    expect(page.locator("#suggestions a")).to_have_count(0)
    page.locator("[aria-labelledby=group-agreement] .onward-from a").first.click()
    expect(page.locator(".filters [name=q]")).to_have_value("nitrogen")
    expect(page.locator("#results li a").first).to_be_visible()
