"""Notes: what people who work on the register write beside it; never public."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the rooms of notes."""
    from register.notes import routes

    app.register_blueprint(routes.rooms.blueprint)
