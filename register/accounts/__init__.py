"""Accounts: what people sign in with. Passwords, authenticator apps, recovery codes, passkeys, and their side's own
sign-in service; the modules named after these know neither the web nor the database."""

from importlib.util import find_spec

from flask import Flask

from register.config import Settings
from register.errors import SettingError


def init(app: Flask) -> None:
    """Open the rooms of signing in, of the own account, and of the people of a side."""
    from register.accounts import (
        audit_routes,
        factor_routes,
        mandate_routes,
        own_routes,
        passkey_routes,
        people_routes,
        service_routes,
        signing_routes,
        ticket_routes,
    )

    signing = (signing_routes, passkey_routes, service_routes, ticket_routes)
    for module in (*signing, own_routes, factor_routes, audit_routes, people_routes, mandate_routes):
        app.register_blueprint(module.rooms.blueprint)


def check(settings: Settings) -> None:
    """Raise SettingError when a sign-in service is named and what talks to it is not installed."""
    for side in settings.providers:
        if any(find_spec(name) is None for name in ("authlib", "httpx2", "joserfc")):
            told = "needs packages that are not installed: run `make build` with this setting, or install schakel[oidc]"
            raise SettingError(f"OIDC_{side.upper()}_ISSUER", told)
