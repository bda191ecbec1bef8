"""A real Chromium on a real server: the seeded register on SQLite, served as in production."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from register.config import ROOT
from register.db import Database
from register.ledger import PUBLIC_TABLES
from tests import databases
from tests.browser import checks, serving

expect.set_options(timeout=15_000)  # a slow machine is no fault of a page

# With every window Chromium opens pages of its own for the address bar, which cost more than ours.
_LEFT_OUT = ["WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"]
# What Playwright leaves out by itself: the switch counts once, and a second replaces the first.
_LEFT_OUT += ["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"]
_LEFT_OUT += ["HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"]
_LEFT_OUT += ["AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"]
_LEFT_OUT += ["PreconnectToSearch"]


@pytest.fixture(scope="session")
def register(shared: Path) -> Iterator[Database]:
    """The register that the server serves."""
    opened = Database(databases.seeded("sqlite", shared, str), PUBLIC_TABLES)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def base_url(register: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server, which runs until the last browser test of this process."""
    with serving.served(register.settings.data, tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium that deploy/chromium.sh finds, told to keep to itself."""
    found = os.environ.get("CHROMIUM") or subprocess.check_output([ROOT / "deploy" / "chromium.sh"], text=True).strip()
    arguments = ["--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-gpu"]
    arguments.append("--disable-features=" + ",".join(_LEFT_OUT))
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": shutil.which(found) or found, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A reader in Antwerp with a laptop, who wants no fading: half-faded text would be measured as too pale."""
    chosen = {"locale": "nl-BE", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    return {**browser_context_args, **chosen}


@pytest.fixture(autouse=True)
def watched(request: pytest.FixtureRequest, base_url: str) -> Iterator[list[str]]:
    """After every test: no request went elsewhere, nothing was complained of in the console, no cookie was set."""
    if "page" not in request.fixturenames:
        yield []
        return
    context: BrowserContext = request.getfixturevalue("context")
    complaints = _watch(context, base_url)
    yield complaints
    assert complaints == []
    assert context.cookies() == []


@pytest.fixture(scope="module")
def _window(browser: Browser, browser_context_args: dict[str, Any], base_url: str) -> Iterator[tuple[Page, list[str]]]:
    context = browser.new_context(**browser_context_args)
    checks.bring(context)
    yield context.new_page(), _watch(context, base_url)
    context.close()


@pytest.fixture
def reader(_window: tuple[Page, list[str]], browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A page like `page`, but one for all tests of a module, which only look: to open a window costs more than a look.

    It begins as wide as every page does, on a screen, in light colours.
    """
    page, complaints = _window
    complaints.clear()
    page.set_viewport_size(browser_context_args["viewport"])
    page.emulate_media(media="screen", color_scheme="light")
    yield page
    assert complaints == []
    assert page.context.cookies() == []


@pytest.fixture
def plain(browser: Browser, browser_context_args: dict[str, Any], base_url: str) -> Iterator[Page]:
    """A page in a browser with JavaScript switched off."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    complaints = _watch(context, base_url)
    yield context.new_page()
    assert complaints == []
    assert context.cookies() == []
    context.close()


def _watch(context: BrowserContext, base_url: str) -> list[str]:
    """What is wrong in the pages of `context` from now on."""
    complaints: list[str] = []
    context.on("request", lambda request: _own(request.url, base_url, complaints))
    context.on("console", lambda message: _heard(message.type, message.text, complaints))
    context.on("weberror", lambda error: complaints.append(f"error in a script: {error.error}"))
    return complaints


def _own(url: str, base_url: str, complaints: list[str]) -> None:
    if urlsplit(url).netloc != urlsplit(base_url).netloc and not url.startswith("data:"):
        complaints.append(f"a request to another host: {url}")


def _heard(kind: str, text: str, complaints: list[str]) -> None:
    on_purpose = re.search(r"responded with a status of 4|Response Status Error Code 4", text)  # pages that say no
    if kind in ("error", "warning") and not on_purpose:
        complaints.append(f"{kind} in the console: {text}")
