"""Pauses: a side says that it cannot answer for a while, why, and until when; the public sees it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: "Flask") -> None:
    """Open the rooms of this feature."""
    from register.pauses import routes

    app.register_blueprint(routes.rooms.blueprint)
