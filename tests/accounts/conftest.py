"""A register with people in it, and clients for its workspace.

`client` is nobody yet; `people("diplomat", side="vl")` makes a person; `sign_in(client, person)` lets them in.
Where the kind of database makes no difference, ask for one: `pytestmark = SQLITE` (tests/accounts/__init__.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from register.config import Settings
from register.db import Database
from register.models import Account
from tests.accounts import post as letters
from tests.accounts.post import Post
from tests.mailbox import Mailbox
from tests.workers import Clock, People, WorkClient, application, furnished, give_back, let_in


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An empty register with a known secret, on which a password costs nothing to try."""
    return furnished(settings)


@pytest.fixture
def clock() -> Clock:
    """The hour: noon on 24 November 2026 in Amsterdam and Brussels, until the test moves it."""
    return Clock()


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    """Makes people straight in the database: see `People` for what can be asked."""
    return People(database, clock)


@pytest.fixture
def sign_in() -> Callable[..., str]:
    """Lets somebody in: `sign_in(client, person)`, `sign_in(client, person, fresh=False)`. Gives the token."""
    return let_in


@pytest.fixture
def make_app(settings: Settings, database: Database, clock: Clock) -> Iterator[Callable[..., Flask]]:
    """Gives the application with other settings: `make_app(own_side_notes=False, limits={"attempts_account": 3})`."""
    made: list[Flask] = []

    def make(*, limits: dict[str, Any] | None = None, **changes: Any) -> Flask:
        chosen = replace(settings, limits=replace(settings.limits, **(limits or {})), **changes)
        made.append(application(chosen, clock))
        return made[-1]

    yield make
    for app in made:
        give_back(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application on this test's own register."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> WorkClient:
    """A browser in which nobody is signed in yet. For a second one: `app.test_client()`."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def entered(client: WorkClient, people: People) -> Callable[..., Account]:
    """Makes a person and lets them in at once: `entered("administrator")`. Takes what `people` takes."""

    def enter(*roles: str, fresh: bool = True, **given: Any) -> Account:
        account = people(*roles, **given)
        let_in(client, account, fresh=fresh)
        return account

    return enter


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Mailbox]:
    """A mail server that runs for all tests of this process."""
    with Mailbox() as server:
        yield server


@pytest.fixture
def post(mail_server: Mailbox) -> Post:
    """What the register mails, in a test whose application is `mailing`."""
    return Post(mail_server)


@pytest.fixture
def mailing(make_app: Callable[..., Flask], post: Post, database: Database) -> Flask:
    """The application with mail, and with organisations and topics to choose from."""
    letters.stock(database)
    return make_app(smtp_url=post.url, mail_from="schakel@example.org", base_url="http://localhost")
