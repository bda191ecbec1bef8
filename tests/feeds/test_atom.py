"""News feeds: valid Atom that a feed reader reads, with ids that stay, in pages, about what one asks for."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import func, select

from register import door, i18n
from register.db import Database
from register.i18n import feed
from register.ledger.tables import publication
from tests import factories
from tests.factories import BOTH, NL, VL, body, report
from tests.feeds.conftest import SQLITE, Small
from tests.public.lists import everything

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def read(client: FlaskClient, address: str) -> Any:
    """A feed as a feed reader has it, after it was found valid."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml"), address
    tree = etree.fromstring(answer.data)
    SCHEMA.assertValid(tree)
    # What RFC 4287 asks beside its grammar.
    for entry in tree.iterfind("a:entry", ATOM):
        assert entry.find("a:author", ATOM) is not None
        assert len(entry.findall("a:link[@rel='alternate']", ATOM)) == 1
        assert entry.find("a:summary", ATOM).text.strip()
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    return found


def pages(client: FlaskClient, address: str) -> Iterator[Any]:
    """A feed page by page, following the links as a program does."""
    while address:
        found = read(client, address)
        yield found
        address = next((link.href for link in found.feed.links if link.rel == "next"), "")


def titles(client: FlaskClient, *asked: str) -> list[str]:
    return [entry.title for entry in read(client, feed("nl", *asked)).entries]


