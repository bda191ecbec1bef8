"""Paging by key: every record exactly once, in the same order both ways, whatever the order and the filters."""

from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from register.db import Database
from register.i18n import LANGUAGES, ROOMS, path
from register.ledger.filters import PAGE_SIZE, SORTS
from register.ledger.tables import card
from tests import factories, pages
from tests.public.lists import PREVIOUS, everything, rows, total, walk

ORDERS = [(room, sort) for room, found in ROOMS.items() for sort in SORTS[found]]


@pytest.mark.parametrize(("room", "sort"), ORDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_pages_together_hold_every_record_once(
    client: FlaskClient, seeded: Database, language: str, room: str, sort: str
) -> None:
    there = list(walk(client, path(language, room, sort=sort)))
    found = [reference for _, page in there for reference in page]
    assert sorted(found) == sorted(pages.references(seeded, ROOMS[room]))
    assert all(len(page) == PAGE_SIZE for _, page in there[:-1])
    assert found == _expected(seeded, language, ROOMS[room], sort)

    back = list(walk(client, there[-1][0], PREVIOUS))
    assert [reference for _, page in reversed(back) for reference in page] == found
    assert PREVIOUS.search(client.get(there[0][0]).text) is None


@pytest.mark.parametrize(
    "filters",
    [{"topic": "pfas"}, {"status": "unknown", "sort": "title"}, {"q": "water"}, {"q": "water", "sort": "due"}],
    ids=str,
)
def test_filters_hold_on_every_page(client: FlaskClient, filters: dict[str, str]) -> None:
    found = everything(client, "nl", "agreements", **filters)
    first = client.get(path("nl", "agreements", **filters))
    assert len(found) == len(set(found)) == total(first.text) > 0
    unsorted = {name: value for name, value in filters.items() if name != "sort"}
    assert set(found) == set(everything(client, "nl", "agreements", **unsorted))


def test_a_page_key_means_the_same_place_in_the_other_language(client: FlaskClient) -> None:
    english = everything(client, "en", "agreements", sort="title")
    second = list(walk(client, path("nl", "agreements", sort="title")))[1][0]
    key = second.partition("after=")[2].partition("&")[0]
    switched = rows(client.get(second.replace("/nl/afspraken", "/en/agreements")).text)
    assert switched == english[english.index(key) + 1 :][:PAGE_SIZE]


def test_pages_neither_overlap_nor_leave_a_gap_when_a_record_comes_in_between(
    database: Database, make_client: Any
) -> None:
    names = [f"nummer-{number:03d}" for number in range(60)]
    with database.write() as session:
        connection = session.connection()
        factories.publish(connection, "water", factories.body("topic", "Water"))
        for name in names:
            factories.publish(connection, name, factories.body("agreement", name))
    client = make_client(database)
    _, second, third = walk(client, path("nl", "agreements", sort="title"))
    with database.write() as session:
        factories.publish(session.connection(), "nummer-000a", factories.body("agreement", "nummer-000 bis"))
    assert rows(client.get(second[0]).text) == second[1]
    assert rows(client.get(third[0]).text) == third[1]


def test_beyond_the_end_there_is_a_way_back(client: FlaskClient) -> None:
    last = everything(client, "nl", "agreements")[-1]
    answer = client.get(path("nl", "agreements", after=last))
    assert answer.status_code == 200
    assert rows(answer.text) == []
    assert 'href="/nl/afspraken">' in answer.text.partition('id="results"')[2]


def _expected(database: Database, language: str, kind: str, sort: str) -> list[str]:
    """The references in the order asked for, sorted here rather than by the database."""
    with database.public() as connection:
        cards = connection.execute(select(card).where(card.c.kind == kind, card.c.pub_to.is_(None))).all()
    column = {"reference": "by_reference", "title": f"by_title_{language}", "date": "sort_date"}.get(sort, sort)
    ordered = sorted(
        cards,
        key=lambda row: (getattr(row, column) or ("9999-12-31" if sort == "due" else ""), row.by_reference),
        reverse=sort in ("updated", "date"),
    )
    for before, after in pairwise(ordered):
        assert before.reference != after.reference
    return [row.reference for row in ordered]
