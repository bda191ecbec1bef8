"""Requests that no page of ours would send: other ids, sides and versions, fields that no form has."""

import itertools
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from register.db import Database
from register.i18n import path
from register.models import Note
from tests.accounts import SQLITE
from tests.notes.conftest import ROOM
from tests.workers import People, WorkClient

pytestmark = SQLITE
Browser = Callable[..., WorkClient]
SAVE = {"text": "Overgeschreven.", "version": "1"}
REMOVE = {"act": "remove", "version": "1"}


def snapshot(database: Database) -> Any:
    with database.read() as session:
        return [
            session.connection().execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()
            for table in ("note", "account", "account_role", "mandate", "sign_in", "audit_entry")
        ]


def test_a_note_of_another_is_out_of_reach(
    database: Database, browser: Browser, people: People, wrote: Callable[..., str]
) -> None:
    author, other = people("diplomat"), people("diplomat", side="vl")
    notes = [wrote(author, "Mijn.", "own"), wrote(author, "Ons.", "both"), wrote(people("administrator"), "Wees.")]
    clients = [
        browser(people("diplomat")), browser(other), browser(people(side="joint", topics=["water"])),
        browser(people("administrator")), browser(people("administrator", side="vl")),
    ]  # fmt: skip
    before = snapshot(database)
    for client, data in itertools.product(clients, (SAVE, REMOVE, {}, {"act": "remove"}, {"text": "x"})):
        unknown = client.post(path("en", "notes", "note/nothing"), data=data)
        assert unknown.status_code == 404
        for note in notes:
            answer = client.post(path("en", "notes", f"note/{note}"), data=data)
            assert (answer.status, answer.data) == (unknown.status, unknown.data)
    assert snapshot(database) == before


def test_a_field_that_no_form_has_is_refused(
    database: Database, browser: Browser, people: People, wrote: Callable[..., str]
) -> None:
    author = people("diplomat")
    note = wrote(author, "Eerst.")
    mine = browser(author)
    before = snapshot(database)
    for field in ("side", "author_id", "visibility", "kind", "reference", "id", "removed_at", "words", "x"):
        assert mine.post(path("en", "notes", f"note/{note}"), data=SAVE | {field: "vl"}).status_code == 400, field
        if field != "visibility":
            data = {"text": "Nieuw.", "visibility": "own", field: "vl"}
            assert mine.post(ROOM, data=data).status_code == 400, field
    assert snapshot(database) == before


def test_a_version_that_is_not_that_of_the_note_saves_nothing(
    database: Database, browser: Browser, people: People, wrote: Callable[..., str]
) -> None:
    author = people("diplomat")
    note = wrote(author, "Eerst.")
    mine = browser(author)
    before = snapshot(database)
    versions = ("", "0", "-1", "2", "01", "1.0", "1e0", "１", "0x1", "9" * 100, "None", "1 OR 1=1")
    for data, version in itertools.product((SAVE, REMOVE), versions):
        answer = mine.post(path("en", "notes", f"note/{note}"), data=data | {"version": version})
        assert answer.status_code == 409, version
    assert snapshot(database) == before


def test_there_is_no_other_visibility(browser: Browser, people: People, stored: Callable[[], list[Note]]) -> None:
    mine = browser(people("diplomat"))
    for visibility in ("", "all", "public", "OWN", "joint", "vl", "own both"):
        assert mine.post(ROOM, data={"text": "x", "visibility": visibility}).status_code == 422, visibility
    assert not stored()


def test_the_side_is_never_a_field(database: Database, browser: Browser, people: People) -> None:
    head = browser(people("administrator"))
    theirs = people("diplomat", side="vl")
    before = snapshot(database)
    invite = {"name": "Wie", "email": "wie@vl.example", "organisation": "x", "roles": "diplomat", "language": "nl"}
    for name in ("side", "state", "id", "password", "version", "mandates"):
        assert head.post(path("en", "people-invite"), data=invite | {name: "vl"}).status_code == 400, name
    for room in ("people-change", "people-remove", "people-reset", "people-again", "people-mandate"):
        answer = head.post(path("en", room, theirs.id), data={"version": "1", "name": "x", "roles": "administrator"})
        assert answer.status_code == 404, room
    assert snapshot(database) == before


def test_the_sign_ins_of_others_cannot_be_ended(database: Database, browser: Browser, people: People) -> None:
    other = people("diplomat", side="vl")
    theirs = browser(other)
    with database.read() as session:
        row = session.connection().execute(text("SELECT id FROM sign_in")).scalar()
    mine = browser(people("administrator"))
    mine.post(path("en", "own-sign-ins"), data={"end": row})
    assert theirs.get(path("en", "desk")).status_code == 200


def test_somebody_of_the_other_side_never_stands_in(database: Database, browser: Browser, people: People) -> None:
    head, holder = people("administrator"), people("diplomat", mandates=[""])
    stranger, joint = people("diplomat", side="vl"), people(side="joint", topics=["water"])
    with database.read() as session:
        mandate = session.connection().execute(text("SELECT id FROM mandate")).scalar()
    client = browser(head)
    before = snapshot(database)
    for substitute in (stranger.id, joint.id, head.id, holder.id, "nothing"):
        data = {"version": "1", "substitute": substitute, "begins": "2026-11-25", "until": "2026-11-26"}
        assert client.post(path("en", "people-substitute", str(mandate)), data=data).status_code in (404, 422)
    assert snapshot(database) == before
