"""Rows added, changed and removed by statements that are made once."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from register.db import Database
from register.ledger import written
from register.ledger.tables import numbering, position

SAID = {"kind": "action", "record": "a-1", "update_id": "u-1", "as_of": "2024-01-01", "confirmed": 1, "pub_from": 7}
NEXT = {**SAID, "status": None, "pub_to": None, "seq": 7}


def test_rows_are_written(database: Database, queries: Callable[[Database], AbstractContextManager[list[str]]]) -> None:
    with database.write() as session, queries(database) as made:
        connection = session.connection()
        written.add(connection, position)  # no rows, no statement
        written.add(connection, position, {**NEXT, "side": "nl"}, {**NEXT, "side": "vl", "status": "ongoing"})
        # What holds nothing is compared as such, and a column may be compared and changed at once.
        assert written.change(connection, position, {"record": "a-1", "status": None}, status="it's 100%") == 1
        assert written.change(connection, position, {"record": "a-1", "pub_to": None}, pub_to=9) == 2
        assert written.change(connection, position, {"record": "a-2", "pub_to": None}, pub_to=9) == 0
        assert written.change(connection, position, {"side": "nl", "pub_to": 9}, pub_to=None) == 1
        written.write(connection, "UPDATE position SET as_of = :day WHERE side = :side", {"day": "2024", "side": "vl"})
        told = select(position.c.side, position.c.status, position.c.pub_to, position.c.as_of)
        rows = connection.execute(told.order_by(position.c.side)).all()
        assert rows == [("nl", "it's 100%", None, "2024-01-01"), ("vl", "ongoing", 9, "2024")]
        assert written.remove(connection, position, {"side": "vl", "pub_to": None}) == 0
        assert written.remove(connection, position, {"side": "nl", "pub_to": None}) == 1
        assert connection.scalars(select(position.c.side)).all() == ["vl"]
    assert len(made) == 10  # who counts queries counts these, two rows at once as one


def test_what_the_database_refuses_is_an_error_like_any_other_and_takes_everything_back(database: Database) -> None:
    first = {"series": "NLVL-1999", "last": 1}
    with pytest.raises(IntegrityError), database.write() as session:
        written.add(session.connection(), numbering, first, {**first, "last": 2})
    with pytest.raises(IntegrityError, match="numbering"), database.write() as session:
        written.add(session.connection(), numbering, {**first, "last": None})
    with database.write() as session:
        assert session.connection().scalar(select(numbering.c.last)) is None
        written.add(session.connection(), numbering, first)  # the connection is as good as before
    with database.read() as session:
        assert session.connection().scalar(select(numbering.c.last)) == 1
