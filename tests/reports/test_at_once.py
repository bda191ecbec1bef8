"""Two who save at once, and requests that come twice: nothing typed is lost, and everything is done once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from register.db import Database
from register.i18n import path
from register.models import Account, Draft, Proposal
from tests import factories
from tests.reports.conftest import ROOM
from tests.reports.test_writing import Stored, send
from tests.workers import WorkClient, let_in

UNCHANGED = path("en", "unchanged")


@pytest.fixture
def twice(app: Flask, people: Callable[..., Account]) -> Callable[[Callable[[WorkClient], Any]], list[Any]]:
    """Does one thing in two browsers of one person at the same moment."""
    account = people(topics=["water"], id="hasty")

    def run(thing: Callable[[WorkClient], Any]) -> list[Any]:
        browsers: list[Any] = [app.test_client(), app.test_client()]
        for each in browsers:
            let_in(each, account)
        barrier = Barrier(2)

        def one(browser: WorkClient) -> Any:
            barrier.wait(10)
            return thing(browser)

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, browsers))

    return run


@pytest.mark.parametrize("act", ["save", "submit"])
def test_a_new_report_that_is_sent_twice_at_once_is_made_once(twice: Any, stored: Stored, act: str) -> None:
    typed = {"key": "one-form", "mode": "own", "status": "ongoing", "language": "nl", "as_of": "vandaag", "act": act}
    answers = twice(lambda browser: browser.post(ROOM, data=typed))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(stored(Draft)) == 1
    assert len(stored(Proposal)) == (1 if act == "submit" else 0)


def test_a_draft_that_is_submitted_twice_at_once_is_submitted_once(twice: Any, stored: Stored) -> None:
    first = {"key": "one-form", "mode": "own", "status": "", "language": "nl", "as_of": "vandaag", "act": "save"}
    twice(lambda browser: browser.post(ROOM, data=first))
    where = path("en", "report", f"draft/{stored(Draft)[0].id}")
    mended = first | {"status": "ongoing", "version": "1", "act": "submit"}
    answers = twice(lambda browser: browser.post(where, data=mended))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [each.state for each in stored(Proposal)] == ["waiting"]


def test_a_submission_that_comes_again_after_it_was_sent_back_is_not_made_again(
    writer: WorkClient, stored: Stored, people: Callable[..., Account], browser: Callable[[Account], WorkClient]
) -> None:
    where = send(writer, "save", text="Wij meten.").location
    page = writer.get(where)
    send(writer, "submit", page, status="ongoing")
    colleague = browser(people("diplomat", mandates=[""]))
    back = path("en", "review", f"{stored(Proposal)[0].id}/send-back")
    assert colleague.post(back, data={"reason": "Onjuist"}).status_code == 303
    assert send(writer, "submit", page, status="ongoing").status_code == 409
    assert [each.state for each in stored(Proposal)] == ["returned"]
    assert "Onjuist" in writer.get(where).text
    assert "Onjuist" in writer.get(path("en", "desk")).text


def test_a_mark_of_somebody_else_makes_a_report_of_ones_own(
    writer: WorkClient, people: Callable[..., Account], browser: Callable[[Account], WorkClient], stored: Stored
) -> None:
    page = writer.get(ROOM)
    send(writer, "save", page, text="Een.")
    other = browser(people("diplomat", side="vl"))
    typed = {"key": stored(Draft)[0].key, "mode": "own", "language": "nl", "text": "Twee.", "act": "save"}
    assert other.post(ROOM, data=typed).status_code == 303
    assert sorted(json.loads(each.typed)["text"] for each in stored(Draft)) == ["Een.", "Twee."]


def test_a_stale_save_shows_mine_theirs_and_the_start_and_loses_nothing(writer: WorkClient, stored: Stored) -> None:
    where = send(writer, "save", text="Begin.", as_of="2023", title_1="Oud").location
    mine, theirs = writer.get(where), writer.get(where)
    send(writer, "save", theirs, text="Van hen.", title_1="Nieuw")
    late = send(writer, "save", mine, text="Van mij.", as_of="2024")
    assert late.status_code == 409
    main = late.text.split("<main")[1]
    for words in ("Begin.", "Van hen.", "Van mij.", "Oud", "Nieuw", "2023", "2024"):
        assert words in main
    assert json.loads(stored(Draft)[0].typed)["text"] == "Van hen."
    saved = writer.submit(late, {"act": "save", "text": "Van ons beiden."}, form=0)
    assert saved.status_code == 303
    kept = json.loads(stored(Draft)[0].typed)
    assert (kept["text"], kept["as_of"], kept["title_1"]) == ("Van ons beiden.", "2024", "Nieuw")


def test_what_was_saved_meanwhile_can_be_taken_field_by_field(writer: WorkClient, stored: Stored) -> None:
    where = send(writer, "save", text="Begin.", as_of="2023").location
    mine, theirs = writer.get(where), writer.get(where)
    send(writer, "save", theirs, text="Van hen.", as_of="2022")
    late = send(writer, "save", mine, text="Van mij.", as_of="2024")
    writer.submit(late, {"act": "save", "take": ["text"]}, form=0)
    kept = json.loads(stored(Draft)[0].typed)
    assert (kept["text"], kept["as_of"]) == ("Van hen.", "2024")


def test_what_was_published_meanwhile_is_shown_beside_what_was_typed(
    writer: WorkClient, stored: Stored, people: Callable[..., Account], browser: Callable[[Account], WorkClient]
) -> None:
    where = send(writer, "submit", status="ongoing", text="Wij meten.").location
    page = writer.get(where)
    (proposal,) = stored(Proposal)
    colleague = browser(people("diplomat", mandates=[""]))
    colleague.post(path("en", "review", f"{proposal.id}/confirm"), data={"digest": proposal.digest})
    late = send(writer, "submit", page, text="Nog iets.")
    assert late.status_code == 409
    assert "Nog iets." in late.text
    assert "cannot be changed any more" in late.text
    assert "Show the public page" in writer.get(where).text


@pytest.fixture
def _said(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        for name, status in (("sluizen", "ongoing"), ("kanalen", "planned")):
            factories.publish(
                connection, f"u-{name}", factories.report(f"agreement/{name}", status, "2024", "nl"), "nl"
            )
        factories.publish(connection, "deels", factories.body("agreement", "Deels"))
        half = factories.report("agreement/deels", "partly_completed", "2024", "nl")
        factories.publish(connection, "u-deels", half, "nl")
        factories.publish(connection, "stil", factories.body("agreement", "Zwijgzaam"))


@pytest.mark.usefixtures("_said")
def test_no_change_on_several_is_one_report_each_as_of_today(writer: WorkClient, stored: Stored) -> None:
    page = writer.get(UNCHANGED)
    assert "Zwijgzaam" not in page.text.split("<main")[1]
    assert "report on it by itself" in page.text
    ticked = ["agreement/NLVL-2023-001/ongoing", "agreement/NLVL-2023-002/planned"]
    assert writer.submit(page, {"items": ticked}).status_code == 303
    bodies = [json.loads(each.core)["body"] for each in stored(Proposal)]
    assert {(body["status"], body["as_of"]["edtf"]) for body in bodies} == {
        ("ongoing", "2026-11-24"), ("planned", "2026-11-24")
    }  # fmt: skip
    assert writer.submit(page, {"items": ticked}).status_code == 303
    assert len(stored(Proposal)) == 2
    assert writer.get(UNCHANGED).text.count('name="items"') == 0


@pytest.mark.usefixtures("_said")
@pytest.mark.parametrize(
    "ticked",
    [
        [],
        ["agreement/NLVL-2023-001/planned"],
        ["agreement/NLVL-2023-003/partly_completed"],
        ["agreement/NLVL-2023-001/ongoing", "agreement/NLVL-2023-004/ongoing"],
        ["agreement"],
        ["session/NLVL-2023-001/ongoing"],
    ],
)
def test_all_or_nothing_of_what_is_ticked(writer: WorkClient, stored: Stored, ticked: list[str]) -> None:
    answer = writer.post(UNCHANGED, data={"key": "one", "items": ticked})
    assert answer.status_code == 422
    assert not stored(Proposal)
    assert not stored(Draft)


@pytest.mark.usefixtures("_said")
def test_no_change_sent_twice_at_once_is_said_once(twice: Any, stored: Stored) -> None:
    ticked = ["agreement/NLVL-2023-002/planned", "agreement/NLVL-2023-001/ongoing"]
    answers = twice(lambda browser: browser.post(UNCHANGED, data={"key": "one", "items": ticked}))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(stored(Proposal)) == 2
