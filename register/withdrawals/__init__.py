"""Withdrawals: taking a published text back, alone or with the other side, and what was asked of one's side."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the rooms."""
    from register.withdrawals import routes

    app.register_blueprint(routes.rooms.blueprint)
