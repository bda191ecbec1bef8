"""Following by mail, from the form to the last letter; what nobody may learn; what is told once, and what never is."""

import re
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from register.accounts import retention
from register.config import Limits
from register.db import Database
from register.following import letters, service
from register.following.wanted import Wanted
from register.guards.serving import LETTERS
from register.i18n import path
from register.ledger import append
from register.models import Followed, Follower, FollowRequest
from register.telling.running import Outcome
from tests import factories
from tests.factories import NL, VL, report
from tests.mailbox import REFUSED, Letter
from tests.workers import Clock, WorkClient

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Ticks = Callable[[], Outcome]
Post = Callable[[], dict[str, Letter]]
ME = "reader@press.example"
LIST = {"list": "agreement", "status": "ongoing", "topic": "water"}


def arrived() -> None:
    for thread in threading.enumerate():
        if thread.name == LETTERS:
            thread.join(10)


def linked(letter: Letter, room: str, language: str) -> str:
    """The address of a room in a letter, without its host."""
    found = re.search(rf"http://localhost({re.escape(path(language, room))}/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def ask(client: WorkClient, language: str, email: str = ME, frequency: str = "at_once", **what: str) -> str:
    """Ask to follow; gives the page that answers."""
    page = client.get(path(language, "follow-mail", **what))
    answer = client.submit(page, {"email": email, "frequency": frequency})
    assert answer.status_code == 303
    arrived()
    return client.get(answer.location).text


def follow(
    client: WorkClient, post: Post, language: str, email: str = ME, frequency: str = "at_once", **what: str
) -> str:
    """Ask and confirm; gives the address of the page of what one follows."""
    ask(client, language, email, frequency, **what)
    page = client.get(linked(post()[email], "follow-confirm", language))
    answer = client.submit(page)
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def tell(database: Database, name: str, status: str, as_of: str, about: str = "sluizen", *sides: object) -> int:
    with database.write() as session:
        said = report(f"agreement/{about}", status, as_of, *(sides or (NL,)))  # type: ignore[arg-type]
        return factories.publish(session.connection(), name, said, *(sides or (NL,)))  # type: ignore[arg-type]


def rows(database: Database) -> int:
    with database.read() as session:
        return sum(len(session.scalars(select(model)).all()) for model in (Follower, Followed, FollowRequest))


def test_from_following_to_two_digests_to_stopping(
    app: Flask, database: Database, client: WorkClient, ticks: Ticks, post: Post, clock: Clock
) -> None:
    by_mail = path("nl", "follow-mail", topic="water")
    assert by_mail in client.get(path("nl", "follow", topic="water")).text
    refused = client.submit(client.get(by_mail), {"email": "no address", "frequency": "weekly"})
    assert (refused.status_code, "no address" in refused.text, "geen e-mailadres" in refused.text) == (422, True, True)

    told = ask(client, "nl", frequency="weekly", topic="water")
    letter = post()[ME]
    assert "een bericht met een link" in told
    assert "Water" in letter.text
    confirm = linked(letter, "follow-confirm", "nl")
    assert ticks().sent == 0  # not confirmed: nothing comes
    page = client.get(confirm)
    assert rows(database) == 1  # looking confirms nothing
    own = str(client.submit(page).location).partition("?")[0]
    assert client.get(confirm).status_code == 404  # it works once
    assert follow(client, post, "nl", frequency="weekly", agreement="NLVL-2023-001") == own
    follow(client, post, "nl", frequency="weekly", **LIST)

    tell(database, "u1", "ongoing", "2026-09")
    tell(database, "u2", "planned", "2026-10", "kanalen", NL, VL)
    assert ticks().sent == 0  # a week is not over
    clock.forward(days=7)
    assert (ticks().sent, ticks().sent) == (1, 0)
    letter = post()[ME]
    assert letter["Subject"] == "Schakel: 2 wijzigingen in wat u volgt"
    assert "Water\n-----" in letter.text
    assert letter.text.count("Sluizen") == letter.text.count("Volgens Nederland, stand van 2026-09: loopt.") == 1
    assert "Door beide zijden samen bevestigd, stand van 2026-10: gepland." in letter.text
    assert f"http://localhost{path('nl', 'agreements', 'NLVL-2023-001')}" in letter.text
    assert letter["Content-Type"].startswith("text/plain")

    page = client.get(own)
    assert page.text.count("Sluizen") >= 1
    assert client.submit(page, {"frequency": "at_once"}, form=3).status_code == 303
    assert client.submit(client.get(own), form=1).status_code == 303  # one of them is stopped
    tell(database, "u3", "postponed", "2026-11")
    assert (ticks().sent, ticks().sent) == (1, 0)
    letter = post()[ME]
    assert ("uitgesteld" in letter.text, "2026-09" in letter.text) == (True, False)

    stop = letter["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ME in client.get(stop).text
    assert rows(database) == 3
    mail_program = app.test_client()  # of no origin, and with only what RFC 8058 says
    assert mail_program.post(stop, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": ""}).status_code == 200
    assert rows(database) == 0
    assert client.get(stop).status_code == client.get(own).status_code == 404
    tell(database, "u4", "ongoing", "2026-11")
    assert ticks().sent == 0


@SQLITE
def test_a_list_tells_what_is_in_it_and_what_left_it_and_nothing_that_was_taken_back(
    database: Database, client: WorkClient, ticks: Ticks, post: Post
) -> None:
    tell(database, "u0", "ongoing", "2026-08")
    follow(client, post, "en", **LIST)
    follow(client, post, "en", "side@press.example", side="vl")
    tell(database, "u1", "planned", "2026-09", "kanalen")  # not in the list
    assert (ticks().sent, post()) == (0, {})
    tell(database, "u2", "postponed", "2026-10")  # leaves the list
    back = tell(database, "u3", "ongoing", "2026-11", "kanalen", VL)  # comes into it
    with database.write() as session:
        facts = {"target": back, "side": "vl", "about": {"kind": "agreement", "id": "kanalen"}, "ground": "error"}
        append.note(session.connection(), "withdrawal", "update", "u3", "u3", **facts)
    assert ticks().sent == 1
    found = post()
    assert found.keys() == {ME}
    assert "postponed" in found[ME].text
    assert "Kanalen" not in found[ME].text


@SQLITE
def test_dates_that_pass_and_what_is_no_document_are_told_once(
    database: Database, client: WorkClient, ticks: Ticks, post: Post, clock: Clock
) -> None:
    for name, day in (("brug", "2026-11-23"), ("kade", "2026-12-01")):
        due = {"edtf": day, "words": day}
        with database.write() as session:
            factories.publish(session.connection(), name, factories.body("agreement", name.title(), due=due))
    told = tell(database, "u0", "ongoing", "2026-08")
    for email, what in (
        (ME, {"topic": "water"}),
        ("list@press.example", {"list": "agreement", "timeliness": "passed"}),
    ):
        follow(client, post, "nl", email, **what)

    def note(entry: str, record: str, kind: str = "agreement", **facts: object) -> int:
        with database.write() as session:
            return append.note(session.connection(), entry, kind, record, record, **facts)

    asked = note("response_asked", "sluizen", side="vl", since="2026-11-01")
    note("response_asked", "kanalen", side="nl", since="2026-11-02")
    note("readings_differ", "kanalen", updates=["u0"])
    note("withdrawal", "u0", "update", target=told, side="nl", about={"kind": "agreement", "id": "sluizen"}, by=[])
    note("response_closed", "sluizen", target=asked)  # before anybody was told that it was asked
    assert ticks().sent == 1
    text = post()[ME].text
    assert "Kanalen\nReactie gevraagd aan Nederland op 2 november 2026, nog niet" in text
    assert "Verschillende lezingen. Beide zijden hebben een eigen bericht bevestigd" in text
    assert "Tekst hierover ingetrokken. Ingetrokken op" in text
    assert ("aan Vlaanderen" in text, "Brug" in text, "Kade" in text) == (False, False, False)

    clock.forward(days=8)
    assert (ticks().sent, ticks().sent) == (2, 0)
    found = post()
    for email in (ME, "list@press.example"):
        passed = found[email].text.partition("Datum verstreken\n-----")[2]
        assert ("Kade\nDe datum was 1 december 2026" in passed, "Brug" in passed) == (True, False)
        assert found[email]["Subject"].startswith("Schakel: ")
    clock.forward(days=2)
    assert ticks().sent == 0


@SQLITE
def test_nobody_learns_who_follows_and_nobody_is_flooded(
    database: Database, client: WorkClient, post: Post, clock: Clock
) -> None:
    follow(client, post, "en", topic="water")
    known, unknown = (ask(client, "en", email, topic="water") for email in (ME, "other@press.example"))
    assert known.replace(ME, "") == unknown.replace("other@press.example", "")
    texts = [re.sub(r"http\S+", "", letter.text) for letter in post().values()]
    assert len(texts) == 2
    assert texts[0] == texts[1]
    ask(client, "en", "third@press.example", list="agreement", q="buy at evil example")
    assert "evil" not in post()["third@press.example"].text
    for _ in range(3):
        ask(client, "en", topic="water")
        post()
    page = client.get(path("en", "follow-mail", topic="water"))
    refused = client.submit(page, {"email": ME, "frequency": "weekly"})
    assert (refused.status_code, "asked too often" in refused.text, ME in refused.text) == (429, True, True)
    forged = client.post(path("en", "follow-mail"), data={"email": ME}, headers={"Origin": "https://evil.example"})
    assert forged.status_code == 403
    wrongs = ("?topic=nothing", "?colour=red", "?topic=water&side=nl", "?list=colour", "?list=agreement&sort=due")
    for wrong in (*wrongs, '?list=agreement&q="a'):
        assert client.get(path("en", "follow-mail") + wrong).status_code in (400, 404), wrong

    clock.forward(days=3)
    with database.write() as session:
        assert retention.run(session, clock.now, Limits()).requests == 6
    assert rows(database) == 2


def test_two_runs_at_once_write_once_failures_wait_and_a_run_is_bounded(
    database: Database, ticks: Ticks, post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        for email in (*(f"reader{number}@press.example" for number in range(4)), REFUSED):
            token = service.ask(session, Wanted(), email, "en", "at_once", clock.now)
            found = service.requested(session, token, clock.now, Limits())
            assert found is not None
            service.confirm(session, found, clock.now)
    tell(database, "u1", "ongoing", "2026-09")
    monkeypatch.setattr(letters, "MOST_LETTERS", 3)
    assert ticks().sent == 3
    post()
    monkeypatch.undo()
    start, done = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        done.append(ticks())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(post()), sum(each.sent for each in done)) == (1, 1)
    with database.write() as session:
        refused = session.scalars(select(Follower).where(Follower.email == REFUSED)).one()  # type: ignore[arg-type]
        assert (refused.failures > 0, refused.claimed_at) == (True, None)
        refused.email = "back@press.example"
        refused.claimed_at = clock.now  # as a run that died leaves it
    assert ticks().sent == 0
    clock.forward(hours=1)
    assert ticks().sent == 1
    assert post().keys() == {"back@press.example"}
