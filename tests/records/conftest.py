"""A register to propose records in: a topic, sources, organisations, an agreement, and people of both sides."""

from collections.abc import Callable
from typing import Any

import pytest

from register.db import Database
from register.models import Account
from tests import factories
from tests.reports.conftest import app, browser, client, clock, make_app, people, settings, sign_in, stored
from tests.workers import WorkClient

__all__ = ["app", "browser", "client", "clock", "make_app", "people", "settings", "sign_in", "stored"]


@pytest.fixture(autouse=True)
def _published(database: Database) -> None:
    cited = [{"source": "verklaring", "section": "2a", "paragraph": 4, "lines": "22-24"}]
    with database.write() as session:
        connection = session.connection()
        factories.publish(connection, "water", factories.body("topic", "Water"))
        factories.publish(connection, "lucht", factories.body("topic", "Lucht", short="Lucht"))
        factories.publish(connection, "verklaring", factories.body("source", "Verklaring"))
        factories.publish(connection, "rws", factories.body("organisation", "Rijkswaterstaat", side="nl"))
        factories.publish(connection, "vmm", factories.body("organisation", "Milieumaatschappij", side="vl"))
        factories.publish(connection, "belgie", factories.body("organisation", "België", side="be"))
        said = factories.body(
            "agreement", "Sluizen", topics=["water", "lucht"], citations=cited, participants=["belgie"]
        )
        factories.publish(connection, "sluizen", said)


@pytest.fixture
def writer(people: Callable[..., Account], browser: Callable[[Account], WorkClient]) -> WorkClient:
    """The browser of a coordinator of the Netherlands."""
    return browser(people(topics=["water"], id="writer", language="nl"))


@pytest.fixture
def dutch(people: Callable[..., Account], browser: Callable[[Account], WorkClient]) -> Any:
    """The browser of somebody of the Netherlands with a mandate on everything."""
    return browser(people("diplomat", mandates=[""], id="dutch", organisation="rws"))


@pytest.fixture
def flemish(people: Callable[..., Account], browser: Callable[[Account], WorkClient]) -> Any:
    """The browser of somebody of Flanders with a mandate on everything."""
    return browser(people("diplomat", side="vl", mandates=[""], id="flemish", organisation="vmm"))
