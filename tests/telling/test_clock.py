"""The clock, from a text that waits to the page that says so; readings that differ; mail that nobody gets twice."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register import workflow
from register.db import Database
from register.guards import people as guarded
from register.i18n import ZONE, path
from register.ledger import append, chain
from register.ledger.tables import publication
from register.models import Account, Asking, Proposal, Told
from register.publishing import confirming, proposing
from register.telling.running import Outcome
from register.words import workdays
from tests import factories
from tests.factories import NL, VL, report
from tests.mailbox import REFUSED, Letter
from tests.workers import Clock, People, WorkClient, forms

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Submitted = Callable[..., Proposal]
Ticks = Callable[[], Outcome]
Post = Callable[[], dict[str, Letter]]
PAGE = path("en", "agreements", "NLVL-2023-001")


def turn(database: Database, made: Proposal, who: Account, now: datetime) -> None:
    with database.write() as session:
        person = guarded.person(session, session.get_one(Account, who.id), now.date())
        confirming.confirm(session, made.id, made.digest, person, now)


def noon(clock: Clock, day: date) -> None:
    clock.now = datetime.combine(day, time(11), UTC)


def whole(database: Database) -> bool:
    with database.read() as session:
        return chain.verify(session.connection()) == []


def test_a_silent_side_is_reminded_then_named_and_its_answer_ends_it(
    database: Database, submitted: Submitted, people: People, ticks: Ticks, post: Post, clock: Clock, client: WorkClient
) -> None:
    author = people(topics=["water"], language="nl")
    nl, vl = people("diplomat", mandates=[""]), people("diplomat", side="vl", mandates=["water"], language="nl")
    vl_plain = people("diplomat", side="vl")
    made = submitted(author, "Geheime woorden.", mode="joint")
    ticks()
    letters = post()
    assert letters.keys() == {nl.email, vl.email}
    letter = letters[vl.email]
    assert "Wacht op uw bevestiging" in letter.text
    assert f"http://localhost{path('nl', 'review', made.id)}" in letter.text
    assert "Sluizen (NLVL-2023-001)" in letter.text
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not any("Geheime" in str(one.raw) for one in letters.values())
    assert (ticks().sent, post()) == (0, {})

    turn(database, made, nl, clock.now)
    reminded = workflow.over(clock.now.date(), 10, ())
    assert reminded == date(2026, 12, 9)
    noon(clock, date(2026, 12, 8))
    assert ticks().sent == 0
    noon(clock, reminded)
    ticks()
    letters = post()
    assert letters.keys() == {vl.email}
    assert "10 werkdagen" in letters[vl.email].text

    named = workflow.over(date(2026, 11, 24), 30, ())
    noon(clock, date.fromordinal(named.toordinal() - 1))
    assert ticks().named == 0
    assert "Response asked" not in client.get(PAGE).text
    noon(clock, named)
    assert (ticks().named, ticks().named) == (1, 0)
    page = client.get(PAGE).text
    assert "Response asked of Flanders on 24 November 2026, not yet received." in page
    assert "Geheime" not in page
    assert whole(database)

    turn(database, made, vl, clock.now)
    assert "Response asked" not in client.get(PAGE).text
    noon(clock, date.fromordinal(named.toordinal() + 1))
    ticks()
    letters = post()
    assert letters.keys() == {author.email, nl.email, vl.email}
    assert "Is bevestigd en gepubliceerd" in letters[author.email].text
    assert vl_plain.email not in letters
    assert whole(database)


@SQLITE
def test_a_pause_stops_the_clock_and_an_edit_ends_the_asking(
    database: Database, submitted: Submitted, people: People, ticks: Ticks, post: Post, clock: Clock, client: WorkClient
) -> None:
    author, nl = people(topics=["water"]), people("diplomat", mandates=[""])
    made = submitted(author, mode="joint")
    turn(database, made, nl, clock.now)
    pause = (date(2026, 12, 1), date(2027, 1, 31))
    with database.write() as session:
        facts = {"begins": pause[0].isoformat(), "ends": pause[1].isoformat(), "reason": "elections"}
        append.note(session.connection(), "pause", "side", "vl", "vl", **facts)
    noon(clock, workflow.over(date(2026, 11, 24), 30, ()))
    assert ticks().named == 0
    assert "declared a pause" not in client.get(PAGE).text  # the public pages have the day of the machine
    noon(clock, workflow.over(date(2026, 11, 24), 30, [pause]))
    assert ticks().named == 1
    assert "Response asked of Flanders" in client.get(PAGE).text
    post()
    with database.write() as session:
        assert proposing.void(session, made.draft_id, clock.now) == {nl.id}
    assert "Response asked" not in client.get(PAGE).text
    clock.forward(days=1)
    ticks()
    assert "your confirmation counts no more" in post()[nl.email].text
    assert whole(database)


def test_days_on_which_the_record_was_not_shown_do_not_count(
    database: Database, submitted: Submitted, people: People, ticks: Ticks, clock: Clock, browser: Any
) -> None:
    clock.now = datetime.now(UTC).replace(microsecond=0)  # the ledger knows its own time only
    first = clock.now.astimezone(ZONE).date()
    author, nl, vl = (
        people(topics=["water"]),
        people("diplomat", mandates=[""]),
        people("diplomat", side="vl", mandates=[""]),
    )
    made = submitted(author, mode="joint", as_of={"edtf": "2025", "words": "2025"})
    turn(database, made, nl, clock.now)
    back = workdays.after(first, workflow.HIDDEN_FOR)
    with database.write() as session:
        connection = session.connection()
        target = connection.scalar(select(publication.c.seq).where(publication.c.record == "sluizen"))
        about = "agreement", "sluizen", "NLVL-2023-001"
        append.note(connection, "hiding", *about, target=target, side="nl", until=back.isoformat(), by=[], ground=None)
    unseen = [(first, back - timedelta(days=1))]
    noon(clock, workflow.over(first, 10, unseen) - timedelta(days=1))
    assert ticks().back == 1
    assert "longer than 10 working days" not in browser(vl).get(path("en", "desk")).text
    noon(clock, workflow.over(first, 10, unseen))
    assert "longer than 10 working days" in browser(vl).get(path("en", "desk")).text
    noon(clock, workflow.over(first, 30, unseen) - timedelta(days=1))
    assert ticks().named == 0
    noon(clock, workflow.over(first, 30, unseen))
    assert ticks().named == 1


@SQLITE
def test_nobody_is_named_for_what_cannot_be_confirmed(
    database: Database, submitted: Submitted, people: People, ticks: Ticks, clock: Clock
) -> None:
    with database.write() as session:
        target = factories.publish(session.connection(), "brief", factories.body("source", "Brief"))
    author, nl = people(topics=["water"]), people("diplomat", mandates=[""])
    made = submitted(author, mode="joint", citations=[{"source": "brief", "section": "1"}])
    turn(database, made, nl, clock.now)
    with database.write() as session:
        append.note(session.connection(), "withdrawal", "source", "brief", "brief", target=target, side="nl", by=[])
    clock.forward(days=200)
    assert ticks().named == 0


@SQLITE
def test_nobody_is_named_on_the_word_of_one_person(
    database: Database, submitted: Submitted, people: People, ticks: Ticks, clock: Clock
) -> None:
    submitted(people(topics=["water"]), mode="joint")
    clock.forward(days=200)
    assert ticks().named == 0


def test_readings_differ_after_ten_working_days_of_notice(
    database: Database,
    people: People,
    ticks: Ticks,
    post: Post,
    clock: Clock,
    client: WorkClient,
    browser: Callable[..., WorkClient],
) -> None:
    nl, vl = people(topics=["water"]), people(side="vl", topics=["water"])
    lucht = people(topics=["lucht"])
    with database.write() as session:
        factories.publish(session.connection(), "u1", report("agreement/sluizen", "completed", "2026-09", NL), NL)
        factories.publish(session.connection(), "u2", report("agreement/sluizen", "ongoing", "2026-10", VL), VL)
    assert ticks().shown == 0
    letters = post()
    assert letters.keys() == {nl.email}
    assert "Flanders reports: ongoing. From 9 December 2026 on" in letters[nl.email].text
    assert "different readings" not in client.get(PAGE).text
    desk = path("en", "desk")
    assert "From 9 December 2026 on the register shows" in browser(nl).get(desk).text
    assert "reports something else" not in browser(vl).get(desk).text + browser(lucht).get(desk).text
    with database.write() as session:  # which differs too, and puts nothing off
        factories.publish(session.connection(), "u3", report("agreement/sluizen", "postponed", "2026-11-25", VL), VL)
    noon(clock, date(2026, 12, 8))
    assert ticks().shown == 0
    noon(clock, date(2026, 12, 9))
    assert (ticks().shown, ticks().shown) == (1, 0)
    assert "different readings" in client.get(PAGE).text
    with database.write() as session:
        factories.publish(session.connection(), "u4", report("agreement/sluizen", "completed", "2026-12-09", VL), VL)
    assert "different readings" not in client.get(PAGE).text
    assert ticks().shown == 0
    assert {vl.email, lucht.email}.isdisjoint(post())
    assert whole(database)


@SQLITE
def test_dates_that_come_near_and_that_passed_are_told_once(
    database: Database, people: People, ticks: Ticks, post: Post, clock: Clock
) -> None:
    me = people(topics=["water"])
    due = {"edtf": "2026-12-20", "words": "2026-12-20"}
    with database.write() as session:
        factories.publish(session.connection(), "dijken", factories.body("agreement", "Dijken", due=due))
    told = []
    for _day in range(40):
        ticks()
        told += [letter.text for letter in post().values()]
        clock.forward(days=1)
    assert [("30 days" in text, "7 days" in text, "has passed" in text) for text in told] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert all("Dijken" in text for text in told)
    assert me.email


def test_two_runs_at_once_write_once_and_a_mail_that_failed_goes_later(
    database: Database, submitted: Submitted, people: People, ticks: Ticks, post: Post
) -> None:
    author = people(topics=["water"])
    for _ in range(3):
        people("diplomat", mandates=[""], mail="at_once")
    refused = people("diplomat", mandates=[""], email=REFUSED)
    submitted(author)
    start, done = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        done.append(ticks())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(post()), sum(each.sent for each in done)) == (3, 3)
    with database.write() as session:
        assert len(session.scalars(select(Told)).all()) == 3
        session.get_one(Account, refused.id).email = "back@nl.example"
    assert ticks().sent == 1
    assert post().keys() == {"back@nl.example"}


@SQLITE
def test_mail_is_stopped_from_the_mail_itself(
    app: Flask, database: Database, submitted: Submitted, people: People, ticks: Ticks, post: Post, client: WorkClient
) -> None:
    me, other = people("diplomat", mandates=[""], mail="at_once"), people("diplomat", mandates=[""], mail="weekly")
    submitted(people(topics=["water"]))
    ticks()
    letters = post()
    link = letters[me.email]["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert link in letters[me.email].text
    page = client.get(link)
    assert page.status_code == 200

    def choice(account: Account) -> str:
        with database.read() as session:
            return session.get_one(Account, account.id).mail

    assert choice(me) == "at_once"
    assert "no longer writes" in client.submit(page, form=len(forms(page)) - 1).text
    theirs = letters[other.email]["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    plain = app.test_client()  # a mail program: no origin, and only what RFC 8058 says
    plain.post(theirs, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": ""})
    assert (choice(me), choice(other)) == ("none", "none")
    assert client.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 404
    submitted(people(topics=["water"]), "Nog een.")
    assert ticks().sent == 0


def test_a_run_that_died_leaves_nothing_untold(
    database: Database, submitted: Submitted, people: People, ticks: Ticks, post: Post, clock: Clock
) -> None:
    me = people("diplomat", mandates=[""])
    made: Any = submitted(people(topics=["water"]))
    with database.write() as session:
        session.add(Told(account_id=me.id, what="waiting", about=made.id, claimed_at=clock.now))
    assert ticks().sent == 0
    clock.forward(hours=1)
    assert ticks().sent == 1
    assert me.email in post()
    with database.read() as session:
        assert session.scalars(select(Asking)).all() == []
