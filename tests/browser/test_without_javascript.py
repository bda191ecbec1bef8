"""Everything works with JavaScript switched off."""

import re

import pytest
from playwright.sync_api import Page, expect

from register.i18n import LANGUAGES, path


def follow(page: Page, link: str) -> None:
    """Click what leads to another page, and wait until that page is there: a click alone does not wait."""
    with page.expect_navigation():
        page.locator(link).first.click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_front_door_to_a_passage(plain: Page, language: str) -> None:
    plain.goto(path(language))
    plain.fill("#q", "PFAS")
    plain.press("#q", "Enter")
    expect(plain).to_have_url(re.compile(r"\?q=PFAS$"))
    follow(plain, "#results li a")
    expect(plain).to_have_url(re.compile("/NLVL-"))
    expect(plain.locator("#passage")).to_be_visible()
    expect(plain.locator(".cite a").first).to_be_visible()
    plain.go_back()
    expect(plain.locator("[name=q]")).to_have_value("PFAS")


def test_filters_narrow_and_are_cleared(plain: Page) -> None:
    plain.goto("/nl/afspraken")
    whole = plain.locator("#results-title").inner_text()
    plain.select_option(".filters [name=topic]", "pfas")
    plain.select_option(".filters [name=sort]", "title")
    follow(plain, "form.filters button")
    expect(plain).to_have_url(re.compile(r"topic=pfas.*sort=title"))
    expect(plain.locator(".filters [name=topic]")).to_have_value("pfas")
    expect(plain.locator(".filters [name=sort]")).to_have_value("title")
    assert plain.locator("#results-title").inner_text() != whole
    follow(plain, "form.filters .acts a")
    expect(plain.locator("#results-title")).to_have_text(whole)


def test_pages_forwards_and_backwards(plain: Page) -> None:
    plain.goto("/en/agreements?status=unknown")
    seen = []
    while True:
        seen.append(plain.locator("#results li a").all_inner_texts())
        if not plain.locator("[rel=next]").count():
            break
        follow(plain, "[rel=next]")
        assert "status=unknown" in plain.url
    assert len(seen) > 2
    for expected in reversed(seen[:-1]):
        follow(plain, "[rel=prev]")
        assert plain.locator("#results li a").all_inner_texts() == expected
    assert not plain.locator("[rel=prev]").count()


def test_the_language_switch_keeps_the_place(plain: Page) -> None:
    plain.goto("/nl/afspraken?q=water&status=ongoing&sort=title")
    follow(plain, ".langs a")
    expect(plain).to_have_url(re.compile(r"/en/agreements\?q=water&status=ongoing&sort=title$"))
    expect(plain.locator("html")).to_have_attribute("lang", "en")
    follow(plain, ".langs a")
    expect(plain).to_have_url(re.compile(r"/nl/afspraken\?q=water&status=ongoing&sort=title$"))


def test_every_room_of_the_menus_opens(plain: Page) -> None:
    plain.goto("/nl/")
    addresses = {link.get_attribute("href") for link in plain.locator(".menu a, .footer nav a").all()}
    work = path("nl", "desk")
    assert len(addresses - {work}) == 15
    plain.goto(work)
    expect(plain).to_have_url(f"{path('nl', 'sign-in')}?next={work}")
    for address in addresses - {work}:
        plain.goto(str(address))
        current = plain.locator(f'.footer nav a[aria-current=page][href="{address}"]')
        expect(current).to_have_count(1)


def test_a_lasting_identifier_leads_to_the_page(plain: Page) -> None:
    plain.goto("/nl/afspraken/NLVL-2023-001")
    title = plain.locator("h1").inner_text()
    with plain.expect_navigation():
        plain.locator("section.versions a").last.click()
    expect(plain).to_have_url(re.compile("/nl/afspraken/NLVL-2023-001$"))
    expect(plain.locator("h1")).to_have_text(title)


def test_what_is_folded_away_unfolds(plain: Page) -> None:
    plain.goto("/nl/afspraken?status=ongoing")
    follow(plain, "#results li a")
    passage = plain.locator("details .cite").first
    expect(passage).to_be_hidden()
    plain.locator("details summary").first.click()
    expect(passage).to_be_visible()


def test_a_page_that_says_no_shows_a_way_onward(plain: Page) -> None:
    for address in ("/nl/afspraken?colour=red", "/nl/afspraken/NLVL-1900-001", "/nl/nowhere"):
        plain.goto(address)
        follow(plain, ".onward a")
        expect(plain.locator("#results-title")).to_be_visible()
