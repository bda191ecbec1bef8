"""The commands of the operator: `flask --app app …`."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text

from register import cli, create_app
from register.config import ROOT, Settings
from register.db import Database
from register.errors import Refused
from register.imports.reading import SeedFaults
from register.ledger import PUBLIC_TABLES, append, chain, projection, read
from register.ledger.tables import source_text
from tests.conftest import Command
from tests.factories import BOTH, Seed, body, publish


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    """A small seed, not written yet."""
    return Seed(tmp_path / "seed")


def on(database: Database, seed: Seed, **changes: Any) -> Database:
    """The same register, with the small seed."""
    return Database(replace(database.settings, seed=seed.write(**changes)), PUBLIC_TABLES)


def revision(database: Database) -> int:
    with database.public() as connection:
        return read.revision(connection).seq


def test_help_says_what_each_command_does(database: Database, command: Command) -> None:
    result = command(database, "--help")
    for name in ("ledger", "source", "seed", "migrate", "prepare"):
        assert f"  {name} " in result.output
    for group in ("ledger", "source", "seed"):
        listed = command(database, group, "--help").output.partition("Commands:")[2]
        assert listed.strip()
        assert all(len(line.split()) > 1 for line in listed.strip().splitlines())


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
def test_migrate_makes_the_register_and_changes_nothing_afterwards(tmp_path: Path, command: Command, kind: str) -> None:
    fresh = Database(Settings(data=tmp_path / "new" / "folder"), PUBLIC_TABLES)
    for _ in range(2):
        result = command(fresh, "migrate")
        assert (result.exit_code, result.output) == (0, "The database is up to date.\n")
    assert revision(fresh) == 0
    fresh.close()


NEEDING = [
    ("user", "list"),
    ("user", "invite", "--side", "nl", "--role", "diplomat", "--email", "jan@nl.example"),
    ("user", "reset", "--email", "jan@nl.example"),
    ("digest",),
    ("retention", "run"),
    ("ledger", "verify"),
    ("ledger", "rebuild"),
    ("seed", "load"),
    ("source", "attach", "."),
]


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
@pytest.mark.parametrize("asked", NEEDING, ids=lambda asked: "-".join(asked[:2]))
def test_without_a_register_one_line_says_so(
    tmp_path: Path, command: Command, kind: str, asked: tuple[str, ...]
) -> None:
    folder = tmp_path / "elsewhere"
    fresh = Database(Settings(data=folder), PUBLIC_TABLES)
    for empty in (False, True):  # also where an earlier version left a file without a table
        if empty:
            fresh.settings.sqlite_file.touch()
        result = command(fresh, *asked)
        assert (result.exit_code, result.stdout, type(result.exception)) == (1, "", SystemExit)
        (said,) = result.stderr.splitlines()
        assert said.startswith(f"Error: There is no register in {folder}. Run `make serve` first")
        assert empty or {file.name for file in folder.iterdir()} == {"secret"}
    fresh.close()


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)  # PostgreSQL is shared by tests
def test_a_register_of_another_version_asks_for_its_migration(database: Database, command: Command, kind: str) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'before'"))
    result = command(database, "digest")
    assert result.exit_code == 1
    assert "is of another version. Run `make migrate` first." in result.stderr


def test_seed_load_says_what_it_did(database: Database, seed: Seed, command: Command) -> None:
    small = on(database, seed)
    assert command(small, "seed", "load").output == "4 new, 0 changed, 0 unchanged.\n"
    assert command(small, "seed", "load").output == "0 new, 0 changed, 4 unchanged.\n"
    seed.write(topics=["lucht"])
    assert command(small, "seed", "load").output == "0 new, 1 changed, 3 unchanged.\n"
    with small.write() as session:
        publish(session.connection(), "sluizen", body("agreement"), *BOTH)
    seed.write()
    result = command(small, "seed", "load")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "0 new, 0 changed, 3 unchanged.",
        "Held back, since a side has confirmed them: agreement sluizen",
    ]
    small.close()


def test_seed_load_names_every_fault_and_loads_nothing(database: Database, seed: Seed, command: Command) -> None:
    small = on(database, seed, topics=["vuur"], citations=[{"source": "x"}])
    result = command(small, "seed", "load")
    assert result.exit_code == 1
    assert "agreements.yaml: sluizen: topics: names no known topic: vuur" in result.output
    assert "agreements.yaml: sluizen: citations: names no known source: x" in result.output
    assert "2 faults in the seed. Nothing was loaded." in result.output
    assert revision(small) == 0
    small.close()


def test_seed_load_after_the_founding_is_refused_in_words(database: Database, seed: Seed, command: Command) -> None:
    small = on(database, seed)
    with small.write() as session:
        append.note(session.connection(), "founding_closed", "register", "register", "register")
    result = command(small, "seed", "load")
    assert result.exit_code == 1
    assert "the founding import is closed" in result.output
    assert isinstance(result.exception, SystemExit)
    assert revision(small) == 1
    small.close()


def test_prepare_makes_a_register_ready_and_leaves_a_ready_one_alone(
    database: Database, seed: Seed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "statement-file.txt").write_text("Eerste\nTweede", encoding="utf-8")
    small = on(database, seed)
    cli.prepare(small.settings, texts)
    assert capsys.readouterr().out.splitlines() == [
        "Loading the founding seed …",
        "4 records published.",
        "Source texts attached: verklaring.",
    ]
    seed.write(topics=["lucht"])  # a seed that changed is not loaded by itself
    cli.prepare(small.settings, texts)
    assert capsys.readouterr().out.splitlines() == ["Source texts attached: none new."]
    assert revision(small) == 5
    with small.read() as session:
        assert chain.verify(session.connection()) == []
        assert len(session.connection().execute(select(source_text)).all()) == 2
    small.close()


def test_prepare_does_all_or_nothing(database: Database, seed: Seed, tmp_path: Path) -> None:
    small = on(database, seed)
    with pytest.raises(Refused, match="no folder"):
        cli.prepare(small.settings, tmp_path / "none")
    assert revision(small) == 0
    seed.write(nature="promise")
    with pytest.raises(SeedFaults):
        cli.prepare(small.settings)
    assert revision(small) == 0
    small.close()


def test_the_command_prepare_fails_in_words(database: Database, seed: Seed, tmp_path: Path, command: Command) -> None:
    small = on(database, seed, nature="promise")
    result = command(small, "prepare")
    assert result.exit_code == 1
    assert "agreements.yaml: sluizen: nature" in result.output
    seed.write()
    broken = tmp_path / "texts"
    broken.mkdir()
    (broken / "statement-file.txt").write_bytes(b"\xff\xfe")
    for texts, said in ((tmp_path / "none", "there is no folder"), (broken, "no text in UTF-8")):
        result = command(small, "prepare", "--sources", str(texts))
        assert result.exit_code == 1
        assert said in result.output
        assert isinstance(result.exception, SystemExit)
    assert revision(small) == 0
    assert command(small, "prepare").exit_code == 0
    assert revision(small) == 4
    small.close()


def test_upgrading_gives_the_public_its_tables_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A projection made anew has new tables; the public login must be able to read them."""
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement"))
    monkeypatch.setattr(projection, "VERSION", "of later code")
    cli.upgrade(database)
    with database.public() as connection:
        assert [row.record for row in read.cards(connection, "agreement")] == ["sluizen"]
    with database.write() as session:
        publish(session.connection(), "bruggen", body("agreement"))


