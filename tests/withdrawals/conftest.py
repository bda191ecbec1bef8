"""A register with an agreement that both sides confirmed, two reports on it, and people with mandates."""

from tests.accounts.conftest import app, client, clock, make_app, people, settings, sign_in
from tests.review.conftest import browser, submitted

__all__ = ["app", "browser", "client", "clock", "make_app", "people", "settings", "sign_in", "submitted"]
