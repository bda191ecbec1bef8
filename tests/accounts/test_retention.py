"""What is kept long enough goes, what is not stays, and people who left long ago have no name any more."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.accounts import retention
from register.accounts.retention import Gone
from register.audit import Trail
from register.config import Limits
from register.db import Database
from register.models import (
    Account,
    AccountRole,
    Attempt,
    AuditEntry,
    Challenge,
    Draft,
    Identity,
    KeptForm,
    Mandate,
    Note,
    Passkey,
    RecoveryCode,
    SignIn,
    Ticket,
    Told,
    Totp,
)
from register.words.people import Deed
from tests.accounts import SQLITE
from tests.conftest import Command
from tests.workers import NOON, People

LIMITS = Limits()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOTHING = Gone(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
SECOND = timedelta(seconds=1)


def run(database: Database, limits: Limits = LIMITS, now: datetime = NOON) -> Gone:
    with database.write() as session:
        return retention.run(session, now, limits)


def put(database: Database, *rows: Any) -> None:
    with database.write() as session:
        session.add_all(rows)


def left(database: Database, model: type[Any]) -> list[Any]:
    with database.read() as session:
        found = list(session.scalars(select(model)))
        session.expunge_all()
        return found


def sign_in(account: Account, name: str, began: timedelta, used: timedelta, ended: timedelta | None = None) -> SignIn:
    """A sign-in by its ages."""
    return SignIn(
        id=name,
        token=name,
        account_id=account.id,
        account_version=account.version,
        stage="full",
        created_at=NOON - began,
        seen_at=NOON - used,
        proved_at=NOON - began,
        ended_at=None if ended is None else NOON - ended,
    )


def test_what_is_kept_long_enough_goes_and_what_is_not_stays(database: Database, people: People) -> None:
    who = people("diplomat")
    form = {"account_id": who.id, "path": "/nl/werk/notities", "fields": "{}"}
    link = {"kind": "reset", "account_id": who.id, "email": who.email, "made_by": "", "created_at": LONG_AGO}
    dead = NOON - LIMITS.keep_tickets
    put(
        database,
        Attempt(id="old", key="k", at=NOON - LIMITS.keep_attempts),
        Attempt(id="new", key="k", at=NOON - LIMITS.keep_attempts + SECOND),
        Challenge(token="old", purpose="passkey", payload="{}", expires_at=NOON),
        Challenge(token="new", purpose="passkey", payload="{}", expires_at=NOON + SECOND),
        KeptForm(id="old", at=NOON - LIMITS.keep_forms, **form),
        KeptForm(id="new", at=NOON - LIMITS.keep_forms + SECOND, **form),
        Ticket(id="expired", token="1", expires_at=dead, **link),
        Ticket(id="used", token="2", expires_at=NOON, used_at=dead, **link),
        Ticket(id="withdrawn", token="3", expires_at=NOON, withdrawn_at=dead, **link),
        Ticket(id="new", token="4", expires_at=dead + SECOND, used_at=dead + SECOND, **link),
        Ticket(id="open", token="5", expires_at=NOON + SECOND, **link),
        Told(account_id=who.id, what="due-7", about="old", claimed_at=LONG_AGO, sent_at=NOON - LIMITS.keep_told),
        Told(account_id=who.id, what="due-7", about="new", claimed_at=LONG_AGO, sent_at=NOON),
        Told(account_id=who.id, what="due-7", about="claimed", claimed_at=LONG_AGO),  # the clock frees it by itself
    )
    assert run(database) == NOTHING._replace(attempts=1, challenges=1, forms=1, tickets=3, told=1)
    assert {row.about for row in left(database, Told)} == {"new", "claimed"}
    assert [row.id for row in left(database, Attempt)] == ["new"]
    assert [row.token for row in left(database, Challenge)] == ["new"]
    assert [row.id for row in left(database, KeptForm)] == ["new"]
    assert sorted(row.id for row in left(database, Ticket)) == ["new", "open"]
    assert run(database) == NOTHING


def test_a_sign_in_that_still_holds_is_never_taken_away(database: Database, people: People) -> None:
    who, day, hour = people("diplomat"), timedelta(days=1), timedelta(hours=1)
    limits = Limits(keep_sign_ins=day, idle=30 * day, absolute=40 * day)
    put(
        database,
        sign_in(who, "holds, not used for days", 9 * day, 5 * day),
        sign_in(who, "ended lately", 9 * day, hour, hour),
        sign_in(who, "ended long ago", 9 * day, 2 * day, 2 * day),
        sign_in(who, "idle for too long", 35 * day, 30 * day),
        sign_in(who, "too old, used lately", 40 * day, hour),
        sign_in(who, "too old, used long ago", 40 * day, 2 * day),
    )
    assert run(database, limits).sign_ins == 3
    assert {row.id for row in left(database, SignIn)} == {
        "holds, not used for days", "ended lately", "too old, used lately",
    }  # fmt: skip
    assert run(database, limits).sign_ins == 0


def test_audit_entries_go_when_the_database_lets_them(database: Database, people: People) -> None:
    who = people("diplomat")
    with database.write() as session:
        Trail(session, LONG_AGO, 730).add(Deed.INVITED, who)
        Trail(session, NOON, 730).add(Deed.ACCEPTED, who)
    assert run(database).audit == 1
    assert [row.deed for row in left(database, AuditEntry)] == ["accepted"]
    assert run(database).audit == 0


def test_an_entry_of_this_hour_is_left_to_the_next_run(database: Database, people: People) -> None:
    """The database looks at its own clock, and refuses the whole run when that is behind ours."""
    who = people("diplomat")
    with database.write() as session:
        Trail(session, LONG_AGO, 1).add(Deed.INVITED, who)
    day_after = LONG_AGO + timedelta(days=1)
    assert run(database, now=day_after + timedelta(minutes=59)).audit == 0
    assert run(database, now=day_after + timedelta(minutes=60)).audit == 1


def test_who_left_long_ago_has_no_name_any_more(database: Database, people: People) -> None:
    lately, stays = people("diplomat", name="Lately Gone"), people("diplomat", name="Still There")
    gone = people("coordinator", topics=["pfas"], mandates=["pfas"], codes=["x"], name="Jan Long Gone", email="j@x.eu")
    removed = {"state": "removed", "password": "hash"}
    day = NOON.date().isoformat()
    put(
        database,
        sign_in(gone, "s", timedelta(days=91), timedelta(days=91), timedelta(days=1)),
        KeptForm(account_id=gone.id, path="/", fields="{}", at=NOON),
        Ticket(
            kind="reset", token="t", account_id=gone.id, email="j@x.eu", made_by="", created_at=NOON, expires_at=NOON
        ),
        Identity(issuer="i", subject="jan", account_id=gone.id, created_at=NOON),
        Passkey(account_id=gone.id, credential_id="c", public_key=b"k", name="Jan's key", created_at=NOON),
        Note(
            kind="agreement", reference="NLVL-2023-001", side="nl", visibility="own", author_id=gone.id, text="Kept.",
            created_at=NOON,
        ),
        Mandate(account_id=stays.id, side="nl", begins=day, given_by=gone.id, given_at=NOON),
        *(
            Draft(
                about_kind="agreement", about_record="sluizen", mode="own", side="nl", author_id=gone.id, language="nl",
                typed='{"text": "x"}', state=state, created_at=NOON, changed_at=NOON,
            )
            for state in ("draft", "returned", "published")
        ),
    )  # fmt: skip
    with database.write() as session:
        for account, ago in ((gone, LIMITS.keep_removed), (lately, LIMITS.keep_removed - SECOND)):
            row = session.get_one(Account, account.id)
            row.removed_at = NOON - ago
            for name, value in removed.items():
                setattr(row, name, value)
    assert run(database).people == 1

    found = {row.id: row for row in left(database, Account)}
    assert (found[lately.id].name, found[stays.id].name) == ("Lately Gone", "Still There")
    erased = found[gone.id]
    assert (erased.name, erased.email, erased.password) == ("", f"{gone.id}@removed.invalid", "")
    assert [row.text for row in left(database, Note)] == ["Kept."]
    typed = {row.state: row.typed for row in left(database, Draft)}
    assert typed == {"draft": "{}", "returned": "{}", "published": '{"text": "x"}'}
    assert {row.account_id for row in left(database, Mandate)} == {gone.id, stays.id}
    for model in (AccountRole, Identity, KeptForm, Passkey, RecoveryCode, SignIn, Ticket, Totp):
        assert [row for row in left(database, model) if row.account_id == gone.id] == [], model
    [entry] = [row for row in left(database, AuditEntry) if row.deed == "account_forgotten"]
    assert (entry.actor, entry.about, json.loads(entry.detail)) == ("", gone.id, {})
    assert run(database) == NOTHING


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_erased_is_not_in_the_file_any_more(database: Database, people: People) -> None:
    name = b"wilhelmina.van.der.verdwenen"
    gone = people("diplomat", name=f"{name.decode()} " * 5, state="removed", removed_at=LONG_AGO)
    link = {"kind": "reset", "account_id": gone.id, "made_by": "", "created_at": LONG_AGO, "expires_at": LONG_AGO}
    put(database, *(Ticket(token=f"{number}", email=f"{name.decode()}@x.example", **link) for number in range(3)))

    def on_disk() -> bool:
        database.close()  # the last connection to go folds the log into the file
        return any(name in file.read_bytes() for file in database.settings.data.glob("schakel.sqlite*"))

    assert on_disk()
    run(database)
    assert not on_disk()


class TestCommand:
    pytestmark = SQLITE

    def _old(self, database: Database) -> None:
        put(database, Attempt(key="k", at=LONG_AGO), Attempt(key="k", at=LONG_AGO))

    def test_says_what_it_took_away_and_finds_nothing_the_second_time(
        self, database: Database, command: Command
    ) -> None:
        self._old(database)
        first, second = command(database, "retention", "run"), command(database, "retention", "run")
        assert (first.exit_code, second.exit_code) == (0, 0)
        assert first.output.startswith("Taken away:\n")
        assert "attempts to sign in: 2\n" in first.output
        assert "attempts to sign in: 0\n" in second.output
        assert len(first.output.splitlines()) == 1 + len(Gone._fields)

    def test_dry_run_takes_nothing_away(self, database: Database, command: Command) -> None:
        self._old(database)
        said = command(database, "retention", "run", "--dry-run")
        assert said.exit_code == 0
        assert said.output.startswith("Would be taken away:\n")
        assert "attempts to sign in: 2\n" in said.output
        assert len(left(database, Attempt)) == 2


@SQLITE
@pytest.mark.parametrize(
    ("setting", "make"),
    [
        ("keep_attempts", lambda who, at: Attempt(key="k", at=at)),
        ("keep_forms", lambda who, at: KeptForm(account_id=who.id, path="/", fields="{}", at=at)),
        (
            "keep_tickets",
            lambda who, at: Ticket(
                kind="reset", token="t", account_id=who.id, email="", made_by="", created_at=at, expires_at=at
            ),
        ),
    ],
)
def test_the_periods_are_settings(
    database: Database, people: People, setting: str, make: Callable[[Account, datetime], Any]
) -> None:
    put(database, make(people("diplomat"), NOON - timedelta(days=3)))
    longer, shorter = (Limits(**{setting: timedelta(days=days)}) for days in (4, 2))
    assert sum(run(database, longer)) == 0
    assert sum(run(database, shorter)) == 1


@SQLITE
def test_the_privacy_page_says_how_long_things_are_kept_here(make_app: Callable[..., Flask]) -> None:
    days = {"keep_removed": 11, "keep_sign_ins": 12, "keep_attempts": 1, "keep_tickets": 14, "keep_forms": 15}
    limits = {name: timedelta(days=number) for name, number in {**days, "keep_audit": 16}.items()}
    page = make_app(limits=limits).test_client().get("/en/privacy").text
    for said in (
        "your name goes 11 days after", "12 days after you last used it", "<td>1 day</td>", "14 days after they were",
        "<td>15 days</td>", "<td>16 days</td>",
    ):  # fmt: skip
        assert said in page, said
