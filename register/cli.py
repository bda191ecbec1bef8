"""Commands for the operator: `flask --app app …`. Thin: each calls one function of the house."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlmodel import Session

from register import i18n
from register.accounts import retention
from register.config import ROOT, Settings
from register.db import Database
from register.errors import Refused, SettingError
from register.guards import clock
from register.imports import checking, founded, founding
from register.imports.reading import SeedFaults
from register.ledger import PUBLIC_TABLES, chain, projection
from register.ledger.tables import head
from register.publishing import redacting
from register.sources import service as sources
from register.telling import running
from register.words.taking import Ground

if TYPE_CHECKING:
    from alembic.config import Config

ledger = AppGroup("ledger", help="The ledger: check it, rebuild what is derived from it.")
source = AppGroup("source", help="The texts of sources.")
seed = AppGroup("seed", help="The founding seed.")
keeping = AppGroup("retention", help="What is kept about people, and for how long.")


def init(app: Flask) -> None:
    """Register the commands."""
    for group in (ledger, source, seed, keeping):
        app.cli.add_command(group)
    app.cli.add_command(migrate)
    app.cli.add_command(prepare_command)
    app.cli.add_command(digest)


def _database() -> Database:
    found: Database = current_app.extensions["schakel_database"]
    return found


def _existing() -> Database:
    """The database, once it is found to hold a register of this version. Raises ClickException saying what to do."""
    return founded.check(_database())


def alembic_config(database: Database) -> "Config":
    """What the migrations need to know to run on `database`, as its owner."""
    from alembic.config import Config  # here and below: the server itself does not hold the library

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    config.attributes["engine"] = database.owner
    return config


def upgrade(database: Database) -> None:
    """Bring the database's tables to the newest migration, and the projection up to date."""
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = alembic_config(database)
    newest = ScriptDirectory.from_config(config).get_current_head()
    with database.owner.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    if have != newest:
        command.upgrade(config, "head")
    with database.owner.begin() as connection:
        projection.ensure(connection)
        database.grant(connection, PUBLIC_TABLES)  # each time: a restored database has lost what was granted on it


def prepare(settings: Settings, texts: Path | None = None) -> None:
    """Make the register ready to serve: migrate, load the seed when empty, attach source texts. Says what it does."""
    database = Database(settings, PUBLIC_TABLES)
    try:
        upgrade(database)
        with database.write() as session:
            connection = session.connection()
            if founding.is_empty(connection):
                click.echo("Loading the founding seed …")
                click.echo(f"{founding.load(connection, settings.seed).new} records published.")
            if texts:
                added = sources.attach_folder(connection, texts)
                click.echo(f"Source texts attached: {', '.join(added) or 'none new'}.")
    finally:
        database.close()


