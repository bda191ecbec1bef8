"""The ledger only grows: the database itself refuses the rest, whoever asks."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from register.db import Database, sqlite
from register.ledger import append, chain, triggers
from register.ledger.tables import publication
from register.models import audit
from tests import factories
from tests.factories import body, publish

COLUMNS = [column.name for column in publication.columns]
ROW = "SELECT {} FROM publication WHERE seq = 1".format(
    ", ".join({"seq": "{seq}", "hash": "'f'", "version": "{version}"}.get(name, name) for name in COLUMNS)
)
INTO = f"INTO publication ({', '.join(COLUMNS)})"

REFUSED = {
    **{
        f"change {column}": f"UPDATE publication SET {column} = {'7' if column in ('seq', 'version') else repr('x')}"
        for column in COLUMNS
    },
    "blank without saying so": "UPDATE publication SET document = NULL, translations = NULL WHERE seq = 1",
    "delete an entry": "DELETE FROM publication WHERE seq = 2",
    "delete all entries": "DELETE FROM publication",
    "delete the head": "DELETE FROM head",
    "move the head back": "UPDATE head SET seq = 1",
    "move the head two on": "UPDATE head SET seq = seq + 2",
    "change the head where it stands": "UPDATE head SET hash = 'x'",
    "give the head another name": "UPDATE head SET id = 2, seq = seq + 1",
    "a second head": "INSERT INTO head (id, seq, hash) VALUES (2, 3, 'x')",
    "overwrite a conflicting entry": f"INSERT {INTO} {ROW.format(seq=1, version=1)} "
    "ON CONFLICT (seq) DO UPDATE SET document = 'x'",
    "overwrite the head on conflict": "INSERT INTO head (id, seq, hash) VALUES (1, 0, 'x') "
    "ON CONFLICT (id) DO UPDATE SET seq = 0",
}
REFUSED_BY_SQLITE = {
    "replace an entry": f"INSERT OR REPLACE {INTO} {ROW.format(seq=1, version=1)}",
    "replace an entry, said otherwise": f"REPLACE {INTO} {ROW.format(seq=2, version=1)}",
    "replace an entry by its position": f"INSERT OR REPLACE {INTO} {ROW.format(seq=1, version=9)}",
    "replace a version": f"INSERT OR REPLACE {INTO} {ROW.format(seq=9, version=1)}",
    "replace an entry by its hash": f"INSERT OR REPLACE {INTO} " + ROW.format(seq=9, version=9).replace("'f'", "hash"),
    "replace while changing": "UPDATE OR REPLACE publication SET seq = 2 WHERE seq = 1",
    "replace the head": "INSERT OR REPLACE INTO head (id, seq, hash) VALUES (1, 0, 'x')",
}
REFUSED_BY_POSTGRESQL = {
    "truncate the entries": "TRUNCATE publication",
    "truncate the head": "TRUNCATE head",
    "truncate all": "TRUNCATE publication, head, source_text, card CASCADE",
}
# What the owner may do and the application's own login may not.
REFUSED_TO_THE_APPLICATION = (
    "DROP TRIGGER publication_only_grows ON publication",
    "ALTER TABLE publication DISABLE TRIGGER ALL",
    "ALTER TABLE head DISABLE TRIGGER head_only_forward",
    "CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION ledger_only_grows() CASCADE",
    "SET session_replication_role = replica",
    "TRUNCATE publication",
    "TRUNCATE head",
    "DROP TABLE publication CASCADE",
    "ALTER TABLE publication RENAME TO other",
    "SET ROLE schakel_owner",
    "CREATE RULE quiet AS ON DELETE TO publication DO INSTEAD NOTHING",
    "CREATE TRIGGER other BEFORE INSERT ON publication FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()",
)


@pytest.fixture
def written(database: Database) -> Database:
    """A register with two agreements."""
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement"))
        publish(session.connection(), "bruggen", body("agreement"))
    return database


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.read() as session:
        return [tuple(row) for row in session.connection().execute(text("SELECT * FROM publication, head"))]


def refused(database: Database, statement: str) -> None:
    before = rows(database)
    with pytest.raises(DBAPIError, match="the ledger only grows"), database.owner.begin() as connection:
        connection.execute(text(statement))
    assert rows(database) == before
    assert len(before) == 2


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_nothing_is_changed_and_nothing_goes(written: Database, statement: str) -> None:
    refused(written, statement)


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
@pytest.mark.parametrize("statement", REFUSED_BY_SQLITE.values(), ids=REFUSED_BY_SQLITE)
def test_nothing_is_replaced(written: Database, statement: str) -> None:
    refused(written, statement)


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
@pytest.mark.parametrize("statement", (REFUSED_BY_SQLITE | REFUSED).values(), ids=REFUSED_BY_SQLITE | REFUSED)
def test_nothing_is_replaced_from_a_shell_that_knows_no_recursive_triggers(written: Database, statement: str) -> None:
    before = rows(written)
    plain = create_engine(f"sqlite:///{written.settings.sqlite_file}", module=sqlite)
    with pytest.raises(DBAPIError, match="the ledger only grows"), plain.begin() as connection:
        connection.execute(text(statement))
    plain.dispose()
    assert rows(written) == before


@pytest.mark.parametrize("kind", ["postgresql"], scope="session", indirect=True)
@pytest.mark.parametrize("statement", REFUSED_BY_POSTGRESQL.values(), ids=REFUSED_BY_POSTGRESQL)
def test_nothing_is_truncated_even_by_the_owner(written: Database, statement: str) -> None:
    refused(written, statement)


@pytest.mark.parametrize("kind", ["postgresql"], scope="session", indirect=True)
def test_the_application_cannot_loosen_its_own_hands(written: Database) -> None:
    before = rows(written)
    for statement in REFUSED_TO_THE_APPLICATION:
        with pytest.raises(DBAPIError, match=r"owner|permission denied"), written.writer.begin() as connection:
            connection.execute(text(statement))
    assert rows(written) == before


BLANK = "UPDATE publication SET document = NULL, translations = NULL WHERE seq = 1"


def says_redacted(connection: Connection, target: int) -> None:
    append.note(connection, "redaction", "agreement", "sluizen", "NLVL-2023-001", target=target)


def test_a_text_is_blanked_once_an_entry_names_it(written: Database) -> None:
    with written.write() as session:
        says_redacted(session.connection(), 1)
        session.connection().execute(text(BLANK))
    with written.read() as session:
        connection = session.connection()
        blanked = select(publication.c.document, publication.c.translations).where(publication.c.seq == 1)
        assert connection.execute(blanked).one() == (None, None)
        assert chain.verify(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        BLANK.replace("seq = 1", "seq = 2"),
        BLANK.replace("WHERE", ", reference = 'x' WHERE"),
        BLANK.replace("document = NULL", "document = '{}'"),
        BLANK.replace("translations = NULL", "translations = '{}'"),
        "UPDATE publication SET document = NULL WHERE seq = 1",
        "UPDATE publication SET translations = NULL WHERE seq = 1",
        "DELETE FROM publication WHERE seq = 1",
    ],
)
def test_a_redaction_allows_nothing_but_blanking_its_own_target(written: Database, statement: str) -> None:
    with written.write() as session:
        says_redacted(session.connection(), 1)
    with pytest.raises(DBAPIError, match="the ledger only grows"), written.owner.begin() as connection:
        connection.execute(text(statement))


def test_a_blanked_text_does_not_come_back(written: Database) -> None:
    with written.write() as session:
        factories.redact(session.connection(), 1)
    with pytest.raises(DBAPIError, match="the ledger only grows"), written.owner.begin() as connection:
        connection.execute(text("UPDATE publication SET document = '{}', translations = '{}' WHERE seq = 1"))


def test_the_triggers_are_those_of_the_file(database: Database, kind: str) -> None:
    with database.owner.connect() as connection:
        made = (triggers.statements(kind), triggers.of_files(kind), audit.statements(kind))
        expected = set[Any]().union(*(EXPECTED[kind](each) for each in made))
        assert INSTALLED[kind](connection) == expected


def in_sqlite(connection: Connection) -> set[str]:
    return set(connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")))


def in_postgresql(connection: Connection) -> set[tuple[str, ...]]:
    """Each trigger as its definition, enabled or not, and the source of the function."""
    found = connection.execute(
        text(
            "SELECT pg_get_triggerdef(t.oid), t.tgenabled::text, p.prosrc FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
        )
    )
    return {(definition(row[0]), row[1], row[2]) for row in found}


def definition(statement: str) -> str:
    """A CREATE TRIGGER with its events in one order and its table without schema."""
    plain = " ".join(statement.replace("public.", "").split())
    return re.sub(r"BEFORE (.*) ON", lambda events: f"BEFORE {' OR '.join(sorted(events[1].split(' OR ')))} ON", plain)


def of_postgresql(statements: tuple[str, ...]) -> set[tuple[str, ...]]:
    function, *made = statements
    source = function.split("$$")[1]
    return {(definition(statement), "O", source) for statement in made}


INSTALLED: dict[str, Callable[[Connection], set[Any]]] = {"sqlite": in_sqlite, "postgresql": in_postgresql}
EXPECTED: dict[str, Callable[[tuple[str, ...]], set[Any]]] = {"sqlite": set, "postgresql": of_postgresql}
