"""Moments as columns, and names that nobody can count."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

_FORM = "%Y-%m-%dT%H:%M:%SZ"


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the second, as text that sorts by time: the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text. Raises ValueError for a moment without an offset, which could mean any hour."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs an offset")
        return value.astimezone(UTC).strftime(_FORM)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """From text."""
        return None if value is None else datetime.fromisoformat(value)


def new_id() -> str:
    """A name for a row: random, so that from outside nothing can be counted or guessed."""
    return secrets.token_urlsafe(12)
