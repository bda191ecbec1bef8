"""Writing a report: what comes back when it does not fit, what is kept, and what is frozen when it is submitted."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from register.db import Database
from register.i18n import path
from register.models import Account, Draft, Proposal, TurnedKey
from tests import factories
from tests.reports.conftest import REFERENCE, ROOM
from tests.workers import Clock, WorkClient

Stored = Callable[[type[Any]], list[Any]]
EVIDENCE = {"title_1": "Verslag", "link_1": "https://verslag.example/1"}


def send(browser: WorkClient, act: str, page: TestResponse | None = None, **typed: str) -> TestResponse:
    """Fill in the form of `page`, a new one if none is given, and press a button."""
    return browser.submit(page or browser.get(ROOM), {**typed, "act": act}, form=0)


def test_a_draft_is_kept_as_typed_though_nothing_fits(writer: WorkClient, stored: Stored) -> None:
    answer = send(writer, "save", as_of="ooit", link_1="geen adres", text="Wij\nmeten.", embargo_time="25:99")
    (draft,) = stored(Draft)
    assert answer.location.startswith(path("en", "report", f"draft/{draft.id}"))
    typed = json.loads(draft.typed)
    assert (typed["as_of"], typed["link_1"], typed["text"], typed["embargo_time"]) == (
        "ooit", "geen adres", "Wij\nmeten.", "25:99"
    )  # fmt: skip
    page = writer.get(answer.location)
    assert 'value="ooit"' in page.text
    assert not stored(Proposal)


def test_what_is_submitted_is_frozen_with_its_date_in_both_languages(writer: WorkClient, stored: Stored) -> None:
    answer = send(
        writer, "submit", status="ongoing", text="Wij meten.", other="We measure.", language="nl", as_of="najaar 2025"
    )
    (proposal,) = stored(Proposal)
    body = json.loads(proposal.core)["body"]
    assert body["as_of"] == {"edtf": "2025-23", "words": "najaar 2025"}
    assert (body["status"], body["text"], body["sides"]) == ("ongoing", "Wij meten.", ["nl"])
    assert json.loads(proposal.translations) == {"en": {"text": "We measure.", "as_of.words": "autumn 2025"}}
    page = writer.get(answer.location)
    assert "Waiting for confirmation" in page.text
    assert "Read as:" in page.text


def test_a_text_without_translation_has_none_so_that_no_page_mixes_languages(
    writer: WorkClient, stored: Stored
) -> None:
    send(writer, "submit", text="Wij meten.", language="nl", as_of="vandaag")
    assert json.loads(stored(Proposal)[0].translations) == {}


def test_today_is_written_out(writer: WorkClient, stored: Stored) -> None:
    send(writer, "submit", status="planned", language="nl", as_of="vandaag")
    body = json.loads(stored(Proposal)[0].core)["body"]
    assert body["as_of"] == {"edtf": "2026-11-24", "words": "24 november 2026"}


def test_what_was_submitted_today_is_read_so_tomorrow(writer: WorkClient, clock: Clock) -> None:
    where = send(writer, "submit", status="planned", language="nl", as_of="vandaag").location
    assert "Read as: 24 November 2026" in writer.get(where).text
    clock.forward(hours=7)
    assert writer.get(where).status_code == 200  # so that the sign-in was used
    clock.forward(hours=6)
    assert "Read as: 24 November 2026" in writer.get(where).text


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"as_of": "janurai 2023"}, "as_of", "This date cannot be read"),
        ({"as_of": "31 januari 2027"}, "as_of", "cannot lie in the future"),
        ({"as_of": "2026"}, "as_of", "has not ended yet"),
        ({"as_of": ""}, "as_of", "Fill in this field"),
        ({"text": "", "status": ""}, "text", "Choose a status, write a text, or do both"),
        ({"other": "We measure.", "text": ""}, "text", "not its translation only"),
        ({"status": "completed"}, "title_1", "Show by a link"),
        ({"status": "gone"}, "status", "Choose one of the list"),
        ({"link_1": "https://verslag.example/1"}, "title_1", "Say what stands"),
        ({"title_2": "Verslag"}, "link_2", "Give the web address"),
        ({"title_1": "Verslag", "link_1": "javascript:alert(1)"}, "link_1", "not a web address"),
        ({"embargo_day": "2026-12-01"}, "embargo_time", "a day and a time"),
        ({"embargo_time": "14:00"}, "embargo_day", "a day and a time"),
        ({"embargo_day": "2026-11-24", "embargo_time": "11:59"}, "embargo_day", "has passed"),
        ({"embargo_day": "2026-12-01", "embargo_time": "later"}, "embargo_time", "not a day and a time"),
        ({"text": "x" * 4001}, "text", "too long"),
    ],
)
def test_what_does_not_fit_says_why_at_its_field_and_stays(
    writer: WorkClient, stored: Stored, typed: dict[str, str], field: str, words: str
) -> None:
    given = {"text": "Wij meten.", "status": "ongoing"} | typed
    page = send(writer, "submit", **given)
    assert page.status_code == 422
    fault = page.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert words in fault
    assert json.loads(stored(Draft)[0].typed) | typed == json.loads(stored(Draft)[0].typed)
    assert not stored(Proposal)
    mended = {"text": "Wij meten.", "status": "ongoing", "as_of": "vandaag"} | dict.fromkeys(
        ("other", "title_1", "link_1", "title_2", "embargo_day", "embargo_time"), ""
    )
    assert send(writer, "submit", page, **mended).status_code == 303
    assert (len(stored(Draft)), len(stored(Proposal))) == (1, 1)


def test_completed_with_evidence_is_submitted(writer: WorkClient, stored: Stored) -> None:
    assert send(writer, "submit", status="completed", **EVIDENCE).status_code == 303
    (shown,) = json.loads(stored(Proposal)[0].core)["body"]["evidence"]
    assert (shown["title"], shown["url"]) == ("Verslag", "https://verslag.example/1")


def test_an_embargo_is_a_moment_in_amsterdam_and_brussels(writer: WorkClient, stored: Stored) -> None:
    send(writer, "submit", status="ongoing", embargo_day="2026-12-01", embargo_time="14:30")
    assert stored(Proposal)[0].embargo.isoformat() == "2026-12-01T13:30:00+00:00"


def test_the_last_status_comes_first_as_no_change(writer: WorkClient, database: Database) -> None:
    with database.write() as session:
        factories.publish(
            session.connection(), "u1", factories.report("agreement/sluizen", "ongoing", "2024-01", "nl"), "nl"
        )
    page = writer.get(ROOM)
    choices = page.text.split('name="status"')[1].split("</select>")[0]
    assert choices.index("No change: still “ongoing”") < choices.index("postponed")
    assert "announced" not in choices
    answer = send(writer, "submit", status="announced")
    assert answer.status_code == 422


def test_changing_what_was_submitted_voids_it_and_says_so(
    writer: WorkClient, stored: Stored, people: Any, browser: Any
) -> None:
    where = send(writer, "submit", status="ongoing", text="Wij meten.").location
    page = writer.get(where)
    assert "what you submitted is void" in page.text
    (first,) = stored(Proposal)
    again = send(writer, "submit", page, text="Wij meten beter.")
    assert "submitted-anew" in again.location
    assert [each.state for each in stored(Proposal)].count("void") == 1
    page = writer.get(again.location)
    saved = send(writer, "save", page, text="Wij meten best.")
    assert "draft-voided" in saved.location
    assert "is void" in writer.get(saved.location).text
    assert {each.state for each in stored(Proposal)} == {"void"}
    assert stored(Draft)[0].state == "draft"
    assert first.digest not in [each.digest for each in stored(Proposal) if each.state == "waiting"]


def test_keys_turned_on_it_are_void_too(
    writer: WorkClient, stored: Stored, people: Callable[..., Account], browser: Callable[[Account], WorkClient]
) -> None:
    where = send(writer, "submit", status="ongoing", mode="joint").location
    colleague = browser(people("diplomat", mandates=[""]))
    (proposal,) = stored(Proposal)
    room = path("en", "review", f"{proposal.id}/confirm")
    assert colleague.post(room, data={"digest": proposal.digest}).status_code == 303
    assert stored(TurnedKey)[0].void_at is None
    send(writer, "save", writer.get(where), text="Anders.")
    assert stored(TurnedKey)[0].void_at is not None


def test_a_report_that_does_not_fit_leaves_what_waits_as_it_is(writer: WorkClient, stored: Stored) -> None:
    where = send(writer, "submit", status="ongoing").location
    answer = send(writer, "submit", writer.get(where), as_of="ooit")
    assert answer.status_code == 422
    assert 'value="ooit"' in answer.text
    assert answer.text.count("Read as") == 1  # what waits; what was typed cannot be read
    assert stored(Proposal)[0].state == "waiting"
    assert stored(Draft)[0].state == "waiting"


def test_saving_what_waits_unchanged_voids_nothing(writer: WorkClient, stored: Stored) -> None:
    where = send(writer, "submit", status="ongoing").location
    send(writer, "save", writer.get(where))
    assert stored(Proposal)[0].state == "waiting"


def test_a_draft_is_thrown_away_with_its_words(writer: WorkClient, stored: Stored) -> None:
    where = send(writer, "save", text="geheim").location
    answer = writer.submit(writer.get(where), form=1)
    assert "draft-dropped" in answer.location
    assert (stored(Draft)[0].state, stored(Draft)[0].typed) == ("dropped", "{}")
    assert "geheim" not in writer.get(where).text
    assert "Sluizen" not in writer.get(path("en", "drafts")).text


def test_drafts_are_of_ones_own_side_and_changed_by_who_wrote_them(
    writer: WorkClient, people: Callable[..., Account], browser: Callable[[Account], WorkClient], stored: Stored
) -> None:
    where = send(writer, "save", text="geheim", mode="joint").location.partition("?")[0]
    colleague, other = browser(people("diplomat")), browser(people("diplomat", side="vl"))
    assert "geheim" in colleague.get(where).text
    assert colleague.post(where, data={"text": "anders", "act": "save", "version": "1"}).status_code == 404
    assert "Your side has already begun" in colleague.get(ROOM).text
    for refused in (other, browser(people("diplomat", side="joint")), browser(people("administrator"))):
        assert refused.get(where).status_code == 404
    assert "already begun" not in other.get(ROOM).text
    assert json.loads(stored(Draft)[0].typed)["text"] == "geheim"


def test_a_joint_body_writes_for_both_and_never_for_one(
    people: Callable[..., Account], browser: Callable[[Account], WorkClient], stored: Stored
) -> None:
    body = browser(people("diplomat", side="joint"))
    send(body, "submit", status="ongoing", mode="own")
    assert not stored(Proposal)
    send(body, "submit", status="ongoing")
    assert (stored(Proposal)[0].mode, json.loads(stored(Proposal)[0].core)["body"]["sides"]) == ("joint", ["nl", "vl"])
    assert body.get(path("en", "unchanged")).status_code == 404


def test_who_may_not_report_finds_no_room(people: Callable[..., Account], browser: Any) -> None:
    assert browser(people("administrator")).get(ROOM).status_code == 404
    diplomat = browser(people("diplomat"))
    assert diplomat.get(path("en", "report", "topic/water")).status_code == 404
    assert diplomat.get(path("en", "report", "agreement/NLVL-1900-001")).status_code == 404
    assert diplomat.get(path("en", "report", f"action/{REFERENCE}")).status_code == 404


def test_an_expired_sign_in_gives_back_what_was_typed(
    writer: WorkClient, people: Callable[..., Account], clock: Clock, sign_in: Any, database: Database
) -> None:
    page = writer.get(ROOM)
    clock.forward(hours=13)
    answer = send(writer, "submit", page, text="Lang verhaal.")
    assert "sign-in" in answer.location
    with database.read() as session:
        account = session.get_one(Account, "writer")
        session.expunge(account)
    sign_in(writer, account)
    assert "Lang verhaal." in writer.get(ROOM).text
