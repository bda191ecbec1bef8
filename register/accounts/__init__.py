"""Accounts: what people sign in with. Passwords, authenticator apps, recovery codes, passkeys, and their side's own
sign-in service; the modules named after these know neither the web nor the database."""

from flask import Flask


def init(app: Flask) -> None:
    """Open the rooms of signing in, of the own account, and of the people of a side."""
    from register.accounts import audit_routes, mandate_routes, own_routes, people_routes, signing_routes, ticket_routes

    for module in (signing_routes, own_routes, audit_routes, people_routes, mandate_routes, ticket_routes):
        app.register_blueprint(module.rooms.blueprint)
