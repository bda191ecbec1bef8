"""A register with published agreements and actions, and people of both sides who report on them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import SQLModel

from register.db import Database
from register.i18n import path
from register.models import Account, Draft, Proposal, TurnedKey
from tests import factories
from tests.accounts.conftest import app, client, clock, make_app, people, settings, sign_in
from tests.workers import WorkClient, let_in

__all__ = ["app", "client", "clock", "make_app", "people", "settings", "sign_in"]

REFERENCE = "NLVL-2023-001"
ROOM = path("en", "report", f"agreement/{REFERENCE}")


@pytest.fixture(autouse=True)
def _published(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        factories.publish(connection, "water", factories.body("topic", "Water"))
        factories.publish(connection, "sluizen", factories.body("agreement", "Sluizen"))
        factories.publish(connection, "kanalen", factories.body("agreement", "Kanalen"))
        assert factories.references(connection, "agreement")[0] == REFERENCE


@pytest.fixture
def browser(app: Flask) -> Callable[[Account], WorkClient]:
    """Gives a browser in which a person is signed in."""

    def open_for(account: Account) -> WorkClient:
        made: WorkClient = app.test_client()  # type: ignore[assignment]
        let_in(made, account)
        return made

    return open_for


@pytest.fixture
def writer(people: Callable[..., Account], browser: Callable[[Account], WorkClient]) -> WorkClient:
    """The browser of a coordinator of the Netherlands."""
    return browser(people(topics=["water"], id="writer"))


@pytest.fixture
def stored(database: Database) -> Callable[[type[Any]], list[Any]]:
    """Gives all rows of a table as they stand: `stored(Draft)`."""

    def read(model: type[SQLModel]) -> list[Any]:
        with database.read() as session:
            session.expire_on_commit = False
            order = {Draft: Draft.created_at, Proposal: Proposal.submitted_at, TurnedKey: TurnedKey.at}[model]
            found = list(session.scalars(select(model).order_by(order, model.id)))
            session.expunge_all()
        return found

    return read
