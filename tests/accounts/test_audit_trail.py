"""The audit trail as administrators read it: their own side's people, a page at a time, and no way to count others."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from register import audit
from register.audit import Trail
from register.db import Database
from register.models import Account, AuditEntry
from register.models.audit import OPERATOR, UNKNOWN
from register.words.people import Deed
from tests.accounts import SQLITE, post
from tests.page_checks import parse
from tests.workers import NOON, Clock, People, WorkClient, let_in

PATH = "/en/work/audit-trail"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
Entered = Callable[..., Account]
Queries = Callable[[Flask], AbstractContextManager[list[str]]]


def lines(page: Any) -> list[list[str]]:
    """The rows of the table, cell by cell."""
    root, _ = parse(page.text)
    return [[" ".join(" ".join(cell.itertext()).split()) for cell in row] for row in root.findall(".//main//tbody/tr")]


def write(database: Database, deed: Deed, about: Account, by: Account | None = None, **detail: Any) -> None:
    by_whom(database, deed, about, by.id if by else OPERATOR, **detail)


def by_whom(database: Database, deed: Deed, about: Account, actor: str, **detail: Any) -> None:
    with database.write() as session:
        Trail(session, NOON, 730).add(deed, about, actor=actor, **detail)


def fill(database: Database, about: Account, many: int) -> None:
    """Many deeds, a minute after each other; the count of each stands in it."""
    with database.write() as session:
        for number in range(many):
            Trail(session, NOON + timedelta(minutes=number), 730).add(
                Deed.SIGN_INS_ENDED, about, actor=about.id, count=number
            )


def counts(page: Any) -> list[int]:
    return [int(found) for found in re.findall(r"how many: (\d+)", page.text)]


def onward(page: Any, rel: str) -> str:
    """Where the link to the page before or after leads; empty when there is none."""
    root, _ = parse(page.text)
    found = root.findall(f".//nav[@class='pager']/a[@rel='{rel}']")
    return str(found[0].get("href")) if found else ""


@SQLITE
class TestWords:
    def test_who_did_what_when_to_whom_and_from_which_sign_in(
        self, entered: Entered, client: WorkClient, people: People, database: Database
    ) -> None:
        me, colleague = entered("administrator", name="Anna"), people("diplomat", name="Bea")
        let_in(client, me, agent=FIREFOX)
        client.submit(client.get("/en/work/my-account/settings"), {"mail": "none"})
        write(database, Deed.ACCOUNT_REMOVED, colleague)
        write(database, Deed.INVITED, colleague, me, roles=["diplomat"], organisation="nowhere", topics=[])
        by_whom(database, Deed.SIGN_IN_REFUSED, colleague, UNKNOWN)
        found = lines(client.get(PATH))
        when = "24 November 2026 at 12:00"
        assert [row[:4] for row in found] == [
            [when, "somebody who was not signed in", "Was refused at sign-in", "Bea"],
            [when, "Anna", "Invited a person organisation: nowhere; roles: Diplomat", "Bea"],
            [when, "the operator", "Removed an account", "Bea"],
            [when, "Anna", "Changed their own settings", "themselves"],
        ]
        assert found[3][4].startswith("Firefox on Windows ")
        assert [row[4] for row in found[:3]] == ["–", "–", "–"]

    def test_a_change_says_what_differs_and_names_what_it_can(
        self, entered: Entered, client: WorkClient, people: People, database: Database
    ) -> None:
        post.stock(database)
        me, colleague = entered("administrator", name="Anna"), people("diplomat", name="Bea")
        same = {"organisation": "ministerie"}
        was = {**same, "roles": ["diplomat"], "topics": []}
        now = {**same, "roles": ["coordinator", "diplomat"], "topics": ["water"]}
        write(database, Deed.ACCOUNT_CHANGED, colleague, me, was=was, now=now)
        write(database, Deed.MANDATE_CHANGED, colleague, me, substitute=me.id, mandate="secret-id", topic="energie")
        changed, mandate = reversed([row[2] for row in lines(client.get(PATH))])
        assert changed == (
            "Changed an account roles: Diplomat → Coordinator, Diplomat; topics: – → English Waterkwaliteit"
        )
        assert mandate == "Changed a mandate to confirm substitute: Anna; topic: English Energie"

    def test_whoever_left_long_ago_has_no_name(
        self, entered: Entered, client: WorkClient, people: People, database: Database
    ) -> None:
        entered("administrator")
        gone = people("diplomat", name="", state="removed")
        write(database, Deed.NOTE_WRITTEN, gone, gone)
        assert [row[1] for row in lines(client.get(PATH))] == ["a person who has left"]
        assert f'value="{gone.id}"' not in client.get(PATH).text

    def test_a_sign_in_that_is_not_kept_is_said_to_be_so(
        self, entered: Entered, client: WorkClient, database: Database
    ) -> None:
        me = entered("administrator")
        with database.write() as session:
            trail = Trail(session, NOON, 730)
            trail.sign_in = "gone-by-now"
            trail.add(Deed.SIGNED_IN, me, actor=me.id, means="password")
        assert lines(client.get(PATH))[0][4] == "a sign-in that is no longer kept gone-b"

    def test_every_deed_has_words(self, entered: Entered, client: WorkClient, database: Database) -> None:
        me = entered("administrator")
        for deed in Deed:
            write(database, deed, me)
        assert [row[2] for row in reversed(lines(client.get(PATH)))] == [deed.message for deed in Deed]
        assert client.get("/nl/werk/logboek").status_code == 200


class TestWhose:
    def test_each_side_sees_its_own_people_and_no_trace_of_the_other(
        self, app: Flask, people: People, database: Database
    ) -> None:
        sides = ("nl", "vl", "joint")
        who = {side: people("administrator", side=side, name=f"Admin {side}") for side in sides}
        pages = {}
        for side, account in who.items():
            write(database, Deed.EXPORTED, account, account, record=f"of {side}")
        for side, account in who.items():
            client: Any = app.test_client()
            let_in(client, account)
            pages[side] = client.get(PATH)
            assert len(lines(pages[side])) == 1
            for other in set(sides) - {side}:
                assert f"of {other}" not in pages[side].text
                assert who[other].id not in pages[side].text
                assert who[other].name not in pages[side].text

    def test_what_the_other_side_does_changes_nothing_for_this_one(
        self, entered: Entered, client: WorkClient, people: People, database: Database
    ) -> None:
        me, other = entered("administrator"), people("administrator", side="vl")
        fill(database, me, 60)
        before = client.get(PATH), client.get(onward(client.get(PATH), "next"))
        fill(database, other, 60)
        after = client.get(PATH), client.get(onward(client.get(PATH), "next"))
        assert [page.text for page in before] == [page.text for page in after]

    @SQLITE
    @pytest.mark.parametrize("roles", [["diplomat"], ["coordinator"], []])
    def test_nobody_else_can_tell_that_it_exists(self, entered: Entered, client: WorkClient, roles: list[str]) -> None:
        entered(*roles, topics=["water"] if "coordinator" in roles else [])
        answer, unknown = client.get(PATH), client.get("/en/work/audit-trai1")
        assert (answer.status_code, unknown.status_code) == (404, 404)
        assert answer.data == unknown.data

    @SQLITE
    def test_an_administrator_without_a_second_factor_does_not_see_it(
        self, entered: Entered, client: WorkClient
    ) -> None:
        entered("administrator", factor="")
        assert client.get(PATH).status_code == 404


class TestPages:
    def test_are_walked_by_key_there_and_back(self, entered: Entered, client: WorkClient, database: Database) -> None:
        me = entered("administrator")
        many = 2 * audit.PAGE_SIZE + 5
        fill(database, me, many)
        pages = [client.get(PATH)]
        while onward(pages[-1], "next"):
            pages.append(client.get(onward(pages[-1], "next")))
        assert [number for page in pages for number in counts(page)] == list(reversed(range(many)))
        assert [len(counts(page)) for page in pages] == [50, 50, 5]
        assert onward(pages[0], "prev") == ""
        back = [pages[-1]]
        while onward(back[-1], "prev"):
            back.append(client.get(onward(back[-1], "prev")))
        assert [counts(page) for page in reversed(back)] == [counts(page) for page in pages]

    def test_stay_where_they_are_when_something_is_added(
        self, entered: Entered, client: WorkClient, database: Database
    ) -> None:
        me = entered("administrator")
        fill(database, me, 60)
        second = onward(client.get(PATH), "next")
        before = counts(client.get(second))
        write(database, Deed.EXPORTED, me, me)
        assert counts(client.get(second)) == before

    @SQLITE
    def test_have_keys_that_count_nothing(self, entered: Entered, client: WorkClient, database: Database) -> None:
        fill(database, entered("administrator"), 60)
        key = onward(client.get(PATH), "next").partition("older=")[2]
        assert len(key) == 32
        with database.read() as session:
            numbers = {str(row.id) for row in session.exec(select(AuditEntry))}
        assert key not in numbers

    @SQLITE
    def test_of_the_other_side_cannot_be_used(
        self, entered: Entered, client: WorkClient, people: People, app: Flask, database: Database
    ) -> None:
        other = people("administrator", side="vl")
        fill(database, other, 60)
        theirs: Any = app.test_client()
        let_in(theirs, other)
        entered("administrator")
        assert client.get(onward(theirs.get(PATH), "next")).status_code == 400

    def test_take_as_many_queries_when_full(
        self, entered: Entered, client: WorkClient, people: People, database: Database, app: Flask, queries: Queries
    ) -> None:
        me = entered("administrator")
        write(database, Deed.INVITED, me, me, organisation="x", topics=["y"])
        made = []
        for _ in range(2):
            with queries(app) as found:
                client.get(PATH)
            made.append(len(found))
            fill(database, me, 60)
            for _ in range(5):
                write(database, Deed.INVITED, people("diplomat"), me, organisation="z", topics=["a", "b"])
        assert made[0] == made[1] <= 10


@SQLITE
class TestFilters:
    @pytest.fixture
    def colleagues(self, entered: Entered, people: People, database: Database) -> tuple[Account, Account]:
        me, colleague = entered("administrator", name="Anna"), people("diplomat", name="Bea")
        write(database, Deed.INVITED, colleague, me)
        write(database, Deed.SIGNED_IN, colleague, colleague)
        write(database, Deed.SIGNED_IN, me, me)
        return me, colleague

    def test_by_person_and_by_deed(self, client: WorkClient, colleagues: tuple[Account, Account]) -> None:
        me, colleague = colleagues

        def found(query: str) -> list[list[str]]:
            return [row[1:3] for row in lines(client.get(f"{PATH}?{query}"))]

        invited, mine, theirs = ["Anna", "Invited a person"], ["Anna", "Signed in"], ["Bea", "Signed in"]
        assert found("") == [mine, theirs, invited]
        assert found(f"person={colleague.id}") == [theirs, invited]
        assert found(f"person={me.id}&deed=signed_in") == [mine]
        assert found("deed=invited") == [invited]
        assert found("deed=exported") == []
        assert "Show the whole audit trail" in client.get(f"{PATH}?deed=exported").text

    def test_stay_on_the_next_page(
        self, client: WorkClient, colleagues: tuple[Account, Account], database: Database
    ) -> None:
        fill(database, colleagues[1], 55)
        page = client.get(f"{PATH}?person={colleagues[1].id}&deed=sign_ins_ended")
        second = client.get(onward(page, "next"))
        assert counts(second) == [4, 3, 2, 1, 0]
        assert "selected>Bea<" in second.text

    def test_a_fragment_is_part_of_the_page(self, client: WorkClient, colleagues: tuple[Account, Account]) -> None:
        part = client.get(PATH, headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert part.text.strip() in client.get(PATH).text
        assert colleagues

    def test_somebody_of_the_other_side_is_nobody(
        self, client: WorkClient, people: People, colleagues: tuple[Account, Account]
    ) -> None:
        other = people("diplomat", side="vl", name="Veerle")
        answers = {}
        for asked in (other.id, "x" * len(other.id)):
            answer = client.get(f"{PATH}?person={asked}")
            assert answer.status_code == 400
            answers[asked] = answer.text.replace(asked, "…")
        assert len(set(answers.values())) == 1
        assert other.name not in client.get(PATH).text
        assert colleagues

    @pytest.mark.parametrize(
        "query",
        [
            "deed=theft", "person=nobody", "older=1", "newer=x", "older=%C3%A9", "side=vl", "deed=invited&deed=invited",
            f"person={'x' * 61}", "older=" + "A" * 32, "person=%00", "page=2", "deed=%FF",
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_said_to_be_so(
        self, client: WorkClient, colleagues: tuple[Account, Account], query: str
    ) -> None:
        assert client.get(f"{PATH}?{query}").status_code == 400
        assert colleagues


@SQLITE
def test_reading_it_writes_nothing(
    entered: Entered, client: WorkClient, app: Flask, queries: Queries, clock: Clock
) -> None:
    entered("administrator")
    with queries(app) as made:
        client.get(PATH)
    assert {statement.split()[0] for statement in made} == {"SELECT"}
    assert clock.now == NOON
