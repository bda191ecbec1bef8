"""Lists of notes: paging, searching, and the way to a record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from register.db import Database
from register.i18n import path
from register.models import Account
from register.notes.queries import PAGE_SIZE
from tests import factories
from tests.accounts import SQLITE
from tests.notes.conftest import REFERENCE, ROOM
from tests.page_checks import parse
from tests.workers import Clock, People, WorkClient

Browser = Callable[..., WorkClient]
Wrote = Callable[..., str]
NOTES = path("en", "notes")


def texts(page: Any) -> list[str]:
    """The texts of the notes on a page, in their order."""
    root, _ = parse(page.text)
    return [
        "".join(item.findall("p")[-1].itertext()) for item in root.findall(".//section[@aria-labelledby='found']/ul/li")
    ]


def onward(page: Any, rel: str) -> str:
    root, _ = parse(page.text)
    found = [link.get("href", "") for link in root.findall(".//nav[@class='pager']/a") if link.get("rel") == rel]
    return found[0] if found else ""


@pytest.fixture
def reader(browser: Browser, people: People) -> WorkClient:
    return browser(people("diplomat"))


def test_notes_are_paged_newest_first_and_back(reader: WorkClient, people: People, wrote: Wrote, clock: Clock) -> None:
    author, other = people("diplomat"), people("diplomat", side="vl")
    for number in range(2 * PAGE_SIZE + 3):
        wrote(author, f"Nummer {number}", created_at=clock() + timedelta(seconds=number // 4))
        wrote(other, f"Verborgen {number}", created_at=clock() + timedelta(seconds=number // 4))
    for room in (NOTES, ROOM):
        pages = [reader.get(room)]
        while onward(pages[-1], "next"):
            pages.append(reader.get(onward(pages[-1], "next")))
        shown = [text for page in pages for text in texts(page)]
        assert [len(texts(page)) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 3]
        assert sorted(shown) == sorted(f"Nummer {number}" for number in range(2 * PAGE_SIZE + 3))
        seconds = [int(text.split()[1]) // 4 for text in shown]
        assert seconds == sorted(seconds, reverse=True)
        assert all("53 notes that you may see" in page.text for page in pages)
        back = reader.get(onward(pages[2], "prev"))
        assert texts(back) == texts(pages[1])
        assert texts(reader.get(onward(back, "prev"))) == texts(pages[0])
        assert not onward(reader.get(onward(back, "prev")), "prev")


def test_words_are_found_whatever_their_capitals_and_accents(reader: WorkClient, people: People, wrote: Wrote) -> None:
    author = people("diplomat")
    texts_ = ["De FAÇADE van Één huis", "100% zeker", "100 procent", "a_b", "axb", "STRASSE en straße", "C:\\map"]
    for text in texts_:
        wrote(author, text)
    for asked, expected in {
        "facade": texts_[:1],
        "Façade huis": texts_[:1],
        "EEN": texts_[:1],
        "huis zeker": [],
        "100%": texts_[1:2],
        "a_b": texts_[3:4],
        "strasse": texts_[5:6],
        "\\": texts_[6:],
        "'": [],
        " ": texts_,
    }.items():
        assert sorted(texts(reader.get(NOTES, query_string={"q": asked}))) == sorted(expected), asked


@SQLITE
def test_a_list_costs_as_many_queries_for_one_note_as_for_many(
    app: Flask, reader: WorkClient, people: People, wrote: Wrote, queries: Callable[..., Any]
) -> None:
    author = people("diplomat")
    counts = []
    for more in (0, 1, PAGE_SIZE + 5):
        for _ in range(more):
            wrote(author, "Iets.")
        for room in (NOTES, ROOM):
            with queries(app) as made:
                reader.get(room)
            counts.append(len(made))
    assert counts == [8, 9] * 3 or counts == [counts[0], counts[1]] * 3
    assert max(counts) <= 9


@SQLITE
def test_the_list_is_narrowed_by_kind(reader: WorkClient, people: People, wrote: Wrote, database: Database) -> None:
    with database.read() as session:
        [topic] = factories.references(session.connection(), "topic")
    author = people("diplomat")
    wrote(author, "Over de sluizen.")
    wrote(author, "Over het water.", kind="topic", reference=topic)
    assert len(texts(reader.get(NOTES))) == 2
    assert texts(reader.get(NOTES, query_string={"kind": "topic"})) == ["Over het water."]
    page = reader.get(path("nl", "notes", f"topic/{topic}"))
    assert "Notities" in page.text or "Water" in page.text
    assert texts(page) == ["Over het water."]


@SQLITE
@pytest.mark.parametrize(
    "query",
    [
        "colour=red", "q=a&q=b", "kind=colour", "after=nothing", "before=nothing", "after=a&before=b",
        "q=" + "x" * 201, "q=%00", "q=%ff", "reference=%07",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_refused(reader: WorkClient, query: str) -> None:
    assert reader.get(f"{NOTES}?{query}").status_code == 400


@SQLITE
def test_a_reference_leads_to_the_record(reader: WorkClient) -> None:
    for typed in (REFERENCE, f" {REFERENCE.lower()} "):
        answer = reader.get(NOTES, query_string={"reference": typed})
        assert (answer.status_code, answer.location) == (303, ROOM)
    answer = reader.get(NOTES, query_string={"reference": "NLVL-1900-001"})
    assert answer.status_code == 200
    assert "Nothing is published under the reference" in answer.text


@SQLITE
def test_what_is_not_published_has_no_notes(reader: WorkClient) -> None:
    for rest in (
        "agreement/NLVL-1900-001",
        "update/NLVL-2023-001",
        "colour/red",
        "note/nothing",
        f"Agreement/{REFERENCE}",
    ):
        assert reader.get(path("en", "notes", rest)).status_code == 404, rest
        answer = reader.post(path("en", "notes", rest), data={"text": "x"})
        assert answer.status_code == 404, rest


@SQLITE
def test_a_note_beside_a_record_that_is_published_no_more(reader: WorkClient, people: People, wrote: Wrote) -> None:
    note = wrote(people("diplomat"), "Blijft.", reference="NLVL-2023-099")
    assert texts(reader.get(NOTES)) == ["Blijft."]
    assert "not published any more" in reader.get(path("en", "notes", f"note/{note}")).text


@SQLITE
def test_an_author_who_was_forgotten(reader: WorkClient, people: People, wrote: Wrote) -> None:
    gone: Account = people("diplomat", name="", state="removed")
    wrote(gone, "Van vroeger.")
    assert "A person who has left" in reader.get(ROOM).text
