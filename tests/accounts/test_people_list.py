"""The list of the people of a side: in order, searched, paged, with as many queries for many as for one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from register.accounts import queries
from register.models import Account
from tests.accounts import SQLITE
from tests.workers import People, WorkClient


@pytest.fixture
def app(mailing: Flask) -> Flask:
    """With mail, organisations and topics."""
    return mailing


@SQLITE
def test_the_list_has_one_side_by_name_and_those_who_left_only_when_asked(
    client: WorkClient, entered: Callable[..., Account], people: People
) -> None:
    entered("administrator", name="Zeger")
    for name, side, state in (
        ("Élise", "nl", "active"),
        ("eduard", "nl", "invited"),
        ("Fons", "nl", "removed"),
        ("Godelieve", "vl", "active"),
    ):
        people("diplomat", name=name, side=side, state=state)
    page = client.get("/nl/werk/mensen").text
    assert page.index(">eduard<") < page.index(">Élise<") < page.index(">Zeger<")
    assert "Fons" not in page
    assert "Godelieve" not in page
    page = client.get("/en/work/people?state=removed").text
    assert ("Fons" in page, "Godelieve" in page, "eduard" in page) == (True, False, False)


@SQLITE
@pytest.mark.parametrize("words", ["elise", "ÉLISE", "lis@", "eli nl.example"])
def test_the_list_is_searched_whatever_the_letters(
    client: WorkClient, entered: Callable[..., Account], people: People, words: str
) -> None:
    entered("administrator", name="Anna")
    people("diplomat", name="Élise", email="elis@nl.example")
    page = client.get("/en/work/people", query_string={"q": words}).text
    assert "1 person" in page
    assert ">Élise<" in page


@SQLITE
def test_the_list_is_paged_by_key(
    client: WorkClient, entered: Callable[..., Account], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    entered("administrator", name="A")
    made = [people("diplomat", name=name) for name in ("B", "B", "C", "D")]
    seen: list[str] = []
    address = "/en/work/people"
    while True:
        page = client.get(address)
        seen += [one.id for one in made if f"/en/work/people/{one.id}" in page.text]
        if 'rel="next"' not in page.text:
            break
        address = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert sorted(seen) == sorted(one.id for one in made)
    assert len(seen) == len(made)


@SQLITE
@pytest.mark.parametrize("query", ["colour=red", "state=gone", "after=nobody", "q=a&q=b", "q=" + "a" * 201])
def test_the_list_refuses_what_it_does_not_know(
    client: WorkClient, entered: Callable[..., Account], query: str
) -> None:
    entered("administrator")
    assert client.get(f"/en/work/people?{query}").status_code == 400


@SQLITE
def test_a_page_key_of_the_other_side_is_none(
    client: WorkClient, entered: Callable[..., Account], people: People
) -> None:
    entered("administrator")
    theirs = people("diplomat", side="vl")
    other = client.get(f"/en/work/people?after={theirs.id}")
    nobody = client.get(f"/en/work/people?after={'x' * len(theirs.id)}")
    assert (other.status_code, other.text.replace(theirs.id, "")) == (
        nobody.status_code,
        nobody.text.replace("x" * len(theirs.id), ""),
    )


def test_the_list_makes_as_many_queries_for_many_as_for_one(
    app: Flask,
    client: WorkClient,
    entered: Callable[..., Account],
    people: People,
    queries: Callable[[Any], AbstractContextManager[list[str]]],
) -> None:
    entered("administrator")
    with queries(app) as one:
        client.get("/en/work/people")
    for _ in range(12):
        people("diplomat", topics=("water", "energie"), mandates=("water", ""))
    with queries(app) as many:
        assert "13 people" in client.get("/en/work/people").text
    assert len(one) == len(many)
    assert len(many) <= 14
