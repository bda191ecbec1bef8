"""Telling people in time: what the clock asks, mail about it in one's own measure, and the link that stops it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: "Flask") -> None:
    """Open the room that stops mail."""
    from register.telling import routes

    app.register_blueprint(routes.rooms.blueprint)
