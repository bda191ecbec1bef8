"""The desk: what waits for somebody, what they write, what is due on their topics, and what the other side did."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the room."""
    from register.desk import board_routes, routes

    for module in (routes, board_routes):
        app.register_blueprint(module.rooms.blueprint)
