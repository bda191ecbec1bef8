"""The public rooms: every page that anyone may read. They read the ledger and nothing else."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the public rooms."""
    from register.door import blueprint
    from register.public import addresses, changes, crawling, files, history, home, lists, records, search, topics  # noqa: F401 - each opens its rooms

    app.register_blueprint(blueprint)
