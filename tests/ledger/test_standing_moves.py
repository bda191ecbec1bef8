"""How a record's standing moves when a report is changed, moves to another record, or closes it."""

import pytest

from register.db import Database
from register.ledger.tables import position
from tests import factories
from tests.factories import BOTH, NL, body, publish, report
from tests.ledger.test_standing import Said, own, tell


def test_a_changed_report_takes_the_place_of_what_it_said(database: Database) -> None:
    tell(database, (), [own("completed", "2024", NL)])
    with database.write() as session:
        publish(session.connection(), "bericht-0", report("agreement/sluizen", "ongoing", "2023", NL))
    with database.public() as connection:
        card = factories.standing(connection, "agreement/sluizen")
    assert (card.status, card.confirmation, card.updated_nl) == ("ongoing", "none", "2023-12-31")


def test_a_report_that_moves_to_another_record_leaves_the_first(database: Database) -> None:
    tell(database, (), [own("completed", "2024", NL)])
    with database.write() as session:
        publish(session.connection(), "bruggen", body("agreement"))
        publish(session.connection(), "bericht-0", report("agreement/bruggen", "completed", "2024", NL), NL)
    with database.public() as connection:
        left, reached = (factories.standing(connection, f"agreement/{name}") for name in ("sluizen", "bruggen"))
    assert (left.status, left.updated_nl) == ("unknown", None)
    assert (reached.status, reached.updated_nl) == ("completed", "2024-12-31")


def test_a_report_that_both_withdraw_into_one_leaves_the_other_side(database: Database) -> None:
    tell(database, (), [Said("ongoing", "2023", BOTH, BOTH)])
    with database.write() as session:
        publish(session.connection(), "bericht-0", report("agreement/sluizen", "ongoing", "2023", NL), NL)
    with database.public() as connection:
        card = factories.standing(connection, "agreement/sluizen")
        open_rows = connection.execute(position.select().where(position.c.pub_to.is_(None))).all()
    assert (card.confirmation, card.updated_vl) == ("one_side", None)
    assert [row.side for row in open_rows] == ["nl"]


def test_a_new_version_of_the_record_keeps_what_was_reported(database: Database) -> None:
    tell(database, (), [own("ongoing", "2023", NL)])
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement", title="Alle sluizen"), *BOTH)
    with database.public() as connection:
        card = factories.standing(connection, "agreement/sluizen")
    assert (card.title_nl, card.version, card.status, card.confirmation) == ("Alle sluizen", 2, "ongoing", "one_side")


@pytest.mark.parametrize("rebuilt", [False, True], ids=["following", "rebuilt"])
def test_a_closed_record_is_not_waited_for(database: Database, rebuilt: bool) -> None:
    tell(database, (), [Said("ongoing", "2023", (NL,))])
    with database.public() as connection:
        assert factories.standing(connection, "agreement/sluizen").status_open == 1
    with database.write() as session:
        publish(session.connection(), "klaar", report("agreement/sluizen", "completed", "2024", NL))
    if rebuilt:
        factories.rebuild(database)
    with database.public() as connection:
        assert factories.standing(connection, "agreement/sluizen").status_open == 0
