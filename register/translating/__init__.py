"""Translating what is published: what is missing or out of date, one text beside its translation, and confirming it."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the rooms."""
    from register.translating import routes

    app.register_blueprint(routes.rooms.blueprint)
