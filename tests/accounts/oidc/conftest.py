"""The sign-in service that these tests talk to: one for each process, honest again for each test."""

from collections.abc import Iterator

import pytest

from register.config import Provider
from tests.accounts import service
from tests.accounts.service import Proxy


@pytest.fixture(scope="session")
def running() -> Iterator[Proxy]:
    """A service that runs for all tests of this process."""
    with service.running() as proxy:
        yield proxy


@pytest.fixture
def proxy(running: Proxy) -> Proxy:
    """The proxy before the service, which does nothing unless the test says so."""
    running.reset()
    return running


@pytest.fixture
def provider(proxy: Proxy) -> Provider:
    """The setting that names the service."""
    return Provider("nl", proxy.issuer, "schakel", "a secret of the client")
