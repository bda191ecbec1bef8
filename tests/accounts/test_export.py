"""What the register keeps about a person: all of it for that person, without secrets, and nothing of others."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlmodel import SQLModel, select

from register.accounts import recovery
from register.audit import Trail
from register.db import Database
from register.models import (
    Account,
    AuditEntry,
    Draft,
    EmbargoChange,
    Identity,
    KeptForm,
    Mandate,
    Note,
    Passkey,
    Proposal,
    RecoveryCode,
    SignIn,
    Ticket,
    Told,
    Totp,
    Translation,
    TurnedKey,
    Withdrawal,
)
from register.models.audit import UNKNOWN
from register.words.people import Deed
from tests.accounts import SQLITE, post
from tests.workers import PASSWORD, SECRET, Clock, People, WorkClient, let_in

pytestmark = SQLITE
PATH = "/en/work/my-account/data"
SIGNS = "recovery-code"


@pytest.fixture
def me(client: WorkClient, people: People, database: Database, clock: Clock) -> Account:
    """A person of whom everything is kept that can be, beside a colleague, signed in."""
    post.stock(database)
    colleague = people("diplomat", name="Somebody Else", email="else@nl.example")
    account = people(
        "coordinator", "diplomat", topics=["water"], mandates=["energie"], codes=[SIGNS], password=PASSWORD,
        organisation="ministerie", name="Anna de Vries", email="anna@nl.example",
    )  # fmt: skip
    mine: dict[str, Any] = {"account_id": account.id, "created_at": clock.now}
    note: dict[str, Any] = {"kind": "agreement", "side": "nl", "visibility": "own", "created_at": clock.now}
    with database.write() as session:
        mandate = session.exec(select(Mandate)).one()
        mandate.substitute_id, mandate.substitute_from, mandate.substitute_until = (
            colleague.id,
            "2027-01-01",
            "2027-01-02",
        )
        mandate.given_by = colleague.id
        session.add_all(
            [
                Passkey(credential_id="credential", public_key=b"public half", name="Blue key", **mine),
                Identity(issuer="https://id.example", subject="anna-1", **mine),
                Ticket(
                    kind="reset", token="token-of-link", email="anna@nl.example", made_by=colleague.id,
                    expires_at=clock.now, **mine,
                ),
                KeptForm(
                    account_id=account.id, path="/nl/werk/notities", fields='{"text": ["half a note"]}', at=clock.now,
                ),
                Draft(
                    id="d", about_kind="agreement", about_record="sluizen", mode="own", side="nl", author_id=account.id,
                    language="en", typed='{"text": "my report"}', created_at=clock.now, changed_at=clock.now,
                ),
                Draft(
                    id="e", about_kind="agreement", about_record="sluizen", mode="own", side="nl",
                    author_id=colleague.id, language="en", typed='{"text": "their report"}', created_at=clock.now,
                    changed_at=clock.now,
                ),
                Note(reference="NLVL-1", author_id=account.id, text="my note", **note),
                Note(reference="NLVL-1", author_id=colleague.id, text="their note", **note),
            ]
        )  # fmt: skip
        session.flush()
        theirs = Proposal(
            draft_id="e", kind="update", record="u-1", core="{}", digest="digest of theirs", mode="own", side="nl",
            author_id=colleague.id, topics="[]", submitted_at=clock.now,
        )  # fmt: skip
        session.add(theirs)
        session.flush()
        key = {"digest": theirs.digest, "side": "nl", "function": "ministerie", "at": clock.now}
        session.add_all(
            [
                Translation(
                    kind="agreement", record="sluizen", target=1, language="en", standing="working", side="nl",
                    author_id=account.id, topics="[]", typed='{"title": "my translation"}', created_at=clock.now,
                    changed_at=clock.now,
                ),
                Withdrawal(
                    target=1, kind="update", record="u-1", reference="UPD-1", version=1, what="withdrawn", shared=0,
                    topics="[]", side="nl", asked_by=account.id, function="ministerie", asked_at=clock.now,
                    reason="my reason", state="done",
                ),
                EmbargoChange(proposal_id=theirs.id, side="nl", asked_by=account.id, asked_at=clock.now),
                Told(account_id=account.id, what="due", about="agreement sluizen", claimed_at=clock.now),
            ]
        )  # fmt: skip
        session.add(TurnedKey(proposal_id=theirs.id, account_id=account.id, **key))
        trail = Trail(session, clock.now, 730)
        trail.add(Deed.INVITED, account, actor=colleague.id, roles=["diplomat"])
        trail.add(Deed.NOTE_WRITTEN, colleague, actor=account.id, record="theirs")
        trail.add(Deed.SIGNED_IN, colleague, actor=colleague.id)
        trail.add(Deed.MANDATE_CHANGED, account, substitute=colleague.id, until="2027-01-02")
        trail.add(Deed.SIGN_IN_REFUSED, account, actor=UNKNOWN, means="password")
        trail.sign_in = "elsewhere"
        trail.add(Deed.SIGNED_IN, account, actor=account.id, means="password")
    let_in(client, account, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    return account


def taken(client: WorkClient) -> dict[str, Any]:
    """The file."""
    answer = client.submit(client.get(PATH))
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="schakel-2026-11-24.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_the_file_holds_all_that_is_kept_of_the_person(client: WorkClient, me: Account) -> None:
    noon = "2026-11-24T11:00:00Z"
    kept = taken(client)
    assert kept["account"] == {
        "id": me.id, "name": "Anna de Vries", "email": "anna@nl.example", "side": "nl",
        "organisation": "English Ministerie", "language": "en", "mail": "daily", "state": "active", "made": noon,
    }  # fmt: skip
    assert kept["roles"] == [{"role": "coordinator", "topic": "English Waterkwaliteit"}, {"role": "diplomat"}]
    assert kept["mandates"] == [
        {
            "topic": "English Energie", "held_by": "me", "begins": "2026-11-24", "ends": None,
            "substitute": "a colleague", "substitute_from": "2027-01-01", "substitute_until": "2027-01-02",
            "given": noon, "ended": None,
        }
    ]  # fmt: skip
    assert kept["means"] == {
        "password": True,
        "app": noon,
        "recovery_codes": {"left": 1, "used": []},
        "passkeys": [{"name": "Blue key", "made": noon, "used": None}],
        "sign_in_services": [{"issuer": "https://id.example", "subject": "anna-1", "since": noon}],
    }
    [sign_in] = kept["sign_ins"]
    assert (sign_in["browser"], sign_in["begun"], sign_in["ended"]) == (
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", noon, None,
    )  # fmt: skip
    [link] = kept["links"]
    assert (link["for"], link["to"], link["made_by"]) == ("reset", "anna@nl.example", "a colleague")
    assert kept["kept_forms"] == [{"address": "/nl/werk/notities", "sent": noon, "fields": {"text": ["half a note"]}}]
    assert [(note["about"], note["text"]) for note in kept["notes"]] == [("agreement NLVL-1", "my note")]
    assert [(one["about"], one["fields"]) for one in kept["reports"]] == [("agreement sluizen", {"text": "my report"})]
    assert [(one["text"], one["confirmed"]) for one in kept["confirmations"]] == [("digest of theirs", noon)]
    deeds = [(one["by"], one["what"], one["about"], one.get("detail"), one.get("sign_in")) for one in kept["audit"]]
    assert deeds == [
        ("a colleague", "invited", "me", {"roles": ["diplomat"]}, None),
        ("me", "note_written", "a colleague", None, None),
        ("the operator", "mandate_changed", "me", {"until": "2027-01-02"}, None),
        ("somebody who was not signed in", "sign_in_refused", "me", {"means": "password"}, None),
        ("me", "signed_in", "me", {"means": "password"}, "elsewhere"),
    ]  # fmt: skip


def test_neither_file_nor_page_holds_a_secret_or_another_person(
    client: WorkClient, me: Account, database: Database
) -> None:
    with database.read() as session:
        totp, key = session.exec(select(Totp)).one(), session.exec(select(Passkey)).one()
        row, code, ticket = (session.exec(select(model)).one() for model in (SignIn, RecoveryCode, Ticket))
        other = session.exec(select(Account).where(Account.id != me.id)).one()
        mine = session.get_one(Account, me.id)
        secrets = {
            mine.password, totp.secret, code.digest, ticket.token, row.token, client.token, key.credential_id,
            "public half", SECRET, recovery.digest(SECRET, me.id, SIGNS),
        }  # fmt: skip
        others = {other.id, other.name, other.email, "their note", "their report"}
    for text in (json.dumps(taken(client)), client.get(PATH).text):
        assert [found for found in secrets | others if found in text] == []
        assert "anna@nl.example" in text


def test_every_table_with_something_of_a_person_is_in_it(client: WorkClient, me: Account) -> None:
    """A table that is added later, and names an account, must be thought of here."""
    kept, told = taken(client), {
        "account": "account", "account_role": "roles", "mandate": "mandates", "totp": "means", "passkey": "means",
        "recovery_code": "means", "identity": "means", "sign_in": "sign_ins", "ticket": "links",
        "kept_form": "kept_forms", "note": "notes", "draft": "reports", "proposal": "reports",
        "turned_key": "confirmations", "translation": "translations", "translation_key": "confirmations",
        "withdrawal": "taken_back", "embargo_change": "embargoes", "told": "mail",
    }  # fmt: skip
    referring = {
        name
        for name, table in SQLModel.metadata.tables.items()
        if any(key.column.table.name == "account" for key in table.foreign_keys)
    }
    assert referring <= told.keys()
    assert all(kept[place] for place in told.values())
    assert me.id


def test_the_page_shows_the_same(client: WorkClient, me: Account) -> None:
    page = client.get(PATH).text
    for shown in (
        me.name, "anna@nl.example", "English Ministerie", "Coordinator", "English Waterkwaliteit", "English Energie",
        "Blue key", "anna-1", "Firefox/140.0", "new password", "/nl/werk/notities", "agreement NLVL-1", "my note",
        "Invited a person", "the operator", "agreement sluizen", "my report", "digest of theirs"[:16],
        "my translation", "my reason", "somebody who was not signed in",
    ):  # fmt: skip
        assert shown in page, shown
    assert client.get("/nl/werk/mijn-account/gegevens").status_code == 200


def test_taking_it_along_is_noted_and_looking_is_not(client: WorkClient, me: Account, database: Database) -> None:
    def exported() -> list[tuple[str, str]]:
        with database.read() as session:
            rows = session.exec(select(AuditEntry).where(AuditEntry.deed == "exported"))
            return [(row.actor, row.about) for row in rows]

    client.get(PATH)
    assert exported() == []
    taken(client)
    assert exported() == [(me.id, me.id)]


def test_a_field_that_the_form_does_not_have_is_refused(client: WorkClient, me: Account) -> None:
    assert client.post(PATH, data={"account": "another"}).status_code == 400
    assert me.id


def test_nothing_but_the_account_is_kept_of_who_is_new(client: WorkClient, people: People) -> None:
    let_in(client, people("diplomat"))
    page = client.get(PATH)
    assert page.text.count("Nothing.") == 10


def test_every_column_was_thought_of(database: Database) -> None:
    """The columns of what is exported, so that a new one is decided on: shown, or left out as a secret."""
    left_out = {
        "account": {"password", "version", "removed_at"},
        "passkey": {"id", "account_id", "credential_id", "public_key", "sign_count"},
        "sign_in": {"token", "account_id", "account_version", "stage"},
        "note": {"id", "side", "author_id", "words", "version"},
        "draft": {"id", "side", "mode", "language", "author_id", "key", "version", "replaces"},
        "turned_key": {"id", "proposal_id", "account_id", "side", "function"},
    }
    shown = {
        "account": {"id", "side", "organisation", "name", "email", "language", "state", "mail", "created_at"},
        "passkey": {"name", "created_at", "used_at"},
        "sign_in": {"id", "created_at", "seen_at", "proved_at", "ended_at", "agent"},
        "note": {"kind", "reference", "visibility", "text", "created_at", "changed_at", "removed_at"},
        "draft": {"about_kind", "about_record", "makes", "state", "typed", "created_at", "changed_at"},
        "turned_key": {"digest", "at", "void_at"},
    }
    for table, columns in shown.items():
        found = {column["name"] for column in inspect(database.reader).get_columns(table)}
        assert found == columns | left_out[table], table


def test_the_times_are_in_universal_time(client: WorkClient, me: Account) -> None:
    made = datetime.fromisoformat(taken(client)["made"])
    assert (made.utcoffset(), made) == (timedelta(0), datetime(2026, 11, 24, 11, tzinfo=UTC))
    assert me.id
