"""The world of the matrix, made once: no request changes it, since every transaction is undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import Session

from register.config import Provider
from register.db import Database
from register.ledger import PUBLIC_TABLES
from tests import databases
from tests.access.walk import Walk
from tests.access.world import World
from tests.workers import Clock, application, furnished


@pytest.fixture(scope="session")
def walk(shared: Path, server: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Goes everywhere as everybody, on a SQLite register."""
    empty = next(databases.empty("sqlite", shared, server, tmp_path_factory.mktemp("matrix")))
    service = Provider("nl", "http://127.0.0.1:9", "schakel", "secret")  # nothing answers there
    settings = replace(furnished(empty), providers={"nl": service})
    database = Database(settings, PUBLIC_TABLES)
    world = World(database)
    app = application(settings, Clock())
    walk = Walk(app, world)
    _undoing(app)
    yield walk
    app.extensions["schakel_database"].close()
    database.close()


def _undoing(app: Flask) -> None:
    """Let every request see what it writes, and nobody after it."""
    opened: Database = app.extensions["schakel_database"]

    @contextmanager
    def write() -> Iterator[Session]:
        with Session(opened.writer) as session, session.begin() as transaction:
            yield session
            session.flush()
            transaction.rollback()

    opened.write = write  # type: ignore[method-assign]
