"""The desk: what waits for somebody, what they write, what is due on their topics, and what the other side did."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the room."""
    from register.desk import routes

    app.register_blueprint(routes.rooms.blueprint)
