"""The people of a side: changing and removing somebody, and that nobody reaches over to another side."""

import re
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import Session

from register.accounts import people as rules
from register.accounts import queries
from register.audit import Trail
from register.db import Database
from register.errors import FieldError
from register.models import Account, AccountRole, AuditEntry, Mandate, Passkey, RecoveryCode, SignIn, Ticket, Totp
from tests.accounts import SQLITE
from tests.workers import RECOVERY, Clock, People, WorkClient, forms, let_in


@pytest.fixture
def app(mailing: Flask) -> Flask:
    """With mail, organisations and topics."""
    return mailing


def now(database: Database, account: Account) -> Account:
    """The account as it is now."""
    with database.read() as session:
        found = session.get_one(Account, account.id)
        session.expunge_all()
        return found


def roles(database: Database, account: Account) -> set[tuple[str, str]]:
    with database.read() as session:
        mine = select(AccountRole).where(AccountRole.account_id == account.id)  # type: ignore[arg-type]
        return {(row.role, row.topic) for row in session.scalars(mine)}


@SQLITE
def test_a_change_is_made_and_ends_sign_ins(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator")
    them = people("diplomat", name="Jan", organisation="ministerie")
    theirs: Any = app.test_client()
    let_in(theirs, them)
    assert theirs.get("/en/work").status_code == 200
    changed = {"name": "Jan Jansen", "roles": ["coordinator"], "topics": ["water"], "organisation": "ministerie"}
    answer = client.submit(client.get(f"/en/work/people/change/{them.id}"), changed)
    assert answer.location == f"/en/work/people/{them.id}?done=saved"
    assert (now(database, them).name, roles(database, them)) == ("Jan Jansen", {("coordinator", "water")})
    assert theirs.get("/en/work").location.startswith("/en/sign-in")
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.deed == "account_changed")).one()  # type: ignore[arg-type]
        assert '"roles": ["coordinator"]' in entry.detail
        assert "Jan" not in entry.detail


