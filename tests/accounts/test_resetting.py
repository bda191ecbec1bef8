"""A forgotten password, means of signing in that were lost, and a new address: what is told to whom, and what ends."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.accounts import passwords, throttle, tickets
from register.config import Limits
from register.db import Database
from register.models import Account, Attempt, AuditEntry, Identity, RecoveryCode, SignIn, Ticket, Totp
from register.models.audit import UNKNOWN
from tests.accounts import SQLITE
from tests.accounts.post import Post
from tests.workers import PASSWORD, RECOVERY, SECRET, Clock, People, WorkClient, let_in

pytestmark = SQLITE
FORGOTTEN = "/en/sign-in/forgotten-password"
NEW = "een zeilschip bij Vlissingen"


@pytest.fixture
def app(mailing: Flask) -> Flask:
    """With mail."""
    return mailing


def ask(client: WorkClient, email: str) -> Any:
    return client.post(FORGOTTEN, data={"email": email})


def now(database: Database, account: Account) -> Account:
    with database.read() as session:
        found = session.get_one(Account, account.id)
        session.expunge_all()
        return found


def moving(database: Database, me: Account, clock: Clock) -> str:
    """The token of a link that confirms a new address."""
    with database.write() as session:
        mine = session.get_one(Account, me.id)
        return tickets.make(session, "address", mine, me.id, clock.now, Limits().reset, email="new@nl.example")


def factors(database: Database, account: Account) -> int:
    with database.read() as session:
        kinds: tuple[Any, ...] = (Totp, RecoveryCode, Identity)
        return sum(len(session.scalars(select(kind).where(kind.account_id == account.id)).all()) for kind in kinds)


def test_the_answer_is_the_same_for_every_address(
    client: WorkClient, people: People, post: Post, database: Database
) -> None:
    them = people("diplomat", email="jan@nl.example")
    people("diplomat", email="invited@nl.example", state="invited")
    people("diplomat", email="gone@nl.example", state="removed")
    answers = set()
    for email in ("jan@nl.example", "nobody@nl.example", "invited@nl.example", "gone@nl.example"):
        answer = ask(client, email)
        assert (answer.status_code, answer.location) == (303, f"{FORGOTTEN}?done=reset-asked")
        answers.add((answer.text, str(sorted(answer.headers))))
    assert len(answers) == 1
    assert "If there is an account with this address" in client.get(answer.location).text
    letter = post.one()
    assert letter.to == "jan@nl.example"
    assert post.empty
    with database.read() as session:
        assert [(row.account_id, row.made_by) for row in session.scalars(select(Ticket))] == [(them.id, them.id)]
        told = [(row.deed, row.actor, row.about, row.detail) for row in session.scalars(select(AuditEntry))]
        assert told == [("reset_asked", UNKNOWN, them.id, '{"means": "password"}')], "nobody knows who asked"


@pytest.mark.parametrize(("language", "path"), [("nl", "/nl/nieuw-wachtwoord/"), ("en", "/en/new-password/")])
def test_the_letter_is_in_the_language_of_the_person(
    client: WorkClient, people: People, post: Post, language: str, path: str
) -> None:
    people("diplomat", email="jan@nl.example", language=language)
    ask(client, "JAN@nl.example ")
    letter = post.one()
    assert (letter.language, letter.path[: len(path)]) == (language, path)


def test_a_new_password_ends_sign_ins_and_keeps_factors(
    app: Flask, client: WorkClient, people: People, post: Post, database: Database
) -> None:
    them = people("administrator", email="jan@nl.example", password=PASSWORD, codes=(RECOVERY,))
    theirs: Any = app.test_client()
    let_in(theirs, them)
    ask(client, "jan@nl.example")
    path = post.one().path
    page = client.get(path)
    assert "stop working when you save this" not in page.text
    answer = client.submit(page, {"password": NEW})
    assert answer.location == "/en/sign-in?done=password-set"
    assert not client.token  # one signs in with it, and with the second factor
    assert post.one().subject == "Your password for Schakel was changed"
    hasher = passwords.Hasher(Limits())
    changed = now(database, them)
    assert hasher.verify(NEW, changed.password)
    assert not hasher.verify(PASSWORD, changed.password)
    assert factors(database, them) == 2
    assert theirs.get("/en/work").location.startswith("/en/sign-in")
    with database.read() as session:
        assert all(row.ended_at for row in session.scalars(select(SignIn)))
    assert client.get(path).status_code == 404
    assert client.post(path, data={"password": NEW}).status_code == 404


def test_with_a_new_password_nobody_has_to_wait(
    client: WorkClient, people: People, post: Post, database: Database, clock: Clock
) -> None:
    them = people("administrator", email="jan@nl.example", password=PASSWORD)
    other = people("diplomat", email="piet@nl.example", password=PASSWORD)
    sign_in, step = "/en/sign-in", "/en/sign-in/second-step"

    def enters(email: str, password: str) -> int:
        return client.post(sign_in, data={"email": email, "password": password}).status_code

    assert enters(them.email, PASSWORD) == 303
    assert [client.post(step, data={"code": "wrong"}).status_code for _ in range(11)] == [422] * 10 + [429]
    for email in (them.email, other.email):
        assert [enters(email, "not this one") for _ in range(11)] == [422] * 10 + [429]
    ask(client, them.email)
    assert client.submit(client.get(post.one().path), {"password": NEW}).status_code == 303
    assert post.one().subject == "Your password for Schakel was changed"
    assert enters(other.email, PASSWORD) == 429, "another account waits on"
    assert enters(them.email, NEW) == 303
    assert client.post(step, data={"code": clock.code()}).status_code == 303
    with database.read() as session:
        network = throttle.keys(SECRET, "", "127.0.0.1")[1]
        assert len(session.scalars(select(Attempt).where(Attempt.key == network)).all()) == 31, "never the network"


def test_a_weak_password_uses_nothing_up(client: WorkClient, people: People, post: Post) -> None:
    people("diplomat", email="jan@nl.example")
    ask(client, "jan@nl.example")
    path = post.one().path
    assert client.post(path, data={"password": "kort"}).status_code == 422
    assert client.get(path).status_code == 200


def test_asking_too_often_says_when_to_ask_again(
    make_app: Callable[..., Flask], mailing: Flask, people: People, post: Post, clock: Clock
) -> None:
    app = make_app(smtp_url=post.url, mail_from="a@b.example", base_url="http://localhost", limits={"mails_account": 2})
    client: Any = app.test_client()
    people("diplomat", email="jan@nl.example")
    for email in ("jan@nl.example", "nobody@nl.example"):
        for _ in range(2):
            assert ask(client, email).status_code == 303
        answer = ask(client, email)
        assert answer.status_code == 429
        assert "Try again after 24 November 2026 at 13:00" in answer.text
        assert email in answer.text
    for _ in range(2):
        post.one()
    clock.forward(hours=1)
    assert ask(client, "jan@nl.example").status_code == 303
    post.one()
    assert post.empty


def test_asking_from_one_network_has_a_limit_too(make_app: Callable[..., Flask], mailing: Flask, post: Post) -> None:
    app = make_app(
        smtp_url=post.url, mail_from="a@b.example", base_url="http://localhost", limits={"attempts_network": 3}
    )
    client: Any = app.test_client()
    assert [ask(client, f"a{number}@nl.example").status_code for number in range(4)] == [303, 303, 303, 429]


@pytest.mark.parametrize("settings_", [{}, {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "a@b.example"}])
def test_no_link_goes_to_a_host_that_a_stranger_made_up(
    make_app: Callable[..., Flask], people: People, database: Database, settings_: dict[str, str]
) -> None:
    client: Any = make_app(**settings_).test_client()
    people("diplomat", email="jan@nl.example")
    told = {"Host": "evil.example", "Origin": "http://evil.example"}
    answer = client.post(FORGOTTEN, data={"email": "jan@nl.example"}, headers=told)
    assert answer.status_code == 422
    assert "Ask the operator" in answer.text
    with database.read() as session:
        assert session.scalars(select(Ticket)).all() == []


def test_an_administrator_lets_somebody_sign_in_anew(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, post: Post, database: Database
) -> None:
    entered("administrator", name="Anna Bakker")
    them = people("administrator", email="jan@nl.example", password=PASSWORD, codes=(RECOVERY,))
    page = client.get(f"/en/work/people/reset-means/{them.id}")
    answer = client.submit(page)
    assert answer.location == f"/en/work/people/{them.id}?done=reset-sent"
    assert factors(database, them) == 2  # nothing changes before the link is used
    assert now(database, them).version == them.version
    letter = post.one()
    assert letter.to == "jan@nl.example"
    assert "Anna Bakker (Netherlands)" in letter.text
    token = letter.path.rpartition("/")[2]
    for shown in (answer.text, answer.location, client.get(answer.location).text):
        assert token not in shown
    theirs: Any = app.test_client()
    page = theirs.get(letter.path)
    assert "stop working when you save this" in page.text
    theirs.submit(page, {"password": NEW})
    post.one()
    assert factors(database, them) == 0
    assert passwords.Hasher(Limits()).verify(NEW, now(database, them).password)
    with database.read() as session:
        told = [
            (row.deed, row.actor, row.detail) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]  # type: ignore[arg-type]
        assert [deed for deed, _, _ in told] == ["reset_asked", "password_set"]
        assert token not in str(told)


def test_without_mail_the_operator_has_to_help(
    make_app: Callable[..., Flask], people: People, database: Database
) -> None:
    client: Any = make_app().test_client()
    let_in(client, people("administrator"))
    them = people("diplomat")
    page = client.get(f"/en/work/people/reset-means/{them.id}")
    assert "This installation sends no mail" in page.text
    answer = client.post(page.request.path, data={"version": str(them.version)})
    assert answer.status_code == 422
    with database.read() as session:
        assert session.scalars(select(Ticket)).all() == []


def test_a_new_address_is_confirmed_by_whoever_reads_it(
    app: Flask, client: WorkClient, entered: Callable[..., Account], post: Post, database: Database, clock: Clock
) -> None:
    me = entered("diplomat", email="old@nl.example")
    token = moving(database, me, clock)
    elsewhere: Any = app.test_client()
    let_in(elsewhere, me)
    page = client.get(f"/en/confirm-address/{token}")
    assert "new@nl.example" in page.text
    assert now(database, me).email == "old@nl.example"
    assert client.submit(page).location.startswith("/en/work/my-account?done=address")
    assert now(database, me).email == "new@nl.example"
    assert client.get("/en/work").status_code == 200
    assert elsewhere.get("/en/work").location.startswith("/en/sign-in")
    letter = post.one()
    assert (letter.to, "another e-mail address" in letter.text) == ("old@nl.example", True)
    assert client.get(page.request.path).status_code == 404


def test_an_address_that_was_taken_meanwhile_is_not_given(
    client: WorkClient, people: People, database: Database, clock: Clock
) -> None:
    me = people("diplomat", email="old@nl.example")
    token = moving(database, me, clock)
    people("diplomat", side="vl", email="new@nl.example")
    page = client.get(f"/en/confirm-address/{token}")
    assert client.submit(page).status_code == 404
    assert now(database, me).email == "old@nl.example"
