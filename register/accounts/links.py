"""Addresses that go into mail, and whether this installation sends any."""

from urllib.parse import urlsplit

from flask import request

from register import i18n
from register.guards import Visit

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def link(visit: Visit, language: str, room: str, token: str = "") -> str:
    """The whole address of a room: under SCHAKEL_URL, else under the host that was asked."""
    return (visit.settings.base_url or request.host_url.rstrip("/")) + i18n.path(language, room, token)


def mails(visit: Visit) -> bool:
    """Whether mail can go out at all."""
    return bool(visit.settings.smtp_url)


def mails_strangers(visit: Visit) -> bool:
    """Whether somebody who is not signed in may have a link sent.

    Only where the address of the register is known: the host that a stranger asks for is whatever they typed, and the
    link would lead its reader there.
    """
    return mails(visit) and bool(visit.settings.base_url or urlsplit(request.host_url).hostname in _HERE)
