"""The migrations make what the models say, down and up again, and leave the projection alone."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from register import cli
from register.db import Database
from register.ledger import chain, projection, triggers
from register.ledger.append import GENESIS
from register.ledger.tables import TRUTH, head, projected
from register.models import audit
from tests import factories
from tests.factories import body, publish


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def built(connection: Connection) -> dict[str, object]:
    """Columns, keys, indexes and constraints of the ledger's own tables, as the database has them."""
    inspector = inspect(connection)
    return {
        table.name: {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table.name)],
            "key": inspector.get_pk_constraint(table.name),
            "unique": inspector.get_unique_constraints(table.name),
            "indexes": [
                (
                    index["name"],
                    index["column_names"],
                    index["unique"],
                    [str(only) for only in index.get("dialect_options", {}).values()],
                )
                for index in inspector.get_indexes(table.name)
            ],
        }
        for table in TRUTH
    }


def test_the_models_are_what_the_migrations_made(database: Database) -> None:
    command.check(cli.alembic_config(database))  # raises when a new migration would have something to do


def test_every_migration_has_one_after_it_but_the_last(database: Database) -> None:
    script = ScriptDirectory.from_config(cli.alembic_config(database))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_down_and_up_again(database: Database) -> None:
    config = cli.alembic_config(database)
    with database.owner.connect() as connection:
        before = built(connection)
    command.downgrade(config, "base")
    with database.owner.connect() as connection:
        assert tables(connection) & {table.name for table in TRUTH} == set()
        assert triggers_of(connection) == set()
    command.upgrade(config, "head")
    command.check(config)
    with database.owner.connect() as connection:
        assert built(connection) == before
        assert len(triggers_of(connection)) == sum(
            " TRIGGER " in made
            for statements in (triggers.statements, triggers.of_files, audit.statements)
            for made in statements(connection.dialect.name)
        )
        assert connection.execute(select(head)).all() == [(1, 0, GENESIS)]


def test_upgrading_a_register_in_use_keeps_it(database: Database) -> None:
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement"))
    with database.read() as session:
        before = projection.snapshot(session.connection())
    cli.upgrade(database)
    with database.read() as session:
        assert projection.snapshot(session.connection()) == before
        assert chain.verify(session.connection()) == []


def test_the_projection_after_down_and_up_belongs_to_the_new_ledger(database: Database) -> None:
    """It is no part of the migrations, so that the old one is still there when the ledger begins anew."""
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement"))
    command.downgrade(cli.alembic_config(database), "base")
    cli.upgrade(database)
    with database.public() as connection:
        assert factories.references(connection, "agreement") == []
    with database.write() as session:
        assert publish(session.connection(), "bruggen", body("agreement")) == 1
    with database.public() as connection:
        assert factories.references(connection, "agreement") == ["NLVL-2023-001"]


def test_the_projection_is_never_migrated(database: Database) -> None:
    for migration in ScriptDirectory.from_config(cli.alembic_config(database)).walk_revisions():
        with open(migration.path, encoding="utf-8") as file:
            source = file.read()
        assert [name for name in projected.tables if f'"{name}"' in source] == [], migration.path


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
def test_sqlite_keeps_to_the_types_of_columns(database: Database) -> None:
    with database.owner.connect() as connection:
        made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    loose = {name for name, sql in made if not sql.rstrip().endswith("STRICT")}
    assert {name for name in loose if not name.startswith("words_")} == {"alembic_version"}


def triggers_of(connection: Connection) -> set[str]:
    return set(
        connection.scalars(
            text(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
                if connection.dialect.name == "postgresql"
                else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            )
        )
    )
