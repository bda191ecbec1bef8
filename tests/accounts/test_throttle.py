"""Trying too often: counted for each account and each network, told when to try again."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Request
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder

from register.accounts import throttle
from register.db import Database
from register.errors import Throttled
from register.guards.network import client_address
from register.i18n import path
from register.models import Attempt, AuditEntry
from register.models.audit import UNKNOWN
from tests.accounts import SQLITE
from tests.workers import CHEAP, PASSWORD, SECRET, Clock, People, WorkClient, let_in

SIGN_IN, STEP, PROVE = (path("en", room) for room in ("sign-in", "second-step", "prove"))
KEYS = throttle.keys(SECRET, "jan@nl.example", "192.0.2.1")


def tries(client: WorkClient, email: str, times: int, password: str = "not this one") -> list[int]:
    data = {"email": email, "password": password}
    return [client.post(SIGN_IN, data=data).status_code for _ in range(times)]


def once(database: Database, clock: Clock, keys: tuple[str, ...] = KEYS, *, right: bool = False) -> bool:
    """Try once; whether it was answered."""
    with database.write() as session:
        try:
            throttle.check(session, keys, clock.now, CHEAP)
        except Throttled:
            return False
        throttle.settle(session, keys, clock.now, right=right)
    return True


def test_so_many_and_no_more(database: Database, clock: Clock) -> None:
    begin = clock.now
    for _ in range(CHEAP.attempts_account):
        assert once(database, clock)
        clock.forward(seconds=10)
    with database.read() as session, pytest.raises(Throttled) as told:
        throttle.check(session, KEYS, clock.now, CHEAP)
    assert told.value.until == begin + CHEAP.attempts_window
    assert not once(database, clock)
    assert once(database, clock, throttle.keys(SECRET, "piet@nl.example", "192.0.2.1")), "another account"
    clock.now = told.value.until - timedelta(seconds=1)
    assert not once(database, clock)
    clock.now = told.value.until
    assert once(database, clock), "refused attempts did not put it off"
    assert not once(database, clock), "and one is all that has come free"


def test_a_right_attempt_clears_its_account_and_never_the_network(database: Database, clock: Clock) -> None:
    mine = throttle.keys(SECRET, "own account", "192.0.2.1")
    for number in range(CHEAP.attempts_network):
        assert once(database, clock, throttle.keys(SECRET, f"somebody {number}", "192.0.2.1"))
        if number % 20 == 0:
            assert once(database, clock, mine, right=True)
    assert not once(database, clock, mine, right=True), "the network has tried enough"
    assert once(database, clock, throttle.keys(SECRET, "own account", "192.0.2.2"), right=True), "another network"


def test_of_many_at_once_no_more_are_answered(database: Database, clock: Clock) -> None:
    with ThreadPoolExecutor(8) as threads:
        answered = sum(threads.map(lambda _: once(database, clock), range(24)))
    assert answered == CHEAP.attempts_account
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 2 * answered


def test_keys_tell_nothing() -> None:
    assert throttle.keys(SECRET, "jan@nl.example", "192.0.2.1") == KEYS
    assert len({*KEYS, *throttle.keys(SECRET, "192.0.2.1", "jan@nl.example")}) == 4
    assert set(KEYS).isdisjoint(throttle.keys("another", "jan@nl.example", "192.0.2.1"))
    assert not any("jan" in key or "192" in key for key in KEYS)


@SQLITE
@pytest.mark.parametrize("known", [True, False])
def test_locked_out_of_signing_in_and_told_until_when(
    known: bool, client: WorkClient, people: People, clock: Clock
) -> None:
    email = people("diplomat", password=PASSWORD).email if known else "nobody@nl.example"
    clock.forward(seconds=20)
    assert tries(client, email, 10) == [422] * 10
    clock.forward(minutes=1)
    page = client.post(SIGN_IN, data={"email": email, "password": PASSWORD})
    assert page.status_code == 429, "also with the right password"
    assert "Try again from 24 November 2026 at 12:16." in page.text, "to the minute, not too early"
    assert page.headers["Retry-After"] == str(14 * 60 + 40)
    assert f'value="{email}"' in page.text
    assert PASSWORD not in page.text
    assert client.post(path("nl", "sign-in"), data={"email": email, "password": PASSWORD}).status_code == 429
    clock.forward(minutes=14)
    assert tries(client, email, 1, PASSWORD) == [303 if known else 422]


def told(database: Database) -> list[tuple[str, str, str, str]]:
    """What the audit trail says of refusals: the deed, who did it, by what means, and in which sign-in."""
    with database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(row.deed, row.actor, json.loads(row.detail)["means"], row.sign_in) for row in rows]


@SQLITE
def test_the_trail_tells_once_of_each_time_of_waiting_and_names_nobody(
    client: WorkClient, people: People, clock: Clock, database: Database
) -> None:
    account = people("diplomat", side="vl", password=PASSWORD)
    let_in(client, people("diplomat"))  # whoever types it: their own sign-in is not told to the other side
    refused, locked = ((deed, UNKNOWN, "password", "") for deed in ("sign_in_refused", "locked_out"))
    tries(client, account.email, 9)
    assert told(database) == [refused] * 9
    tries(client, account.email, 5)
    assert told(database) == [refused] * 10 + [locked], "not for what was not even tried"
    clock.forward(minutes=15)
    tries(client, account.email, 9)
    assert told(database)[11:] == [refused] * 9
    tries(client, account.email, 3)
    assert told(database)[20:] == [refused, locked], "and again the next time"
    tries(client, "nobody@nl.example", 11)
    assert len(told(database)) == 22, "nothing of an address that nobody has"


@SQLITE
@pytest.mark.parametrize("field", ["password", "code"])
def test_the_trail_names_who_gave_a_right_password_before(
    field: str, client: WorkClient, people: People, database: Database
) -> None:
    account = people("administrator", password=PASSWORD)
    let_in(client, account, fresh=False, stage="password" if field == "code" else "full")
    for _ in range(12):
        client.post(STEP if field == "code" else PROVE, data={field: "wrong wrong"})
    rows = told(database)
    assert [row[:3] for row in rows] == [("sign_in_refused", account.id, field)] * 10 + [
        ("locked_out", account.id, field)
    ]
    assert all(row[3] for row in rows), "and their sign-in"


@SQLITE
def test_whoever_must_wait_costs_nothing(client: WorkClient, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    email = people("diplomat", password=PASSWORD).email
    tries(client, email, 10)
    monkeypatch.delattr("register.accounts.passwords.Hasher.verify")
    assert tries(client, email, 2) == [429, 429]


@SQLITE
def test_signing_in_clears_what_was_tried(client: WorkClient, people: People, app: Flask) -> None:
    email = people("diplomat", password=PASSWORD).email
    assert tries(client, email, 9) == [422] * 9
    assert tries(client, email, 1, PASSWORD) == [303]
    assert tries(app.test_client(), email, 9) == [422] * 9  # type: ignore[arg-type]


@SQLITE
def test_locked_out_of_the_second_step(client: WorkClient, people: People, clock: Clock) -> None:
    email = people("administrator", password=PASSWORD).email
    wrong = {"code": "123456" if clock.code() != "123456" else "654321"}
    tries(client, email, 1, PASSWORD)
    assert [client.post(STEP, data=wrong).status_code for _ in range(6)] == [422] * 6
    tries(client, email, 1, PASSWORD)  # the password again clears nothing here
    assert [client.post(STEP, data=wrong).status_code for _ in range(5)] == [422] * 4 + [429]
    page = client.post(STEP, data={"code": clock.code()})
    assert page.status_code == 429
    assert "Try again from" in page.text
    tries(client, email, 1, PASSWORD)
    clock.forward(minutes=15)
    tries(client, email, 1, PASSWORD)
    assert client.post(STEP, data={"code": clock.code()}).status_code == 303


@SQLITE
@pytest.mark.parametrize("field", ["password", "code"])
def test_locked_out_of_showing_again(field: str, client: WorkClient, people: People, clock: Clock) -> None:
    let_in(client, people("administrator", password=PASSWORD), fresh=False)
    right = PASSWORD if field == "password" else clock.code()
    assert [client.post(PROVE, data={field: "wrong wrong"}).status_code for _ in range(11)] == [422] * 10 + [429]
    page = client.post(PROVE, data={field: right})
    assert page.status_code == 429
    assert "Try again from" in page.text


@SQLITE
def test_the_network_is_the_one_that_our_proxy_saw(make_app: Callable[..., Flask]) -> None:
    client: Any = make_app(proxies=1, limits={"attempts_network": 2}).test_client()

    def from_(*addresses: str) -> int:
        header = {"X-Forwarded-For": ", ".join(addresses)}
        data = {"email": f"{len(tried)}@nl.example", "password": "not this one"}
        tried.append(client.post(SIGN_IN, data=data, headers=header).status_code)
        return int(tried[-1])

    tried: list[int] = []
    assert [from_("198.51.100.1"), from_("10.9.8.7", "198.51.100.1"), from_("198.51.100.1")] == [422, 422, 429]
    assert from_("198.51.100.2", "198.51.100.1") == 429, "what a client says of itself changes nothing"
    assert from_("198.51.100.1", "198.51.100.2") == 422


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "made-up, 198.51.100.1", "198.51.100.1"),
        (2, "198.51.100.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "made-up", "unknown"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2::9]:4711", "2001:db8:1:2::"),
        (1, "fe80::1%eth0", "fe80::"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "1" * 5000, "unknown"),
    ],
)
def test_where_a_request_comes_from(proxies: int, forwarded: str, network: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    environment = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"}).get_environ()
    assert client_address(Request(environment), proxies) == network
