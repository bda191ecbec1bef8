"""What the other tests of the workspace stand on: people, a way in, and a client that sends forms as a browser does."""

from flask import Flask
from sqlalchemy import select

from register.guards import people as guarded
from register.guards import signing
from register.models import SignIn
from tests.accounts import SQLITE
from tests.workers import SECRET, Clock, People, WorkClient, let_in

pytestmark = SQLITE


def test_people_are_what_they_were_made(app: Flask, people: People, clock: Clock) -> None:
    made = people("administrator", "diplomat", topics=("topic-a",), mandates=("",), side="vl")
    with people.database.read() as session:
        person = guarded.person(session, made, clock.now.date())
    assert person.roles == {"administrator", "diplomat", "coordinator"}
    assert person.topics == {"topic-a"}
    assert person.mandates == {""}
    assert person.second_factor
    assert person.side == "vl"


def test_let_in(client: WorkClient, people: People) -> None:
    account = people("diplomat")
    token = let_in(client, account)
    assert client.token == token
    with people.database.read() as session:
        row = session.scalars(select(SignIn)).one()
        assert (row.token, row.account_id, row.stage) == (signing.digest(token), account.id, "full")
    assert client._marked({"a": "b"}).to_dict() == {"a": "b", "csrf": signing.csrf(token, SECRET)}
    assert client._marked({"csrf": None}).to_dict() == {}
