"""Passkeys through the whole application, with an authenticator in software that really signs."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from register.i18n import path
from register.models import Account, AuditEntry, Challenge, Passkey, RecoveryCode
from tests.accounts import SQLITE
from tests.accounts.authenticator import Authenticator
from tests.workers import PASSWORD, Clock, People, WorkClient, let_in

pytestmark = SQLITE
KEYS, SIGN_IN, DESK, PROVE = (path("en", room) for room in ("own-passkeys", "sign-in-passkey", "desk", "prove"))
BOUND = "__Host-schakel-challenge"


@pytest.fixture
def key() -> Authenticator:
    return Authenticator("http://localhost", "localhost")


def options(client: WorkClient, address: str, **headers: str) -> str:
    answer = client.post(f"{address}/options", data={"credential": ""}, headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.text


def add(client: WorkClient, key: Authenticator, name: str = "blue key") -> TestResponse:
    answer = client.post(f"{KEYS}/options", data={"name": name, "credential": ""})
    return client.submit(client.get(KEYS), {"name": name, "credential": key.create(answer.text)})


def use(client: WorkClient, key: Authenticator, **data: str) -> TestResponse:
    return client.post(SIGN_IN, data={"credential": key.get(options(client, SIGN_IN)), **data})


def rows(people: People) -> list[Passkey]:
    with people.database.read() as session:
        found = list(session.scalars(select(Passkey)))
        session.expunge_all()
    return found


def deeds(people: People) -> list[tuple[str, str]]:
    with people.database.read() as session:
        return [(row.deed, row.detail) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


@pytest.fixture
def holder(client: WorkClient, people: People, key: Authenticator) -> Account:
    """Somebody with a passkey, who has signed out."""
    account = people("administrator", factor="", password=PASSWORD)
    let_in(client, account)
    assert add(client, key).status_code == 200
    client.post(path("en", "sign-out"))
    return account


def test_add_use_rename_and_remove(client: WorkClient, people: People, key: Authenticator, clock: Clock) -> None:
    account = people("administrator", factor="", language="en")
    let_in(client, account)
    page = add(client, key)
    assert page.text.count("<li><code>") == 10, "it is the first factor"
    client.post(path("en", "sign-out"))
    assert client.token == ""
    clock.forward(hours=1)
    answer = use(client, key, next=path("en", "people"))
    assert (answer.status_code, answer.location) == (303, path("en", "people")), "both factors in one"
    assert client.get(answer.location).status_code == 200
    (row,) = rows(people)
    assert (row.name, row.sign_count, row.used_at) == ("blue key", 1, clock.now)
    assert client.get_cookie(BOUND) is None

    address = path("en", "own-passkeys", row.id)
    assert client.submit(client.get(address), {"name": ""}).status_code == 422
    assert client.submit(client.get(address), {"name": "<b>red</b>"}).status_code == 303
    assert "&lt;b&gt;red" in client.get(KEYS).text
    page = client.submit(client.get(f"{address}/remove"))
    assert page.status_code == 422, "the last one of an administrator"
    other = Authenticator("http://localhost", "localhost", b"another credential")
    assert add(client, other, "telephone").location == f"{KEYS}?done=factor-added"
    assert client.post(f"{address}/remove").location == f"{KEYS}?done=factor-removed"
    assert [one.name for one in rows(people)] == ["telephone"]
    assert client.get(f"{address}/remove").status_code == 404
    assert [deed for deed, _ in deeds(people)] == [
        *("factor_added", "codes_made", "signed_out", "signed_in", "factor_added", "factor_removed")
    ]
    assert ("signed_in", '{"means": "passkey"}') in deeds(people)


def test_with_the_last_passkey_the_codes_go(client: WorkClient, people: People, key: Authenticator) -> None:
    let_in(client, people("diplomat"))
    add(client, key)
    client.post(path("en", "own-passkeys", f"{rows(people)[0].id}/remove"))
    with people.database.read() as session:
        assert session.scalars(select(RecoveryCode)).all() == []


def test_as_the_second_step(client: WorkClient, people: People, holder: Account, key: Authenticator) -> None:
    client.post(path("en", "sign-in"), data={"email": holder.email, "password": PASSWORD})
    assert client.get(DESK).status_code == 303, "half signed in"
    assert path("en", "sign-in-passkey") in client.get(path("en", "second-step")).text
    asked = options(client, SIGN_IN)
    assert len(json.loads(asked)["allowCredentials"]) == 1, "it is known whose it must be"
    answer = client.post(SIGN_IN, data={"credential": key.get(asked)})
    assert answer.location == path("en", "desk")
    assert client.get(DESK).status_code == 200


def test_to_show_again_who_one_is(
    client: WorkClient, people: People, holder: Account, key: Authenticator, clock: Clock
) -> None:
    let_in(client, holder_now(people, holder), fresh=False)
    wanted = path("en", "own-app")
    assert client.get(wanted).location.startswith(PROVE)
    token = client.token
    assert use(client, key, next=wanted).location == wanted
    assert client.get(wanted).status_code == 200
    assert client.token == token
    assert deeds(people)[-1] == ("proved_again", '{"means": "passkey"}')


def test_the_passkey_of_somebody_else_proves_nothing(
    client: WorkClient, people: People, holder: Account, key: Authenticator
) -> None:
    other = people("administrator")
    for stage in ("password", "full"):
        let_in(client, other, stage=stage, fresh=False)
        page = use(client, key)
        assert page.status_code == 422
        assert client.get(path("en", "own-app")).status_code == 303
    assert "signed_in" not in [deed for deed, _ in deeds(people)]


@pytest.mark.parametrize("how", ["origin", "site", "unverified", "key", "holder", "challenge"])
def test_what_does_not_prove_it_is_refused(
    client: WorkClient, people: People, holder: Account, key: Authenticator, how: str
) -> None:
    if how == "origin":
        key.origin = "http://localhost.evil.example"
    elif how == "site":
        key.rp_id = "evil.example"
    elif how == "unverified":
        key.flags = 0x01
    elif how == "key":
        key.key = Authenticator("", "").key
    elif how == "holder":
        key.user_handle = b"somebody else"
    else:
        key.client = {"challenge": "bm90IHdoYXQgd2FzIGFza2Vk"}
    page = use(client, key)
    assert page.status_code == 422
    assert "did not let you in" in page.text
    assert client.token == ""


def test_an_answer_counts_once_and_in_its_own_browser(
    client: WorkClient, people: People, holder: Account, key: Authenticator, clock: Clock
) -> None:
    answer = key.get(options(client, SIGN_IN))
    elsewhere: WorkClient = client.application.test_client()
    options(elsewhere, SIGN_IN)
    assert elsewhere.post(SIGN_IN, data={"credential": answer}).status_code == 422, "another browser was asked"
    assert client.application.test_client().post(SIGN_IN, data={"credential": answer}).status_code == 422
    bound = client.get_cookie(BOUND)
    assert bound is not None
    assert client.post(SIGN_IN, data={"credential": answer}).status_code == 303
    client.post(path("en", "sign-out"))
    client.set_cookie(BOUND, bound.value, secure=True)
    assert client.post(SIGN_IN, data={"credential": answer}).status_code == 422, "used up"
    late = key.get(options(client, SIGN_IN))
    clock.forward(minutes=6)
    assert client.post(SIGN_IN, data={"credential": late}).status_code == 422


def test_a_wrong_answer_uses_up_what_was_asked(client: WorkClient, people: People, holder: Account) -> None:
    options(client, SIGN_IN)
    assert client.post(SIGN_IN, data={"credential": "{}"}).status_code == 422
    with people.database.read() as session:
        assert session.scalars(select(Challenge)).all() == []


def test_what_was_asked_to_add_one_signs_nobody_in(
    client: WorkClient, people: People, holder: Account, key: Authenticator
) -> None:
    let_in(client, holder_now(people, holder))
    asked = client.post(f"{KEYS}/options", data={"name": "", "credential": ""}).text
    client.post(path("en", "sign-out"))
    assert client.post(SIGN_IN, data={"credential": key.get(asked)}).status_code == 422


def test_what_was_asked_to_sign_in_adds_none(
    client: WorkClient, people: People, holder: Account, key: Authenticator
) -> None:
    let_in(client, holder_now(people, holder))
    asked = json.loads(client.post(f"{KEYS}/options", data={"name": "", "credential": ""}).text)
    asked["challenge"] = json.loads(options(client, SIGN_IN))["challenge"]
    other = Authenticator("http://localhost", "localhost", b"another credential")
    page = client.post(KEYS, data={"name": "telephone", "credential": other.create(json.dumps(asked))})
    assert page.status_code == 422
    assert len(rows(people)) == 1


def test_a_copied_key_shows_by_its_count(
    client: WorkClient, people: People, holder: Account, key: Authenticator
) -> None:
    assert use(client, key).status_code == 303
    client.post(path("en", "sign-out"))
    key.count -= 1
    assert use(client, key).status_code == 422


def test_a_removed_person_has_no_key_any_more(
    client: WorkClient, people: People, holder: Account, key: Authenticator
) -> None:
    with people.database.write() as session:
        session.get_one(Account, holder.id).state = "removed"
    assert use(client, key).status_code == 422


def test_nobody_adds_a_key_that_is_there(
    client: WorkClient, people: People, holder: Account, key: Authenticator
) -> None:
    let_in(client, people("diplomat"))
    page = add(client, key)
    assert page.status_code == 422
    assert len(rows(people)) == 1


def test_a_key_of_somebody_else_is_not_there(client: WorkClient, people: People, holder: Account) -> None:
    let_in(client, people("administrator"))
    address = path("en", "own-passkeys", rows(people)[0].id)
    unknown = client.get(path("en", "own-passkeys", "unknown")).text
    for found in (address, f"{address}/remove"):
        assert (client.get(found).status_code, client.get(found).text) == (404, unknown)
        assert client.post(found, data={"name": "mine"}).status_code in (400, 404)
    assert rows(people)[0].name == "blue key"


def test_under_a_number_there_are_none(client: WorkClient, people: People) -> None:
    let_in(client, people("diplomat"))
    at = {"base_url": "http://127.0.0.1"}
    page = client.get(SIGN_IN, **at)
    assert "under a number" in page.text
    assert "<form class=" not in page.text.partition("<main")[2]
    answer = client.post(f"{SIGN_IN}/options", headers={"Origin": "http://127.0.0.1"}, **at)
    assert answer.status_code == 404


def test_so_much_is_asked_and_no_more(people: People, make_app: object, clock: Clock) -> None:
    client: WorkClient = make_app(limits={"attempts_network": 3}).test_client()  # type: ignore[operator]
    for _ in range(3):
        options(client, SIGN_IN)
    answer = client.post(f"{SIGN_IN}/options", data={"credential": ""})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert json.loads(answer.text) == {
        "told": "There were too many attempts. Try again from 24 November 2026 at 12:15."
    }
    clock.now += timedelta(minutes=15)
    options(client, SIGN_IN)
    with people.database.read() as session:
        assert len(session.scalars(select(Challenge)).all()) == 1, "those that expired are gone"


@pytest.mark.parametrize(
    "sent", ["", "null", "[]", "{", '{"id": 1}', "x" * 30_000, "\x00", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_what_is_no_answer_is_refused(client: WorkClient, people: People, sent: str | bytes) -> None:
    options(client, SIGN_IN)
    assert client.post(SIGN_IN, data={"credential": sent}).status_code == 422
    let_in(client, people("diplomat"))
    client.post(f"{KEYS}/options", data={"name": "", "credential": ""})
    assert client.post(KEYS, data={"name": "key", "credential": sent}).status_code == 422
    assert rows(people) == []


def holder_now(people: People, holder: Account) -> Account:
    """The account as it stands after it was renewed."""
    with people.database.read() as session:
        found = session.get_one(Account, holder.id)
        session.expunge_all()
    return found
