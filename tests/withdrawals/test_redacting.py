"""Erasing: not one byte of the words is left, neither in the database nor beside it, and the ledger is whole."""

from collections.abc import Callable
from typing import Any

import pytest

from register.db import Database
from register.guards import people as guarded
from register.ledger import append, chain, projection
from register.models import Account, Draft, Proposal
from register.publishing import confirming
from tests import factories
from tests.conftest import Command
from tests.workers import Clock, People

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
SECRET = "Zonnebloemstraat"


@SQLITE
def test_what_is_erased_is_in_no_file_any_more(
    database: Database, command: Command, people: People, submitted: Callable[..., Proposal], clock: Clock
) -> None:
    author: Account = people("diplomat", mandates=("water",))
    colleague = people("diplomat", mandates=("water",))
    for topic in ("water", "lucht"):
        with database.write() as session:
            factories.publish(session.connection(), topic, factories.body("topic", topic, short=topic))
    with database.write() as session:
        factories.publish(session.connection(), "sluizen", factories.body("agreement", "Sluizen"))
    draft_of = submitted(author, f"Woont in de {SECRET}.", translations={"en": {"text": SECRET, "as_of.words": "then"}})
    with database.write() as session:
        person = guarded.person(session, session.get_one(Account, colleague.id), clock.now.date())
        done = confirming.confirm(session, draft_of.id, draft_of.digest, person, clock.now)
        seq, record = done.seq, done.record
        session.get_one(Draft, draft_of.draft_id).typed = f'{{"text": "{SECRET}"}}'

    refused = command(database, "ledger", "redact", str(seq), "--reason", "privacy", "--yes")
    assert (refused.exit_code, "is not withdrawn" in refused.output) == (1, True)
    assert held(database)
    with database.write() as session:
        facts: dict[str, Any] = {"target": seq, "side": "nl", "about": {"kind": "agreement", "id": "sluizen"}}
        append.note(session.connection(), "withdrawal", "update", record, "UPD-2026-001", **facts)
    erased = command(database, "ledger", "redact", str(seq), "--reason", "privacy", "--yes")
    assert erased.exit_code == 0, erased.output
    assert not held(database)
    assert f"only their digests are left: {seq}" in command(database, "ledger", "verify").output
    with database.read() as session:
        before = projection.snapshot(session.connection())
        assert chain.verify(session.connection()) == []
    factories.rebuild(database)
    with database.read() as session:
        assert projection.snapshot(session.connection()) == before
    assert command(database, "ledger", "redact", str(seq), "--reason", "privacy", "--yes").exit_code == 1


def held(database: Database) -> bool:
    """Whether any file of the database holds the word."""
    folder = database.settings.sqlite_file.parent
    return any(SECRET.encode() in found.read_bytes() for found in folder.iterdir() if found.is_file())
