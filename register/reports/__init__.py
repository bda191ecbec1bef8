"""Reports: what a side says of how an agreement, an action or a session goes, from the first word to submitting it."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the rooms."""
    from register.reports import routes, unchanged_routes

    for module in (routes, unchanged_routes):
        app.register_blueprint(module.rooms.blueprint)
