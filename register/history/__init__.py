"""The history of a record for those who work on it: its versions, the reports on it, and the drafts between."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the rooms."""
    from register.history import routes

    app.register_blueprint(routes.rooms.blueprint)
