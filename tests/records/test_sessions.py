"""A series of sessions from its planning to what came of it, through two desks."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from register.db import Database
from register.files.checking import check
from register.i18n import path
from register.ledger import append, chain, read
from register.ledger.canonical import canonical, digest
from register.models import Proposal
from register.words.vocabulary import Basis
from tests import factories
from tests.files.making import pdf
from tests.page_checks import parse, words
from tests.records.test_proposing import REFERENCE, SQLITE, confirm, main, send
from tests.reports.test_files import send as send_files
from tests.workers import WorkClient

pytestmark = SQLITE
Stored = Callable[[type[Any]], list[Any]]
NEW = path("en", "propose", "session")
SESSION = {
    "title": "Beraad over vispassages",
    "summary": "Zij spreken over vispassages.",
    "type": "expert_session",
    "state": "planned",
    "topics": ["water"],
    "date": "10 december 2026",
    "begins": "9.30",
    "ends": "12:00",
    "organisations": "rws\nvmm",
    "agenda": f"Opening\nStand van de sluizen [{REFERENCE}]",
    "paper_1": "Agenda",
    "paper_link_1": "https://example.org/agenda",
    "language": "nl",
}


def main_of(answer: TestResponse) -> str:
    return words(parse(answer.text)[0].find(".//main"))


def waiting(stored: Stored) -> Proposal:
    (found,) = [row for row in stored(Proposal) if row.state == "waiting"]
    assert isinstance(found, Proposal)
    return found


def said(stored: Stored) -> dict[str, Any]:
    """The body of the text that waits."""
    found: dict[str, Any] = json.loads(waiting(stored).core)["body"]
    return found


def both_confirm(stored: Stored, dutch: WorkClient, flemish: WorkClient) -> None:
    proposal = waiting(stored)
    confirm(dutch, proposal)
    confirm(flemish, proposal)


def test_a_session_is_planned_held_and_becomes_an_action_and_the_next_session(
    database: Database, writer: WorkClient, dutch: WorkClient, flemish: WorkClient, stored: Stored
) -> None:
    assert "Plan a session" in main(writer, path("en", "desk"))
    wrong = {"date": "december 2026", "begins": "half drie", "outcome_1": "Te vroeg", "agenda": "Iets [NLVL-9]"}
    refused = send(writer, NEW, "submit", **(SESSION | wrong))
    for told in (
        "This is not a time of day",
        "names no published record",
        "Only a session that was held has outcomes",
        "Say what it is: information",
    ):
        assert told in refused.text
    assert "half drie" in refused.text
    assert not stored(Proposal)
    answer = send(writer, refused, "submit", **(SESSION | {"outcome_1": ""}))
    assert answer.status_code == 303, answer.text
    body = said(stored)
    assert body["time"] == {"begins": "09:30", "ends": "12:00", "zone": "Europe/Amsterdam"}
    assert body["agenda"][1] == {"text": "Stand van de sluizen", "agreement": "sluizen", "action": None}
    shown = main(flemish, path("en", "review", waiting(stored).id))
    for told in ("both sides confirm", "Stand van de sluizen [English Sluizen]", "09:30–12:00", "example.org/agenda"):
        assert told in shown
    confirm(dutch, waiting(stored))
    public = path("en", "sessions", "SES-2026-001")
    assert writer.get(public).status_code == 404
    confirm(flemish, waiting(stored))
    for told in ("09:30", "Invited", "About: English Sluizen", "Agenda", "planned", "Confirmed: Netherlands"):
        assert told in main(writer, public)
    assert "Beraad over vispassages" in main(writer, path("en", "agreements", REFERENCE))
    assert b"T093000" in writer.get("/cal/en.ics").data

    # It is held: what was agreed there touches an agreement, and a point stays open.
    held = path("en", "propose", "session/SES-2026-001", state="held")
    page = writer.get(held)
    assert 'value="9.30"' not in page.text
    assert 'value="09:30"' in page.text
    done = {
        "outcome_1": "Zij maken een plan. Dat komt er in 2027.",
        "outcome_kind_1": "decision",
        "outcome_agreements_1": REFERENCE,
        "outcome_2": "Wie betaalt.",
        "outcome_kind_2": "information",
        "outcome_open_2": "open",
    }
    early = send(writer, page, "submit", **done)
    assert "This lies in the future" in early.text
    assert "Outcome 3" in early.text
    assert send(writer, early, "submit", date="23 november 2026").status_code == 303
    assert "decision: Zij maken een plan. Dat komt er in 2027. (English Sluizen)" in main(
        flemish, path("en", "review", waiting(stored).id)
    )
    both_confirm(stored, dutch, flemish)
    for told in ("Taking part", "decision", "Touches: English Sluizen", "still open", "Make it an action"):
        assert told in main(writer, public)
    for told in ("Outcomes of sessions", "Zij maken een plan.", "Beraad over vispassages"):
        assert told in main(writer, path("en", "agreements", REFERENCE))

    # An outcome becomes an action, and the session says which.
    action = path("en", "propose", "action", session="SES-2026-001", outcome="1")
    assert action in writer.get(public).text.replace("&amp;", "&")
    page = writer.get(action)
    for told in ('value="Zij maken een plan"', "English Sluizen [NLVL-2023-001]", "[SES-2026-001]"):
        assert told in page.text
    assert send(writer, page, "submit", character="joint").status_code == 303
    assert said(stored)["agreements"] == ["sluizen"]
    both_confirm(stored, dutch, flemish)
    assert "Zij maken een plan" in main(writer, public)
    change = path("en", "propose", "session/SES-2026-001")
    cancelled = send(writer, change, "submit", state="cancelled", outcome_action_1="Zij maken een plan")
    assert "What was held stays held" in cancelled.text
    answer = send(writer, cancelled, "submit", state="held")
    assert answer.status_code == 303, main_of(answer)
    both_confirm(stored, dutch, flemish)
    assert "Became the action: Zij maken een plan" in main(writer, public)

    # The next of the series is offered what stayed open; it is cancelled in the end.
    page = writer.get(path("en", "propose", "session", follows="SES-2026-001"))
    for told in ("Open points of the session before", "Wie betaalt.", "[SES-2026-001]", "Rijkswaterstaat [rws]"):
        assert told in page.text
    more = {
        "title": "Tweede beraad",
        "summary": "Zij spreken verder.",
        "date": "1 februari 2027",
        "agenda": "Rondvraag",
    }
    assert send(writer, page, "submit", **more).status_code == 303
    assert [point["text"] for point in said(stored)["agenda"]] == ["Wie betaalt.", "Rondvraag"]
    both_confirm(stored, dutch, flemish)
    second = path("en", "sessions", "SES-2027-001")
    assert "Beraad over vispassages" in main(writer, second)
    off = send(writer, path("en", "propose", "session/SES-2027-001", state="cancelled"), "submit")
    assert off.status_code == 303, off.text
    both_confirm(stored, dutch, flemish)
    assert "cancelled" in main(writer, second)
    assert b"STATUS:CANCELLED\r\n" in writer.get("/cal/en.ics").data
    for nonsense in (
        path("en", "propose", "session", follows="SES-1999-001"),
        path("en", "propose", "action", session="SES-2026-001", outcome="9"),
    ):
        assert writer.get(nonsense).status_code == 404
    for nonsense in (
        path("en", "propose", "session/SES-2027-001", state="expected"),
        path("en", "propose", "action", session="SES-2026-001", outcome="x"),
        path("en", "propose", "agreement", follows="SES-2026-001"),
    ):
        assert writer.get(nonsense).status_code == 400
    with database.read() as session:
        assert chain.verify(session.connection()) == []


def test_a_document_of_the_schema_before_reads_unchanged(database: Database, writer: WorkClient) -> None:
    """Stored without the fields that came later, it keeps its digest and can be read and changed."""
    made = factories.body("session", "Oud beraad", outcomes=[{"kind": "decision", "text": "Zij besluiten."}])
    old = made.model_dump(mode="json", exclude={"time", "agenda", "evidence"})
    old["outcomes"] = [{"kind": "decision", "text": "Zij besluiten."}]
    core = append.freeze("session", "oud", "nl", made)
    text = canonical(json.loads(core.text) | {"body": old})
    with database.write() as session:
        stored = append.Core("session", "oud", text, digest(text))
        append.publish(session.connection(), stored, factories.english(made), Basis.FOUNDING_STATEMENT)
    with database.public() as connection:
        assert read.published(connection, "en", "session", "SES-2023-001").body["agenda"] == []
    with database.read() as session:
        assert chain.verify(session.connection()) == []
    assert "English Zij besluiten." in main(writer, path("en", "sessions", "SES-2023-001"))
    assert "Zij besluiten." in writer.get(path("en", "propose", "session/SES-2023-001")).text
    assert writer.get(path("en", "propose", "action", session="SES-2023-001", outcome="1")).status_code == 200
    assert writer.get(path("en", "propose", "session", follows="SES-2023-001")).status_code == 200


def test_a_file_of_the_agenda_goes_with_the_session_and_with_its_next_version(
    database: Database, writer: WorkClient, dutch: WorkClient, flemish: WorkClient, stored: Stored
) -> None:
    paper = pdf(1, "Jan Sluis")
    mark = hashlib.sha256(check(paper).data).hexdigest()
    named = SESSION | {"paper_2": "Stuk", "paper_3": "Verslag"}
    page = send_files(writer, writer.get(NEW), "submit", b"", paper, b"\x00\x01", **named)
    assert page.status_code == 422
    for told in ("no file that the register takes", "Taken out of this file:", f'name="file_2" value="{mark}"'):
        assert told in page.text
    kept = re.search(r'href="([^"]+/file/[0-9a-f]{64})"', page.text)[1]  # type: ignore[index]
    assert writer.get(kept).data == check(paper).data
    assert flemish.get(kept).status_code == 404
    both = send(writer, page, "submit", paper_link_2="https://example.org/x", paper_3="", paper_link_1="ftp")
    assert "not both" in both.text
    assert "This is not a web address" in both.text
    fits = {"paper_link_2": "", "paper_link_1": SESSION["paper_link_1"]}
    assert send(writer, both, "submit", **fits).status_code == 303
    shown = flemish.get(path("en", "review", waiting(stored).id))
    own = re.search(r'href="([^"]+/file/[0-9a-f]{64})"', shown.text)[1]  # type: ignore[index]
    assert flemish.get(own).headers["Content-Disposition"].startswith("attachment")
    assert mark in main_of(shown)
    both_confirm(stored, dutch, flemish)

    def address() -> str:
        text = writer.get(path("en", "sessions", "SES-2026-001")).text
        return re.search(r'href="(/en/files/[0-9a-f]+)"', text)[1]  # type: ignore[index]

    first = address()
    assert hashlib.sha256(writer.get(first).data).hexdigest() == mark

    # The next version keeps it, under an address of its own; another record does not get it by its mark.
    other = send(writer, NEW, "submit", **(SESSION | {"paper_4": "Stuk", "file_4": mark}))
    assert "no longer here" in other.text
    again = writer.get(path("en", "propose", "session/SES-2026-001"))
    assert f'href="{first}"' in again.text
    assert send(writer, again, "submit", date="11 december 2026").status_code == 303
    assert said(stored)["evidence"][1] == {"title": "Stuk", "url": None, "sha256": mark}
    both_confirm(stored, dutch, flemish)
    second = address()
    assert second != first
    assert writer.get(second).data == writer.get(first).data
    again = writer.get(path("en", "propose", "session/SES-2026-001"))
    assert send(writer, again, "submit", remove="2", paper_2="").status_code == 303
    assert [one["title"] for one in said(stored)["evidence"]] == ["Agenda"]
    assert f"SHA-256 {mark}" in main(flemish, path("en", "review", waiting(stored).id))
    with database.read() as session:
        assert chain.verify(session.connection()) == []
