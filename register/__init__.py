"""Schakel: the register of what the Netherlands and Flanders agreed, and of what came of it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from register.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Wire the application: settings from the environment unless given."""
    from flask import Flask

    from register import (
        accounts,
        cli,
        desk,
        door,
        exports,
        feeds,
        following,
        guards,
        history,
        notes,
        pauses,
        public,
        records,
        reports,
        review,
        telling,
        translating,
        user_commands,
        withdrawals,
    )
    from register.config import Settings
    from register.db import Database
    from register.ledger import PUBLIC_TABLES
    from register.web import addressing, errors, headers, uploading

    database = Database(settings or Settings.from_environment(), PUBLIC_TABLES)
    # Not before the database is found fit: where it is not, nothing is made in the data folder.
    accounts.check(database.settings)
    settings = database.settings = database.settings.with_secret()
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.request_class = uploading.FormRequest
    app.url_rule_class = addressing.MatchingRule
    app.config["BASE_URL"] = settings.base_url
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.extensions[door.EXTENSION] = database
    feeds.init()
    exports.init()
    public.init(app)
    accounts.init(app)
    notes.init(app)
    records.init(app)
    reports.init(app)
    translating.init(app)
    review.init(app)
    withdrawals.init(app)
    history.init(app)
    pauses.init(app)
    desk.init(app)
    telling.init(app)
    following.init(app)
    errors.init(app)
    guards.init(app)
    headers.init(app, secure=settings.base_url.startswith("https://"))
    cli.init(app)
    user_commands.init(app)
    return app
