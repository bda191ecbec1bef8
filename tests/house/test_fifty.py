"""Fifty people at work at one moment on SQLite: nobody is turned away, and all that was acknowledged is there."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlmodel import col
from werkzeug.test import TestResponse

from register.db import Database
from register.i18n import path
from register.ledger import chain, projection
from register.ledger.tables import publication
from register.models import Account, Draft, Proposal
from tests.review.conftest import _published, app, clock, make_app, people, settings
from tests.workers import People, WorkClient, let_in

__all__ = ["_published", "app", "clock", "make_app", "people", "settings"]

FIFTY = 50
ROOM = path("en", "report", "agreement/NLVL-2023-001")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_fifty_people_at_once(database: Database, app: Flask, people: People) -> None:
    accounts = [
        people("diplomat", side=("nl", "vl")[number % 2], topics=("water",), mandates=("",)) for number in range(FIFTY)
    ]
    clients: list[WorkClient] = [app.test_client() for _ in accounts]  # type: ignore[misc]
    for client, account in zip(clients, accounts, strict=True):
        let_in(client, account)
    barrier = Barrier(FIFTY)

    def all_at_once(does: Callable[[int], TestResponse]) -> list[int]:
        def one(number: int) -> int:
            barrier.wait(30)
            return does(number).status_code

        with ThreadPoolExecutor(FIFTY) as pool:
            return list(pool.map(one, range(FIFTY)))

    def write(number: int) -> TestResponse:
        """Half of them submit a report, half keep a draft."""
        typed = {"key": f"form-{number}", "mode": "own", "language": "nl", "as_of": "vandaag", "text": f"Van {number}."}
        return clients[number].post(ROOM, data=typed | {"act": "submit" if number % 4 < 2 else "save"})

    assert all_at_once(write) == [303] * FIFTY
    with database.read() as session:
        session.expire_on_commit = False
        texts = list(session.scalars(select(Proposal).order_by(col(Proposal.id))))
        assert session.scalar(select(func.count()).select_from(Draft)) == FIFTY
    assert len(texts) == FIFTY // 2 + FIFTY % 4 // 2
    turns = _pairs(texts, accounts)

    def confirm(number: int) -> TestResponse:
        """Half of them confirm what a colleague submitted, half submit what they kept."""
        if number not in turns:
            typed = {
                "key": f"second-{number}",
                "mode": "own",
                "language": "nl",
                "as_of": "vandaag",
                "text": "Nog iets.",
            }
            return clients[number].post(ROOM, data=typed | {"act": "submit"})
        text = turns[number]
        return clients[number].post(path("en", "review", f"{text.id}/confirm"), data={"digest": text.digest})

    assert all_at_once(confirm) == [303] * FIFTY
    with database.write() as session:
        connection = session.connection()
        assert chain.verify(connection) == []
        published = connection.execute(select(publication.c.document).where(publication.c.kind == "update")).scalars()
        said = sorted(text for text in published if text)
        assert len(said) == len(turns)
        assert session.scalar(select(func.count()).select_from(Draft)) == 2 * FIFTY - len(turns)
        before = projection.snapshot(connection)
        projection.rebuild(connection)
        assert projection.snapshot(connection) == before


def _pairs(texts: list[Proposal], accounts: list[Account]) -> dict[int, Any]:
    """Whoever confirms which text: somebody else of the same side, each at most once."""
    left = dict(enumerate(accounts))
    found = {}
    for text in texts:
        number = next(each for each, one in left.items() if one.side == text.side and one.id != text.author_id)
        del left[number]
        found[number] = text
    return found
