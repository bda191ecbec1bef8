"""What the working tables share: a word of a fixed list, and a row of another table."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlmodel import Field

from register.ledger import tables as _ledger_tables  # noqa: F401 - sets the names of constraints, before any is made


def among(column: str, words: Iterable[str]) -> CheckConstraint:
    """The database takes only these words in `column`."""
    listed = ", ".join(f"'{getattr(word, 'value', word)}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def refers_to(target: str, *, nullable: bool = False, **options: Any) -> Any:
    """A column that names a row of another table: `refers_to("account.id")`."""
    if nullable:
        options["default"] = None
    options |= {"sa_type": Text, "sa_column_args": [ForeignKey(target)], "nullable": nullable}
    return Field(**options)
