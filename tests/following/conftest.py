"""The register of the clock's tests: mail goes to a real server, and the hour moves."""

from tests.telling.conftest import (
    _published,
    app,
    browser,
    client,
    clock,
    mailbox,
    make_app,
    people,
    post,
    settings,
    sign_in,
    submitted,
    ticks,
)

__all__ = [
    "_published",
    "app",
    "browser",
    "client",
    "clock",
    "mailbox",
    "make_app",
    "people",
    "post",
    "settings",
    "sign_in",
    "submitted",
    "ticks",
]
