"""`make demo`: people to try the register with."""

from types import ModuleType
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from register.accounts import totp
from register.config import Settings
from register.db import Database
from register.errors import Refused
from register.guards import people as guarded
from register.models import Account, Totp
from tests.accounts import SQLITE
from tests.accounts.post import stock
from tests.factories import body, publish
from tests.house.test_catalogues import _program
from tests.workers import NOON, SECRET, Clock, People, application, furnished


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A known secret, and hashing that costs nothing."""
    return furnished(settings)


@pytest.fixture(scope="module")
def demo() -> ModuleType:
    """The program."""
    return _program("demo")


@SQLITE
def test_there_is_somebody_of_each_role_and_side(database: Database, demo: ModuleType) -> None:
    stock(database)
    shown = demo.make(database, NOON)
    assert len({one.password for one in shown}) == len(shown) == 9
    with database.read() as session:
        found = {}
        for account in session.scalars(select(Account)):
            person = guarded.person(session, account, NOON.date())
            (role,) = person.roles
            found[account.side, role] = person
            assert account.state == "active"
            assert account.email.endswith("@demo.example")
            assert guarded.needs_second_factor(person) == person.second_factor
    assert len(found) == 9
    assert {key for key, person in found.items() if person.mandates == {""}} == {("nl", "diplomat"), ("vl", "diplomat")}
    assert all(found[side, "coordinator"].topics == {"water", "energie"} for side in ("nl", "vl", "joint"))


@SQLITE
def test_each_works_for_a_ministry_or_government_of_their_side(database: Database, demo: ModuleType) -> None:
    with database.write() as session:
        for record, kind, side in (
            ("aa-agentschap", "agency", "nl"),
            ("bb-regering", "government", "nl"),
            ("cc-ministerie", "ministry", "nl"),
            ("vlaamse-regering", "government", "vl"),
            ("taalunie", "union", "joint"),
        ):
            publish(session.connection(), record, body("organisation", record, type=kind, side=side))
    demo.make(database, NOON)
    with database.read() as session:
        found = {(account.side, account.organisation) for account in session.scalars(select(Account))}
    assert found == {("nl", "cc-ministerie"), ("vl", "vlaamse-regering"), ("joint", "")}


@SQLITE
def test_one_signs_in_with_what_is_printed(database: Database, demo: ModuleType) -> None:
    stock(database)
    shown = {one.email: one for one in demo.make(database, NOON)}
    clock = Clock()
    app = application(database.settings, clock)
    plain = shown["coordinator.nl@demo.example"]
    client: Any = app.test_client()
    page = client.get("/en/sign-in")
    assert client.submit(page, {"email": plain.email, "password": plain.password}).location == "/nl/werk"
    assert plain.app == ""
    one = shown["administrator.vl@demo.example"]
    client = app.test_client()
    answer = client.submit(client.get("/en/sign-in"), {"email": one.email, "password": one.password})
    assert "second-step" in answer.location
    with database.read() as session:
        account = session.scalars(select(Account).where(Account.email == one.email)).one()  # type: ignore[arg-type]
        kept = session.get_one(Totp, account.id)
        assert one.app not in kept.secret
        assert totp.unseal(SECRET, account.id, kept.secret) == one.app
    assert len(pyotp.TOTP(one.app).at(clock.now)) == 6
    app.extensions["schakel_database"].close()


@SQLITE
def test_again_gives_new_passwords_to_the_same_people(database: Database, demo: ModuleType) -> None:
    stock(database)
    first, second = demo.make(database, NOON), demo.make(database, NOON)
    assert [one.email for one in first] == [one.email for one in second]
    assert not {one.password for one in first} & {one.password for one in second}
    with database.read() as session:
        assert len(session.scalars(select(Account)).all()) == 9


@SQLITE
def test_it_is_refused_where_real_people_are(database: Database, demo: ModuleType) -> None:
    stock(database)
    People(database, Clock())("diplomat", state="invited")
    with pytest.raises(Refused, match="DEMO=anyway"):
        demo.make(database, NOON)
    with database.read() as session:
        assert len(session.scalars(select(Account)).all()) == 1
    assert len(demo.make(database, NOON, anyway=True)) == 9


def test_it_is_said_loudly(demo: ModuleType) -> None:
    text = "\n".join(demo.told([demo.Shown("a@demo.example", "Diplomat, Flanders", "one-time", "SECRET")]))
    assert text.startswith("*" * 40)
    assert "Not for a register that is really used" in text
    for shown in ("a@demo.example", "one-time", "SECRET"):
        assert shown in text
