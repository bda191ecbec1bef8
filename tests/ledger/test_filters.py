"""The grammar of lists, and that SQLite and PostgreSQL give the same lists in the same order."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice, pairwise, product

import pytest
from sqlalchemy import Connection, text

from register.db import Database
from register.errors import BadParameter
from register.ledger import clocks, entries, filters, lists, overview, read, sets
from register.ledger.filters import FILTERS, LINKED, SORTS, Listing
from tests import factories
from tests.factories import body, publish

DAYS = (date(2022, 12, 15), date(2023, 6, 1), date(2026, 1, 1))
MOST = 6  # of the records that a filter may name
QUERIES = (
    *("pfas", "sluis", "water", "de", "coördinatie", "coordinatie", "microplastics", "schelde maas", "vlaanderen"),
    *("best beschikbare technieken", "energie", "stikstof lozing", "zwerfvuil", "2023", "…", "PFAS-lozingen"),
)


def every_listing(connection: Connection) -> Iterator[tuple[str, Listing]]:
    """Each list in each order and language, and with each value of each filter by itself, and some together."""
    ids = read.ids(connection, tuple(LINKED))
    for kind, known in FILTERS.items():
        for language in ("nl", "en"):
            for sort in SORTS[kind]:
                yield f"{kind} {language} by {sort}", Listing(kind, language, {}, sort, None, None)
        for name, words in known.items():
            values: Sequence[str] = (
                QUERIES if name == "q" else [word.value for word in words] if words else ids[name][:MOST]
            )
            for value in values:
                yield f"{kind} {name}={value}", Listing(kind, "nl", {name: value}, SORTS[kind][0], None, None)
    for query in QUERIES:
        together = {"q": query, "topic": "pfas", "status": "ongoing"}
        yield f"together {query}", Listing("agreement", "en", {"q": query}, "title", None, None)
        yield f"together {together}", Listing("agreement", "nl", together, "updated", None, None)


def walk(connection: Connection, listing: Listing, today: date) -> list[list[str]]:
    """All pages of a list, forwards."""
    pages = []
    while True:
        page = lists.page(connection, listing, today)
        pages.append([row.reference for row in page.rows])
        if page.after is None:
            assert sum(map(len, pages)) == page.total
            return pages
        listing = listing._replace(after=page.after)


def test_both_databases_give_the_same_lists_in_the_same_order(both_seeded: tuple[Database, Database]) -> None:
    sqlite, postgresql = both_seeded
    different, rows = {}, 0
    with sqlite.public() as one, postgresql.public() as other:
        for name, listing in every_listing(one):
            for today in DAYS if "timeliness" in name else DAYS[-1:]:
                answers = [walk(connection, listing, today) for connection in (one, other)]
                rows += sum(map(len, answers[0]))
                if answers[0] != answers[1]:
                    different[name, today] = answers
    assert different == {}
    assert rows > 3000


def test_both_databases_give_the_same_surroundings(both_seeded: tuple[Database, Database]) -> None:
    sqlite, postgresql = both_seeded

    def told(connection: Connection) -> list[object]:
        coming, held = overview.sessions_around(connection, "2023-06-01", 20)
        agreements = [row.record for row in read.cards(connection, "agreement", "by_title_nl")]
        known = sets.current(connection, factories.TODAY)
        return [
            overview.statuses(connection, known),
            overview.statuses(connection, known, "pfas", clocks.Clock(clocks.AS_OF, "2024-01-01")),
            [
                (news.entry.record, news.entry.version, news.card.reference)
                for news in entries.page(connection, "nl", None, 50, kinds=(*FILTERS, "update")).rows
            ],
            [[row.reference for row in rows] for rows in (coming, held)],
            agreements,
            [
                [
                    (near.outward, near.role, near.reference)
                    for near in read.neighbours(connection, "nl", "agreement", one)
                ]
                for one in islice(agreements, 40)
            ],
            [topic.record for topic in read.all_of(connection, "nl", "topic")],
            [said.record for said in read.updates_about(connection, "nl", "agreement", agreements[:400])],
        ]

    with sqlite.public() as one, postgresql.public() as other:
        for left, right in zip(told(one), told(other), strict=True):
            assert left == right


@pytest.mark.parametrize("kind", ["postgresql"], scope="session", indirect=True)
def test_what_is_sorted_by_is_sorted_by_its_bytes_whatever_the_server_speaks(database: Database) -> None:
    """The server of the tests knows no other order; the one of an operator may be set to Dutch."""
    wanted = text("SELECT column_name, collation_name FROM information_schema.columns WHERE table_name = 'card'")
    with database.owner.connect() as connection:
        collations = {row.column_name: row.collation_name for row in connection.execute(wanted)}
    for sorts in SORTS.values():
        for sort, language in product(sorts, ("nl", "en")):
            order = str(lists._order(sort, language))
            columns = {*re.findall(r"card\.(\w+)", order), "by_reference"}
            assert {collations[column] for column in columns} == {"C"}, order


@pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
@pytest.mark.parametrize("sort", SORTS["agreement"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_paging_forth_and_back_shows_everything_once(seeded: Database, sort: str, language: str) -> None:
    with seeded.public() as connection:
        listing = Listing("agreement", language, {}, sort, None, None)
        pages = walk(connection, listing, DAYS[-1])
        assert len(pages) > 3
        everything = [reference for page in pages for reference in page]
        assert len(everything) == len(set(everything)) == len(factories.references(connection, "agreement"))
        assert {len(page) for page in pages[:-1]} == {filters.PAGE_SIZE}
        for before, after in pairwise(pages):
            page = lists.page(connection, listing._replace(before=after[0]), DAYS[-1])
            assert [row.reference for row in page.rows] == before
            assert page.after == before[-1]
        assert lists.page(connection, listing._replace(before=pages[0][0]), DAYS[-1]).rows == []


BAD = {
    "an unknown name": ({"colour": ["blue"]}, "colour", "unknown"),
    "a filter of another list": ({"state": ["held"]}, "state", "unknown"),
    "an unknown word": ({"status": ["kept"]}, "status", "value"),
    "a word of another filter": ({"status": ["intention"]}, "status", "value"),
    "a topic that is not there": ({"topic": ["vuur"]}, "topic", "value"),
    "an order that is none": ({"sort": ["colour"]}, "sort", "value"),
    "an order of another list": ({"sort": ["date"]}, "sort", "value"),
    "twice the same": ({"status": ["ongoing", "planned"]}, "status", "repeated"),
    "too long": ({"q": ["x" * 201]}, "q", "long"),
    "a control sign": ({"q": ["a\0b"]}, "q", "encoding"),
    "a broken sign": ({"q": ["a\ufffdb"]}, "q", "encoding"),
    "both ways at once": ({"before": ["NLVL-2023-001"], "after": ["NLVL-2023-002"]}, "before", "key"),
}


@pytest.mark.parametrize(("values", "name", "reason"), BAD.values(), ids=BAD)
def test_what_an_address_cannot_say_is_named(values: dict[str, list[str]], name: str, reason: str) -> None:
    with pytest.raises(BadParameter) as found:
        filters.parse("agreement", "nl", values, lambda _: ("water",))
    assert (found.value.name, found.value.reason) == (name, reason)


@pytest.mark.parametrize("way", ["after", "before"])
@pytest.mark.parametrize("key", ["NLVL-2023-999", "~", "x~y", "ACT-2023-001", "'"])
def test_a_page_key_of_no_record_of_this_list_is_named(database: Database, way: str, key: str) -> None:
    with database.write() as session:
        publish(session.connection(), "meten", body("action"))
        publish(session.connection(), "sluizen", body("agreement"))
    listing = filters.parse("agreement", "nl", {way: [key]}, lambda _: ())
    with pytest.raises(BadParameter) as found, database.public() as connection:
        lists.page(connection, listing, DAYS[-1])
    assert (found.value.name, found.value.reason) == (way, "key")


def test_a_page_key_still_works_when_its_record_has_gone(database: Database) -> None:
    with database.write() as session:
        seqs = [publish(session.connection(), f"afspraak-{number}", body("agreement")) for number in range(3)]
        factories.redact(session.connection(), seqs[1])
    factories.rebuild(database)
    listing = filters.parse("agreement", "nl", {"after": ["NLVL-2023-001"]}, lambda _: ())
    with database.public() as connection:
        assert [row.reference for row in lists.page(connection, listing, DAYS[-1]).rows] == ["NLVL-2023-003"]


DUE = {
    "2025-12-31": "passed",
    "2026-01-01": "due_soon",
    "2026-01-31": "due_soon",
    "2026-02": "on_time",
    None: "no_date",
}


def test_in_time_is_computed_on_the_day_of_reading(database: Database) -> None:
    """Today is 1 January 2026: a vague term counts to its last day, and within thirty days is soon."""
    with database.write() as session:
        for number, edtf in enumerate(DUE):
            due = {"edtf": edtf, "words": edtf} if edtf else None
            publish(session.connection(), f"afspraak-{number}", body("agreement", due=due))
            publish(session.connection(), f"klaar-{number}", body("agreement", due=due))
            done = factories.report(f"agreement/klaar-{number}", "completed", "2025", factories.NL)
            publish(session.connection(), f"bericht-{number}", done)
    shown = {}
    with database.public() as connection:
        for word in ("passed", "due_soon", "on_time", "no_date"):
            listing = filters.parse("agreement", "nl", {"timeliness": [word]}, lambda _: ())
            shown[word] = {row.record for row in lists.page(connection, listing, factories.TODAY).rows}
            for row in lists.page(connection, listing, factories.TODAY).rows:
                now, soon = "2026-01-01", "2026-01-31"
                assert filters.timeliness(row.due, bool(row.status_open), now, soon) == word
    wanted: dict[str, set[str]] = {word: set() for word in shown}
    for number, (edtf, word) in enumerate(DUE.items()):
        wanted[word].add(f"afspraak-{number}")
        if edtf is None:  # what is closed is neither on time nor passed; without a term it has none either way
            wanted[word].add(f"klaar-{number}")
    assert shown == wanted


def test_filters_that_follow_links_take_every_role(database: Database) -> None:
    lead = {"side": "nl", "organisation": "dienst", "basis": "designated", "designated_on": "2024-01-01"}
    with database.write() as session:
        connection = session.connection()
        publish(connection, "dienst", body("organisation"))
        publish(connection, "leidt", body("agreement", leads=[lead]))
        publish(connection, "doet-mee", body("agreement", participants=["dienst"]))
        publish(connection, "wordt-gevraagd", body("agreement", addressed=["dienst"]))
        publish(connection, "niets", body("agreement"))
        publish(connection, "niet-meer", body("agreement", addressed=["dienst"]))
        publish(connection, "niet-meer", body("agreement"))
    with database.public() as connection:
        listing = filters.parse("agreement", "nl", {"organisation": ["dienst"]}, lambda _: ("dienst",))
        rows = lists.page(connection, listing, factories.TODAY).rows
    assert {row.record for row in rows} == {"leidt", "doet-mee", "wordt-gevraagd"}
