"""Translations: with a version or by an entry of their own, carried on, out of date; what of them is read and found."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from register.db import Database
from register.ledger import append, chain, projection, read, triggers
from register.ledger.canonical import digest
from register.ledger.parts import texts
from register.ledger.tables import publication
from register.words.vocabulary import Basis, Standing
from tests import factories
from tests.factories import BOTH, NL, body, found, publish, report

RECORD = "NLVL-2023-001"


def said(connection: Connection, language: str = "en", version: int | None = None) -> read.Published:
    return read.published(connection, language, "agreement", RECORD, version)


def translate(connection: Connection, seq: int, standing: Standing = Standing.WORKING, **words: str) -> int:
    """Publish a translation of the version at `seq`, confirmed by both sides, with these words."""
    row = connection.execute(select(publication).where(publication.c.seq == seq)).one()
    part = read.decode(row, "nl").body
    own = texts(factories.BODIES[row.kind].model_validate(part))
    told = {path: words.get(path.replace(".", "_"), f"New {text}") for path, text in own.items()}
    frozen = append.translate(connection, seq, "en", standing, told)
    keys = [append.Confirmation(side, "Director", digest(frozen), "2024-01-01T10:00:00+00:00") for side in BOTH]
    return append.publish_translation(connection, seq, frozen, keys)


def alone(connection: Connection, record: str, part: Any, *keys: Any) -> int:
    """Publish a version without any translation."""
    core = append.freeze(part.kind, record, "nl", part)
    confirmations = [factories.key(core, side) for side in keys]
    return append.publish(connection, core, {}, Basis.CONFIRMED, confirmations)


def test_a_translation_comes_later_carries_on_and_goes_out_of_date(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water"))
        first = alone(connection, "sluizen", body("agreement", "Sluizen"), *BOTH)
        before = said(connection)
        assert (before.standing, before.body["title"], before.spoken("title")) == (Standing.MISSING, "Sluizen", "nl")
        translate(connection, first, Standing.AGREED, title="Locks")
        now = said(connection)
        assert (now.standing, now.body["title"], now.spoken("title")) == (Standing.AGREED, "Locks", "")
        assert (now.version, now.confirmations) == (1, before.confirmations)  # the text itself is as it was
        assert (found(connection, "locks", "en"), found(connection, "sluizen", "en")) == ([RECORD], [])
        assert factories.standing(connection, "agreement/sluizen").told_en == Standing.AGREED

        alone(connection, "sluizen", body("agreement", "Sluizen", form="letter"), NL)  # no text changed
        assert (said(connection).standing, said(connection).body["title"]) == (Standing.AGREED, "Locks")
        third = alone(connection, "sluizen", body("agreement", "Alle sluizen"), NL)
        now = said(connection)
        assert (now.standing, now.left, now.body["title"]) == (Standing.OUTDATED, ("title",), "Alle sluizen")
        assert (now.spoken("title"), now.spoken("summary"), now.body["summary"]) == ("nl", "", "New Zij stemmen af.")
        assert said(connection, version=1).body["title"] == "Locks"  # what was agreed of the version that it is of
        translate(connection, third, title="All locks")
        assert (said(connection).standing, said(connection).body["title"]) == (Standing.WORKING, "All locks")

        told = alone(connection, "bericht", report("agreement/sluizen", "ongoing", "2024", NL, text="Het loopt."), NL)
        translate(connection, told, text="It is under way.")
        assert read.updates_about(connection, "en", "agreement", ["sluizen"])[0].body["text"] == "It is under way."
        alone(connection, "sas", body("term", "Sas"), NL)
        term = alone(connection, "sas", body("term", "Sas", flemish="schutkolk"), NL)
        translate(connection, term, title="Sluice")
        assert found(connection, "sluice", "en", "term") == ["sas"]
    with database.read() as session:
        before_rebuild = projection.snapshot(session.connection())
        assert chain.verify(session.connection()) == []
    factories.rebuild(database)
    with database.read() as session:
        assert projection.snapshot(session.connection()) == before_rebuild
    with database.public() as connection:  # the public door may read all that it needs for this
        assert said(connection).body["title"] == "All locks"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_no_translation_is_refused_and_what_was_tampered_with_is_found(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        first = publish(connection, "sluizen", body("agreement"), *BOTH)
        other = publish(connection, "bruggen", body("agreement"), *BOTH)
        words = {"title": "Locks", "summary": "They agree.", "made.words": "31 January 2023"}
        for seq, language, told in (
            (first, "nl", words),
            (first, "en", {"title": "Locks"}),
            (first, "en", words | {"more": "x"}),
            (first, "en", words | {"title": ""}),
            (99, "en", words),
        ):
            with pytest.raises(ValueError, match="translat"):
                append.translate(connection, seq, language, Standing.WORKING, told)
        frozen = append.translate(connection, first, "en", Standing.WORKING, words)
        with pytest.raises(ValueError, match="one text"):
            append.publish_translation(connection, other, frozen, ())
        old = append.Confirmation("nl", "Director", "0" * 64, "2024-01-01T10:00:00+00:00")
        with pytest.raises(ValueError, match="another translation"):
            append.publish_translation(connection, first, frozen, [old])
        seq = append.publish_translation(connection, first, frozen, ())
        assert chain.verify(connection) == []
        factories.redact(connection, seq)
        assert chain.verify(connection) == []
    factories.rebuild(database)
    with database.public() as connection:
        assert said(connection).body["title"] == "English Sluizen"
    with database.owner.begin() as connection:
        factories.run(connection, triggers.undo(connection.dialect.name))
        connection.execute(update(publication).where(publication.c.seq == other).values(version=2))
        faults = " ".join(chain.verify(connection))
        assert "version is not what the header says" in faults
        connection.execute(update(publication).where(publication.c.seq == first).values(version=2))
        assert f"entry {seq}: what it translates is no earlier text of that record" in chain.verify(connection)
