"""Review: what waits for a side, compared with what is public; confirming it, or sending it back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: "Flask") -> None:
    """Open the rooms of this feature."""
    from register.review import embargo_routes, routes

    app.register_blueprint(routes.rooms.blueprint)
    app.register_blueprint(embargo_routes.rooms.blueprint)
