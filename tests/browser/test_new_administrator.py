"""The first days of a new administrator: invited by the operator, a second factor, a colleague invited and removed."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accounts.post import Letter, stock
from tests.browser.people import Place, at_work, heading, press, visiting
from tests.conftest import Command
from tests.mailbox import Mailbox
from tests.workers import PASSWORD

ANNA, JAN = "anna@ministerie.example", "jan@ministerie.example"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with Mailbox() as running:
        yield running


@pytest.fixture(scope="module")
def place(shared: Path, tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Place]:
    """A register that sends mail, with nobody in it yet."""
    with at_work(
        shared, tmp_path_factory.mktemp("work"), SMTP_URL=mailbox.url, MAIL_FROM="schakel@example.org"
    ) as found:
        stock(found.database)
        yield found


def test_a_new_administrator(browser: Browser, place: Place, mailbox: Mailbox, command: Command) -> None:
    invite = ("user", "invite", "--side", "nl", "--role", "administrator", "--language", "en", "--print")
    link = command(place.database, *invite, "--email", ANNA).stdout.strip()
    with visiting(browser, place) as anna, visiting(browser, place, java_script_enabled=False) as jan:
        _accept(anna, urlsplit(link).path, "Anna Bakker")
        heading(anna, "The app on your telephone")
        app = pyotp.TOTP(anna.locator("code.secret").inner_text().replace(" ", ""))
        anna.get_by_role("textbox", name="Code").fill(app.now())
        press(anna, "Use this app")
        anna.goto("/en/work")
        _sign_out(anna)
        _sign_in(anna, app)

        anna.get_by_role("link", name="People", exact=True).click()
        heading(anna, "People")
        anna.get_by_role("link", name="Invite somebody", exact=True).click()
        heading(anna, "Invite somebody")
        anna.get_by_label("Name").fill("Jan Jansen")
        anna.get_by_label("E-mail address at work").fill(JAN)
        anna.get_by_label("Organisation").select_option(label="English Ministerie")
        press(anna, "Send the invitation")
        expect(anna.get_by_role("alert")).to_contain_text("Choose at least one role.")
        anna.get_by_role("alert").get_by_role("link", name="Choose at least one role.").click()
        expect(anna.get_by_label("Coordinator", exact=True)).to_be_focused()
        expect(anna.get_by_label("E-mail address at work")).to_have_value(JAN)
        anna.get_by_label("Diplomat").check()
        press(anna, "Send the invitation")
        heading(anna, "Jan Jansen")
        expect(anna.get_by_role("status").filter(has_text="The invitation is on its way.")).to_be_visible()

        letter = next(found for found in iter(lambda: Letter(mailbox.take()), None) if found.to == JAN)
        assert "Anna Bakker (Netherlands)" in letter.text  # Anna herself was told of her new app
        _accept(jan, letter.path, "Jan Jansen")
        expect(jan).to_have_url(re.compile("/en/work"))
        jan.goto(letter.path)
        heading(jan, "This link does not work")

        anna.reload()
        anna.get_by_role("link", name="Remove the account").click()
        heading(anna, "Remove the account of Jan Jansen")
        press(anna, "Remove the account")
        heading(anna, "People")
        expect(anna.locator("#results")).not_to_contain_text("Jan Jansen")
        jan.goto("/en/work")
        heading(jan, "Sign in")


def _accept(page: Page, path: str, name: str) -> None:
    page.goto(path)
    heading(page, "Take your account into use")
    page.get_by_label("Name").fill(name)
    page.get_by_label("English").check()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Take into use")


def _sign_out(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()


def _sign_in(page: Page, app: pyotp.TOTP) -> None:
    """With the code that comes next, since one that was used does not count again."""
    from time import time

    page.goto("/en/sign-in")
    page.get_by_label("E-mail address").fill(ANNA)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    heading(page, "Second step")
    page.get_by_role("textbox", name="Code").fill(app.at(int(time()) + 30))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/en/work"))
