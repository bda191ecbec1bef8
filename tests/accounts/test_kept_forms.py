"""Nothing typed is lost: not by an expired sign-in, nor by a form that is refused as foreign or outdated."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from register.guards import keeping
from register.guards.serving import COOKIE
from register.i18n import path
from register.models import Account, KeptForm
from tests.accounts import SQLITE
from tests.workers import CHEAP, PASSWORD, Clock, People, WorkClient, forms, let_in

pytestmark = SQLITE
INVITE, SIGN_IN, STEP, PROVE = (path("en", room) for room in ("people-invite", "sign-in", "second-step", "prove"))
ENDED = f"{SIGN_IN}?next={INVITE}&done=ended"
TYPED = {"name": "Zoë Ångström", "email": "zoe@nl.example", "roles": ["diplomat", "administrator"], "language": "en"}
BACK = "What you typed before you had to sign in again is back."


def as_typed(client: WorkClient) -> bool:
    """Whether the invitation form shows what was typed, and says so."""
    page = client.get(INVITE)
    found = forms(page)[-1].fields if page.status_code == 200 else {}
    same = all(found.get(name) == (value if isinstance(value, list) else [value]) for name, value in TYPED.items())
    assert (BACK in page.text) == same
    return same


def kept(people: People) -> int:
    with people.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(KeptForm)) or 0)


@pytest.fixture
def expired(client: WorkClient, people: People, clock: Clock) -> Account:
    """Somebody whose sign-in ran out while they filled in a form, which they then sent."""
    account = people("administrator", password=PASSWORD)
    let_in(client, account)
    page = client.get(INVITE)
    clock.now += CHEAP.idle * 2
    answer = client.submit(page, TYPED)
    assert answer.location == ENDED
    return account


def enter(client: WorkClient, account: Account, clock: Clock, address: str = ENDED) -> str:
    """Sign in all the way; gives where that leads to."""
    answer = client.submit(client.get(address), {"email": account.email, "password": PASSWORD})
    return str(client.submit(client.get(answer.location), {"code": clock.code()}).location)


def test_after_signing_in_again_the_form_is_as_it_was(
    expired: Account, client: WorkClient, people: People, clock: Clock
) -> None:
    assert enter(client, expired, clock) == INVITE
    assert as_typed(client)
    assert as_typed(client), "until it is saved"


def test_not_for_another_person_at_the_same_browser(
    expired: Account, client: WorkClient, people: People, clock: Clock
) -> None:
    other = people("administrator", password=PASSWORD)
    assert enter(client, other, clock) == INVITE
    assert not as_typed(client)
    clock.forward(minutes=1)
    client.post(path("en", "sign-out"))
    enter(client, expired, clock)
    assert as_typed(client), "theirs it is still"


def test_half_a_sign_in_and_an_old_proof_keep_it_too(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", password=PASSWORD)
    let_in(client, account, stage="password")
    assert client.post(INVITE, data=TYPED).location == f"{STEP}?next={INVITE}"
    assert client.post(STEP, data={"code": clock.code(), "next": INVITE}).location == INVITE
    assert as_typed(client)
    with people.database.write() as session:
        keeping.drop(session, account.id, INVITE)
    let_in(client, account, fresh=False)
    assert client.post(INVITE, data=TYPED).location == f"{PROVE}?next={INVITE}"
    answer = client.submit(client.get(f"{PROVE}?next={INVITE}"), {"password": PASSWORD}, form=0)
    assert answer.location == INVITE
    assert as_typed(client)


def test_secrets_are_not_kept(client: WorkClient, people: People, clock: Clock) -> None:
    let_in(client, people("diplomat", password=PASSWORD))
    clock.now += CHEAP.idle * 2
    room = path("en", "own-password")
    sent = {"password": PASSWORD, "new_password": "een heel nieuw wachtwoord", "code": "123456", "credential": "{}"}
    assert client.post(room, data=sent).location == f"{SIGN_IN}?next={room}&done=ended"
    assert kept(people) == 0
    assert client.post(room, data={**sent, "other": "text"}).status_code == 303
    with people.database.read() as session:
        assert session.scalars(select(KeptForm.fields)).one() == '{"other": ["text"]}'


def test_from_nobody_nothing_is_kept_but_it_is_given_back(client: WorkClient, people: People) -> None:
    client.set_cookie(COOKIE, "never-given", secure=True)
    page = client.post(INVITE, data={"name": "Zoë <b>", "password": PASSWORD})
    assert page.status_code == 403
    assert "the register cannot tell who you were" in page.text
    assert "Zoë &lt;b&gt;</textarea>" in page.text
    assert PASSWORD not in page.text
    assert kept(people) == 0


def test_it_is_kept_within_bounds(client: WorkClient, people: People, clock: Clock) -> None:
    let_in(client, people("administrator"))
    clock.now += CHEAP.idle * 2
    for number in range(keeping.MOST + 5):
        client.post(f"{path('en', 'people-change')}/{number}", data=TYPED)
    assert kept(people) == keeping.MOST
    client.post(INVITE, data={"name": "x" * (keeping.LARGEST + 1)})
    assert kept(people) == keeping.MOST


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "", "Referer": "https://evil.example/en/work"},
        {"Origin": "", "Referer": "http://localhost.evil.example/"},
        {"Origin": "", "Referer": "http:"},
        {"Origin": ""},
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str], client: WorkClient, people: People) -> None:
    account = people("administrator", password=PASSWORD)
    let_in(client, account)
    page = client.post(INVITE, data=TYPED, headers=headers)
    assert page.status_code == 403
    assert "It did not come from a page of this register" in page.text
    assert "Zoë Ångström</textarea>" in page.text
    refused = client.post(SIGN_IN, data={"email": account.email, "password": PASSWORD}, headers=headers)
    assert refused.status_code == 403, "nobody is signed in by another site either"
    assert PASSWORD not in refused.text
    assert kept(people) == 0


def test_the_origin_may_be_told_by_the_referer_or_the_setting(
    client: WorkClient, people: People, make_app: Callable[..., Flask]
) -> None:
    room = path("en", "sign-out")
    assert client.post(room, headers={"Origin": "", "Referer": "http://localhost/en/work?q=1"}).status_code == 303
    behind: Any = make_app(base_url="https://schakel.example").test_client()
    assert behind.post(room, headers={"Origin": "https://schakel.example"}).status_code == 303


@pytest.mark.parametrize("mark", [None, "", "0" * 64, "é", "of another"])
def test_a_form_without_the_mark_of_this_sign_in_is_refused(
    mark: str | None, client: WorkClient, people: People, app: Flask
) -> None:
    account = people("administrator")
    let_in(client, account)
    if mark == "of another":
        other: Any = app.test_client()
        let_in(other, account)
        mark = forms(other.get(INVITE))[-1].fields["csrf"][0]
    page = client.post(INVITE, data={**TYPED, "csrf": mark})
    assert page.status_code == 403
    assert "another sign-in than the one you have now" in page.text
    assert "Zoë Ångström</textarea>" in page.text
    with people.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
