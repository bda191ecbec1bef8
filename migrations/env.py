"""Runs the migrations on the engine that the application hands over."""

from alembic import context
from sqlmodel import SQLModel

from register import models  # noqa: F401 - its tables belong to the metadata
from register.ledger import tables

engine = context.config.attributes["engine"]
PROJECTED = set(tables.projected.tables)


def include_object(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Leave the projection out: it is rebuilt, never migrated."""
    return not (kind == "table" and name and (name in PROJECTED or name.startswith("words_")))


with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_object=include_object,
        compare_type=True,
        render_as_batch=False,
    )
    context.run_migrations()
