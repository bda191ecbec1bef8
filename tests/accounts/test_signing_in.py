"""Signing in with a password and a second factor, showing again who one is, and signing out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from register.accounts import entering, passwords
from register.config import Limits, Provider
from register.guards import signing
from register.guards.serving import COOKIE
from register.i18n import path
from register.models import Account, AuditEntry, SignIn
from tests.accounts import SQLITE
from tests.workers import CHEAP, PASSWORD, RECOVERY, Clock, People, WorkClient, forms, let_in

pytestmark = SQLITE
SIGN_IN, STEP, DESK, PROVE = (path("en", room) for room in ("sign-in", "second-step", "desk", "prove"))
NOT_OURS = (
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https://evil.example/en/",
    "http:evil.example",
    "javascript:alert(1)",
    "/en//evil.example",
    "/en/..//evil.example",
    "/en/\\evil.example",
    "/en/\t/evil.example",
    "/en/\r\nLocation: //evil.example",
    "/\x00/evil.example",
    "en/work",
    "/work",
    "/nl",
    "/en/" + "x" * 1000,
)


def attempt(client: WorkClient, email: str, password: str = PASSWORD, **query: str) -> TestResponse:
    return client.post(path("en", "sign-in", **query), data={"email": email, "password": password})


def sign_ins(people: People) -> list[SignIn]:
    with people.database.read() as session:
        rows = list(session.scalars(select(SignIn).order_by(SignIn.created_at)))
        session.expunge_all()
    return rows


def deeds(people: People) -> list[tuple[str, str]]:
    with people.database.read() as session:
        return [(row.deed, row.detail) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def words(page: TestResponse) -> str:
    return " ".join(page.text.split())


def test_with_a_password_alone(client: WorkClient, people: People) -> None:
    account = people("diplomat", password=PASSWORD, language="nl")
    answer = client.submit(client.get(SIGN_IN), {"email": account.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/nl/werk"), "the desk, in the language of the person"
    assert client.get("/nl/werk").status_code == 200
    (row,) = sign_ins(people)
    assert (row.account_id, row.stage, row.token) == (account.id, "full", signing.digest(client.token))
    assert row.agent.startswith("Werkzeug")
    assert deeds(people) == [("signed_in", '{"means": "password"}')]


def test_with_a_second_step(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("diplomat", mandates=("",), password=PASSWORD)
    answer = attempt(client, account.email)
    assert answer.location == STEP
    halfway = client.token
    assert client.get(DESK).location == f"{STEP}?next={DESK}", "half signed in is not signed in"
    assert deeds(people) == []
    page = client.get(STEP)
    refused = client.submit(page, {"code": "000000" if clock.code() != "000000" else "000001"})
    assert refused.status_code == 422
    assert "This code is not right" in refused.text
    answer = client.submit(page, {"code": clock.code()})
    assert answer.location == DESK
    assert client.get(DESK).status_code == 200
    before, after = sorted(sign_ins(people), key=lambda row: row.stage, reverse=True)
    assert (before.stage, before.ended_at, before.token) == ("password", clock.now, signing.digest(halfway))
    assert (after.stage, after.ended_at, after.token) == ("full", None, signing.digest(client.token))
    assert [deed for deed, _ in deeds(people)] == ["sign_in_refused", "signed_in"]
    assert client.get(STEP).location == DESK, "nothing is left to be shown"


def test_a_code_of_the_app_works_once(client: WorkClient, people: People, clock: Clock, app: Flask) -> None:
    account = people("administrator", password=PASSWORD)
    other: Any = app.test_client()
    for one in (client, other):
        attempt(one, account.email)
    assert client.post(STEP, data={"code": clock.code()}).status_code == 303
    assert other.post(STEP, data={"code": clock.code()}).status_code == 422
    clock.forward(seconds=30)
    assert other.post(STEP, data={"code": clock.code()}).status_code == 303


def test_a_recovery_code_works_once(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", password=PASSWORD, codes=(RECOVERY,))
    attempt(client, account.email)
    answer = client.submit(client.get(STEP), {"code": RECOVERY.replace("-", " ").upper()})
    assert answer.location == f"{DESK}?done=code-used"
    assert "used up" in client.get(answer.location).text
    attempt(client, account.email)
    assert client.post(STEP, data={"code": RECOVERY}).status_code == 422
    assert [deed for deed, _ in deeds(people)] == ["code_used", "signed_in", "sign_in_refused"]


def test_what_is_said_of_a_wrong_code_fits_what_was_typed(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", password=PASSWORD, codes=(RECOVERY,))
    attempt(client, account.email)
    wrong = "123 456" if clock.code() != "123456" else "654 321"
    for typed, long in ((wrong, False), ("12", False), ("7k2m-9xqp-03ht-w6bn", True), ("1234567", True)):
        page = words(client.post(STEP, data={"code": typed}))
        assert ("This recovery code is not right, or was used before." in page) is long, typed
        assert ("Wait for the next one of your app." in page) is not long, typed


def test_a_code_of_somebody_else_is_none(client: WorkClient, people: People) -> None:
    people("administrator", password=PASSWORD, codes=(RECOVERY,))
    account = people("administrator", password=PASSWORD)
    attempt(client, account.email)
    assert client.post(STEP, data={"code": RECOVERY}).status_code == 422


def test_who_needs_a_second_factor_is_led_to_one(client: WorkClient, people: People) -> None:
    account = people("administrator", factor="", password=PASSWORD)
    assert attempt(client, account.email).location == path("en", "own-app")
    assert client.get(path("en", "people")).status_code == 404, "and administers nothing before"


def test_where_one_was_going_is_remembered(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", password=PASSWORD)
    wanted = path("en", "people", q="jan", state="active")
    asked = client.get(wanted)
    page = client.get(asked.location)
    assert "/nl/aanmelden?next=" in page.text, "the other language remembers too"
    page = client.get(page.text.partition('href="/nl/aanmelden?')[2].partition('"')[0].join(("/nl/aanmelden?", "")))
    page = client.submit(page, {"email": account.email, "password": "wrong password"})
    step = client.submit(page, {"password": PASSWORD})
    assert step.location.startswith("/nl/aanmelden/tweede-stap?next=/en/work/people")
    page = client.submit(client.get(step.location), {"code": "12"})
    assert client.submit(page, {"code": clock.code()}).location == wanted


@pytest.mark.parametrize("address", NOT_OURS)
def test_onward_only_within_the_register(client: WorkClient, people: People, address: str) -> None:
    account = people("diplomat", password=PASSWORD)
    assert forms(client.get(path("en", "sign-in", next=address)))[0].fields.get("next") is None
    assert attempt(client, account.email, next=address).location == DESK
    assert client.get(path("en", "sign-in", next=address)).location == DESK, "signed in already"
    sent = {"email": account.email, "password": PASSWORD, "next": address}
    assert client.post(SIGN_IN, data=sent).location == DESK


def test_the_answer_tells_nothing_of_an_address(
    client: WorkClient,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    queries: Callable[..., AbstractContextManager[list[str]]],
) -> None:
    known = people("administrator", password=PASSWORD, email="a@nl.example").email
    invited = people("administrator", state="invited", email="b@nl.example").email
    removed = people("administrator", state="removed", password=PASSWORD, email="c@nl.example").email
    tried = []
    usual = passwords.Hasher.verify
    monkeypatch.setattr(passwords.Hasher, "verify", lambda self, *rest: tried.append(1) or usual(self, *rest))
    answers = []
    for email in (known, invited, removed, "d@nl.example"):
        with queries(client.application) as made:
            page = attempt(client, email, PASSWORD if email == removed else "something else entirely")
        assert page.status_code == 422
        assert "something" not in page.text
        assert f'value="{email}"' in page.text
        answers.append((page.text.replace(email, ""), sorted(page.headers), len(made) - (email == known)))
    assert len(set(map(str, answers))) == 1, "all but one line in the audit trail of who has an account"
    assert len(tried) == 4
    assert deeds(people) == [("sign_in_refused", '{"means": "password"}')]


def test_what_cannot_be_a_password_is_refused(client: WorkClient, people: People) -> None:
    account = people("diplomat", password=PASSWORD)
    for password in ("", "x" * 5000):
        page = attempt(client, account.email, password)
        assert page.status_code == 422
        assert 'href="#password"' in page.text
    for password in ("\x00", "\ud800", "é" * 900, PASSWORD + "\x00"):
        assert attempt(client, account.email, password.encode("utf-8", "surrogatepass")).status_code == 422
    assert attempt(client, "no address").status_code == 422


def test_a_field_that_nobody_made_is_refused(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", password=PASSWORD)
    given = {"email": account.email, "password": PASSWORD}
    assert client.post(SIGN_IN, data={**given, "stage": "full"}).status_code == 400
    assert sign_ins(people) == []
    let_in(client, account, stage="password")
    assert client.post(STEP, data={"code": clock.code(), "account_id": "x"}).status_code == 400
    let_in(client, account)
    assert client.post(PROVE, data={"password": PASSWORD, "side": "vl"}).status_code == 400


def test_a_token_from_before_is_worth_nothing(client: WorkClient, people: People) -> None:
    account, other = people("diplomat", password=PASSWORD), people("diplomat", password=PASSWORD)
    given = "chosen-by-somebody-else"
    client.set_cookie(COOKIE, given, secure=True)
    attempt(client, account.email)
    assert client.token != given
    first = client.token
    attempt(client, other.email)
    assert client.token not in (given, first)
    rows = {row.token: row for row in sign_ins(people)}
    assert rows[signing.digest(first)].ended_at is not None
    assert rows[signing.digest(client.token)].account_id == other.id


def test_a_password_is_hashed_anew_when_the_cost_changed(
    people: People, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = people("diplomat", password=PASSWORD)
    client = make_app(limits={"argon_memory": 16}).test_client()
    assert attempt(client, account.email, "something else entirely").status_code == 422
    assert stored(people, account) == account.password
    assert attempt(client, account.email).status_code == 303
    renewed = stored(people, account)
    assert renewed != account.password
    assert "m=16," in renewed
    assert attempt(client, account.email).status_code == 303
    assert stored(people, account) == renewed


def stored(people: People, account: Account) -> str:
    with people.database.read() as session:
        return session.get(Account, account.id).password


@pytest.mark.parametrize("room", ["sign-in", "prove"])
def test_nobody_waits_for_a_password_to_be_tried(
    room: str, client: WorkClient, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer is free meanwhile: at this door it would not be waited for."""
    account = people("diplomat", password=PASSWORD)
    usual = entering.attempt
    tried = []

    def busy(*given: Any) -> entering.Tried:
        with people.database.write_at_leisure() as session:
            session.execute(update(Account).values(name="Free"))
        tried.append(1)
        return usual(*given)

    monkeypatch.setattr(entering, "attempt", busy)
    sent = {"password": PASSWORD} | ({"email": account.email} if room == "sign-in" else {})
    if room == "prove":
        let_in(client, account, fresh=False)
    assert client.post(path("en", room), data=sent).status_code == 303
    assert tried == [1]


