"""The page of a topic: how it stands, not only what was agreed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from flask.testing import FlaskClient

from register.db import Database
from register.i18n import path, today
from tests.page_checks import parse, words


def test_a_topic_tells_how_it_stands(
    app: Flask, client: FlaskClient, seeded: Database, queries: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    client.get(path("nl", "topics", "pfas"))
    with queries(app) as made:
        page = parse(client.get(path("nl", "topics", "pfas")).text)[0]
    assert len(made) <= 8
    told = {part.get("aria-labelledby"): words(part) for part in page.iter("section")}
    # What was reported on its actions comes first; they show how they stand; and the letters are among the sources.
    assert "2026" in told["happened"][:300]
    assert told["happened"].index("2026") < told["happened"].index("18 januari 2023")
    assert "loopt" in told["of-action"]
    assert told["sources"].startswith("Bronnen Antwoorden")
    assert "slotverklaring" in told["sources"].lower()
    then = parse(client.get(path("nl", "topics", "pfas", as_of="2024-06-01")).text)[0]
    told = {part.get("aria-labelledby"): words(part) for part in then.iter("section")}
    assert "of-action" not in told
    assert "2026" not in told["happened"] + told["sources"]
    assert client.get(path("en", "topics", "pfas", published_on=today().isoformat())).status_code == 200
