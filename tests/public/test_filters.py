"""The filters of the lists: each value answers, they combine, and switching language keeps them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from itertools import combinations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from register.db import Database
from register.i18n import KINDS, LANGUAGES, ROOMS, path
from register.ledger.filters import FILTERS, LINKED, SORTS
from tests import pages
from tests.public.lists import FRAGMENT, NEXT, everything, rows, total

OTHER = {"nl": "en", "en": "nl"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_value_of_every_filter_answers(client: FlaskClient, seeded: Database, room: str) -> None:
    listed = ROOMS[room]
    for name, words in FILTERS[listed].items():
        values = [word.value for word in words] if words else _linked(seeded, name)
        for value in values:
            answer = client.get(path("nl", room, **{name: value}), headers=FRAGMENT)
            assert answer.status_code == 200, (name, value)
            assert len(rows(answer.text)) == min(25, total(answer.text))
    for sort in SORTS[listed]:
        assert client.get(path("en", room, sort=sort)).status_code == 200


@pytest.mark.parametrize(
    ("room", "name"),
    [
        (room, name)
        for room, listed in ROOMS.items()
        for name, words in FILTERS[listed].items()
        if words and name != "timeliness"
    ],
)
def test_the_values_of_a_filter_divide_the_list(client: FlaskClient, room: str, name: str) -> None:
    words = FILTERS[ROOMS[room]][name]
    assert words
    parts = [total(client.get(path("nl", room, **{name: word.value})).text) for word in words]
    assert sum(parts) == total(client.get(path("nl", room)).text)


def test_filters_narrow_each_other(client: FlaskClient) -> None:
    chosen = {
        "topic": "pfas",
        "status": "ongoing",
        "confirmation": "none",
        "timeliness": "no_date",
        "q": "water",
        "source": "slotverklaring-2023",
    }
    alone = {name: set(everything(client, "nl", "agreements", **{name: value})) for name, value in chosen.items()}
    assert all(alone.values())
    for one, other in combinations(chosen, 2):
        both = everything(client, "nl", "agreements", **{one: chosen[one], other: chosen[other]})
        assert set(both) == alone[one] & alone[other], (one, other)


@pytest.mark.parametrize("room", ROOMS)
def test_a_list_narrowed_in_every_way_takes_few_queries(
    app: Flask,
    client: FlaskClient,
    seeded: Database,
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
    room: str,
) -> None:
    listed = ROOMS[room]
    asked = {name: next(iter(words)).value if words else "water" for name, words in FILTERS[listed].items()}
    asked |= {name: pages.references(seeded, name)[0] for name in LINKED if name in asked}
    client.get(path("nl", room))  # what is kept in memory for a revision is read once
    with queries(app) as made:
        client.get(path("nl", room, after=pages.references(seeded, listed)[0], **asked))
    assert len(made) <= 9
    with queries(app) as made:
        client.get(path("nl", room, q="water", after=pages.references(seeded, listed)[0]))
    assert len(made) <= 9


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_shows_what_is_in_force(client: FlaskClient, language: str) -> None:
    chosen = {"q": 'water "x"', "topic": "pfas", "status": "ongoing", "nature": "intention", "sort": "title"}
    text = client.get(path(language, "agreements", **chosen)).text
    form = text.partition('<form class="filters"')[2].partition("</form>")[0]
    for name, value in chosen.items():
        field = form.partition(f' name="{name}"')[2].partition("</div>")[0]
        shown = re.search(r'value="([^"]*)"' + ("" if name == "q" else " selected"), field)
        assert shown, name
        assert unescape(shown[1]) == value


def test_a_filter_that_came_by_a_link_is_shown_and_kept_by_the_form(client: FlaskClient, seeded: Database) -> None:
    source = pages.references(seeded, "source")[0]
    assert 'name="source"' not in client.get(path("nl", "agreements")).text
    assert f'name="source" value="{source}"' in client.get(path("nl", "agreements", source=source)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_keeps_the_place(client: FlaskClient, seeded: Database, language: str) -> None:
    other = OTHER[language]
    here, there = pages.of_every_kind(seeded, language), pages.of_every_kind(seeded, other)
    for name, address in here.items():
        assert _switch(client.get(address).text) == there[name], name


def test_the_language_switch_keeps_filters_order_and_page(client: FlaskClient, seeded: Database) -> None:
    key = pages.references(seeded, "agreement")[24]
    for asked in (
        {"q": "water & lucht é", "topic": "pfas", "sort": "due"},
        {"status": "unknown", "after": key},
        {"sort": "title", "before": key},
    ):
        assert _switch(client.get(path("nl", "agreements", **asked)).text) == path("en", "agreements", **asked)
    agreement = path("nl", "agreements", key, version=1)
    assert _switch(client.get(agreement).text) == path("en", "agreements", key, version=1)


def test_the_links_of_a_list_keep_its_filters(client: FlaskClient) -> None:
    asked = {"source": "slotverklaring-2023", "sort": "title"}
    found = NEXT.search(client.get(path("nl", "agreements", q="", **asked)).text)
    assert found
    assert unescape(found[1]).startswith(path("nl", "agreements", **asked) + "&after=NLVL-")


@pytest.mark.parametrize("room", ROOMS)
def test_the_fragment_is_the_part_of_the_page(client: FlaskClient, room: str) -> None:
    listed = ROOMS[room]
    for asked in ({}, {"sort": SORTS[listed][-1]}, {"q": "zzzz"} if "q" in FILTERS[listed] else {}):
        address = path("en", room, **asked)
        fragment = client.get(address, headers=FRAGMENT).text.strip()
        assert fragment.startswith('<section id="results"')
        assert fragment.endswith("</section>")
        assert fragment in client.get(address).text


@pytest.mark.parametrize("also", ["HX-Boosted", "HX-History-Restore-Request"])
def test_boosted_links_and_restored_pages_get_the_whole_page(client: FlaskClient, also: str) -> None:
    assert "<html" in client.get("/nl/afspraken", headers=FRAGMENT | {also: "true"}).text


def _switch(text: str) -> str:
    """Where the language switch of a page leads."""
    found = re.search(r'<nav class="langs".*?<a href="([^"]+)"', text, re.S)
    assert found
    return unescape(found[1])


def _linked(database: Database, name: str) -> list[str]:
    """Values for a filter that names records, or for the words to look for."""
    return pages.references(database, name) if name in LINKED and name in KINDS else ["water", "PFAS Westerschelde"]
