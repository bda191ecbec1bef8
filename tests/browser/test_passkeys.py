"""Passkeys in a browser, with the authenticator that Chromium has for tests: add, sign in, prove, remove."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.people import Place, at_work, enter, heading, press, visiting
from tests.workers import PASSWORD

KEYS = "/en/work/my-account/passkeys"


@pytest.fixture(scope="module")
def place(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A register under a name: passkeys have no use for a number."""
    with at_work(shared, tmp_path_factory.mktemp("work")) as found:
        yield replace(found, url=found.url.replace("127.0.0.1", "localhost"))


@contextmanager
def with_authenticator(page: Page) -> Iterator[tuple[CDPSession, str]]:
    """A device that holds passkeys and recognises its owner, for as long as the block lasts."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    what: dict[str, Any] = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    what |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": what})
    yield session, made["authenticatorId"]
    session.send("WebAuthn.disable")


def test_add_sign_in_and_remove(browser: Browser, place: Place) -> None:
    account = place.people("diplomat", password=PASSWORD)
    with visiting(browser, place) as page, with_authenticator(page) as (device, name):
        enter(page, account)
        page.goto(KEYS)
        press(page, "Add a passkey")
        expect(page.get_by_role("alert").first).to_contain_text("Fill in this field.")
        assert device.send("WebAuthn.getCredentials", {"authenticatorId": name})["credentials"] == []
        page.get_by_label("Name").fill("telephone")
        press(page, "Add a passkey")
        heading(page, "Keep these recovery codes")
        expect(page.locator(".codes li")).to_have_count(10)
        page.get_by_role("link", name="I have kept them").click()
        heading(page, "My work")
        page.goto(KEYS)
        page.get_by_label("Name").fill("telephone again")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.locator("[data-passkey-error]")).to_contain_text("holds a passkey of yours already")

        press_outside(page, "Sign out")
        heading(page, "Sign in")
        page.get_by_role("link", name="Sign in with a passkey").click()
        heading(page, "Use a passkey")
        expect(page.locator("[data-passkey-missing]")).to_be_hidden()
        device.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.locator("[data-passkey-error]")).to_contain_text("Nothing was done")
        device.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": True})
        press(page, "Use a passkey")
        heading(page, "My work")

        page.goto(KEYS)
        page.get_by_role("link", name="remove").click()
        heading(page, "Remove a passkey")
        press(page, "Remove the passkey")
        heading(page, "Your passkeys")
        expect(page.get_by_text("You do not have one yet.")).to_be_visible()
        press_outside(page, "Sign out")
        page.goto("/en/sign-in/passkey")
        press(page, "Use a passkey")
        expect(page.get_by_role("alert").first).to_contain_text("did not let you in")


def test_as_second_step_and_as_a_proof(browser: Browser, place: Place) -> None:
    account = place.people("administrator", factor="", password=PASSWORD)
    with visiting(browser, place) as page, with_authenticator(page):
        enter(page, account)
        heading(page, "The app on your telephone")
        page.get_by_role("link", name="Use a passkey instead").click()
        heading(page, "Your passkeys")
        page.get_by_label("Name").fill("key")
        press(page, "Add a passkey")
        heading(page, "Keep these recovery codes")
        press_outside(page, "Sign out")
        enter(page, account)
        heading(page, "Second step")
        page.get_by_role("link", name="Use a passkey").click()
        heading(page, "Use a passkey")
        press(page, "Use a passkey")
        heading(page, "My work")
        page.goto("/en/sign-in/passkey?next=/en/work/people")
        expect(page.get_by_text("Show again who you are with a passkey.")).to_be_visible()
        press(page, "Use a passkey")
        heading(page, "People")


def test_without_javascript_the_page_says_what_is_needed(browser: Browser, place: Place) -> None:
    account = place.people("diplomat", password=PASSWORD)
    with visiting(browser, place, java_script_enabled=False) as page:
        page.goto("/en/sign-in/passkey")
        expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
        expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
        expect(page.get_by_role("link", name="With your password")).to_be_visible()
        enter(page, account)
        page.goto(KEYS)
        expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
        expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()


def test_under_a_number_the_page_says_so(browser: Browser, place: Place) -> None:
    numbered = replace(place, url=place.url.replace("localhost", "127.0.0.1"))
    with visiting(browser, numbered) as page:
        page.goto("/nl/aanmelden/toegangssleutel")
        expect(page.locator("main .notice.warn")).to_be_visible()
        expect(page.locator("form[data-passkey]")).to_have_count(0)


def press_outside(page: Page, name: str) -> None:
    """Press a button that stands outside the main part."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()
