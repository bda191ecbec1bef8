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
from tests.conftest import KINDS
from tests.workers import Clock, application, furnished


@pytest.fixture(scope="session")
def walk(shared: Path, server: Callable[[], str]) -> Iterator[Walk]:
    """Goes everywhere as everybody, on a SQLite register."""
    yield from _walk("sqlite", shared, server)


@pytest.fixture(scope="session")
def walk_postgresql(shared: Path, server: Callable[[], str]) -> Iterator[Walk]:
    """The same on PostgreSQL, for what only the database could trip over."""
    if "postgresql" not in KINDS:
        pytest.skip("DATABASE_URL asks for the other kind of database")
    yield from _walk("postgresql", shared, server)


def _walk(kind: str, shared: Path, server: Callable[[], str]) -> Iterator[Walk]:
    empty = databases.empty(kind, shared, server)
    service = Provider("nl", "http://127.0.0.1:9", "schakel", "secret")  # nothing answers there
    settings = replace(furnished(next(empty)), providers={"nl": service})
    database = Database(settings, PUBLIC_TABLES)
    app = application(settings, Clock())
    walk = Walk(app, World(database))
    _undoing(app)
    yield walk
    app.extensions["schakel_database"].close()
    database.close()
    next(empty, None)


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