@pytest.mark.parametrize("kind", ["postgresql"], scope="session", indirect=True)
def test_upgrading_gives_and_takes_rights_anew(database: Database) -> None:
    """A database restored from a backup has lost what was granted on it."""
    may = text("SELECT has_table_privilege('card', 'SELECT'), has_database_privilege(current_database(), 'TEMP')")
    name = make_url(database.settings.owner_url).database
    with database.owner.begin() as connection:
        connection.execute(text("REVOKE ALL ON card FROM schakel_public"))
        connection.execute(text(f"GRANT TEMPORARY ON DATABASE {name} TO PUBLIC"))
    for rights in ((False, True), (True, False)):
        with database.public() as connection:
            assert connection.execute(may).one() == rights
        cli.upgrade(database)


def test_the_commands_are_there_for_a_newcomer(tmp_path: Path) -> None:
    """As typed: in a process of its own, with settings from the environment."""
    environment = {**os.environ, "SCHAKEL_DATA": str(tmp_path / "data")}
    run = [sys.executable, "-m", "flask", "--app", "app"]
    done = subprocess.run([*run, "migrate"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "The database is up to date.\n", "")
    environment["DATABASE_URL"] = "mysql://localhost/schakel"
    done = subprocess.run([*run, "migrate"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "DATABASE_URL must begin with postgresql:// or sqlite:///" in done.stderr


def test_an_application_without_settings_takes_those_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHAKEL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SCHAKEL_URL", "https://schakel.example/")
    app = create_app()
    assert app.extensions["schakel_database"].settings.data == tmp_path / "data"
    assert app.config["BASE_URL"] == "https://schakel.example"