@SQLITE
def test_each_feed_holds_what_is_about_its_subject(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = {"side": "nl", "organisation": "dijkgraaf", "basis": "designated", "designated_on": "2023-02-01"}
    small.publish("lucht", body("topic", "Lucht"))
    small.publish("sluizen", body("agreement", leads=[lead]), *BOTH)
    small.publish("schouw", body("action", "Schouw", character="national", side="vl", agreements=["sluizen"]), VL)
    small.publish("roet", body("agreement", "Roet \x0b& <stof>", topics=["lucht"]))
    small.publish("een", report("agreement/sluizen", "ongoing", "2023-05-01", NL, text="Zij < wij"), NL)
    last = small.publish("twee", report("agreement/roet", None, "2023-06", third="bekken", text="Gemeten."))

    new, told = " (opgenomen in het register)", ": bericht, stand 2023-06"
    about_locks = ["Sluizen: loopt", f"Schouw{new}", f"Sluizen{new}"]
    assert titles(small.client, "agreement", "NLVL-2023-001") == about_locks
    assert titles(small.client, "topic", "water") == [*about_locks, f"Water{new}"]
    assert titles(small.client, "organisation", "dijkgraaf") == [
        "Sluizen: loopt",
        f"Sluizen{new}",
        f"Hoogheemraadschap{new}",
    ]
    assert titles(small.client, "organisation", "bekken") == [f"Roet \ufffd& <stof>{told}", f"Bekkenbestuur{new}"]
    assert titles(small.client, "side", "nl") == ["Sluizen: loopt", f"Sluizen{new}"]
    assert titles(small.client, "side", "vl") == [f"Schouw{new}", f"Sluizen{new}"]
    assert len(titles(small.client)) == last

    entry = read(small.client, "/feeds/en/side/nl.atom").entries[0]
    assert (entry.authors, entry.link) == ([{"name": "Netherlands"}], "http://localhost/en/agreements/NLVL-2023-001")
    assert entry.summary == "According to the Netherlands, as of English 2023-05-01. Status: ongoing."
    assert entry.content[0].value == "English Zij < wij"

    # An id is of the entry: the same in every feed of a language, at any address, and after the next entry.
    ids = {one.id for one in read(small.client, "/feeds/nl.atom").entries}
    assert {one.id for one in read(small.client, "/feeds/nl/topic/water.atom").entries} < ids
    assert ids.isdisjoint(one.id for one in read(small.client, "/feeds/en.atom").entries)
    monkeypatch.setitem(small.client.application.config, "BASE_URL", "https://schakel.example")
    small.publish("sluizen", body("agreement", "Sluizen en stuwen"), *BOTH)
    later = read(small.client, "/feeds/nl.atom")
    assert len({one.id for one in later.entries} - ids) == 1
    assert later.entries[0].title == "Sluizen en stuwen (tekst gewijzigd)"
    assert {one.link.partition("/nl/")[0] for one in later.entries} == {"https://schakel.example"}

    # What was taken out of view is in no feed, and what is about it neither.
    small.change(lambda connection: factories.redact(connection, last))
    factories.rebuild(small.database)
    assert titles(small.client, "organisation", "bekken") == [f"Bekkenbestuur{new}"]

    # Nothing is sent twice; a moment that may still bring another entry is no mark.
    first = small.client.get("/feeds/nl.atom")
    assert "Last-Modified" not in first.headers
    assert small.client.get("/feeds/nl.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    monkeypatch.setattr(door, "_SETTLED", timedelta(seconds=-60))
    since = small.client.get("/feeds/nl.atom").headers["Last-Modified"]
    again = small.client.get("/feeds/nl.atom", headers={"If-Modified-Since": since})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert (
        small.client.get("/feeds/nl.atom", headers={"If-None-Match": '"old"', "If-Modified-Since": since}).status_code
        == 200
    )


@SQLITE
def test_what_is_no_document_is_told_too(small: Small) -> None:
    """What was taken back, asked, paused or differs: in every feed in which its record is, and never its words."""
    lead = [{"side": "nl", "organisation": "dijkgraaf", "basis": "designated", "designated_on": "2023-02-01"}]
    small.publish("sluizen", body("agreement", "Sluizen", leads=lead), *BOTH)
    told = small.publish("een", report("agreement/sluizen", "ongoing", "2023-05-01", NL, text="Geheim"), NL)
    gone = small.publish("weg", body("agreement", "Verdwijnt"), *BOTH)
    about = {"kind": "agreement", "id": "sluizen"}
    keys = [{"side": "nl", "function": "x", "time": "2023-06-01T10:00:00+00:00"}]
    asked = small.note("response_asked", "agreement/sluizen", side="vl", since="2023-06-01")
    small.note("response_closed", "agreement/sluizen", target=asked)
    small.note("readings_differ", "agreement/sluizen", updates=["een"])
    small.note("pause", "side/vl", begins="2023-06-01", ends="2023-07-01", reason="elections")
    mine = {"target": told, "about": about, "side": "nl", "by": keys}
    small.note("hiding", "update/een", until="2023-07-01", ground="privacy", **mine)
    small.note("showing", "update/een", target=told)
    small.note("withdrawal", "update/een", ground="mistaken", **mine)
    small.note("withdrawal", "agreement/weg", target=gone, by=keys, ground=None)

    noted = [
        "Sluizen: tekst hierover ingetrokken",
        "Sluizen: tekst hierover weer te zien",
        "Sluizen: tekst hierover tijdelijk niet te zien",
        "Sluizen: verschillende lezingen",
        "Sluizen: reactie niet meer verwacht",
        "Sluizen: reactie gevraagd aan Vlaanderen",
        "Sluizen (opgenomen in het register)",
    ]
    withdrawn, paused = "weg: ingetrokken", "Vlaanderen: pauze"
    assert titles(small.client, "agreement", "NLVL-2023-001") == noted
    assert titles(small.client, "organisation", "dijkgraaf")[:7] == noted
    assert titles(small.client, "topic", "water")[:8] == [withdrawn, *noted]
    assert titles(small.client)[:9] == [withdrawn, *noted[:3], paused, *noted[3:]]
    assert paused in titles(small.client, "side", "vl")
    assert paused not in titles(small.client, "side", "nl")
    answer = small.client.get("/feeds/en/topic/water.atom").text
    assert "Withdrawn on" in answer
    assert (f"{i18n.long_date('en', i18n.today())} by the Netherlands (it was not right)." in answer) is True
    assert ("Geheim" in answer, "Verdwijnt" in answer, "not yet received" in answer) == (False, False, True)
    factories.rebuild(small.database)
    assert titles(small.client)[:9] == [withdrawn, *noted[:3], paused, *noted[3:]]


@SQLITE
def test_a_long_feed_comes_in_pages_and_agrees_with_the_list(
    client: FlaskClient, app: Flask, seeded: Database, queries: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    with queries(app) as made:
        found = [page.entries for page in pages(client, "/feeds/nl.atom")]
    assert max(map(len, found)) == 50
    assert len(made) <= 3 * len(found)
    with seeded.public() as connection:
        total = connection.scalar(select(func.count()).where(publication.c.entry == "document"))
    assert max(Counter(entry.id for page in found for entry in page).values()) == 1
    assert sum(map(len, found)) == total
    times = [entry.published_parsed for page in found for entry in page]
    assert times == sorted(times, reverse=True)

    links = {entry.link for page in pages(client, "/feeds/nl/topic/pfas.atom") for entry in page.entries}
    assert {link.rpartition("/")[2] for link in links if "/afspraken/" in link} == set(
        everything(client, "nl", "agreements", topic="pfas")
    )


@SQLITE
@pytest.mark.parametrize(
    ("address", "status", "said", "near"),
    [
        ("/feeds/fr.atom", 400, "“fr” is geen taal", "/feeds/nl.atom"),
        ("/feeds/nl.rss", 400, "“nl.rss” eindigt niet", "/feeds/nl.atom"),
        ("/feeds/en/colour/red.atom", 400, "“colour/red” is not something", "/feeds/en.atom"),
        ("/feeds/en/topic/pfa.atom", 404, "the reference “pfa”", "/feeds/en/topic/pfas.atom"),
        ("/feeds/en/agreement/NLVL-2023-0014.atom", 404, "NLVL-2023-0014", "/feeds/en/agreement/NLVL-2023-014.atom"),
        ("/feeds/nl/agreement/nlvl-2023-200.atom", 404, "nlvl-2023-200", "/feeds/nl/agreement/NLVL-2023-200.atom"),
        ("/feeds/nl/side/be.atom", 404, ">Vlaanderen<", "/feeds/nl/side/vl.atom"),
        ("/feeds/en.atom?before=x", 400, "“x” is not something", "/en/"),
        ("/feeds/en.atom?page=2", 400, "“page”", "/en/"),
        ("/en/follow?side=be", 400, "“be” is not something", "/en/"),
        ("/en/follow?topic=pfa", 404, "“pfa”", "/en/topics"),
    ],
)
def test_an_address_that_is_not_understood_leads_to_the_nearest(
    client: FlaskClient, address: str, status: int, said: str, near: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert said in answer.text
    assert near in answer.text.partition('class="onward"')[2]
