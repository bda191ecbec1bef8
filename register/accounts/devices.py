"""In which browser somebody is signed in, in words that they recognise."""

import re
from typing import NamedTuple

# In this order: most browsers also call themselves by the names of others.
_BROWSERS = (
    ("Edge", "Edg(?:e|A|iOS)?/"),
    ("Opera", "OPR/|Opera"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/|Chromium/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", "Macintosh|Mac OS X"),
    ("Linux", "Linux|X11"),
)


class Device(NamedTuple):
    """A browser and what it runs on; empty where it does not say."""

    browser: str
    system: str


def device(agent: str) -> Device:
    """What a User-Agent header says, as far as anybody can be sure of it."""
    return Device(_first(_BROWSERS, agent), _first(_SYSTEMS, agent))


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, agent)), "")
