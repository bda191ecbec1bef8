"""What `make bench` measures on is what the ledger and its projection would have made."""

import sys

import pytest
from sqlalchemy import Connection, select

from register.config import ROOT
from register.db import Database
from register.ledger import chain, projection, search
from register.ledger.query import Wanted, Way
from register.ledger.tables import head
from tests import factories
from tests.factories import BOTH, NL, body, publish, report

sys.path.append(str(ROOT / "deploy"))
import bench_data


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
def test_generated_data_verify_and_a_rebuild_changes_nothing(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water"))
        for name in ("sluizen", "bruggen"):
            publish(connection, name, body("agreement", name), *BOTH)
        publish(connection, "meten", body("action", agreements=["sluizen"]))
        publish(connection, "bericht", report("agreement/sluizen", "ongoing", "2024", NL), NL)
        assert bench_data.fill(connection, 8) == 3
    with database.owner.begin() as connection:
        assert chain.verify(connection) == []
        before, index = projection.snapshot(connection), words(connection)
        assert connection.scalar(select(head.c.seq)) == 5 + 4 * 4
        projection.rebuild(connection)
        assert projection.snapshot(connection) == before
        assert words(connection) == index
    with database.public() as connection:
        assert len(factories.references(connection, "agreement")) == 2 + 8
        assert factories.found(connection, bench_data.mark(3)) == ["NLVL-2023-009", "NLVL-2023-010"]


def words(connection: Connection) -> list[int]:
    """The positions that the index finds by a word of every title."""
    wanted = [Wanted((Way(("sluiz",)),))]
    return list(connection.execute(search.matching("sqlite", "agreement", "nl", wanted)).scalars())
