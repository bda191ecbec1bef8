"""`flask --app app digest`: what the clock asks."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from register.config import ROOT
from register.db import Database
from register.guards import people as guarded
from register.ledger import chain, projection
from register.ledger.tables import publication
from register.models import Account, Proposal
from register.publishing import confirming
from tests.conftest import Command
from tests.workers import People

Submitted = Callable[..., Proposal]


def words(database: Database) -> str:
    with database.public() as connection:
        return " ".join(map(str, connection.scalars(select(publication.c.document))))


def confirmed(database: Database, submitted: Submitted, people: People, author: Account, until: datetime) -> Proposal:
    """A text that has all its keys, and an embargo."""
    made = submitted(author, f"Tot {until.isoformat()}.", embargo=until)
    person = people("diplomat", mandates=("",))
    with database.write() as session:
        who = guarded.person(session, session.get_one(Account, person.id), people.clock.now.date())
        confirming.confirm(session, made.id, made.digest, who, people.clock.now)
    return made


def test_what_an_embargo_held_back_is_published_once(
    database: Database, submitted: Submitted, people: People, command: Command, clock: Any
) -> None:
    clock.now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)  # the command has a clock of its own
    author = people(topics=("water",))
    over = confirmed(database, submitted, people, author, clock.now + timedelta(hours=1))
    still = confirmed(database, submitted, people, author, clock.now + timedelta(days=400))
    assert "Tot" not in words(database)
    assert command(database, "digest").output.startswith("1 published, whose embargo is over;")
    assert command(database, "digest").output.startswith("0 published, whose embargo is over;")
    with database.read() as session:
        assert session.get_one(Proposal, over.id).state == "published"
        assert session.get_one(Proposal, still.id).state == "embargoed"
        assert chain.verify(session.connection()) == []
    assert words(database).count("Tot ") == 1
    with database.owner.begin() as connection:
        before = projection.snapshot(connection)
        projection.rebuild(connection)
        assert projection.snapshot(connection) == before


def test_two_at_once_publish_it_once(database: Database, submitted: Submitted, people: People, clock: Any) -> None:
    author = people(topics=("water",))
    for number in range(3):
        confirmed(database, submitted, people, author, clock.now + timedelta(minutes=1 + number))
    clock.forward(hours=1)
    start = threading.Barrier(2)
    found: list[int] = []

    def run() -> None:
        start.wait()
        with database.write() as session:
            found.append(len(confirming.publish_due(session, clock.now)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 3]
    assert words(database).count("Tot ") == 3


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_text_sent_back_under_embargo_is_not_published(
    database: Database, submitted: Submitted, people: People, clock: Any
) -> None:
    author = people(topics=("water",))
    made = confirmed(database, submitted, people, author, clock.now + timedelta(hours=1))
    colleague = people("diplomat", mandates=("",))
    with database.write() as session:
        who = guarded.person(session, session.get_one(Account, colleague.id), clock.now.date())
        confirming.send_back(session, made.id, "Toch niet.", who, clock.now)
        assert confirming.publish_due(session, clock.forward(days=2)) == []
    assert "Tot" not in words(database)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_status_that_can_no_longer_follow_goes_back_when_its_embargo_ends(
    database: Database, submitted: Submitted, people: People, clock: Any
) -> None:
    author = people(topics=("water",))
    held = confirmed(database, submitted, people, author, clock.now + timedelta(hours=1))
    colleague = people("diplomat", mandates=("",))
    last = submitted(author, "Zo blijft het.", status="standing")
    with database.write() as session:
        who = guarded.person(session, session.get_one(Account, colleague.id), clock.now.date())
        confirming.confirm(session, last.id, last.digest, who, clock.now)
    with database.write() as session:
        assert confirming.publish_due(session, clock.forward(days=2)) == []
        back = session.get_one(type(held), held.id)
        assert (back.state, bool(back.reason)) == ("returned", True)
    assert "Tot" not in words(database)


def test_the_timer_and_the_cron_line_are_shipped() -> None:
    assert "flask --app app digest" in (ROOT / "deploy/systemd/schakel-digest.service").read_text()
    assert "*:0/5" in (ROOT / "deploy/systemd/schakel-digest.timer").read_text()
    assert "flask --app app digest" in (ROOT / "docs/deploy.md").read_text()
