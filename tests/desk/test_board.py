"""The topic board: numbers that lead to the very list that they count, in a fixed number of queries."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from register.db import Database
from register.i18n import path
from register.ledger import append
from register.models import Account
from tests import factories
from tests.reports.conftest import _published, app, browser, client, clock, make_app, people, settings, sign_in
from tests.workers import WorkClient

__all__ = ["_published", "app", "browser", "client", "clock", "make_app", "people", "settings", "sign_in"]

BOARD = path("en", "board")


def publish(database: Database, number: int) -> None:
    """Two agreements on a topic: one of which both sides say something else, one that nobody reports on any more."""
    with database.write() as session:
        connection = session.connection()
        topic = f"thema-{number}"
        factories.publish(connection, topic, factories.body("topic", topic.title()))
        for name in ("anders", "stil"):
            record = f"{name}-{number}"
            factories.publish(connection, record, factories.body("agreement", record.title(), topics=[topic]))
        for side, status in (("nl", "ongoing"), ("vl", "postponed")):
            said = factories.report(f"agreement/anders-{number}", status, "2026-10", side)  # type: ignore[arg-type]
            factories.publish(connection, f"u-{side}-{number}", said, side)  # type: ignore[arg-type]
        names = [f"u-{side}-{number}" for side in ("nl", "vl")]
        append.note(connection, "readings_differ", "agreement", f"anders-{number}", "", updates=names)
        old = factories.report(f"agreement/stil-{number}", "ongoing", "2023-01-15", "nl")
        factories.publish(connection, f"oud-{number}", old, "nl")


def test_each_number_leads_to_what_it_counts(
    app: Flask,
    database: Database,
    people: Callable[..., Account],
    browser: Callable[[Account], WorkClient],
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
) -> None:
    me = browser(people("diplomat"))
    assert "everything counts" in me.get(BOARD).text  # a seminar is no baseline
    with database.write() as session:
        connection = session.connection()
        for name, kind, date in (
            ("top", "government_summit", {"edtf": "2023-01-31", "words": "toen"}),
            ("overleg", "ministerial_meeting", {"edtf": "2026-11-01", "words": "onlangs"}),
        ):
            factories.publish(connection, name, factories.body("session", name.title(), type=kind, date=date))
    counts = []
    for number in (1, 2, 3):
        publish(database, number)
        with queries(app) as made:
            page = me.get(BOARD).text
        counts.append(len(made))
    assert len(set(counts)) == 1 <= counts[0] <= 10
    assert "31 January 2023" in page
    row = page.partition("English Thema-2</a></th>")[2].partition("</tr>")[0]
    numbers = re.findall(r'<a href="([^"]+)">(\d+)</a>', row)
    assert [number for _, number in numbers[:4]] == ["2", "1", "1", "1"]
    for address, number in numbers:
        behind = me.get(address.replace("&amp;", "&")).text
        assert behind.count('<span class="ref quiet">') == int(number), address
    for which, there in (("different", "Anders-2"), ("silent", "Stil-2"), ("changed", "Anders-2")):
        behind = me.get(path("en", "board-list", topic="thema-2", which=which)).text
        assert [name for name in ("Anders-2", "Stil-2") if f"English {name}</a>" in behind] == [there], which


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "asked",
    ["topic=nowhere", "status=ongoing", "topic=water&which=best", "topic=water&after=x/y", "topic=water&more=1"],
)
def test_what_the_board_does_not_know_is_said(
    people: Callable[..., Account], browser: Callable[[Account], WorkClient], asked: str
) -> None:
    assert browser(people("diplomat")).get(f"{path('en', 'board-list')}?{asked}").status_code == 400
