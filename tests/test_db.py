"""The three doors: what each can do, and that it is the database that holds the public one shut."""

import threading
from functools import reduce
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from register import cli, db
from register.config import Settings
from register.db import Database
from register.ledger import PUBLIC_TABLES, entries, overview, passages, read, search, sets
from register.ledger.tables import card, head, source_text
from register.sources import service as sources
from tests import databases, factories, hostile
from tests.factories import BOTH, NL, body, publish, report
from tests.hostile import SECRET

REFUSED = (DBAPIError, psycopg.Error, db.sqlite.Error, db.sqlite.Warning)
AROUND = {
    "sqlite": (
        "CREATE INDEX secret_index ON secret_note (body)",
        "CREATE VIRTUAL TABLE words_secret USING fts5(words)",
        f"INSERT INTO words_secret (words) VALUES ('{SECRET}')",
    ),
    "postgresql": ("CREATE FUNCTION secret_leak() RETURNS text LANGUAGE sql AS 'SELECT body FROM secret_note'",),
}


@pytest.fixture
def guarded(database: Database, kind: str) -> Database:
    """A register with something in it, and beside the ledger's tables a secret."""
    with database.write() as session:
        connection = session.connection()
        publish(connection, "verklaring", body("source"))
        sources.attach(connection, "verklaring", "Eerste regel\nTweede regel")
        cited = [{"source": "verklaring", "lines": "1-2"}]
        publish(connection, "water", body("topic", "Water"))
        publish(connection, "sluizen", body("agreement", citations=cited), *BOTH)
        publish(connection, "seminar", body("session", state="planned", date={"edtf": "2030", "words": "2030"}))
        publish(connection, "bericht", report("agreement/sluizen", "ongoing", "2024", NL), NL)
    with database.owner.begin() as connection:
        connection.execute(text("CREATE TABLE secret_note (id integer PRIMARY KEY, body text)"))
        connection.execute(text(f"INSERT INTO secret_note VALUES (1, '{SECRET}')"))
        connection.execute(text("CREATE VIEW note_view AS SELECT * FROM secret_note"))
        factories.run(connection, AROUND[kind])
        database.grant(connection, PUBLIC_TABLES)
    return database


def in_a_transaction(database: Database, statement: str) -> list[Any]:
    """As the register's own code would run it."""
    with database.public() as connection:
        result = connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []


def on_the_bare_connection(database: Database, statement: str) -> list[Any]:
    """On the driver's own connection, without a transaction around it, several statements at once."""
    raw = database.public_engine.raw_connection()
    bare: Any = raw.driver_connection
    found: list[Any] = []
    try:
        if database.settings.postgresql:
            bare.autocommit = True
            cursor = bare.execute(statement)
            while True:
                found += cursor.fetchall() if cursor.description else []
                if not cursor.nextset():
                    return found
        for part in statement.split("; "):
            found += bare.execute(part).fetchall()
        return found
    finally:
        raw.invalidate()


def everything(database: Database) -> dict[str, Any]:
    """All rows of all tables, as the owner sees them, and what tables, views, triggers and functions there are."""
    master = (
        "SELECT relname::text, relkind::text, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "UNION ALL SELECT rolname, rolsuper::text || rolcreaterole::text, '' FROM pg_roles "
        "UNION ALL SELECT nspname, nspacl::text, '' FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_t%' "
        "UNION ALL SELECT datname, '', '' FROM pg_database WHERE datname = 'other' "
        "UNION ALL SELECT extname, '', '' FROM pg_extension UNION ALL SELECT proname, prosrc, '' FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace"
        if database.settings.postgresql
        else "SELECT type, name, sql FROM sqlite_master"
    )
    with database.owner.connect() as connection:
        there = sorted(map(repr, connection.execute(text(master))))
        tables = sorted({*(table for table in PUBLIC_TABLES if table in " ".join(there)), "secret_note"})
        rows = {table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}")))) for table in tables}
    return {"there": there, **rows}


