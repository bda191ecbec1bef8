"""Signing in, as people do it: by keyboard, without JavaScript, and locked out after too many tries."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.checks import bring, faults, fits
from tests.browser.people import Place, at_work, code, enter, heading, press, tab_to, visiting
from tests.workers import PASSWORD


@pytest.fixture(scope="module")
def place(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A register with nobody in it yet."""
    with at_work(shared, tmp_path_factory.mktemp("work")) as found:
        yield found


def test_by_keyboard_in_two_steps_and_out_again(browser: Browser, place: Place) -> None:
    account = place.people("diplomat", mandates=("",), password=PASSWORD)
    with visiting(browser, place) as page:
        page.goto("/en/work/my-account/settings")
        heading(page, "Sign in")
        tab_to(page, lambda: page.get_by_label("E-mail address"))
        page.keyboard.type(account.email)
        page.keyboard.press("Tab")
        page.keyboard.type("not the password")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        summary = page.get_by_role("alert")
        expect(summary).to_contain_text("do not belong together")
        expect(page.get_by_label("E-mail address")).to_have_value(account.email)
        expect(page.get_by_label("Password")).to_have_value("")
        tab_to(page, lambda: page.get_by_label("Password"))
        page.keyboard.type(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        heading(page, "Second step")
        tab_to(page, lambda: page.get_by_label("Code"))
        page.keyboard.type(code())
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/en/work/my-account/settings$"))
        (cookie,) = page.context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["secure"]) == ("__Host-schakel", True, True)
        assert (cookie["sameSite"], cookie["expires"], cookie["path"]) == ("Lax", -1, "/")
        tab_to(page, lambda: page.get_by_role("button", name="Sign out"))
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="You are signed out.")).to_be_visible()
        assert page.context.cookies() == []
        page.go_back()
        heading(page, "Sign in")


def test_locked_out_and_told_until_when_without_javascript(browser: Browser, place: Place) -> None:
    account = place.people("diplomat", password=PASSWORD)
    with visiting(browser, place, java_script_enabled=False) as page:
        enter(page, account, password="not the password")
        for _ in range(9):
            page.get_by_label("Password").fill("not the password")
            press(page, "Sign in")
            expect(page.get_by_role("alert")).to_contain_text("do not belong together")
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Sign in")
        expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Try again from \d+ \w+ \d{4} at \d\d:\d\d"))
        expect(page.get_by_label("E-mail address")).to_have_value(account.email)


def test_the_way_in_serves_everyone(browser: Browser, place: Place) -> None:
    account = place.people("administrator", password=PASSWORD)
    with visiting(browser, place, reduced_motion="reduce") as page:
        bring(page.context)

        def serves() -> None:
            page.set_viewport_size({"width": 1280, "height": 900})
            assert faults(page) == []
            fits(page)

        enter(page, account, password="not the password")
        heading(page, "Sign in")
        serves()
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Sign in")
        heading(page, "Second step")
        serves()
        page.get_by_label("Code").fill(code())
        press(page, "Sign in")
        page.goto("/en/work/sign-in-again")
        serves()
