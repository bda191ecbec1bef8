"""The three database doors: writer, reader and public, on SQLite or PostgreSQL.

The public door sees the ledger's tables and nothing else, and it is the database that sees to it:
SQLite by an authorizer on a read-only connection, PostgreSQL by a login of its own.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from register.config import Settings
from register.errors import SettingError

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this machine: the standard library, if its SQLite is new enough
    sqlite = sqlite3

OLDEST_SQLITE = (3, 51, 3)  # the first that does not corrupt a WAL database under two connections
BUSY_MS = 10_000

# What a statement of the public door may do besides reading a listed table.
_ALLOWED_ACTIONS = frozenset({sqlite.SQLITE_SELECT, sqlite.SQLITE_TRANSACTION})
_ALLOWED_FUNCTIONS = frozenset(
    {
        "abs",
        "bm25",
        "coalesce",
        "count",
        "group_concat",
        "ifnull",
        "iif",
        "json",
        "json_extract",
        "length",
        "like",
        "lower",
        "match",
        "max",
        "min",
        "nullif",
        "rank",
        "sum",
        "substr",
        "substring",
        "total",
        "upper",
    }
)


class Database:
    """The doors to one database. `public_tables` are the tables that the public door may read."""

    def __init__(self, settings: Settings, public_tables: Collection[str]) -> None:
        self.settings = settings
        if settings.postgresql:
            app, public = _psycopg(settings.database_url), _psycopg(settings.public_url)
            self.writer = create_engine(app, pool_pre_ping=True)
            self.reader = create_engine(
                app,
                pool_pre_ping=True,
                isolation_level="REPEATABLE READ",
                execution_options={"postgresql_readonly": True},
            )
            self.public_engine = create_engine(
                public,
                pool_pre_ping=True,
                isolation_level="REPEATABLE READ",
                execution_options={"postgresql_readonly": True},
            )
            self.owner = create_engine(_psycopg(settings.owner_url), poolclass=NullPool)
            self.leisure = self.writer
        else:
            _check_sqlite()
            _make_folder(settings)
            self.writer = _sqlite_engine(settings, "rw", "BEGIN IMMEDIATE")
            self.reader = _sqlite_engine(settings, "ro", "BEGIN")
            self.public_engine = _sqlite_engine(settings, "ro", "BEGIN", _authorizer(frozenset(public_tables)))
            self.owner = self.writer
            self.leisure = _sqlite_engine(settings, "rw", "BEGIN IMMEDIATE", busy=0)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write: committed when the block ends well, rolled back when it raises."""
        with Session(self.writer) as session, session.begin():
            yield session

    @contextmanager
    def write_at_leisure(self) -> Iterator[Session]:
        """As `write`, for what may as well be written another time: a busy writer is not waited for.

        On SQLite it then raises OperationalError; on PostgreSQL it is for the statement to skip rows that are locked.
        """
        with Session(self.leisure) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One read-only snapshot of everything."""
        with Session(self.reader) as session, session.begin():
            yield session

    @contextmanager
    def public(self) -> Iterator[Connection]:
        """One read-only snapshot of the ledger's tables; anything else is refused by the database."""
        with self.public_engine.connect() as connection, connection.begin():
            yield connection

    def grant(self, connection: Connection, public_tables: Collection[str]) -> None:
        """On PostgreSQL, give the application's and the public login what they need; the owner calls this.

        The public login reads the ledger's tables. The application reads and adds to everything, and changes what a
        trigger guards; it owns nothing, so it cannot drop a table or a trigger. Nobody but the owner makes temporary
        tables: one named like a table of the ledger would be read in its place. SQLite needs none of this.
        """
        if not self.settings.postgresql:
            return
        public, app = (make_url(url).username for url in (self.settings.public_url, self.settings.database_url))
        existing = sorted(set(inspect(connection).get_table_names()) & set(public_tables))
        quoted = connection.dialect.identifier_preparer.quote
        name = quoted(str(connection.engine.url.database))
        connection.execute(text(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"))
        connection.execute(text(f"GRANT SELECT ON {', '.join(map(quoted, existing))} TO {quoted(str(public))}"))
        if app != make_url(self.settings.owner_url).username:
            connection.execute(
                text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted(str(app))}")
            )
            connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted(str(app))}"))

    def vacuum(self) -> bool:
        """Have the database give up the space of what was erased, so that it stands in no file any more.

        Tells whether it could: on SQLite a reader may still hold the write-ahead log. PostgreSQL locks each table.
        """
        if self.settings.postgresql:
            with self.owner.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(text("VACUUM FULL"))
            return True
        raw = self.owner.raw_connection()  # beside the pool's own "begin": VACUUM stands in no transaction
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            raw.close()
        return not busy

    def close(self) -> None:
        """Give back every connection."""
        for engine in (self.writer, self.reader, self.public_engine, self.owner, self.leisure):
            engine.dispose()


def _psycopg(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _check_sqlite() -> None:
    if sqlite.sqlite_version_info < OLDEST_SQLITE:
        have, need = sqlite.sqlite_version, ".".join(map(str, OLDEST_SQLITE))
        raise SettingError(
            "SQLite",
            f"{have} is too old: before {need} it can corrupt a database that two processes "
            "use. Install the wheel 'pysqlite3', or set DATABASE_URL to a PostgreSQL database.",
        )


def _make_folder(settings: Settings) -> None:
    try:
        settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        name = "DATABASE_URL" if settings.database_url else "SCHAKEL_DATA"
        raise SettingError(name, f"is not a folder that can be written to: {error}") from error


def _sqlite_engine(
    settings: Settings, mode: str, begin: str, authorizer: Callable[..., int] | None = None, busy: int = BUSY_MS
) -> Engine:
    # As a URI, so that SQLite itself opens the file read-only; quoted, since a folder may be called anything.
    address = URL.create(
        "sqlite+pysqlite",
        database=f"file:{quote(str(settings.sqlite_file))}",
        query={"mode": "ro" if mode == "ro" else "rwc", "uri": "true"},
    )
    engine = create_engine(address, module=sqlite)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's "begin" event below says how a transaction begins
        pragmas = [f"busy_timeout={busy}", "foreign_keys=ON"]
        if mode == "ro":
            pragmas += ["query_only=ON"]
        else:
            pragmas += ["journal_mode=WAL", "synchronous=FULL", "recursive_triggers=ON"]
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        if authorizer:
            connection.set_authorizer(authorizer)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        if mode == "ro":  # which does not wait, so cannot fail: SQLAlchemy's own way costs more than a short query
            connection.connection.cursor().execute(begin)
        else:
            connection.exec_driver_sql(begin)

    return engine


def _authorizer(tables: frozenset[str]) -> Callable[..., int]:
    """A SQLite authorizer that lets a statement read `tables`, begin and end a transaction, and nothing more."""

    def decide(action: int, first: str | None, second: str | None, database: str | None, _trigger: str | None) -> int:
        if action == sqlite.SQLITE_READ:
            allowed = first in tables and database in ("main", None)
        elif action == sqlite.SQLITE_FUNCTION:
            allowed = second in _ALLOWED_FUNCTIONS
        elif action == sqlite.SQLITE_PRAGMA:  # the full-text index asks whether somebody else wrote
            allowed = (first, second) == ("data_version", None)
        else:
            allowed = action in _ALLOWED_ACTIONS
        return int(sqlite.SQLITE_OK if allowed else sqlite.SQLITE_DENY)

    return decide