def test_a_password_that_changes_meanwhile(client: WorkClient, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    account = people("diplomat", password=PASSWORD)
    usual = entering.attempt

    def overtaken(password: str, kept: str, limits: Limits) -> entering.Tried:
        with people.database.write() as session:
            session.execute(update(Account).values(password=passwords.Hasher(CHEAP).hash("another one by now")))
        return usual(password, kept, limits)

    monkeypatch.setattr(entering, "attempt", overtaken)
    assert attempt(client, account.email).status_code == 422
    assert sign_ins(people) == []


def test_showing_again_who_one_is(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", password=PASSWORD, codes=(RECOVERY,))
    matters = path("en", "people-invite")
    for sent, means in (({"password": PASSWORD}, "password"), ({"code": ""}, "app"), ({"code": RECOVERY}, "recovery")):
        let_in(client, account, fresh=False)
        token = client.token
        page = client.get(matters)
        assert page.location == f"{PROVE}?next={matters}"
        page = client.get(page.location)
        which = 0 if "password" in sent else 1
        assert client.submit(page, dict.fromkeys(sent, "wrong wrong"), form=which).status_code == 422
        answer = client.submit(page, {name: value or clock.code() for name, value in sent.items()}, form=which)
        assert answer.location == matters
        assert client.token == token
        assert client.get(matters).status_code == 200
        assert means in deeds(people)[-1][1]
    assert {deed for deed, _ in deeds(people)} == {"sign_in_refused", "proved_again", "code_used"}
    clock.forward(minutes=16)
    assert client.get(matters).location == f"{PROVE}?next={matters}", "for a quarter of an hour"


def test_showing_again_needs_a_whole_sign_in(client: WorkClient, people: People) -> None:
    let_in(client, people("administrator", password=PASSWORD), stage="password")
    assert client.post(PROVE, data={"password": PASSWORD}).location.startswith(STEP)
    client.delete_cookie(COOKIE)
    assert client.get(PROVE).location == f"{SIGN_IN}?next={PROVE}"


def test_showing_again_offers_what_the_person_has(client: WorkClient, people: People) -> None:
    let_in(client, people("diplomat", password=PASSWORD))
    assert [list(form.fields) for form in forms(client.get(PROVE))] == [["csrf", "password"]]
    let_in(client, people("administrator"))
    assert [list(form.fields) for form in forms(client.get(PROVE))] == [["csrf", "code"]]


def test_signing_out(client: WorkClient, people: People, clock: Clock) -> None:
    token = let_in(client, people("diplomat"))
    out = path("en", "sign-out")
    assert client.get(out).status_code == 405
    assert client.post(out, data={"csrf": "made up"}).status_code == 403
    assert client.get(DESK).status_code == 200
    answer = client.post(out)
    assert answer.location == f"{SIGN_IN}?done=signed-out"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.token == ""
    assert "You are signed out" in client.get(answer.location).text
    client.set_cookie(COOKIE, token, secure=True)
    assert client.get(DESK).status_code == 303, "the token works nowhere any more"
    assert client.post(out).location == f"{SIGN_IN}?done=signed-out", "twice does no harm"
    assert [deed for deed, _ in deeds(people)] == ["signed_out"]


def test_the_services_of_the_sides_that_have_one(client: WorkClient, make_app: Callable[..., Flask]) -> None:
    assert "service" not in words(client.get(SIGN_IN)).partition("<main")[2].partition("</main")[0]
    provider = Provider("vl", "https://service.example", "schakel", "secret")
    page = words(make_app(providers={"vl": provider}).test_client().get(SIGN_IN))
    assert "Sign in with the service of your government: Flanders" in page
    assert "government: Netherlands" not in page


def test_half_a_sign_in_does_not_last(client: WorkClient, people: People, clock: Clock) -> None:
    let_in(client, people("administrator", password=PASSWORD), stage="password")
    clock.now += CHEAP.second_step
    assert client.get(STEP).status_code == 200
    clock.now += timedelta(seconds=1)
    assert client.post(STEP, data={"code": clock.code()}).location == f"{SIGN_IN}?next={STEP}&done=ended"
