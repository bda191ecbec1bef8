"""Reading what is published: versions, languages, neighbours and passages."""

import pytest

from register.db import Database
from register.errors import NotPublished
from register.ledger import append, passages, read
from register.words.vocabulary import Basis, Standing
from tests import factories
from tests.factories import BOTH, NL, body, publish, report


@pytest.fixture
def told(database: Database) -> Database:
    """A register with an agreement in two versions, and what is around it."""
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water"))
        publish(connection, "sluizen", body("agreement"), *BOTH)
        publish(connection, "bruggen", body("agreement", "Bruggen"))
        relation = {"type": "elaborates", "kind": "agreement", "target": "bruggen"}
        publish(connection, "sluizen", body("agreement", "Alle sluizen", relations=[relation]), NL)
        publish(connection, "meten", body("action", agreements=["sluizen"]))
        publish(connection, "bericht", report("agreement/sluizen", "ongoing", "2024", NL), NL)
    return database


def test_a_record_is_read_as_it_stands_now(told: Database) -> None:
    with told.public() as connection:
        found = read.published(connection, "nl", "agreement", "NLVL-2023-001")
    assert (found.body["title"], found.version, found.standing) == ("Alle sluizen", 2, Standing.AUTHENTIC)
    assert [one["side"] for one in found.confirmations] == ["nl"]
    assert (found.stand.status, found.stand.confirmation, found.stand.updated_nl) == (
        "ongoing",
        "one_side",
        "2024-12-31",
    )


def test_an_earlier_version_is_read_as_it_was(told: Database) -> None:
    with told.public() as connection:
        found = read.published(connection, "nl", "agreement", "NLVL-2023-001", 1)
        assert [row.version for row in read.versions(connection, "agreement", "sluizen")] == [2, 1]
    assert (found.body["title"], found.version) == ("Sluizen", 1)
    assert [one["side"] for one in found.confirmations] == ["nl", "vl"]


@pytest.mark.parametrize(
    ("kind", "reference", "version"),
    [
        ("agreement", "NLVL-2023-999", None),
        ("agreement", "NLVL-2023-001", 3),
        ("agreement", "NLVL-2023-001", 0),
        ("action", "NLVL-2023-001", None),
        ("agreement", "sluizen", None),
        ("agreement", "'", None),
    ],
)
def test_what_is_not_published_is_said_to_be_so(told: Database, kind: str, reference: str, version: int | None) -> None:
    with pytest.raises(NotPublished) as found, told.public() as connection:
        read.published(connection, "nl", kind, reference, version)
    assert (found.value.kind, found.value.reference) == (kind, reference)


def test_a_translation_lies_over_the_authentic_text_with_its_standing(told: Database) -> None:
    with told.public() as connection:
        found = read.published(connection, "en", "agreement", "NLVL-2023-001")
    assert found.body["title"] == "English Alle sluizen"
    assert found.body["made"] == {"edtf": "2023-01-31", "words": "English 31 januari 2023"}
    assert (found.language, found.standing) == ("nl", Standing.WORKING)


def test_what_has_no_translation_is_shown_in_its_own_language_and_said_to_be(database: Database) -> None:
    core = append.freeze("agreement", "sluizen", "nl", body("agreement"))
    with database.write() as session:
        append.publish(session.connection(), core, {}, Basis.FOUNDING_STATEMENT)
    with database.public() as connection:
        found = read.published(connection, "en", "agreement", "NLVL-2023-001")
        card = factories.standing(connection, "agreement/sluizen")
        assert factories.found(connection, "sluizen", "en") == ["NLVL-2023-001"]
    assert (found.body["title"], found.standing) == ("Sluizen", Standing.MISSING)
    assert (card.title_en, card.title_nl) == ("Sluizen", "Sluizen")


def test_neighbours_are_found_both_ways(told: Database) -> None:
    with told.public() as connection:
        near = read.neighbours(connection, "nl", "agreement", "sluizen")
        back = read.neighbours(connection, "en", "agreement", "bruggen", inward=("agreement",))
    assert [(one.outward, one.role, one.kind, one.record) for one in near] == [
        (True, "elaborates", "agreement", "bruggen"),
        (True, "topics", "topic", "water"),
        (False, "agreements", "action", "meten"),
    ]
    assert [(one.outward, one.role, one.title) for one in back] == [
        (True, "topics", "English Water"),
        (False, "elaborates", "English Alle sluizen"),
    ]


def test_a_record_that_is_no_longer_named_is_no_neighbour(told: Database) -> None:
    with told.write() as session:
        publish(session.connection(), "sluizen", body("agreement", "Alle sluizen"), NL)
    with told.public() as connection:
        assert [one.record for one in read.neighbours(connection, "nl", "agreement", "bruggen")] == ["water"]


def test_reports_come_in_the_order_of_the_ledger_and_only_as_they_stand(told: Database) -> None:
    with told.write() as session:
        publish(session.connection(), "later", report("agreement/sluizen", "completed", "2025", NL), NL)
        publish(session.connection(), "bericht", report("agreement/sluizen", "postponed", "2024", NL), NL)
    with told.public() as connection:
        found = read.updates_about(connection, "nl", "agreement", ["sluizen", "bruggen"])
        assert read.updates_about(connection, "nl", "agreement", []) == []
    assert [(said.record, said.body["status"]) for said in found] == [("later", "completed"), ("bericht", "postponed")]


def test_the_revision_is_the_last_position_and_its_time(told: Database) -> None:
    with told.public() as connection:
        now = read.revision(connection)
    assert now.seq == 6
    assert now.time.endswith("+00:00")


@pytest.mark.parametrize(("lines", "ends"), [("819-825", (819, 825)), ("7", (7, 7))])
def test_lines_are_read_as_first_and_last(lines: str, ends: tuple[int, int]) -> None:
    assert passages.span(lines) == ends