@SQLITE
def test_saving_what_is_so_already_ends_nothing(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator")
    them = people("diplomat", organisation="ministerie")
    assert client.submit(client.get(f"/en/work/people/change/{them.id}")).status_code == 303
    assert now(database, them).version == them.version


@SQLITE
def test_an_organisation_need_not_be_in_the_list(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator")
    page = client.get("/en/work/people/invite")
    assert '<option selected value="">Not in this list</option>' in page.text
    new = {"name": "Jan", "email": "jan@nl.example", "roles": ["diplomat"]}
    made = client.submit(page, new).location.partition("?")[0]
    assert re.search(r"<dt>Organisation</dt>\s*<dd>\s*not given", client.get(made).text)
    them = people("diplomat", organisation="ministerie")
    other: Any = app.test_client()
    let_in(other, people("administrator"))
    mine, theirs = (one.get(f"/en/work/people/change/{them.id}") for one in (client, other))
    assert other.submit(theirs, {"organisation": ""}).status_code == 303
    assert now(database, them).organisation == ""
    stale = client.submit(mine, {"name": "X"}).text
    assert re.search(r"<dt>Organisation</dt>\s*<dd>\s*not given", stale)


@SQLITE
def test_a_stale_form_shows_both_and_keeps_what_was_typed(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator")
    them = people("diplomat", name="Jan", organisation="ministerie")
    other: Any = app.test_client()
    let_in(other, people("administrator"))
    mine, theirs = (one.get(f"/en/work/people/change/{them.id}") for one in (client, other))
    assert other.submit(theirs, {"name": "Jan of theirs", "roles": ["administrator"]}).status_code == 303
    answer = client.submit(mine, {"name": "Jan of mine"})
    assert answer.status_code == 409
    for words in (
        "Somebody changed this account in the meantime",
        "Jan of theirs",
        'value="Jan of mine"',
        "Administrator",
    ):
        assert words in answer.text
    assert now(database, them).name == "Jan of theirs"
    again = client.submit(answer)
    assert again.status_code == 303
    assert (now(database, them).name, roles(database, them)) == ("Jan of mine", {("diplomat", "")})


@SQLITE
@pytest.mark.parametrize("room", ["change", "remove", "reset-means", "give-mandate"])
def test_no_form_is_taken_without_its_version(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, post: Any, room: str
) -> None:
    entered("administrator")
    them = people("diplomat", organisation="ministerie")
    address = f"/en/work/people/{room}/{them.id}"
    for version in ("", "0", str(them.version + 1)):
        answer = client.submit(client.get(address), {"version": version})
        assert answer.status_code in (409, 422), version
    assert now(database, them).version == them.version
    assert post.empty


@SQLITE
def test_removing_ends_everything(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, database: Database, clock: Clock
) -> None:
    entered("administrator")
    them = people("administrator", mandates=("",), codes=(RECOVERY,), name="Jan", password="lang genoeg wachtwoord")
    holder = people("diplomat", mandates=("water",))
    with database.write() as session:
        mandate = session.scalars(select(Mandate).where(Mandate.account_id == holder.id)).one()  # type: ignore[arg-type]
        mandate.substitute_id, mandate.substitute_from = them.id, mandate.begins
        mandate.substitute_until = mandate.begins
        lasting = {"created_at": clock.now, "expires_at": clock.now}
        session.add(Ticket(kind="reset", token="t", account_id=them.id, email=them.email, made_by="", **lasting))
    theirs: Any = app.test_client()
    let_in(theirs, them)
    assert theirs.get("/en/work/people").status_code == 200
    page = client.get(f"/en/work/people/remove/{them.id}")
    answer = client.submit(page)
    assert answer.location == "/en/work/people?done=removed"
    assert theirs.get("/en/work/people").location.startswith("/en/sign-in")
    gone = now(database, them)
    assert (gone.state, gone.removed_at, gone.password, gone.name) == ("removed", clock.now, "", "Jan")
    assert them.email not in gone.email
    with database.read() as session:
        for table in (Totp, Passkey, RecoveryCode):
            assert session.scalars(select(table)).all() == [] or table is Totp
        assert [row.account_id for row in session.scalars(select(Totp)) if row.account_id == them.id] == []
        assert all(row.ended_at for row in session.scalars(select(SignIn).where(SignIn.account_id == them.id)))  # type: ignore[arg-type]
        assert all(row.withdrawn_at for row in session.scalars(select(Ticket)))
        rows = {row.account_id: row for row in session.scalars(select(Mandate))}
        assert rows[them.id].ended_at == clock.now
        assert (rows[holder.id].ended_at, rows[holder.id].substitute_id) == (None, None)
    assert now(database, holder).version == holder.version + 1
    assert client.get(f"/en/work/people/change/{them.id}").status_code == 404
    assert "E-mail address" not in client.get(f"/en/work/people/{them.id}").text.partition("<h1>")[2]


@SQLITE
def test_somebody_removed_can_be_invited_anew(
    client: WorkClient, entered: Callable[..., Account], people: People, post: Any
) -> None:
    entered("administrator")
    them = people("diplomat", email="jan@nl.example")
    client.submit(client.get(f"/en/work/people/remove/{them.id}"))
    new = {"name": "Jan", "email": "jan@nl.example", "organisation": "ministerie", "roles": ["diplomat"]}
    answer = client.submit(client.get("/en/work/people/invite"), new)
    assert answer.status_code == 303
    assert them.id not in answer.location
    assert post.one().to == "jan@nl.example"


@SQLITE
def test_an_invitation_is_withdrawn(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator")
    them = people("diplomat", state="invited")
    answer = client.submit(client.get(f"/en/work/people/remove/{them.id}"))
    assert answer.location == "/en/work/people?done=withdrawn"
    assert now(database, them).state == "removed"
    with database.read() as session:
        assert session.scalars(select(AuditEntry.deed)).all() == ["invitation_withdrawn"]


ROOMS = ("", "/change", "/remove", "/reset-means", "/invite-again", "/give-mandate")


@SQLITE
@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("whose", ["vl", "joint", "own"])
def test_people_of_another_side_and_oneself_are_out_of_reach(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, whose: str, room: str
) -> None:
    me = entered("administrator")
    them = me if whose == "own" else people("diplomat", side=whose, state="invited" if "again" in room else "active")
    if whose == "own" and not room:
        page = client.get(f"/en/work/people/{me.id}")
        assert "This is you" in page.text
        assert len(forms(page)) == 0
        assert "/change/" not in page.text
        return
    base = f"/en/work/people{room}/"
    got, nobody = client.get(base + them.id), client.get(base + "x" * 16)
    assert (got.status_code, nobody.status_code) == (404, 404)
    assert got.text.replace(them.id, "") == nobody.text.replace("x" * 16, "")
    if room:
        data = {"version": str(them.version), "name": "X", "roles": "diplomat", "organisation": "ministerie",
                "topic": "all", "begins": "2026-12-01"}  # fmt: skip
        sent = client.post(base + them.id, data=data)
        assert sent.status_code == 404
        assert sent.text.replace(them.id, "") == client.post(base + "x" * 16, data=data).text.replace("x" * 16, "")
    assert now(database, them).version == them.version


@SQLITE
@pytest.mark.parametrize("role", ["coordinator", "diplomat"])
def test_only_an_administrator_gets_in(
    client: WorkClient, entered: Callable[..., Account], people: People, role: str
) -> None:
    me = entered(role, topics=("water",) if role == "coordinator" else ())
    them = people("diplomat")
    for address in ("", "/invite", f"/{them.id}", f"/{me.id}", *(f"{room}/{them.id}" for room in ROOMS[1:])):
        assert client.get(f"/en/work/people{address}").status_code == 404, address


@SQLITE
def test_changes_need_a_fresh_proof_and_looking_does_not(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator", fresh=False)
    them = people("diplomat", state="invited")
    assert client.get("/en/work/people").status_code == 200
    assert client.get(f"/en/work/people/{them.id}").status_code == 200
    for room in (
        "invite",
        f"change/{them.id}",
        f"remove/{them.id}",
        f"invite-again/{them.id}",
        f"give-mandate/{them.id}",
    ):
        assert client.get(f"/en/work/people/{room}").location.startswith("/en/work/sign-in-again?next="), room
        assert client.post(f"/en/work/people/{room}").location.startswith("/en/work/sign-in-again"), room
    assert now(database, them).state == "invited"


@pytest.mark.parametrize("deed", ["remove", "change"])
def test_two_who_end_each_other_at_once_leave_one(people: People, database: Database, clock: Clock, deed: str) -> None:
    """As the views do it: the administrators are locked before anything else."""
    both = [people("administrator") for _ in range(2)]
    start, refused = Barrier(2), []

    def act(them: Account) -> None:
        start.wait()
        try:
            with database.write() as session:
                account = queries.locked(session, "nl", them.id)[them.id]
                trail = Trail(session, clock.now, 1)
                if deed == "remove":
                    rules.remove(session, trail, account, str(account.version))
                else:
                    wanted = rules.Wanted("X", "", frozenset({"diplomat"}))
                    rules.change(session, trail, account, str(account.version), wanted)
        except FieldError as error:
            refused.append(error.field)

    threads = [Thread(target=act, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with database.read() as session:
        assert len(queries.administrators(session, "nl")) == 1


@SQLITE
def test_who_was_removed_a_moment_ago_does_nothing_more(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their request had begun when another administrator removed them: what was read then does not count."""
    me = entered("administrator")
    them = people("diplomat")
    page = client.get(f"/en/work/people/remove/{them.id}")
    lock = queries.locked

    def late(session: Session, side: str, *ids: str) -> dict[str, Account]:
        session.get_one(Account, me.id).version += 1
        return lock(session, side, *ids)

    monkeypatch.setattr(queries, "locked", late)
    assert client.submit(page).status_code == 404


@SQLITE
def test_the_pages_speak_dutch_too(client: WorkClient, entered: Callable[..., Account], people: People) -> None:
    entered("administrator", language="nl")
    them = people("diplomat", mandates=("water",))
    for room in ("", "/uitnodigen", f"/{them.id}", f"/wijzigen/{them.id}", f"/verwijderen/{them.id}",
                 f"/nieuwe-aanmeldmiddelen/{them.id}", f"/mandaat-geven/{them.id}"):  # fmt: skip
        assert client.get(f"/nl/werk/mensen{room}").status_code == 200, room
