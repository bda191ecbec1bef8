"""A real database for every test that needs one: SQLite and PostgreSQL, empty or with the whole seed.

Tests that use `database`, `seeded`, `app` or a client run on SQLite, and those of DIFFERENT, where the kind of database
can make a difference, on both kinds. With DATABASE_URL in the environment all run on the kind that it names
(`sqlite:///…` or `postgresql://…`) and no other; the database it names is never touched, since every test gets one of
its own in a temporary place.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from register import create_app
from register.config import Settings
from register.db import Database
from register.ledger import PUBLIC_TABLES
from tests import databases
from tests.page_checks import PageClient

Command = Callable[..., Result]


def _kinds(chosen: str) -> tuple[str, ...]:
    kinds = tuple(kind for kind in ("sqlite", "postgresql") if (chosen or kind).startswith(kind))
    if not kinds:
        raise pytest.UsageError("DATABASE_URL names neither sqlite:/// nor postgresql://")
    return kinds


# How the names of settings begin.
OPERATORS = ("DATABASE_", "EVIDENCE_", "KEEP_", "OIDC_", "SCHAKEL_", "SIGN_IN_")
OPERATORS += ("HOSTED_BY", "MAIL_FROM", "OWN_SIDE_NOTES", "PROXIES", "SECURITY_CONTACT", "SMTP_URL")
KINDS = _kinds(os.environ.get("DATABASE_URL", ""))
# Folders and files of tests, and those that themselves ask for PostgreSQL: SQL, locks, triggers, hostile input, and
# every page (the crawl) and every route (the matrix) once.
DIFFERENT = ("access", "attacks", "house", "ledger", "publishing", "sources", "test_db.py", "web/test_fuzz.py")
DIFFERENT += ("accounts/test_audit_trail.py", "accounts/test_retention.py", "accounts/test_standing.py")
DIFFERENT += ("accounts/test_throttle.py", "accounts/test_tickets.py", "following", "reports/test_at_once.py")
DIFFERENT += ("review/test_digest.py", "telling")

LONGEST = ("house/test_crawl.py", "publishing/test_two_keys.py", "browser/test_two_desks.py")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the rounds on PostgreSQL of tests for which the kind of database makes no difference.

    The longest tests begin, so that none is left for the end, when the other processes have nothing to do any more.
    """
    if KINDS == ("sqlite", "postgresql"):
        left = {item for item in items if _repeats(item)}
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: item.path.relative_to(Path(__file__).parent).as_posix() not in LONGEST)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it is not looked through for garbage again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _repeats(item: pytest.Item) -> bool:
    """Whether this is the same test once more on PostgreSQL, to no purpose."""
    called = getattr(item, "callspec", None)
    if called is None or called.params.get("kind") != "postgresql":
        return False
    asked = any("kind" in str(mark.args[0]).split(",") for mark in item.iter_markers("parametrize"))
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    return not asked and not place.startswith(DIFFERENT)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """The operator's own settings do not reach the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(OPERATORS):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database of this round: `sqlite` or `postgresql`. A test may ask for one kind, indirectly."""
    if request.param not in KINDS:
        pytest.skip("DATABASE_URL asks for the other kind of database")
    return str(request.param)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a parallel run share; what is dear to make is made there once."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def server(shared: Path) -> Callable[[], str]:
    """Gives the address of a running PostgreSQL, started by the first who asks."""
    return cache(lambda: databases.start_server(shared))


@pytest.fixture
def settings(kind: str, shared: Path, server: Callable[[], str]) -> Iterator[Settings]:
    """The settings of an empty, migrated register of this test's own."""
    yield from databases.empty(kind, shared, server)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty, migrated register, fresh for each test. On PostgreSQL the three doors are three logins."""
    opened = databases.opened(settings)
    yield opened
    if not settings.postgresql:  # there a login costs more than many a test does, so that they stay
        opened.close()


@pytest.fixture(scope="session")
def seeded(kind: str, shared: Path, server: Callable[[], str]) -> Iterator[Database]:
    """The whole register: the seed, and the source texts where they lie beside the checkout. To be read only."""
    opened = Database(databases.seeded(kind, shared, server), PUBLIC_TABLES)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def both_seeded(shared: Path, server: Callable[[], str]) -> Iterator[tuple[Database, Database]]:
    """The whole register on SQLite and on PostgreSQL, to compare what they answer."""
    if len(KINDS) < 2:
        pytest.skip("DATABASE_URL asks for one kind of database")
    opened = [Database(databases.seeded(kind, shared, server), PUBLIC_TABLES) for kind in KINDS]
    yield opened[0], opened[1]
    for database in opened:
        database.close()


@pytest.fixture(scope="session")
def app(seeded: Database) -> Flask:
    """The application on the whole register."""
    return _application(seeded)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Fetches pages of the whole register, and checks each (tests/page_checks.py)."""
    return app.test_client()


@pytest.fixture
def make_client() -> Iterator[Callable[[Database], FlaskClient]]:
    """Gives a client, like `client`, on the register in a database: `make_client(database)`."""
    made: list[Flask] = []

    def make(database: Database) -> FlaskClient:
        made.append(_application(database))
        return made[-1].test_client()

    yield make
    for application in made:
        database_of(application).close()


@pytest.fixture
def empty_client(database: Database, make_client: Callable[[Database], FlaskClient]) -> FlaskClient:
    """A client on a register in which nothing has been published."""
    return make_client(database)


@pytest.fixture
def command() -> Command:
    """Runs a command of `flask --app app` on a database: `command(database, "ledger", "verify")`."""

    def run(database: Database, *arguments: str) -> Result:
        application = _application(database)
        try:
            return application.test_cli_runner().invoke(args=arguments)
        finally:
            database_of(application).close()

    return run


@pytest.fixture
def queries() -> Callable[[Engine | Database | Flask], AbstractContextManager[list[str]]]:
    """Counts: `with queries(app) as made: …`, then `made` holds the statements, BEGIN and PRAGMA left out.

    Takes an engine, a Database (all its doors) or the application.
    """
    return _queries


@contextmanager
def _queries(watched: Engine | Database | Flask) -> Iterator[list[str]]:
    found = database_of(watched) if isinstance(watched, Flask) else watched
    doors = () if isinstance(found, Engine) else (found.writer, found.reader, found.public_engine, found.owner)
    engines = {found} if isinstance(found, Engine) else {*doors, found.leisure}
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().upper().startswith(("BEGIN", "PRAGMA")):
            made.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def database_of(application: Flask) -> Database:
    """The database of an application."""
    found: Database = application.extensions["schakel_database"]
    return found


def _application(database: Database) -> Flask:
    application = create_app(database.settings)
    application.test_client_class = PageClient
    return application
