"""The audit trail only grows, whoever asks; and it keeps no secret and no text of a note."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from register.audit import DETAILS, Trail
from register.db import Database
from register.i18n import path
from register.models import AuditEntry
from register.words.people import Deed
from tests.notes.conftest import ROOM
from tests.workers import APP, PASSWORD, Clock, People, WorkClient

HOSTILE = [
    "UPDATE audit_entry SET deed = 'signed_in'",
    "UPDATE audit_entry SET detail = '{}' WHERE id = (SELECT min(id) FROM audit_entry)",
    "UPDATE audit_entry SET keep_until = '2000-01-01T00:00:00Z'",
    "UPDATE audit_entry SET id = id + 100",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_entry WHERE actor = ''",
]
SQLITE = [
    "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
    "REPLACE INTO audit_entry SELECT id, at, side, 'x', deed, about, sign_in, detail, keep_until FROM audit_entry",
    "UPDATE OR REPLACE audit_entry SET actor = 'x'",
    "UPDATE OR IGNORE audit_entry SET actor = 'x'",
    "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE true ON CONFLICT (id) DO UPDATE SET actor = 'x'",
]
POSTGRESQL = [
    "TRUNCATE audit_entry",
    "INSERT INTO audit_entry SELECT * FROM audit_entry ON CONFLICT (id) DO UPDATE SET actor = 'x'",
    "MERGE INTO audit_entry USING head ON true WHEN MATCHED THEN UPDATE SET actor = 'x'",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_entry_only_grows ON audit_entry",
    "SET session_replication_role = replica",
    "DROP TABLE audit_entry",
]


def rows(database: Database) -> Any:
    with database.read() as session:
        return session.connection().execute(text("SELECT * FROM audit_entry ORDER BY id")).all()


@pytest.mark.usefixtures("people")
def test_nothing_is_changed_or_taken_away(database: Database, people: People, clock: Clock) -> None:
    account = people("diplomat")
    # Kept by the real clock of the database, which is the one that says when an entry may go.
    with database.write() as session:
        trail = Trail(session, clock.now, 36_500)
        for deed in (Deed.INVITED, Deed.SIGNED_IN):
            trail.add(deed, account)
    before = rows(database)
    assert len(before) == 2
    for statement in HOSTILE + (POSTGRESQL if database.settings.postgresql else SQLITE):
        try:
            with database.write() as session:
                session.connection().execute(text(statement))
        except DBAPIError:
            assert rows(database) == before, statement
        else:
            pytest.fail(f"not refused: {statement}")


def test_only_what_need_be_kept_no_longer_may_go(database: Database, people: People, clock: Clock) -> None:
    account = people("diplomat")
    with database.write() as session:
        for keep in (-36_500, 36_500):
            session.add(
                AuditEntry(
                    at=clock.now,
                    side=account.side,
                    actor="",
                    deed="invited",
                    about=account.id,
                    keep_until=clock.now + timedelta(days=keep),
                )
            )
    with database.write() as session:
        session.connection().execute(text("DELETE FROM audit_entry WHERE keep_until < '2000-01-01T00:00:00Z'"))
    assert len(rows(database)) == 1


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_detail_that_nobody_listed_is_refused(database: Database, people: People, clock: Clock) -> None:
    account = people("diplomat")
    with database.write() as session:
        trail = Trail(session, clock.now, 1)
        for name in ("password", "secret", "token", "code", "text", "note", "email", "name", "x"):
            with pytest.raises(ValueError, match="not for the audit trail"):
                trail.add(Deed.SIGNED_IN, account, **{name: "x"})
    assert not {name for name in DETAILS if any(part in name for part in ("pass", "secret", "token", "code", "text"))}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_was_typed_stands_nowhere_in_it(
    database: Database, browser: Callable[..., WorkClient], people: People, clock: Clock
) -> None:
    """A day of work, with a word in everything that is secret or private; then the whole trail is read."""
    mark = "klaproosveld"
    author = people("diplomat", password=f"{PASSWORD} {mark}", factor="app")
    mine = browser(author)
    mine.post(ROOM, data={"text": f"{mark} een", "visibility": "own"})
    with database.read() as session:
        note = str(session.connection().execute(text("SELECT id FROM note")).scalar())
    mine.post(path("en", "notes", f"note/{note}"), data={"text": f"{mark} twee", "version": "1"})
    mine.post(path("en", "notes", f"note/{note}"), data={"act": "remove", "version": "2"})
    mine.post(path("en", "prove"), data={"password": f"{mark} wrong"})
    mine.post(path("en", "prove"), data={"password": f"{PASSWORD} {mark}"})
    clock.forward(seconds=60)
    mine.post(path("en", "prove"), data={"code": clock.code()})
    again = {"current_password": f"{PASSWORD} {mark}", "new_password": f"{mark} en nog drie woorden"}
    mine.post(path("en", "own-password"), data=again | {"new_password_again": again["new_password"]})
    mine.post(path("en", "own-export"))
    sign_in = mine.application.test_client()
    sign_in.post(path("en", "sign-in"), data={"email": author.email, "password": f"{mark} wrong again"})
    mine.post(path("en", "sign-out"))
    kept = rows(database)
    assert len({row.deed for row in kept}) >= 6, sorted({row.deed for row in kept})
    for row in kept:
        for secret in (mark, PASSWORD, APP, mine.token, author.email, author.name):
            assert not secret or secret not in str(row), row
