"""Inviting somebody: what does not fit is refused, and nobody learns who works for the other side."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.db import Database
from register.models import Account, AccountRole, SignIn
from tests.accounts import SQLITE
from tests.accounts.post import Post
from tests.workers import PASSWORD, Clock, People, WorkClient, let_in

pytestmark = SQLITE
JAN = {
    "name": "Jan Jansen",
    "email": "Jan@Ministerie.example",
    "organisation": "ministerie",
    "roles": ["diplomat"],
    "language": "en",
}


@pytest.fixture
def app(mailing: Flask) -> Flask:
    """With mail."""
    return mailing


def invite(client: WorkClient, **changes: Any) -> Any:
    return client.submit(client.get("/en/work/people/invite"), {**JAN, **changes})


def account_of(database: Database, email: str) -> Account | None:
    with database.read() as session:
        found = session.scalars(select(Account).where(Account.email == email)).one_or_none()  # type: ignore[arg-type]
        session.expunge_all()
        return found


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["coordinator"]}, "Choose the topics that this person coordinates"),
        ({"topics": ["water"]}, "Topics go with the role of coordinator"),
        ({"roles": ["coordinator"], "topics": ["vuur"]}, "Choose one of the list"),
        ({"roles": ["operator"]}, "Choose one of the list"),
        ({"organisation": "departement"}, "Choose one of the list"),
        ({"name": ""}, "Fill in this field"),
        ({"email": "jan"}, "This is not an e-mail address"),
        ({"name": "a" * 101}, "This is too long"),
        ({"name": "Jan\x07"}, "cannot be shown"),
    ],
)
def test_what_does_not_fit_is_refused_with_everything_typed(
    client: WorkClient, entered: Callable[..., Account], database: Database, typed: dict[str, Any], said: str
) -> None:
    entered("administrator")
    answer = invite(client, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "email" in typed or 'value="jan@ministerie.example"' in answer.text
    with database.read() as session:
        assert len(session.scalars(select(Account)).all()) == 1


def test_a_coordinator_has_a_row_for_each_topic(
    client: WorkClient, entered: Callable[..., Account], database: Database
) -> None:
    entered("administrator")
    invite(client, roles=["coordinator", "diplomat"], topics=["water", "energie"])
    made = account_of(database, "jan@ministerie.example")
    with database.read() as session:
        rows = session.scalars(select(AccountRole).where(AccountRole.account_id == made.id))  # type: ignore[arg-type,union-attr]
        assert {(row.role, row.topic) for row in rows} == {
            ("coordinator", "water"),
            ("coordinator", "energie"),
            ("diplomat", ""),
        }


@pytest.mark.parametrize("field", ["side", "state", "id", "made_by", "version", "password"])
def test_the_side_is_that_of_who_invites_and_no_field_says_otherwise(
    client: WorkClient, entered: Callable[..., Account], database: Database, field: str
) -> None:
    entered("administrator", side="vl")
    answer = invite(client, organisation="departement", **{field: "nl"})
    assert answer.status_code == 400
    assert account_of(database, "jan@ministerie.example") is None
    invite(client, organisation="departement")
    made = account_of(database, "jan@ministerie.example")
    assert made is not None
    assert made.side == "vl"


def test_an_address_of_the_same_side_is_refused_in_words(
    client: WorkClient, entered: Callable[..., Account], people: People
) -> None:
    entered("administrator")
    people("diplomat", email="jan@ministerie.example")
    answer = invite(client)
    assert answer.status_code == 422
    assert "Somebody of your side is in the register with this address already" in answer.text


@pytest.mark.parametrize("side", ["vl", "joint"])
def test_an_address_of_another_side_looks_like_any_other(
    app: Flask,
    client: WorkClient,
    entered: Callable[..., Account],
    people: People,
    database: Database,
    post: Post,
    side: str,
) -> None:
    entered("administrator", name="Anna")
    theirs = people("diplomat", side=side, email="jan@ministerie.example", language="nl", name="Jan van Vlaanderen")
    unknown, known = invite(client, email="new@ministerie.example"), None
    assert post.one().to == "new@ministerie.example"
    known = invite(client)
    pages = []
    for answer, email in ((unknown, "new@ministerie.example"), (known, "jan@ministerie.example")):
        reference = answer.location.partition("?")[0].rpartition("/")[2]
        told = answer.location.replace(reference, "REFERENCE")
        page = client.get(answer.location).text.replace(reference, "REFERENCE").replace(email, "ADDRESS")
        found = client.get(f"/en/work/people?q={email}").text.replace(reference, "REFERENCE").replace(email, "ADDRESS")
        pages.append(
            (answer.status_code, told, *(re.sub('name="csrf" value="[^"]*"', "", text) for text in (page, found)))
        )
    assert pages[0] == pages[1]
    letter = post.one()
    assert (letter.to, letter.language) == ("jan@ministerie.example", "nl")
    assert "/uitnodiging/" not in letter.text
    assert letter.path == "/nl/werk"
    assert "Jan van Vlaanderen" in letter.text
    unchanged = account_of(database, "jan@ministerie.example")
    assert unchanged is not None
    assert (unchanged.id, unchanged.side, unchanged.version) == (theirs.id, side, theirs.version)


def test_an_account_that_waits_gets_its_address_once_that_is_free(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, database: Database, post: Post
) -> None:
    entered("administrator")
    theirs = people("diplomat", side="vl", email="jan@ministerie.example")
    reference = invite(client).location.partition("?")[0].rpartition("/")[2]
    assert invite(client).status_code == 422  # not twice
    post.one()
    client.submit(client.get(f"/en/work/people/invite-again/{reference}"))
    assert "/invitation/" not in post.one().text
    keeper: Any = app.test_client()
    let_in(keeper, people("administrator", side="vl"))
    keeper.submit(keeper.get(f"/en/work/people/remove/{theirs.id}"))
    client.submit(client.get(f"/en/work/people/invite-again/{reference}"))
    path = post.one().path
    answer = app.test_client().post(path, data={"name": "Jan", "language": "en", "password": PASSWORD})
    assert answer.location.startswith("/en/work")
    made = account_of(database, "jan@ministerie.example")
    assert made is not None
    assert (made.id, made.side, made.state) == (reference, "nl", "active")


def test_a_form_sent_after_signing_out_comes_back(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, clock: Clock
) -> None:
    me = entered("administrator")
    page = client.get("/en/work/people/invite")
    clock.forward(days=2)
    answer = client.submit(page, JAN)
    assert answer.location.startswith("/en/sign-in")
    with database.read() as session:
        assert session.scalars(select(SignIn)).all()
    let_in(client, me)
    page = client.get("/en/work/people/invite")
    assert "What you typed before you had to sign in again is back" in page.text
    for value in ("Jan Jansen", "jan@ministerie.example", "diplomat"):
        assert value in page.text
    assert client.submit(page).status_code == 303
    assert "What you typed before" not in client.get("/en/work/people/invite").text
