"""The desk: what waits, was sent back, is due, or was done by the other side; in a fixed number of queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from register.db import Database
from register.i18n import path
from register.models import Account, Draft, Note, Proposal
from tests import factories
from tests.reports.conftest import _published, app, browser, client, clock, make_app, people, settings, sign_in, stored
from tests.reports.test_writing import Stored, send
from tests.workers import Clock, WorkClient

__all__ = ["_published", "app", "browser", "client", "clock", "make_app", "people", "settings", "sign_in", "stored"]

DESK = path("en", "desk")
MOST_QUERIES = 10
Browser = Callable[[Account], WorkClient]
People = Callable[..., Account]


def section(browser: WorkClient, name: str) -> str:
    """The part of the desk under the heading with this id; nothing where there is none."""
    found = browser.get(DESK).text.partition(f'<section aria-labelledby="{name}">')[2]
    return found.partition("</section>")[0]


def test_only_what_i_may_confirm_waits_for_me(people: People, browser: Browser, stored: Stored) -> None:
    author = people("diplomat", mandates=[""])
    send(browser(author), "submit", text="Eigen bericht.", status="ongoing")
    assert "1 text waits for you" in section(browser(people("diplomat", mandates=["water"])), "waiting")
    assert stored(Proposal)[0].id in section(browser(people("diplomat", mandates=[""])), "waiting")
    for other in (author, people("diplomat", mandates=["lucht"]), people("diplomat", side="vl", mandates=[""])):
        assert "0 texts wait for you" in section(browser(other), "waiting")
    assert section(browser(people("diplomat")), "waiting") == ""


def test_my_drafts_and_what_was_sent_back_to_me(people: People, browser: Browser, stored: Stored) -> None:
    me = browser(people(topics=["water"]))
    send(me, "save", text="Nog niet af.")
    assert "Sluizen" in section(me, "drafts")
    send(me, "submit", me.get(path("en", "report", f"draft/{stored(Draft)[0].id}")), status="ongoing")
    assert section(me, "drafts") == ""
    back = path("en", "review", f"{stored(Proposal)[0].id}/send-back")
    browser(people("diplomat", mandates=[""])).post(back, data={"reason": "Cijfers ontbreken."})
    assert "Cijfers ontbreken." in section(me, "returned")
    assert "Cijfers ontbreken." not in browser(people("diplomat", side="vl")).get(DESK).text


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_i_confirmed_and_its_author_changed(people: People, browser: Browser, stored: Stored) -> None:
    writer, mine, theirs = (
        browser(people("diplomat", side=side, mandates=[""])) for side in ("nl", "nl", "vl")
    )  # fmt: skip

    def confirm(me: WorkClient) -> str:
        (found,) = (each for each in stored(Proposal) if each.state == "waiting")
        assert me.post(path("en", "review", f"{found.id}/confirm"), data={"digest": found.digest}).status_code == 303
        return str(found.id)

    where = send(writer, "submit", status="ongoing", mode="joint").location
    first = confirm(mine)
    assert section(mine, "changed") == ""
    send(writer, "save", writer.get(where), text="Anders.")
    told = section(mine, "changed")
    assert "1 text that you confirmed was changed" in told
    assert "has not been submitted yet" in told
    assert path("en", "review", first) in told
    assert section(theirs, "changed") + section(writer, "changed") == ""  # they had confirmed nothing
    send(writer, "submit", writer.get(where), text="Nog anders.")
    told = section(mine, "changed")
    assert "waits for your side: read it again" in told
    assert path("en", "review", first) not in told
    second = confirm(mine)
    assert second != first
    assert section(mine, "changed") == ""
    send(writer, "submit", writer.get(where), text="Voor de derde keer.")
    assert section(mine, "changed").count("<li>") == 1
    (third,) = (each for each in stored(Proposal) if each.state == "waiting")
    theirs.post(path("en", "review", f"{third.id}/send-back"), data={"reason": "Klopt niet."})
    assert section(mine, "changed") == ""


@pytest.fixture
def dated(database: Database) -> None:
    """Agreements on two topics, with dates before and after the day of the tests."""
    with database.write() as session:
        connection = session.connection()
        factories.publish(connection, "lucht", factories.body("topic", "Lucht"))
        for name, topic, due in (
            ("Voorbij", "water", "2026-10-01"),
            ("Straks", "water", "2026-12-10"),
            ("Ver", "water", "2027-12-10"),
            ("Elders", "lucht", "2026-10-01"),
        ):
            said = {"topics": [topic], "due": {"edtf": due, "words": due}}
            factories.publish(connection, name.lower(), factories.body("agreement", name, **said))
        done = factories.body("agreement", "Gedaan", due={"edtf": "2026-10-01", "words": "2026-10-01"})
        factories.publish(connection, "gedaan", done)
        factories.publish(connection, "u1", factories.report("agreement/gedaan", "completed", "2026-09", "nl"), "nl")


@pytest.mark.usefixtures("dated")
def test_dates_on_my_topics(people: People, browser: Browser) -> None:
    me = browser(people(topics=["water"]))
    passed, soon = section(me, "passed"), section(me, "soon")
    assert ("Voorbij" in passed, "Straks" in soon) == (True, True)
    for name in ("Ver", "Elders", "Gedaan"):
        assert f"{name}</a>" not in passed + soon
    everywhere = browser(people("diplomat"))
    assert "Elders" in section(everywhere, "passed")


def test_what_the_other_side_published(database: Database, people: People, browser: Browser, clock: Clock) -> None:
    from datetime import UTC, datetime

    clock.now = datetime.now(UTC).replace(microsecond=0)  # the ledger knows its own time only
    with database.write() as session:
        connection = session.connection()
        for side in ("nl", "vl"):
            said: Any = factories.report("agreement/sluizen", "ongoing", "2026-10", side, text=f"Woord van {side}.")
            factories.publish(connection, f"u-{side}", said, side)
    mine = section(browser(people(topics=["water"])), "lately")
    assert ("Woord van vl." in mine, "Woord van nl." in mine) == (True, False)
    joint = section(browser(people("diplomat", side="joint")), "lately")
    assert "Woord van vl." in joint
    assert "Woord van nl." in joint
    assert "Woord" not in section(browser(people(topics=["lucht"])), "lately")
    clock.forward(days=31)
    assert "Woord" not in section(browser(people(topics=["water"])), "lately")


@pytest.fixture
def crowded(database: Database, people: People, clock: Clock) -> Account:
    """Somebody with everything, and more of everything than the desk shows."""
    me = people("diplomat", topics=["water"], mandates=[""])
    colleague = people("diplomat")
    with database.write() as session:
        connection = session.connection()
        for number in range(12):
            said = {"due": {"edtf": "2026-10-01" if number % 2 else "2026-12-01", "words": "dan"}}
            factories.publish(connection, f"a{number}", factories.body("agreement", f"Afspraak {number}", **said))
            report = factories.report(f"agreement/a{number}", "ongoing", "2026-10", "vl", text="Zij melden.")
            factories.publish(connection, f"u{number}", report, "vl")
            for author, state, kept in (
                (me, "draft", None), (me, "returned", "returned"), (colleague, "waiting", "waiting")
            ):  # fmt: skip
                draft = Draft(
                    about_kind="agreement", about_record=f"a{number}", mode="own", side="nl", author_id=author.id,
                    language="nl", typed="{}", state=state, created_at=clock.now, changed_at=clock.now,
                )  # fmt: skip
                session.add(draft)
                session.flush()
                if kept:
                    session.add(
                        Proposal(
                            draft_id=draft.id, kind="update", record=f"u-{draft.id}", core="{}", digest=draft.id,
                            mode="own", side="nl", author_id=author.id, topics='["water"]', state=kept,
                            submitted_at=clock.now, decided_at=clock.now, reason="Nee",
                        )
                    )  # fmt: skip
            note = Note(kind="agreement", reference="NLVL-2023-001", side="nl", visibility="own", author_id=me.id)
            note.text, note.created_at = "Zo", clock.now
            session.add(note)
    return me


def test_ten_queries_whatever_the_length(
    app: Flask,
    crowded: Account,
    people: People,
    browser: Browser,
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
) -> None:
    counts = []
    for account in (people("diplomat", topics=["water"], mandates=[""], side="vl"), crowded):
        me = browser(account)
        with queries(app) as made:
            page = me.get(DESK)
        assert page.status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1] <= MOST_QUERIES
    assert "12 texts wait for you" in page.text
    for name in ("waiting", "returned", "drafts"):
        assert section(me, name).count("<li>") == 6
    assert f'href="{path("en", "drafts")}">All your drafts (12)' in section(me, "drafts")
