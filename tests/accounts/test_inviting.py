"""Inviting somebody, and accepting: by real mail, in the language of whoever gets it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.accounts import passwords
from register.config import Limits
from register.db import Database
from register.models import Account, AuditEntry, Ticket
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
