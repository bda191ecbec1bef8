"""Pages of another day: they say which question they answer, keep it in every link, and lead back to now."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from register.db import Database
from register.i18n import path, today
from tests import pages
from tests.public.lists import FRAGMENT, NEXT, everything, rows

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
SUMMIT = "2023-01-31"
PLAIN = re.compile(r"<[^>]+>")
LINK = re.compile(r'href="([^"#]+)"')
COUNTED = re.compile(r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)')


def words(text: str) -> str:
    return " ".join(unescape(PLAIN.sub("", text)).split())


def links(text: str) -> list[str]:
    return [unescape(found) for found in LINK.findall(text)]


@SQLITE
def test_a_list_of_another_day_says_so_and_keeps_it(client: FlaskClient, seeded: Database) -> None:
    asked = {"status": "ongoing", "as_of": SUMMIT, "sort": "title"}
    answer = client.get(path("en", "agreements", **asked))
    assert "How it stood on 31 January 2023, by what is known now." in words(answer.text)
    assert path("en", "agreements", status="ongoing", sort="title") in links(answer.text)  # back to now
    assert path("nl", "agreements", **asked) in links(answer.text)  # the other language
    following = NEXT.search(answer.text)
    assert following
    assert f"as_of={SUMMIT}" in following[1]
    assert f'<input type="hidden" name="as_of" value="{SUMMIT}">' in answer.text  # the form of the filters
    part = client.get(path("en", "agreements", **asked), headers=FRAGMENT)
    assert rows(part.text) == rows(answer.text)
    assert "by what is known now" in part.text

    # The numbers beside the filters are those of that day.
    numbers = dict(COUNTED.findall(answer.text))
    for name, value in (("status", "planned"), ("topic", "pfas"), ("timeliness", "no_date"), ("nature", "intention")):
        there = everything(client, "en", "agreements", **{"as_of": SUMMIT, "status": "ongoing", name: value})
        assert len(there) == int(numbers[value]), value

    # Of the summit's own agreements nobody had reported a later day: a later one knows more.
    then = everything(client, "nl", "agreements", as_of=SUMMIT, status="ongoing")
    assert set(then) != set(everything(client, "nl", "agreements", status="ongoing"))
    assert everything(client, "nl", "agreements", as_of="2023-01-30") == ["NLVL-2022-001"]
    first = client.get(path("nl", "agreements", status="ongoing", as_of=SUMMIT)).text
    record = client.get(next(link for link in links(first) if re.search(r"/NLVL-[\d-]+\?as_of=", link)))
    assert "Hoe het ervoor stond op 31 januari 2023" in words(record.text)


@SQLITE
def test_what_was_public_before_the_register_and_today(client: FlaskClient, seeded: Database) -> None:
    yesterday, now = (today() - timedelta(days=40)).isoformat(), today().isoformat()
    answer = client.get(path("nl", "organisations", published_on=yesterday))
    assert "Op die dag was hier nog niets gepubliceerd." in words(answer.text)
    assert rows(answer.text) == []
    for room in ("organisations", "sessions", "agreements"):
        assert everything(client, "nl", room, published_on=now) == everything(client, "nl", room)
        shown, current = (client.get(path("nl", room, **asked)).text for asked in ({"published_on": now}, {}))
        assert COUNTED.findall(shown) == COUNTED.findall(current)
    reference = pages.references(seeded, "agreement")[0]
    absent = client.get(path("en", "agreements", reference, published_on=yesterday))
    assert absent.status_code == 404
    assert "was not in the register on" in words(absent.text)
    early = client.get(path("nl", "agreements", reference, as_of="2001-01-01"))
    assert early.status_code == 404
    assert path("nl", "agreements", reference) in links(early.text)
    assert client.get(path("en", "agreements", "NLVL-1900-001", as_of="2001-01-01")).status_code == 404


@SQLITE
def test_summits_have_a_name_on_lists_records_and_topics(
    app: Flask, client: FlaskClient, seeded: Database, queries: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    listed = {"agreements": "agreement", "actions": "action", "sessions": "session"}
    asked_of = {room: ("", pages.references(seeded, kind)[0]) for room, kind in listed.items()} | {"topics": ("pfas",)}
    for room, references in asked_of.items():
        for reference in references:
            address = path("en", room, reference, as_of=SUMMIT)
            assert address in links(client.get(path("en", room, reference)).text)
            for asked in ({"as_of": today().isoformat()}, {"published_on": today().isoformat()}):
                with queries(app) as made:
                    answer = client.get(path("en", room, reference, **asked))
                assert (answer.status_code, len(made) <= (10 if room == "topics" else 9)) == (200, True), room
                assert path("nl", room, reference, **asked) in links(answer.text)


BAD = [
    ({"as_of": "1-5-2024"}, "2024-05-01"),
    ({"as_of": "2023-02-30"}, "2023-02-28"),
    ({"published_on": "eind 2023"}, "2023-12-31"),
    ({"as_of": "2024"}, "2024-12-31"),
    ({"as_of": "gisterenmiddag"}, ""),
    ({"as_of": "0000-00-00"}, ""),
    ({"as_of": "9999-12-31"}, "today"),
    ({"as_of": SUMMIT, "published_on": SUMMIT}, ""),
    ({"version": "1", "published_on": "today"}, ""),
]


@SQLITE
@pytest.mark.parametrize(("asked", "nearest"), BAD, ids=str)
def test_a_day_that_cannot_be_asked_for_leads_to_one_that_can(
    client: FlaskClient, seeded: Database, asked: dict[str, str], nearest: str
) -> None:
    now = today().isoformat()
    asked = {name: now if value == "today" else value for name, value in asked.items()}
    address = path("nl", "agreements", pages.references(seeded, "agreement")[0])
    answer = client.get(f"{address}?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    assert answer.status_code == 400
    if nearest:
        [name] = asked
        assert f"{address}?{name}={now if nearest == 'today' else nearest}" in links(answer.text)
    assert any(link.startswith(address) for link in links(answer.text))
    if "version" not in asked:
        assert client.get(path("nl", "agreements", status="ongoing", **asked)).status_code == 400
    assert client.get(path("nl", "organisations", as_of=SUMMIT)).status_code == 400  # nobody reports on those


@SQLITE
def test_nobody_is_told_of_a_day_what_was_not_there_yet(client: FlaskClient, seeded: Database) -> None:
    assert everything(client, "nl", "actions", as_of="2020-12-31") == []
    assert len(everything(client, "nl", "sessions", as_of="2020-12-31")) == 1  # the summit of that year
    then = {"as_of": "2024-06-01"}
    topic = client.get(path("nl", "topics", "pfas", **then)).text
    listed = client.get(path("nl", "actions", topic="pfas", **then)).text
    table = client.get("/data/nl/topic/pfas.csv?as_of=2024-06-01")
    assert table.status_code == 200
    for shown in (topic, listed, table.text):
        assert not re.search("ACT-0(24|30)|CFS|antwoorden-2026", shown)
    assert path("nl", "sessions", "SES-2023-001", **then) in links(topic)  # the day stays, on the timeline too
    absent = client.get(path("nl", "topics", "pfas", published_on="2020-01-01"))
    assert "“PFAS" in words(absent.text)
    new = client.get(path("nl", "changes", **{"from": SUMMIT, "change": "new", "topic": "pfas"}))
    assert path("nl", "actions", "ACT-030") in links(new.text)
    first = client.get(path("nl", "sessions")).text
    assert "bij de top van 2020 (uiterlijk 31 december 2020)" in words(first)
    assert "bij de top van 31 januari 2023" in words(first)
