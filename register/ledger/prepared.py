"""Statements that are built and compiled once, for pages that are asked for all the time.

SQLAlchemy builds and recognises a statement anew at each `execute`; on a page of ten queries that costs more than the
database does. A prepared statement hands its text to the driver, within the same transaction, and gives named tuples.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, literal_column
from sqlalchemy.engine import Dialect

_LISTED = "{listed}"


class Prepared:
    """A SELECT with `given` for each value that differs from one time to the next.

    What only the values of are compared is given as it is; columns whose type converts what the driver gives are not
    for this.
    """

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self.row: Any = namedtuple("Row", statement.selected_columns.keys(), rename=True)  # type: ignore[misc]
        self.made: dict[str, str] = {}

    def all(self, connection: Connection, listed: Sequence[int] = (), **values: Any) -> list[Any]:
        """Its rows, for each `given` a value, and for `among_those` the numbers that are `listed`. One query."""
        kind = connection.dialect.name
        if kind not in self.made:
            self.made[kind] = in_words(self.statement, type(connection.dialect))
        text = self.made[kind]
        if listed:
            text = text.replace(_LISTED, ",".join(map(str, map(int, listed))))
        return list(map(self.row._make, as_written(connection, text, values)))

    def first(self, connection: Connection, **values: Any) -> Any:
        """Its first row, None where there is none. One query."""
        return next(iter(self.all(connection, **values)), None)


def in_words(statement: Any, kind: type[Dialect]) -> str:
    """The text of a statement for the driver of a kind of database, in which stands whatever is the same each time.

    SQLite plans a statement anew at each execution where a value that it is given could decide whether a partial
    index serves; that cost more than the answer.
    """
    named: Any = kind
    style, place = ("pyformat", "%({})s") if kind.name == "postgresql" else ("named", ":{}")
    compiled = statement.compile(dialect=named(paramstyle=style), compile_kwargs={"render_postcompile": True})
    given_each_time = {name for name, bound in compiled.binds.items() if not bound.unique}
    text = str(compiled)
    for name in sorted(set(compiled.params) - given_each_time, key=len, reverse=True):
        text = text.replace(place.format(name), _literal(compiled.params[name]))
    return text


def _literal(value: str | int) -> str:
    """A value of our own code, written into a statement: a word or a whole number. Raises ValueError for another."""
    if isinstance(value, int):
        return str(int(value))
    if not set(value).isdisjoint("'%:\\"):
        raise ValueError(f"not to be written into a statement: {value!r}")
    return f"'{value}'"


def as_written(connection: Connection, text: str, values: Mapping[str, Any]) -> list[Any]:
    """The rows of a SELECT as its `text` asks the driver for them, with these values in the places that it names."""
    cursor = connection.connection.cursor()
    try:
        for listener in connection.dispatch.before_cursor_execute:  # who counts queries counts these too
            listener(connection, cursor, text, values, None, False)
        cursor.execute(text, values)
        return list(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error:
        # Once more in the usual way, which knows what an error means for the connection.
        return list(connection.exec_driver_sql(text, dict(values)))
    finally:
        cursor.close()


def prepared(build: Callable[..., Select[Any]]) -> Callable[..., Prepared]:
    """A function that builds a statement, as one that gives it prepared: once for each of what it is given."""
    return cache(lambda *asked: Prepared(build(*asked)))


def given(name: str) -> Any:
    """A value that is given each time, as `name`."""
    return bindparam(name, None, unique=False)


def among_those(column: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a number is one of those that are `listed` each time, at least one: of hundreds, which are written out,
    since so many parameters cost more than they save."""
    return column.in_([literal_column(_LISTED)])


def room(values: Sequence[Any]) -> int:
    """How many places an IN has for these values: a power of two, so that few statements serve all."""
    return 1 << max(len(values) - 1, 0).bit_length()


def places(name: str, count: int) -> list[Any]:
    """What an IN of `count` places compares with."""
    return [given(f"{name}{number}") for number in range(count)]


def placed(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """The values for as many `places` as have `room` for them: the last one stands in every place that is left."""
    filled = [*values, *([values[-1]] * (room(values) - len(values)))]
    return {f"{name}{number}": value for number, value in enumerate(filled)}
