"""Rows added, changed and removed by statements whose text is made once: publishing an entry takes a score of them.

To build a statement and recognise it costs SQLAlchemy many times what the database does with it. Here only its shape is
looked up: the table, the columns set, and the columns compared, which hold the value given or, for None, nothing.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, text, update
from sqlalchemy.engine import Dialect

from register.ledger.prepared import given, in_words

Values = Mapping[str, Any]


def add(connection: Connection, table: Table, *rows: Values) -> None:
    """Add rows, each with the same columns. One statement, none for no rows."""
    if rows:
        _run(connection, _adding(_kind(connection), table, tuple(rows[0])), [dict(row) for row in rows])


def change(connection: Connection, table: Table, which: Values, **to: Any) -> int:
    """Give the rows that have all of `which` these values; says how many there are. One statement."""
    words = _changing(_kind(connection), table, _shape(which), tuple(to))
    return _run(connection, words, [to | _compared(which)])


def remove(connection: Connection, table: Table, which: Values) -> int:
    """Remove the rows that have all of `which`; says how many there were. One statement."""
    return _run(connection, _removing(_kind(connection), table, _shape(which)), [_compared(which)])


def write(connection: Connection, statement: str, *values: Values) -> None:
    """Do what a statement of our own words says, once for each of these `values`, which it names as `:name`."""
    _run(connection, _saying(_kind(connection), statement), [dict(each) for each in values])


def _run(connection: Connection, words: str, values: Sequence[dict[str, Any]]) -> int:
    return connection.exec_driver_sql(words, list(values)).rowcount


def _kind(connection: Connection) -> Any:
    """The kind of database, as `in_words` asks for it."""
    return type(connection.dialect)


@cache
def _adding(kind: type[Dialect], table: Table, names: tuple[str, ...]) -> str:
    return in_words(insert(table).inline().values({name: given(name) for name in names}), kind)


@cache
def _changing(kind: type[Dialect], table: Table, which: tuple[tuple[str, bool], ...], names: tuple[str, ...]) -> str:
    return in_words(update(table).where(*_where(table, which)).values({name: given(name) for name in names}), kind)


@cache
def _removing(kind: type[Dialect], table: Table, which: tuple[tuple[str, bool], ...]) -> str:
    return in_words(delete(table).where(*_where(table, which)), kind)


@cache
def _saying(kind: type[Dialect], statement: str) -> str:
    return in_words(text(statement), kind)


def _shape(which: Values) -> tuple[tuple[str, bool], ...]:
    """The columns that are compared, each with whether it is to hold something."""
    return tuple((name, value is not None) for name, value in which.items())


def _where(table: Table, which: tuple[tuple[str, bool], ...]) -> list[Any]:
    return [table.c[name] == given(f"its_{name}") if filled else table.c[name].is_(None) for name, filled in which]


def _compared(which: Values) -> dict[str, Any]:
    """The values compared with, under names of their own, since the same columns may be set."""
    return {f"its_{name}": value for name, value in which.items() if value is not None}