@click.command("prepare")
@click.option("--sources", "texts", type=click.Path(path_type=Path), help="Folder of source texts to attach.")
@with_appcontext
def prepare_command(texts: Path | None) -> None:
    """Migrate, load the seed when the register is empty, attach source texts."""
    try:
        prepare(_database().settings, texts)
    except (SettingError, Refused) as error:
        raise click.ClickException(str(error)) from error
    except SeedFaults as error:
        _fail(error)


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest migration."""
    upgrade(_database())
    click.echo("The database is up to date.")


@click.command("digest")
@with_appcontext
def digest() -> None:
    """Do what the clock asks: embargoes, what was hidden, notices, readings that differ, mail. Safe to run twice."""
    done = running.run(_existing(), clock)
    click.echo(f"{done.published} published, whose embargo is over; {done.back} shown again; ", nl=False)
    click.echo(f"{done.named} responses asked in public; {done.shown} readings shown to differ; ", nl=False)
    click.echo(f"{done.sent} letters sent, {done.failed} not.")


@ledger.command("verify")
@click.option("--head", "expected", help="A head that somebody kept: SEQ:HASH.")
def verify(expected: str | None) -> None:
    """Check the whole chain; exits with 1 when anything is wrong."""
    kept = None
    if expected is not None:
        said = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", expected)
        if not said:
            raise click.BadParameter("must be SEQ:HASH, such as 12:ab…", param_hint="--head")
        kept = int(said[1]), said[2]
    with _existing().read() as session:
        connection = session.connection()
        faults = chain.verify(connection, kept)
        last = connection.execute(head.select()).first()
        erased = chain.blanked(connection)
    if faults:
        click.echo("\n".join(faults), err=True)
        sys.exit(1)
    click.echo(f"The ledger is whole. Head: {last.seq}:{last.hash}" if last else "There is no ledger yet.")
    if erased:
        click.echo(f"Erased, so that only their digests are left: {', '.join(map(str, erased))}.")


@ledger.command("rebuild")
def rebuild() -> None:
    """Make everything that is derived from the ledger anew."""
    database = _existing()
    with database.owner.begin() as connection:
        projection.rebuild(connection)
        database.grant(connection, PUBLIC_TABLES)
    click.echo("The projection is rebuilt.")


@ledger.command("redact")
@click.argument("seq", type=click.IntRange(min=1))
@click.option(
    "--reason", type=click.Choice([word.value for word in Ground]), required=True, help="Stays in the ledger."
)
@click.confirmation_option(prompt="The words of this entry will be gone for good. Go on?")
def redact(seq: int, reason: str) -> None:
    """Erase the words of entry SEQ, which must stand withdrawn: text, translations, files and working copies.

    Its reference stays: a number, or for some records of the founding import words. So do the texts about it.
    """
    database = _existing()
    try:
        with Session(database.owner) as session, session.begin():
            erased = redacting.redact(session, seq, Ground(reason))
            projection.rebuild(session.connection())
            database.grant(session.connection(), PUBLIC_TABLES)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Erased: {', '.join(map(str, erased))}.")
    if not database.vacuum():
        raise click.ClickException("A reader holds the old file: stop the service, and run `ledger vacuum`.")
    click.echo("The database file holds the words no more. Backups do: see docs/deploy.md.")


@ledger.command("vacuum")
def vacuum() -> None:
    """Give up the space of what was erased, where `redact` could not."""
    if not _existing().vacuum():
        raise click.ClickException("A reader still holds the old file: stop the service first.")
    click.echo("Done.")


@source.command("attach")
@click.argument("where", type=click.Path(exists=True, path_type=Path))
@click.option("--source", "name", help="The id of the source, when WHERE is one file.")
def attach(where: Path, name: str | None) -> None:
    """Attach source texts: a folder with files named as the sources say, or one file with --source."""
    try:
        with _existing().write() as session:
            connection = session.connection()
            if where.is_dir():
                added = sources.attach_folder(connection, where)
            elif name:
                added = [name] if sources.attach(connection, name, sources.read(where)) else []
            else:
                raise click.UsageError("Say which source the file belongs to: --source ID.")
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Attached: {', '.join(added) or 'nothing new'}.")


@seed.command("load")
def load() -> None:
    """Publish what is new or changed in the seed; nothing when there is a fault."""
    database = _existing()
    try:
        with database.write() as session:
            outcome = founding.load(session.connection(), database.settings.seed)
    except SeedFaults as error:
        _fail(error)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{outcome.new} new, {outcome.changed} changed, {outcome.same} unchanged.")
    if outcome.held:
        click.echo("Held back, since a side has confirmed them: " + ", ".join(outcome.held), err=True)


@seed.command("check")
@click.option(
    "--sources",
    "texts",
    envvar="SOURCES",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the source texts: checks line ranges, lead bodies, own words and coverage as well.",
)
def check(texts: Path | None) -> None:
    """Test the seed against its own promises; exits with 1 when anything is wrong."""
    found = checking.check(_database().settings.seed, texts, i18n.today())
    if found.untouched:
        click.echo("Lines of the closing statement that no citation touches:")
        for stretch in found.untouched:
            click.echo(f"  {stretch}")
    for fault in found.faults:
        click.echo(str(fault), err=True)
    if found.faults:
        raise click.ClickException(f"{len(found.faults)} faults in the seed.")
    click.echo("The seed is whole." if texts else "The seed is whole, as far as can be seen without the source texts.")


@keeping.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken away.")
def run(dry_run: bool) -> None:
    """Take away what was kept long enough: the periods are the settings KEEP_…; run it once a day."""
    database = _existing()
    with database.write() as session:
        gone = retention.run(session, clock(), database.settings.limits)
        if dry_run:
            session.rollback()
    click.echo("Would be taken away:" if dry_run else "Taken away:")
    for what, count in gone._asdict().items():
        click.echo(f"  {_KEPT[what]}: {count}")


_KEPT = {
    "sign_ins": "sign-ins",
    "attempts": "attempts to sign in",
    "challenges": "questions that nobody answered",
    "tickets": "links that were sent",
    "requests": "addresses that never confirmed that they follow",
    "forms": "forms that were kept for somebody",
    "audit": "entries of the audit trail",
    "files": "files that no draft names any more",
    "told": "what mail told somebody, and when",
    "people": "names and addresses of people who have left",
}


def _fail(error: SeedFaults) -> None:
    for fault in error.faults:
        click.echo(str(fault), err=True)
    raise click.ClickException(f"{error}. Nothing was loaded.")
