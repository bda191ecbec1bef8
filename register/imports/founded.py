"""Whether there is a register to work on: asked by a command of the operator before it does anything."""

import click
from sqlalchemy.exc import OperationalError

from register.config import ROOT
from register.db import Database


def check(database: Database) -> Database:
    """Give `database` back when it holds a register of this version; makes no file.

    Raises ClickException when it does not, which says what to do.
    """
    from alembic.runtime.migration import MigrationContext  # here: the server itself does not hold the library
    from alembic.script import ScriptDirectory

    settings = database.settings
    where = "the database that DATABASE_URL names" if settings.database_url else str(settings.data)
    have = None
    if settings.postgresql or settings.sqlite_file.exists():
        try:
            with database.reader.connect() as connection:
                have = MigrationContext.configure(connection).get_current_revision()
        except OperationalError as error:
            raise click.ClickException(f"The database does not answer: {error.orig}") from error
    if have is None:
        raise click.ClickException(
            f"There is no register in {where}. Run `make serve` first, which makes one, or set SCHAKEL_DATA "
            "(and DATABASE_URL) as the server has it. "
            "Nothing was made now but the data folder and its secret, where they were missing."
        )
    if have != ScriptDirectory(str(ROOT / "migrations")).get_current_head():
        raise click.ClickException(f"The register in {where} is of another version. Run `make migrate` first.")
    return database
