"""Signing in at the service of one's side through the whole application: a real service, over HTTP."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from register import accounts
from register.config import Provider, Settings
from register.errors import SettingError
from register.i18n import path
from register.models import Account, AuditEntry, Challenge, Identity, Ticket
from tests.accounts import SQLITE, service
from tests.accounts.service import Proxy
from tests.workers import Clock, People, WorkClient, let_in

pytestmark = SQLITE
ROOM, ANSWER, EMAIL = path("en", "sign-in-service", "nl"), "/sign-in/service/nl", "jan@voorbeeld.example"
DESK = path("en", "desk")


@pytest.fixture(scope="module")
def running() -> Iterator[Proxy]:
    with service.running() as proxy:
        yield proxy


@pytest.fixture
def proxy(running: Proxy) -> Proxy:
    running.reset()
    return running


@pytest.fixture
def clock() -> Clock:
    """The service cannot be told the hour, so that here it is what it is."""
    return Clock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def app(make_app: Callable[..., Flask], proxy: Proxy) -> Flask:
    return make_app(providers={"nl": Provider("nl", proxy.issuer, "schakel", "a secret of the client")})


def begin(client: WorkClient, room: str = ROOM, **query: str) -> str:
    """Where the browser is sent."""
    page = client.submit(client.get(f"{room}?{urlencode(query)}"), form=0)
    assert page.status_code == 200
    where = page.headers["Refresh"].removeprefix("0; url=")
    assert where.replace("&", "&amp;") in page.text, "also without waiting"
    return where


def come_back(client: WorkClient, where: str, **changes: str) -> TestResponse:
    """What the person does there, and what the browser then brings here."""
    return client.get(ANSWER, query_string={**service.sign_in(where), **changes})


def sign_in(client: WorkClient, **query: str) -> TestResponse:
    return come_back(client, begin(client, **query))


def refusal(answer: TestResponse, client: WorkClient) -> str:
    """Why nobody is signed in; the page says so in words."""
    assert answer.status_code == 303
    found = urlsplit(answer.location)
    assert found.path in (ROOM, path("nl", "sign-in-service", "nl"))
    assert 'role="alert"' in client.get(answer.location).text
    return parse_qs(found.query)["refused"][0]


def deeds(people: People) -> list[tuple[str, str, str]]:
    with people.database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.deed, row.detail, row.about) for row in rows]


def test_a_whole_sign_in(client: WorkClient, people: People, proxy: Proxy) -> None:
    account = people("diplomat", email=EMAIL)
    assert ROOM in client.get(path("en", "sign-in")).text
    wanted = path("en", "own")
    where = begin(client, next=wanted)
    asked = parse_qs(urlsplit(where).query)
    assert asked["redirect_uri"] == [f"http://localhost{ANSWER}"]
    answer = come_back(client, where)
    assert (answer.status_code, answer.location) == (303, wanted)
    assert client.get(wanted).status_code == 200
    assert client.get_cookie("__Host-schakel-challenge") is None
    with people.database.read() as session:
        (identity,) = session.scalars(select(Identity))
        assert (identity.issuer, identity.subject, identity.account_id) == (proxy.issuer, "jan", account.id)
        assert session.scalars(select(Challenge)).all() == []
    assert deeds(people) == [("identity_linked", "{}", account.id), ("signed_in", '{"means": "service"}', account.id)]


def test_the_reader_comes_back_in_their_own_language(client: WorkClient, people: People) -> None:
    answer = come_back(client, begin(client, path("nl", "sign-in-service", "nl")), state="another")
    assert answer.location.startswith(path("nl", "sign-in-service", "nl"))


def test_afterwards_the_address_makes_no_difference(client: WorkClient, people: People, proxy: Proxy) -> None:
    account = people("diplomat", email=EMAIL)
    sign_in(client)
    with people.database.write() as session:
        session.get_one(Account, account.id).email = "elsewhere@nl.example"
    other = people("diplomat", email=EMAIL)
    client = client.application.test_client()  # type: ignore[assignment]
    sign_in(client)
    assert "elsewhere" in client.get(path("en", "own")).text
    assert other.id not in [about for _, _, about in deeds(people)]


def test_an_address_that_passed_to_somebody_else_is_no_way_in(client: WorkClient, people: People, proxy: Proxy) -> None:
    account = people("diplomat", email=EMAIL)
    with people.database.write() as session:
        row = Identity(issuer=proxy.issuer, subject="jan before", account_id=account.id, created_at=account.created_at)
        session.add(row)
    assert refusal(sign_in(client), client) == "unknown"


def test_the_second_factor_is_still_asked_for(client: WorkClient, people: People, clock: Clock) -> None:
    people("administrator", email=EMAIL)
    step = sign_in(client, next=path("en", "people"))
    assert step.location.startswith(path("en", "second-step"))
    assert client.get(DESK).status_code == 303
    answer = client.submit(client.get(step.location), {"code": clock.code()})
    assert answer.location == path("en", "people")


@pytest.mark.parametrize("who", ["nobody", "other side", "joint", "removed", "not invited any more", "unverified"])
def test_who_has_no_account_here_is_told_no_more(client: WorkClient, people: People, proxy: Proxy, who: str) -> None:
    given = {"other side": {"side": "vl"}, "joint": {"side": "joint"}, "removed": {"state": "removed"}}
    given["not invited any more"] = {"state": "invited"}
    if who != "nobody":
        people("diplomat", email=EMAIL, **given.get(who, {}))
    if who == "unverified":
        proxy.sign_anew(email_verified=False)
    answer = sign_in(client)
    assert refusal(answer, client) == "unknown"
    assert client.token == ""
    with people.database.read() as session:
        assert session.scalars(select(Identity)).all() == []
    assert deeds(people) == []


@pytest.mark.parametrize("stands", [True, False])
def test_an_invitation_that_stands_is_accepted_by_it(
    client: WorkClient, people: People, clock: Clock, stands: bool
) -> None:
    account = people("administrator", factor="", email=EMAIL, state="invited")
    with people.database.write() as session:
        ticket = {"kind": "invitation", "token": "x", "account_id": account.id, "email": EMAIL, "made_by": ""}
        end = clock.now + timedelta(days=1 if stands else 0)
        session.add(Ticket(**ticket, created_at=clock.now, expires_at=end))
    answer = sign_in(client)
    with people.database.read() as session:
        state = session.get_one(Account, account.id).state
        used = session.scalars(select(Ticket)).one().used_at
    if stands:
        assert answer.location.startswith(path("en", "own-app"))
        assert (state, used) == ("active", clock.now)
        assert client.get(answer.location).status_code == 200
        assert [deed for deed, *_ in deeds(people)] == ["accepted", "identity_linked", "signed_in"]
    else:
        assert refusal(answer, client) == "unknown"
        assert (state, used) == ("invited", None)


def test_who_was_removed_after_the_first_time_is_refused(client: WorkClient, people: People) -> None:
    account = people("diplomat", email=EMAIL)
    sign_in(client)
    with people.database.write() as session:
        session.get_one(Account, account.id).state = "removed"
    assert refusal(sign_in(client), client) == "unknown"


def test_what_the_service_says_is_checked(client: WorkClient, people: People, proxy: Proxy) -> None:
    people("diplomat", email=EMAIL)
    for change, why in (
        ({"nonce": "another"}, "untrusted"),
        ({"aud": "somebody else"}, "untrusted"),
        ({"exp": 1}, "stale"),
    ):
        proxy.sign_anew(**change)
        assert refusal(sign_in(client), client) == why
        assert client.get(DESK).status_code == 303
    proxy.reset()
    proxy.token(lambda token: token[:-8] + "AAAAAAAA")
    assert refusal(sign_in(client), client) == "untrusted", "a bad signature"
    assert deeds(people) == []


def test_an_answer_counts_once_and_in_its_own_browser(client: WorkClient, people: People, clock: Clock) -> None:
    people("diplomat", email=EMAIL)
    where = begin(client)
    elsewhere: WorkClient = client.application.test_client()  # type: ignore[assignment]
    begin(elsewhere)
    assert refusal(come_back(elsewhere, where), elsewhere) == "stale", "somebody else's sign-in"
    query = service.sign_in(where)
    assert client.get(ANSWER, query_string=query).location == DESK
    assert refusal(client.get(ANSWER, query_string=query), client) == "stale"
    where = begin(elsewhere)
    clock.forward(minutes=6)
    assert refusal(come_back(elsewhere, where), elsewhere) == "stale", "too late"
    assert refusal(client.application.test_client().get(ANSWER), client) == "stale", "out of nowhere"


def test_another_state_or_a_refusal_uses_it_up(client: WorkClient, people: People) -> None:
    people("diplomat", email=EMAIL)
    where = begin(client)
    query = service.sign_in(where)
    assert refusal(client.get(ANSWER, query_string={**query, "state": "guessed"}), client) == "stale"
    assert refusal(client.get(ANSWER, query_string=query), client) == "stale"
    where = begin(client)
    state = parse_qs(urlsplit(where).query)["state"][0]  # which this service forgets when it says no
    denied = {**service.sign_in(where, action="deny"), "state": state}
    assert refusal(client.get(ANSWER, query_string=denied), client) == "denied"


def test_to_show_again_who_one_is(client: WorkClient, people: People, proxy: Proxy, clock: Clock) -> None:
    account = people("diplomat", email=EMAIL)
    let_in(client, account, fresh=False)
    wanted = path("en", "own-app")
    proxy.sign_anew(auth_time=int(clock.now.timestamp()))
    where = begin(client, next=wanted)
    assert parse_qs(urlsplit(where).query)["prompt"] == ["login"]
    assert come_back(client, where).location == wanted
    assert client.get(wanted).status_code == 200
    assert deeds(people)[-1][:2] == ("proved_again", '{"means": "service"}')


def test_somebody_else_proves_nothing(client: WorkClient, people: People, proxy: Proxy, clock: Clock) -> None:
    account, other = people("diplomat", email=EMAIL), people("diplomat")
    let_in(client, other, fresh=False)
    proxy.sign_anew(auth_time=int(clock.now.timestamp()))
    assert refusal(sign_in(client), client) == "unknown"
    let_in(client, account, fresh=False)
    where = begin(client)
    let_in(client, other, fresh=False)
    assert refusal(come_back(client, where), client) == "stale", "somebody else sits here now"
    assert client.get(path("en", "own-app")).status_code == 303
    where = begin(client)
    client.post(path("en", "sign-out"))
    assert client.get(path("en", "own-app")).status_code == 303
    assert refusal(come_back(client, where), client) == "stale", "signed out meanwhile"


def test_a_service_that_does_not_answer(client: WorkClient, people: People, proxy: Proxy) -> None:
    proxy.tampering["/.well-known/openid-configuration"] = lambda _: (503, {}, b"")
    page = client.submit(client.get(ROOM), form=0)
    assert page.status_code == 422
    assert "does not answer" in page.text
    with people.database.read() as session:
        assert session.scalars(select(Challenge)).all() == []


def test_so_often_and_no_more(make_app: Callable[..., Flask], proxy: Proxy) -> None:
    providers = {"nl": Provider("nl", proxy.issuer, "schakel", "a secret of the client")}
    client: WorkClient = make_app(providers=providers, limits={"attempts_network": 1}).test_client()  # type: ignore[assignment]
    begin(client)
    proxy.seen.clear()
    page = client.submit(client.get(ROOM), form=0)
    assert page.status_code == 429
    assert "Try again from" in page.text
    assert proxy.seen == [], "the service is left in peace"


def test_nothing_is_written_while_the_service_is_waited_for(client: WorkClient, people: People, proxy: Proxy) -> None:
    """A service may take seconds: no transaction is open, so that others write meanwhile."""
    people("diplomat", email=EMAIL)
    written = []

    def slowly(found: dict[str, object]) -> dict[str, object]:
        with people.database.write_at_leisure() as session:  # fails at once when somebody writes
            session.add(
                Account(side="vl", organisation="", name="", email=f"{len(written)}@vl.example", created_at=now)
            )
        written.append(1)
        return found

    now = datetime.now(UTC)
    proxy.tamper("/.well-known/openid-configuration", slowly)
    proxy.tamper("/oauth2/token", slowly)
    assert sign_in(client).location == DESK
    assert len(written) == 2


def test_a_side_without_a_service(client: WorkClient) -> None:
    for side in ("vl", "joint", "x"):
        assert client.get(path("en", "sign-in-service", side)).status_code == 404
        assert client.post(path("en", "sign-in-service", side)).status_code == 404
        assert client.get(f"/sign-in/service/{side}").status_code == 404


def test_without_its_packages_nothing_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "find_spec", lambda name: None if name == "authlib" else find_spec(name))
    accounts.check(settings)
    vl = Settings(settings.data, providers={"vl": Provider("vl", "https://vl.example", "a", "b")})
    with pytest.raises(SettingError, match="OIDC_VL_ISSUER needs packages"):
        accounts.check(vl)


def test_what_is_kept_says_nothing_to_the_browser(client: WorkClient, people: People) -> None:
    where = begin(client)
    with people.database.read() as session:
        kept = json.loads(json.loads(session.scalars(select(Challenge)).one().payload)["begun"])
    cookie = client.get_cookie("__Host-schakel-challenge")
    assert cookie is not None
    assert kept["verifier"] not in where + cookie.value
