"""A whole sign-in at the service, as the register and a browser do it together."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from register.accounts import oidc
from register.accounts.oidc import Begun, Claims, Refusal, SignInRefused
from register.config import Provider
from tests.accounts import service

BACK = "https://schakel.example/nl/aanmelden/terug"


def now() -> datetime:
    return datetime.now(UTC)


def finish(provider: Provider, begun: Begun, query: dict[str, str], at: datetime | None = None) -> Claims:
    return oidc.finish(provider, BACK, begun, query, at or now())


def sign_in(provider: Provider) -> Claims:
    begun = oidc.begin(provider, BACK)
    return finish(provider, begun, service.sign_in(begun.url))


def refused(act: Callable[[], object]) -> tuple[Refusal, str]:
    with pytest.raises(SignInRefused) as caught:
        act()
    return caught.value.reason, caught.value.detail