@pytest.mark.parametrize("run", [in_a_transaction, on_the_bare_connection])
def test_hostile_sql_changes_nothing_and_learns_nothing(guarded: Database, kind: str, tmp_path: Path, run: Any) -> None:
    place = {"{place}": str(tmp_path), "{file}": str(guarded.settings.sqlite_file)}
    before, files = everything(guarded), sorted(tmp_path.rglob("*"))
    answered: dict[str, str] = {}
    for statement in (*hostile.EITHER, *(hostile.POSTGRESQL if kind == "postgresql" else hostile.SQLITE)):
        try:
            answered[statement] = repr(
                run(guarded, reduce(lambda said, mark: said.replace(*mark), place.items(), statement))
            )
        except REFUSED:
            continue
    assert {statement for statement, found in answered.items() if SECRET in found} == set()
    assert set(answered) - (hostile.HARMLESS if kind == "postgresql" else set()) == set()
    assert everything(guarded) == before
    assert [file for file in sorted(tmp_path.rglob("*")) if file not in files] == []
    ordinary(guarded)


def test_the_page_of_hostile_sql_is_hostile(guarded: Database, kind: str) -> None:
    """Many of the statements do run for the owner, who may do it all: they are not just typos."""
    done = 0
    for statement in (*hostile.EITHER, *(hostile.POSTGRESQL if kind == "postgresql" else hostile.SQLITE)):
        if "{" in statement or statement.startswith(("COMMIT", "BEGIN", "ROLLBACK", "WITH RECURSIVE n", "SELECT zero")):
            continue
        with guarded.owner.connect() as connection:
            if kind == "sqlite":
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                connection.exec_driver_sql(statement)
                done += 1
            except REFUSED:
                pass
            connection.invalidate()  # whatever was begun on it
    assert done > 40


def ordinary(database: Database) -> None:
    """What the public pages ask, through the public door."""
    with database.public() as connection:
        assert read.revision(connection).seq == 6
        assert read.published(connection, "en", "agreement", "NLVL-2023-001").body["title"] == "English Sluizen"
        assert [topic.body["title"] for topic in read.all_of(connection, "nl", "topic")] == ["Water"]
        assert list(read.of_records(connection, "nl", "agreement", ["sluizen"])) == ["sluizen"]
        assert [said.record for said in read.updates_about(connection, "nl", "agreement", ["sluizen"])] == ["bericht"]
        assert [row.version for row in read.versions(connection, "agreement", "sluizen")] == [1]
        assert {other.kind for other in read.neighbours(connection, "nl", "agreement", "sluizen")} == {
            "source",
            "topic",
        }
        assert [row.record for row in read.cards(connection, "topic", "place")] == ["water"]
        cited = {"source": "verklaring", "lines": "1-2"}
        assert passages.cited(connection, [cited]) == {("verklaring", "1-2"): "Eerste regel Tweede regel …"}
        known = sets.current(connection, factories.TODAY)
        assert overview.statuses(connection, known, "water")["ongoing"] == 1
        assert known.count("agreement", ("topic", "water")) == 1
        assert len(entries.page(connection, "nl", None, 5, kinds=["agreement", "update"]).rows) == 2
        coming, held = overview.sessions_around(connection, "2026-01-01", 5)
        assert ([row.record for row in coming], list(held)) == (["seminar"], [])
        assert factories.found(connection, "sluizen") == ["NLVL-2023-001"]
        assert factories.found(connection, "locks", "en") == []


def test_the_public_door_reads_what_the_pages_ask(guarded: Database) -> None:
    ordinary(guarded)


def test_the_public_door_finds_what_was_published_since(guarded: Database) -> None:
    """The index of a connection that has been open for long follows what another one wrote."""
    with guarded.public() as connection:
        assert factories.found(connection, "bruggen") == []
    for number in range(3):
        with guarded.write() as session:
            publish(session.connection(), f"bruggen-{number}", body("agreement", "Bruggen"))
        with guarded.public() as connection:
            assert len(factories.found(connection, "bruggen")) == number + 1


