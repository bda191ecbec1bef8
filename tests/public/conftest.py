"""A small register of a test's own, to publish in and look at."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from register.db import Database
from register.i18n import path
from register.ledger import append
from register.sources import service
from tests import factories
from tests.page_checks import parse, words


class Small(NamedTuple):
    """A register with a topic, two bodies and a source, and a client on it."""

    database: Database
    client: FlaskClient

    def publish(self, record: str, said: Any, *keys: Any, **how: Any) -> int:
        """Publish a body, as tests/factories.py does; returns its position."""
        with self.database.write() as session:
            return factories.publish(session.connection(), record, said, *keys, **how)

    def note(self, entry: str, about: str, /, **facts: Any) -> int:
        """Append an entry without a text about `agreement/sluizen`, say; returns its position."""
        kind, _, record = about.partition("/")
        with self.database.write() as session:
            return append.note(session.connection(), entry, kind, record, record, **facts)

    def attach(self, source: str, text: str) -> None:
        """Attach the text of a source."""
        self.change(lambda connection: service.attach(connection, source, text))

    def change(self, do: Callable[[Connection], object]) -> None:
        """Do something in a writer transaction."""
        with self.database.write() as session:
            do(session.connection())

    def read(self, room: str, reference: str = "", language: str = "nl", **query: Any) -> str:
        """The words of a page that must answer 200, as a reader sees them."""
        html = re.sub(r"(?=<d[dt]\b)", " ", self.html(room, reference, language, **query))
        return words(parse(html)[0].find(".//main"))

    def html(self, room: str, reference: str = "", language: str = "nl", **query: Any) -> str:
        """The HTML of a page that must answer 200."""
        answer = self.client.get(path(language, room, reference, **query))
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def small(database: Database, make_client: Callable[[Database], FlaskClient]) -> Small:
    """A small register to add to."""
    made = Small(database, make_client(database))
    made.publish("water", factories.body("topic", "Water"))
    made.publish("dijkgraaf", factories.body("organisation", "Hoogheemraadschap", side="nl"))
    made.publish("bekken", factories.body("organisation", "Bekkenbestuur", side="vl"))
    made.publish(
        "verklaring",
        factories.body("source", "Slotverklaring", type="closing_statement", url="https://verklaring.example/1"),
    )
    return made
