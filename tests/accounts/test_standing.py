"""How long a sign-in holds, and what ends it at the next request."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select, update

from register.db import Database
from register.guards import signing
from register.i18n import path
from register.models import Account, AccountRole, SignIn
from tests.accounts import SQLITE
from tests.workers import CHEAP, Clock, People, WorkClient, let_in

DESK = path("en", "desk")
AWAY = f"{path('en', 'sign-in')}?next={DESK}&done=ended"
SECOND = timedelta(seconds=1)


def last_seen(database: Database) -> datetime:
    with database.read() as session:
        return session.scalars(select(SignIn.seen_at)).one()


@SQLITE
def test_idle(client: WorkClient, people: People, clock: Clock) -> None:
    let_in(client, people("diplomat"))
    clock.now += CHEAP.idle
    assert client.get(DESK).status_code == 200
    clock.now += CHEAP.idle
    assert client.get(DESK).status_code == 200, "it was used in the meantime"
    clock.now += CHEAP.idle + SECOND
    assert client.get(DESK).location == AWAY


@SQLITE
def test_too_old_however_much_it_is_used(client: WorkClient, people: People, clock: Clock) -> None:
    let_in(client, people("diplomat"))
    end = clock.now + CHEAP.absolute
    while clock.now < end:
        assert client.get(DESK).status_code == 200
        clock.now = min(clock.now + CHEAP.idle, end)
    assert client.get(DESK).status_code == 200
    clock.now += SECOND
    assert client.get(DESK).location == AWAY


@SQLITE
@pytest.mark.parametrize("state", ["invited", "removed"])
def test_only_an_account_in_use(state: str, client: WorkClient, people: People) -> None:
    let_in(client, people("diplomat"))
    with people.database.write() as session:
        session.execute(update(Account).values(state=state))
    assert client.get(DESK).location == AWAY


def test_another_role_ends_it_at_the_next_request(client: WorkClient, people: People, app: Flask) -> None:
    account = people("administrator")
    other: Any = app.test_client()
    for one in (client, other):
        let_in(one, account)
        assert one.get(path("en", "people")).status_code == 200
    with people.database.write() as session:
        session.execute(delete(AccountRole))
        row = session.get(Account, account.id)
        kept = session.scalars(select(SignIn).where(SignIn.token == signing.digest(other.token))).one()
        signing.renew(session, row, keep=kept)
    assert client.get(DESK).location == AWAY
    assert other.get(path("en", "people")).status_code == 404, "the sign-in that was kept has lost the role too"


@SQLITE
@pytest.mark.parametrize("token", ["", "x", "\xe9", "x" * 4000, "'; --"])
def test_a_token_that_is_none(token: str, client: WorkClient, people: People) -> None:
    let_in(client, people("diplomat"))
    client.set_cookie("__Host-schakel", token, secure=True)
    assert client.get(DESK).location == AWAY.removesuffix("&done=ended")


@SQLITE
def test_the_token_itself_is_not_kept(client: WorkClient, people: People) -> None:
    token = let_in(client, people("diplomat"))
    client.get(DESK)
    kept = people.database.settings.sqlite_file
    for file in kept.parent.glob(kept.name + "*"):
        assert token.encode() not in file.read_bytes()


@pytest.fixture
def writes(database: Database, app: Flask) -> list[str]:
    """Every writer transaction that the application begins."""
    begun: list[str] = []
    opened: Database = app.extensions["schakel_database"]
    for engine in {opened.writer, opened.leisure}:
        event.listen(engine, "begin", lambda _connection: begun.append(threading.current_thread().name))
    return begun


def test_last_seen_is_written_once_in_five_minutes(
    client: WorkClient, people: People, clock: Clock, writes: list[str]
) -> None:
    let_in(client, people("diplomat"))
    writes.clear()
    begin = clock.now
    for _ in range(3):
        clock.forward(seconds=99)
        assert client.get(DESK).status_code == 200
    assert (writes, last_seen(people.database)) == ([], begin)
    clock.forward(seconds=3)
    for _ in range(3):
        assert client.get(DESK).status_code == 200
    assert (len(writes), last_seen(people.database)) == (1, clock.now)


@SQLITE
def test_fifty_readers_at_once_write_nothing(app: Flask, people: People, clock: Clock, writes: list[str]) -> None:
    visitors = [_visitor(app, people) for _ in range(50)]
    clock.forward(minutes=4)
    writes.clear()
    with people.database.write(), ThreadPoolExecutor(50) as threads:  # somebody else is writing all the while
        assert set(threads.map(lambda one: one.get(DESK).status_code, visitors)) == {200}
    assert writes == []


@SQLITE
def test_readers_whose_use_is_due_wait_for_no_writer(
    app: Flask, people: People, clock: Clock, writes: list[str]
) -> None:
    visitors = [_visitor(app, people) for _ in range(10)]
    clock.forward(minutes=6)
    begin = datetime.now()
    with people.database.write(), ThreadPoolExecutor(10) as threads:
        assert set(threads.map(lambda one: one.get(DESK).status_code, visitors)) == {200}
    assert (datetime.now() - begin).total_seconds() < 8, "one that waited would have waited for ten seconds"
    assert visitors[0].get(DESK).status_code == 200
    with people.database.read() as session:
        seen = sorted(session.scalars(select(SignIn.seen_at)))
    assert seen[-1] == clock.now, "and it is written once the writer is free"
    assert seen[0] < clock.now


def _visitor(app: Flask, people: People) -> Any:
    client: Any = app.test_client()
    let_in(client, people("diplomat"))
    return client


@SQLITE
def test_the_cost_of_a_page(client: WorkClient, people: People, app: Flask, queries: Callable[..., Any]) -> None:
    """Who it is and what they may do takes three queries, however many roles and mandates they have.

    One more looks for a form that was kept; the last is the page's own.
    """
    account = people("administrator", "diplomat", topics=("a", "b", "c"), mandates=("a", "b", "c"))
    let_in(client, account)
    client.get(path("en", "prove"))
    with queries(app) as made:
        client.get(path("en", "prove"))
    assert len(made) == 3 + 1 + 1, made
