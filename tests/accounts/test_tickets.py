"""Links: each works once, and is dead in every other case, whichever way it comes in."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from register.accounts import tickets
from register.accounts.tickets import Kind
from register.db import Database
from register.guards import signing
from register.models import Account, Ticket
from tests.accounts import SQLITE
from tests.workers import Clock, People

LASTS = timedelta(days=1)
STATES = {"invitation": "invited", "reset": "active", "address": "active"}


def made(people: People, kind: Kind, **given: Any) -> tuple[Account, str]:
    """An account with a link of this kind."""
    account = people("diplomat", state=STATES[kind])
    with people.database.write() as session:
        mine = session.get_one(Account, account.id)
        return account, tickets.make(session, kind, mine, "", people.clock.now, LASTS, **given)


def finds(database: Database, kind: Kind, token: str, clock: Clock) -> bool:
    with database.read() as session:
        return tickets.find(session, kind, token, clock.now) is not None


@SQLITE
@pytest.mark.parametrize("kind_", STATES)
def test_a_link_works_once_and_looking_at_it_uses_nothing(people: People, clock: Clock, kind_: Kind) -> None:
    account, token = made(people, kind_)
    for _ in range(3):
        assert finds(people.database, kind_, token, clock)
    with people.database.write() as session:
        used = tickets.use(session, kind_, token, clock.now)
        assert used is not None
        assert (used.account.id, used.ticket.used_at) == (account.id, clock.now)
    assert not finds(people.database, kind_, token, clock)
    with people.database.write() as session:
        assert tickets.use(session, kind_, token, clock.now) is None


def withdrawn(session: Session, account: Account, clock: Clock) -> None:
    assert tickets.withdraw(session, account.id, clock.now) == 1


def replaced(session: Session, account: Account, clock: Clock) -> None:
    for kind in STATES:
        tickets.make(session, kind, account, "", clock.now, LASTS)  # type: ignore[arg-type]


def expired(_session: Session, _account: Account, clock: Clock) -> None:
    clock.forward(days=1)


def removed(_session: Session, account: Account, _clock: Clock) -> None:
    account.state = "removed"


def moved(_session: Session, account: Account, _clock: Clock) -> None:
    account.email = "elsewhere@nl.example"


@SQLITE
@pytest.mark.parametrize("kind_", STATES)
@pytest.mark.parametrize("happens", [withdrawn, replaced, expired, removed, moved])
def test_a_link_is_dead(
    people: People, clock: Clock, kind_: Kind, happens: Callable[[Session, Account, Clock], None]
) -> None:
    account, token = made(people, kind_)
    with people.database.write() as session:
        happens(session, session.get_one(Account, account.id), clock)
    alive = happens is moved and kind_ == "address"  # which is about another address anyway
    assert finds(people.database, kind_, token, clock) == alive
    with people.database.write() as session:
        assert (tickets.use(session, kind_, token, clock.now) is not None) == alive


@SQLITE
def test_a_link_works_to_the_second_and_for_its_own_purpose_only(people: People, clock: Clock) -> None:
    _account, token = made(people, "reset")
    assert not finds(people.database, "invitation", token, clock)
    assert not finds(people.database, "address", token, clock)
    assert not finds(people.database, "reset", token[:-1], clock)
    assert not finds(people.database, "reset", "", clock)
    clock.forward(hours=23, minutes=59, seconds=59)
    assert finds(people.database, "reset", token, clock)
    clock.forward(seconds=1)
    assert not finds(people.database, "reset", token, clock)


@SQLITE
def test_the_database_holds_no_token(people: People) -> None:
    account, token = made(people, "invitation")
    with people.database.read() as session:
        row = session.scalars(select(Ticket)).one()
        assert token not in row.model_dump_json()
        assert row.token == signing.digest(token)
        assert len(token) >= 43
        assert row.account_id == account.id


@SQLITE
def test_a_newer_link_replaces_those_of_its_kind_only(people: People, clock: Clock) -> None:
    account, token = made(people, "reset")
    with people.database.write() as session:
        mine = session.get_one(Account, account.id)
        other = tickets.make(session, "address", mine, "", clock.now, LASTS, email="new@nl.example")
        assert tickets.withdraw(session, account.id, clock.now, "invitation") == 0
    assert finds(people.database, "reset", token, clock)
    assert finds(people.database, "address", other, clock)


@SQLITE
@pytest.mark.parametrize(("made_by", "clears"), [("themselves", False), ("somebody", True), ("", True)])
def test_who_had_it_sent_says_whether_it_clears(people: People, clock: Clock, made_by: str, clears: bool) -> None:
    account = people("diplomat")
    with people.database.write() as session:
        by = account.id if made_by == "themselves" else made_by
        token = tickets.make(session, "reset", account, by, clock.now, LASTS)
        found = tickets.find(session, "reset", token, clock.now)
        assert found is not None
        assert found.clears == clears


def test_of_two_at_once_one_has_it(people: People, clock: Clock) -> None:
    _account, token = made(people, "invitation")
    start, outcomes = Barrier(4), []

    def use() -> None:
        start.wait()
        with people.database.write() as session:
            outcomes.append(tickets.use(session, "invitation", token, clock.now) is not None)

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]


def test_a_link_used_while_it_is_withdrawn_is_dead(people: People, clock: Clock) -> None:
    """Whoever removes somebody comes first; the use of the link waits for them, and then finds nothing."""
    account, token = made(people, "invitation")
    outcomes: list[bool] = []
    found = Barrier(2)

    def use() -> None:
        with people.database.write() as session:
            outcomes.append(tickets.use(session, "invitation", token, clock.now) is not None)

    def use_when_locked() -> None:
        found.wait()
        use()

    with people.database.write() as session:
        mine = session.get_one(Account, account.id, with_for_update=True)
        thread = Thread(target=use_when_locked)
        thread.start()
        found.wait()
        tickets.withdraw(session, account.id, clock.now)
        mine.state = "removed"
        session.flush()
    thread.join()
    assert outcomes == [False]
