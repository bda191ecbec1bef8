"""Taking back: what leaves view leaves every list and search, comes back or does not, and the chain stays whole."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from register.db import Database
from register.errors import LedgerBroken, NotPublished
from register.ledger import append, chain, entries, projection, read
from register.ledger.tables import card, link, publication
from tests import factories
from tests.factories import BOTH, NL, VL, body, found, publish, report


def take(connection: Connection, entry: str, target: int, **facts: Any) -> int:
    """An entry that takes back what was published at `target`."""
    row = connection.execute(select(publication).where(publication.c.seq == target)).one()
    return append.note(connection, entry, row.kind, row.record, row.reference, target=target, **facts)


def stands(connection: Connection) -> tuple[Any, ...]:
    now = factories.standing(connection, "agreement/sluizen")
    return now.status, now.confirmation, now.updated_nl, now.updated_vl


def said(connection: Connection) -> list[str]:
    return [one.record for one in read.updates_about(connection, "nl", "agreement", ["sluizen"])]


def test_what_is_taken_back_leaves_every_list_and_a_rebuild_says_the_same(database: Database) -> None:
    about = {"kind": "agreement", "id": "sluizen"}
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water"))
        publish(connection, "sluizen", body("agreement", "Sluizen"), *BOTH)
        bridges = publish(connection, "bruggen", body("agreement", "Bruggen"), *BOTH)
        own = publish(connection, "een", report("agreement/sluizen", "ongoing", "2024", NL), NL)
        joint = publish(connection, "twee", report("agreement/sluizen", "completed", "2025", *BOTH), *BOTH)
        assert stands(connection) == ("completed", "joint", "2025-12-31", "2025-12-31")

        # One side's confirmation of a joint report: it is the word of the other side from then on.
        take(connection, "unconfirming", joint, side="nl", about=about)
        assert stands(connection) == ("ongoing", "one_side", "2024-12-31", "2025-12-31")
        now = read.updates_about(connection, "nl", "agreement", ["sluizen"])[1]
        assert (now.sides, now.unconfirmed, [key["side"] for key in now.confirmations]) == (("vl",), "nl", ["vl"])

        # An own report: as if it had not been said.
        take(connection, "withdrawal", own, side="nl", about=about)
        assert (stands(connection), said(connection)) == (("completed", "one_side", None, "2025-12-31"), ["twee"])

        # Hidden for a while: nowhere, also not on an earlier day; and back as it stood.
        publish(connection, "drie", report("agreement/bruggen", "planned", "2024", VL), VL)
        spans = connection.execute(select(card.c.pub_from).where(card.c.record == "bruggen")).all()
        take(connection, "hiding", bridges, side="vl", ground="privacy", until="2026-01-15")
        assert found(connection, "bruggen") == []
        assert [
            one.entry.record for one in entries.page(connection, "nl", None, 9, kinds=("agreement", "update")).rows
        ] == ["twee", "sluizen"]
        assert not connection.scalar(select(card.c.id).where(card.c.kind == "agreement", card.c.record == "bruggen"))
        with pytest.raises(NotPublished):
            read.published(connection, "nl", "agreement", "NLVL-2023-002", 1)
        publish(connection, "vier", report("agreement/bruggen", "ongoing", "2025", VL), VL)
        take(connection, "showing", bridges)
        assert found(connection, "bruggen") == ["NLVL-2023-002"]
        back = connection.execute(select(card).where(card.c.kind == "agreement", card.c.record == "bruggen")).all()
        assert len(back) == len(spans) + 1
        assert (back[-1].status, back[-1].pub_to) == ("ongoing", None)

        # Hidden again, and then withdrawn by both: it does not come back; a later version is another text.
        take(connection, "hiding", bridges, side="nl", ground="privacy", until="2026-02-01")
        take(connection, "withdrawal", bridges)
        assert not connection.scalar(select(link.c.seq).where(link.c.seq == bridges))
        publish(connection, "bruggen", body("agreement", "Viaducten"), *BOTH)
        assert (found(connection, "bruggen"), found(connection, "viaduct")) == ([], ["NLVL-2023-002"])
        before = projection.snapshot(connection)
        assert chain.verify(connection) == []
    factories.rebuild(database)
    with database.read() as session:
        assert projection.snapshot(session.connection()) == before
    with database.public() as connection:
        assert stands(connection)[:2] == ("completed", "one_side")


def test_a_version_that_came_meanwhile_stays_current(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water"))
        first = publish(connection, "sluizen", body("agreement", "Sluizen"), *BOTH)
        take(connection, "hiding", first, side="vl", ground="privacy", until="2026-01-15")
        publish(connection, "sluizen", body("agreement", "Alle sluizen"), *BOTH)
        take(connection, "showing", first)
        assert factories.standing(connection, "agreement/sluizen").title_nl == "Alle sluizen"
        assert read.published(connection, "nl", "agreement", "NLVL-2023-001", 1).body["title"] == "Sluizen"
        take(connection, "withdrawal", first)
        assert factories.standing(connection, "agreement/sluizen").title_nl == "Alle sluizen"
        before = projection.snapshot(connection)
    factories.rebuild(database)
    with database.read() as session:
        assert projection.snapshot(session.connection()) == before


def test_the_chain_says_what_was_erased_and_refuses_what_takes_back_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water"))
        with pytest.raises(LedgerBroken), connection.begin_nested():
            append.note(connection, "withdrawal", "agreement", "sluizen", "NLVL-2023-001", target=99)
        target = publish(connection, "sluizen", body("agreement", "Sluizen"), *BOTH)
        take(connection, "withdrawal", target)
        factories.redact(connection, target)
        assert (chain.verify(connection), chain.blanked(connection)) == ([], [target])
        monkeypatch.setattr(projection, "apply", lambda *_: None)
        append.note(connection, "withdrawal", "agreement", "sluizen", "NLVL-2023-001", target=99)
        assert chain.verify(connection) == ["entry 5: takes back what was not published before it"]
        with pytest.raises(Exception, match="only grows"):
            connection.execute(update(publication).where(publication.c.seq == 1).values(document=None))
