"""Inviting somebody, and accepting: by real mail, in the language of whoever gets it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.accounts import passwords
from register.config import Limits
from register.db import Database
from register.models import Account, AccountRole, AuditEntry, SignIn, Ticket
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


def deeds(database: Database) -> list[str]:
    with database.read() as session:
        return [entry.deed for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]  # type: ignore[arg-type]


def test_an_invitation_goes_to_the_person_and_to_nobody_else(
    client: WorkClient, entered: Callable[..., Account], database: Database, post: Post, clock: Clock
) -> None:
    me = entered("administrator", name="Anna Bakker")
    answer = invite(client)
    made = account_of(database, "jan@ministerie.example")
    assert made is not None
    assert answer.location == f"/en/work/people/{made.id}?done=invited"
    assert (made.side, made.state, made.organisation, made.name) == ("nl", "invited", "ministerie", "Jan Jansen")
    letter = post.one()
    assert (letter.to, letter.language) == ("jan@ministerie.example", "en")
    assert letter.path.startswith("/en/invitation/")
    for said in (
        "Jan Jansen",
        "Anna Bakker (Netherlands)",
        "diplomat",
        "1 December 2026 at 12:00",
        "did you not expect",
    ):
        assert said in letter.text or said in letter.text.lower()
    assert "second way" not in letter.text
    token = letter.path.rpartition("/")[2]
    page = client.get(answer.location)
    assert "The invitation is on its way." in page.text
    for shown in (page.text, client.get("/en/work/people").text, answer.text, answer.location):
        assert token not in shown
    with database.read() as session:
        row = session.scalars(select(Ticket)).one()
        entry = session.scalars(select(AuditEntry)).one()
        assert row.made_by == entry.actor == me.id
        assert token not in row.model_dump_json() + entry.model_dump_json()
        assert (entry.deed, entry.about, entry.side) == ("invited", made.id, "nl")


@pytest.mark.parametrize(
    ("language", "words"), [("nl", ("Hallo", "/nl/uitnodiging/")), ("en", ("Hello", "/en/invitation/"))]
)
def test_the_letter_is_in_the_language_of_the_person(
    client: WorkClient, entered: Callable[..., Account], post: Post, language: str, words: tuple[str, str]
) -> None:
    entered("administrator")
    invite(client, language=language)
    letter = post.one()
    assert letter.language == language
    assert letter.path.startswith(words[1])


def test_who_needs_a_second_factor_is_told_so(client: WorkClient, entered: Callable[..., Account], post: Post) -> None:
    entered("administrator")
    invite(client, roles=["administrator"])
    letter = post.one()
    assert "needs a second way to show who you are" in letter.text
    assert "That comes after this page" in client.application.test_client().get(letter.path).text


def test_accepting_signs_in_and_uses_the_link_up(
    app: Flask, client: WorkClient, entered: Callable[..., Account], database: Database, post: Post
) -> None:
    entered("administrator")
    invite(client)
    path = post.one().path
    theirs: Any = app.test_client()
    page = theirs.get(path)
    assert "Jan Jansen" in page.text
    assert "jan@ministerie.example" in page.text
    answer = theirs.submit(page, {"name": "Jan J. Jansen", "language": "nl", "password": PASSWORD})
    assert answer.location == "/nl/werk?done=welcome"
    assert theirs.token
    made = account_of(database, "jan@ministerie.example")
    assert made is not None
    assert (made.state, made.name, made.language) == ("active", "Jan J. Jansen", "nl")
    assert passwords.Hasher(Limits()).verify(PASSWORD, made.password)
    assert deeds(database)[-2:] == ["accepted", "signed_in"]
    assert theirs.get("/nl/werk").status_code == 200
    dead = app.test_client().get(path)
    assert (dead.status_code, "This link does not work" in dead.text) == (404, True)
    again: Any = app.test_client()
    assert again.post(path, data={"name": "X", "language": "nl", "password": PASSWORD}).status_code == 404
    assert not again.token


def test_whoever_needs_a_second_factor_is_led_there(
    app: Flask, client: WorkClient, entered: Callable[..., Account], post: Post
) -> None:
    entered("administrator")
    invite(client, roles=["administrator"])
    path = post.one().path
    theirs: Any = app.test_client()
    answer = theirs.post(path, data={"name": "Jan", "language": "en", "password": PASSWORD})
    assert answer.location.startswith("/en/work/my-account/app?")
    assert theirs.get("/en/work/people").status_code == 404  # not before there is one


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password": "kort"}, "Use at least 12 characters"),
        ({"password": "wachtwoord123"}, "Choose another one"),
        ({"password": "jan jansen 2026"}, "your own name or address"),
        ({"password": ""}, "Fill in this field"),
        ({"name": ""}, "Fill in this field"),
        ({"language": "fr"}, "Choose one of the list"),
    ],
)
def test_what_does_not_fit_uses_nothing_up_and_keeps_the_rest(
    app: Flask, client: WorkClient, entered: Callable[..., Account], post: Post, typed: dict[str, str], said: str
) -> None:
    entered("administrator")
    invite(client)
    path = post.one().path
    theirs: Any = app.test_client()
    given = {"name": "Jan de Vries", "language": "nl", "password": PASSWORD, **typed}
    answer = theirs.post(path, data=given)
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert ("Jan de Vries" in answer.text) == (given["name"] != "")
    assert not theirs.token
    assert theirs.get(path).status_code == 200


def test_every_dead_link_says_the_same(
    app: Flask, client: WorkClient, entered: Callable[..., Account], post: Post, database: Database, clock: Clock
) -> None:
    entered("administrator")
    paths = {}
    for number, name in enumerate(("used", "withdrawn", "replaced", "expired")):
        invite(client, email=f"jan{number}@ministerie.example")
        paths[name] = post.one().path
    theirs: Any = app.test_client()
    theirs.post(paths["used"], data={"name": "Jan", "language": "en", "password": PASSWORD})
    gone = account_of(database, "jan1@ministerie.example")
    client.submit(client.get(f"/en/work/people/remove/{gone.id}"))  # type: ignore[union-attr]
    newer = account_of(database, "jan2@ministerie.example")
    client.submit(client.get(f"/en/work/people/invite-again/{newer.id}"))  # type: ignore[union-attr]
    assert app.test_client().get(post.one().path).status_code == 200
    clock.forward(days=8)
    answers = set()
    for path in (*paths.values(), "/en/invitation/never-was"):
        token = path.rpartition("/")[2]
        got = app.test_client().get(path)
        sent = app.test_client().post(path, data={"name": "Jan", "language": "en", "password": PASSWORD})
        assert (got.status_code, sent.status_code) == (404, 404)
        assert "ask whoever invited you to send the invitation again" in got.text
        answers |= {got.text.replace(token, "TOKEN"), sent.text.replace(token, "TOKEN")}
    assert len(answers) == 1


def test_again_sends_a_new_link(
    client: WorkClient, entered: Callable[..., Account], post: Post, database: Database
) -> None:
    entered("administrator")
    answer = invite(client)
    first = post.one()
    reference = answer.location.partition("?")[0].rpartition("/")[2]
    answer = client.submit(client.get(f"/en/work/people/invite-again/{reference}"))
    assert answer.location == f"/en/work/people/{reference}?done=invited"
    second = post.one()
    assert second.to == first.to
    assert second.path != first.path
    assert deeds(database)[-1] == "invited_again"


def test_without_mail_the_operator_makes_the_link(
    make_app: Callable[..., Flask], people: People, mailing: Flask, database: Database
) -> None:
    app = make_app()
    client: Any = app.test_client()
    let_in(client, people("administrator"))
    page = client.get("/en/work/people/invite")
    assert "This installation sends no mail" in page.text
    answer = client.submit(page, JAN)
    assert answer.location.endswith("?done=invited-unsent")
    assert "Ask the operator" in client.get(answer.location).text
    assert account_of(database, "jan@ministerie.example") is not None


def test_a_message_that_is_refused_is_said_so_and_the_account_is_there(
    client: WorkClient, entered: Callable[..., Account], post: Post, database: Database
) -> None:
    entered("administrator")
    answer = invite(client, email="refused@nowhere.example")
    assert answer.location.endswith("?done=mail-failed")
    assert "could not be sent" in client.get(answer.location).text
    assert account_of(database, "refused@nowhere.example") is not None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["coordinator"]}, "Choose the topics that this person coordinates"),
        ({"topics": ["water"]}, "Topics go with the role of coordinator"),
        ({"roles": ["coordinator"], "topics": ["vuur"]}, "Choose one of the list"),
        ({"roles": ["operator"]}, "Choose one of the list"),
        ({"organisation": "departement"}, "Choose one of the list"),
        ({"organisation": ""}, "Fill in this field"),
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
