"""A register with one published agreement, and people who write beside it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from register.db import Database
from register.i18n import path
from register.models import Account, AuditEntry, Note
from register.notes.queries import fold
from tests import factories
from tests.accounts.conftest import app, client, clock, make_app, people, settings, sign_in
from tests.workers import WorkClient, let_in

__all__ = ["app", "client", "clock", "make_app", "people", "settings", "sign_in"]

REFERENCE = "NLVL-2023-001"
ROOM = path("en", "notes", f"agreement/{REFERENCE}")


@pytest.fixture(autouse=True)
def _published(database: Database) -> None:
    with database.write() as session:
        factories.publish(session.connection(), "water", factories.body("topic", "Water"))
        factories.publish(session.connection(), "sluizen", factories.body("agreement", "Sluizen"))
        assert factories.references(session.connection(), "agreement") == [REFERENCE]


@pytest.fixture
def browser(app: Flask) -> Callable[[Account], WorkClient]:
    """Gives a browser in which a person is signed in."""

    def open_for(account: Account, application: Flask = app) -> WorkClient:
        made: WorkClient = application.test_client()  # type: ignore[assignment]
        let_in(made, account)
        return made

    return open_for


@pytest.fixture
def wrote(database: Database, clock: Callable[[], Any]) -> Callable[..., str]:
    """Puts a note into the database: `wrote(author, "text", "own")`. Gives its id."""

    def write(author: Account, text: str, visibility: str = "own", **given: Any) -> str:
        given = {"kind": "agreement", "reference": REFERENCE, "created_at": clock()} | given
        note = Note(side=author.side, visibility=visibility, author_id=author.id, text=text, words=fold(text), **given)
        with database.write() as session:
            session.add(note)
            session.flush()
            return note.id

    return write


@pytest.fixture
def stored(database: Database) -> Callable[[], list[Note]]:
    """Gives all notes as they stand in the database, oldest first."""

    def read() -> list[Note]:
        with database.read() as session:
            session.expire_on_commit = False
            found = list(session.exec(select(Note).order_by(Note.created_at, Note.id)))
            session.expunge_all()
        return found

    return read


@pytest.fixture
def trail(database: Database) -> Callable[[], list[tuple[str, str]]]:
    """Gives deed and detail of every entry of the audit trail."""

    def read() -> list[tuple[str, str]]:
        with database.read() as session:
            return [(entry.deed, entry.detail) for entry in session.exec(select(AuditEntry).order_by(AuditEntry.id))]

    return read