# What the documents do not fill: only people and the clock do.
EMPTY_AT_FIRST = {"asked", "differing", "evidence_file", "pause", "taken"}


@pytest.mark.parametrize("table", sorted(PUBLIC_TABLES - set(search.SHADOW_TABLES) | set(search.TABLES)))
def test_the_public_door_reads_every_table_of_the_ledger(seeded: Database, table: str) -> None:
    with seeded.public() as connection:
        found = connection.scalar(text(f"SELECT count(*) FROM {table}"))
    if table == source_text.name and not databases.SOURCES.is_dir():
        pytest.skip("the source texts are not beside this checkout")
    assert found > 0 or table in EMPTY_AT_FIRST


@pytest.mark.parametrize("door", ["read", "public"])
@pytest.mark.parametrize(
    "statement", [update(card).values(title_nl="x"), delete(source_text), insert(head).values(id=2)]
)
def test_the_doors_for_reading_do_not_write(guarded: Database, door: str, statement: Any) -> None:
    before = everything(guarded)
    with pytest.raises(DBAPIError), getattr(guarded, door)() as opened:
        opened.execute(statement)
    assert everything(guarded) == before


def test_the_reader_sees_more_than_the_public(guarded: Database) -> None:
    with guarded.read() as session:
        assert session.execute(text("SELECT body FROM secret_note")).scalar_one() == SECRET


def test_the_writer_commits_what_ends_well_and_nothing_else(guarded: Database) -> None:
    with pytest.raises(RuntimeError), guarded.write() as session:  # noqa: PT012 - the transaction is what is tested
        session.execute(text("UPDATE secret_note SET body = 'x'"))
        raise RuntimeError
    with guarded.read() as session:
        assert session.execute(text("SELECT body FROM secret_note")).scalar_one() == SECRET
    with guarded.write() as session:
        session.execute(text("UPDATE secret_note SET body = 'x'"))
    with guarded.read() as session:
        assert session.execute(text("SELECT body FROM secret_note")).scalar_one() == "x"


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
def test_how_sqlite_is_opened(database: Database) -> None:
    wanted = {
        "writer": {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "recursive_triggers": 1,
            "query_only": 0,
        },
        "reader": {"journal_mode": "wal", "foreign_keys": 1, "query_only": 1},
    }
    for door, pragmas in wanted.items():
        with getattr(database, door).connect() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas}
            assert found == pragmas, door
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() >= 5000


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
def test_a_writer_waits_for_another_and_reads_what_it_wrote(database: Database) -> None:
    """A transaction that reads first and writes afterwards does not fail because somebody wrote in between."""
    reached, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with database.write() as session:
            publish(session.connection(), "een", body("agreement"))
            reached.set()
            go_on.wait(5)

    thread = threading.Thread(target=first)
    thread.start()
    reached.wait(5)
    threading.Timer(0.1, go_on.set).start()
    with database.write() as session:
        assert session.connection().scalar(select(head.c.seq)) == 1
        publish(session.connection(), "twee", body("agreement"))
    thread.join()


@pytest.mark.parametrize("name", ["with space", "100%", "what?", "no#3", "sluis&mode=rwc", "één", "a%20b"])
def test_a_data_folder_may_be_called_anything(tmp_path: Path, name: str) -> None:
    database = Database(Settings(data=tmp_path / name), PUBLIC_TABLES)
    cli.upgrade(database)
    with database.public() as connection:
        assert read.revision(connection).seq == 0
    database.close()
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "schakel.sqlite").is_file()


@pytest.mark.parametrize("kind", ["postgresql"], scope="session", indirect=True)
def test_the_application_may_do_its_work_and_owns_nothing(guarded: Database) -> None:
    with guarded.writer.connect() as connection:
        owned = connection.scalar(text("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"))
        assert owned == 0
        assert not connection.scalar(text("SELECT has_database_privilege(current_database(), 'TEMP')"))
        assert not connection.scalar(text("SELECT has_schema_privilege('public', 'CREATE')"))
