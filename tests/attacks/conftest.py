"""The register of the tests of notes, to be attacked."""

from tests.access.conftest import walk, walk_postgresql
from tests.notes.conftest import (
    _published,
    app,
    browser,
    client,
    clock,
    make_app,
    people,
    settings,
    sign_in,
    stored,
    wrote,
)

__all__ = [
    "_published", "app", "browser", "client", "clock", "make_app", "people", "settings", "sign_in", "stored", "walk",
    "walk_postgresql", "wrote",
]  # fmt: skip
