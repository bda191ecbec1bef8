"""Review: what waits for a side, compared with what is public; confirming it, or sending it back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: "Flask") -> None:
    """Open the rooms of this feature."""
    from register.review import routes

    app.register_blueprint(routes.rooms.blueprint)
