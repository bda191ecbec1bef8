"""A register that people work in, visited with Chromium: its server, its people, and what every walk does.

with at_work(shared, folder) as place:
    account = place.people("administrator", password=PASSWORD)
    with visiting(browser, place, java_script_enabled=False) as page:
        enter(page, account)
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, Page, expect

from register.config import Settings
from register.db import Database
from register.ledger import PUBLIC_TABLES
from register.models import Account
from tests import databases
from tests.browser import serving
from tests.workers import APP, PASSWORD, SECRET, Clock, People


@dataclass
class Place:
    """A register that is served: where, the database behind it, and a maker of people for it."""

    url: str
    settings: Settings
    database: Database
    people: People


@contextmanager
def at_work(shared: Path, folder: Path, **settings: str) -> Iterator[Place]:
    """Serve an empty register of one's own, with more `settings` from the environment."""
    for chosen in databases.empty("sqlite", shared, str):
        database = Database(chosen, PUBLIC_TABLES)
        people = People(database, Clock(datetime.now(UTC).replace(microsecond=0)))
        with serving.served(chosen.data, folder / "log", SCHAKEL_SECRET=SECRET, **settings) as url:
            yield Place(url, chosen, database, people)
        database.close()


@contextmanager
def visiting(browser: Browser, place: Place, *, offline_is_fine: bool = False, **options: Any) -> Iterator[Page]:
    """A browser of its own at `place`. Fails when it asks another host, or complains of anything but a refusal.

    `offline_is_fine`: nor of a connection that the test itself takes away.
    """
    complaints: list[str] = []
    context = browser.new_context(base_url=place.url, locale="nl-BE", **options)
    context.on("request", lambda request: complaints.extend(_elsewhere(request.url, place.url)))
    context.on("weberror", lambda error: complaints.append(f"error in a script: {error.error}"))
    context.on("console", lambda message: complaints.extend(_heard(message.type, message.text)))
    yield context.new_page()
    context.close()
    if offline_is_fine:
        complaints = [
            said
            for said in complaints
            if not re.search("ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)", said)
        ]
    assert complaints == []


def code() -> str:
    """What the authenticator app of every test person shows now."""
    return pyotp.TOTP(APP).now()


def press(page: Page, name: str) -> None:
    """Press the button in the main part with this name, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def enter(page: Page, account: Account, *, password: str = PASSWORD, address: str = "/en/sign-in") -> None:
    """Sign in with the password at `address`."""
    page.goto(address)
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def tab_to(page: Page, wanted: Callable[[], Any]) -> None:
    """Press Tab until what `wanted` finds has the focus."""
    there = wanted().element_handle()
    for _ in range(60):
        page.keyboard.press("Tab")
        if there.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("the keyboard does not get there")


def heading(page: Page, words: str) -> None:
    """Wait until the page with this heading is there."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def _elsewhere(url: str, own: str) -> list[str]:
    foreign = urlsplit(url).netloc != urlsplit(own).netloc and not url.startswith("data:")
    return [f"a request to another host: {url}"] if foreign else []


def _heard(kind: str, text: str) -> list[str]:
    refusal = "responded with a status of 4" in text
    return [f"{kind} in the console: {text}"] if kind in ("error", "warning") and not refusal else []
