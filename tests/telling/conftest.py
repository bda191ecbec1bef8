"""A register whose clock moves and whose mail goes to a real server; people of both sides, and texts that wait."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from register.db import Database
from register.telling import running
from register.telling.running import Outcome
from tests.mailbox import Letter, Mailbox
from tests.review.conftest import _published, browser, client, clock, make_app, people, settings, sign_in, submitted
from tests.workers import Clock

__all__ = ["_published", "browser", "client", "clock", "make_app", "people", "settings", "sign_in", "submitted"]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as opened:
        yield opened


@pytest.fixture
def app(make_app: Callable[..., Flask], mailbox: Mailbox) -> Flask:
    return make_app(smtp_url=mailbox.url, mail_from="register@schakel.example", base_url="http://localhost")


@pytest.fixture
def ticks(app: Flask, clock: Clock) -> Callable[[], Outcome]:
    """Does what the clock asks, at the hour that the test's clock shows."""
    database: Database = app.extensions["schakel_database"]
    return lambda: running.run(database, clock)


@pytest.fixture
def post(mailbox: Mailbox) -> Callable[[], dict[str, Letter]]:
    """The letters that came since it was asked last, by address."""
    seen = 0

    def take() -> dict[str, Letter]:
        nonlocal seen
        found, seen = mailbox.letters[seen:], len(mailbox.letters)
        assert len({letter.to[0] for letter in found}) == len(found), "two letters to one person"
        return {letter.to[0]: letter for letter in found}

    return take
