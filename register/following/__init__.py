"""Following by mail: with an address only, confirmed by a link, in one letter, stopped by one link."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: "Flask") -> None:
    """Open the rooms."""
    from register.following import routes

    app.register_blueprint(routes.rooms.blueprint)
