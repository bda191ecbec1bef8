"""A file with a report, from choosing it to the public page; and what is said when it cannot be taken."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from register.accounts import retention
from register.config import Limits
from register.db import Database
from register.files.checking import check
from register.i18n import path
from register.ledger import chain
from register.models import Account, Draft, Proposal, Upload
from tests.accounts import SQLITE
from tests.files.making import docx, pdf
from tests.reports.conftest import REFERENCE, ROOM
from tests.workers import Clock, WorkClient, forms

Stored = Callable[[type[Any]], list[Any]]
Browser = Callable[[Account], WorkClient]
NAME = "Jan Sluis"
PAPER = pdf(2, NAME)
DIGEST = hashlib.sha256(check(PAPER).data).hexdigest()
TOLD = {"status": "completed", "language": "nl", "as_of": "vandaag", "title_1": "Meetverslag"}


def send(browser: WorkClient, page: TestResponse, act: str, *files: bytes, **typed: Any) -> TestResponse:
    """Fill in the form of a page, choose files for its rows, and press a button."""
    found = forms(page)[0]
    sent = {**found.fields, **typed, "act": act}
    data: MultiDict[str, Any] = MultiDict(
        (name, value) for name, given in sent.items() for value in (given if isinstance(given, list) else [given])
    )
    for row in (1, 2, 3):
        data.poplist(f"upload_{row}")
        file = files[row - 1] if row <= len(files) else b""
        data.add(f"upload_{row}", (BytesIO(file), "C:\\map\\verslag.exe" if file else ""))
    return browser.post(found.action, data=data)


def uploads(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Upload.sha256).order_by(Upload.at, Upload.id)))


def test_from_choosing_a_file_to_the_public_page(
    people: Callable[..., Account], browser: Browser, database: Database, app: Flask, clock: Clock
) -> None:
    writer = browser(people(topics=["water"]))
    refused = send(writer, writer.get(ROOM), "submit", PAPER, **TOLD | {"as_of": "ooit"})
    assert refused.status_code == 422
    assert "This date cannot be read" in refused.text
    draft = forms(refused)[0].action
    assert f'name="file_1" value="{DIGEST}"' in refused.text
    assert "names of people" in refused.text
    assert writer.get(f"{draft}/file/{DIGEST}").data == check(PAPER).data

    sent = send(writer, refused, "submit", **TOLD)
    assert "done=submitted" in sent.location
    reviewer = browser(people("diplomat", mandates=["water"]))
    text = reviewer.get(path("en", "review"))
    page = reviewer.get(re.search(r'href="(/en/work/review/[\w-]+)"', text.text)[1])  # type: ignore[index]
    assert "Meetverslag" in page.text
    assert DIGEST in page.text
    own = re.search(r'href="(/en/work/review/[\w-]+/file/[0-9a-f]{64})"', page.text)[1]  # type: ignore[index]
    file = reviewer.get(own)
    assert (file.data, file.headers["Cache-Control"]) == (check(PAPER).data, "no-store")
    assert browser(people("diplomat", side="vl")).get(own).status_code == 404
    public = app.test_client()
    assert "/en/files/" not in public.get(path("en", "agreements", REFERENCE)).text

    assert "done=confirmed" in reviewer.submit(page, form=0).location
    address = re.search(r'href="(/en/files/[0-9a-f]+)"', public.get(path("en", "agreements", REFERENCE)).text)[1]  # type: ignore[index]
    answer = public.get(address)
    assert hashlib.sha256(answer.data).hexdigest() == DIGEST
    assert NAME.encode() not in answer.data
    assert re.fullmatch(r'attachment; filename="UPD-2026-\d+-1\.pdf"', answer.headers["Content-Disposition"])
    assert uploads(database) == []
    assert address in reviewer.get(page.request.path).text
    assert writer.get(draft).status_code == 200
    with database.read() as session:
        assert chain.verify(session.connection()) == []


@SQLITE
def test_what_is_found_is_said_beside_the_file_and_nothing_typed_is_lost(
    writer: WorkClient, stored: Stored, database: Database
) -> None:
    changed = docx('<w:p><w:del w:author="Jan"><w:r/></w:del></w:p>')
    page = send(writer, writer.get(ROOM), "save", changed, b"\x00\x01", PAPER, **TOLD)
    assert page.status_code == 422
    assert "Tracked changes: 1, in word/document.xml" in page.text
    assert "no file that the register takes" in page.text
    (draft,) = stored(Draft)
    assert json.loads(draft.typed)["title_1"] == "Meetverslag"
    assert (json.loads(draft.typed)["file_1"], json.loads(draft.typed)["file_3"]) == ("", DIGEST)

    both = send(writer, page, "submit", link_3="https://verslag.example/1", title_3="Verslag")
    assert "not both" in both.text
    lone = send(writer, both, "submit", link_3="", title_3="")
    assert "Say what this file is" in lone.text
    gone = send(writer, lone, "submit", file_3="f" * 64, title_3="Verslag", title_1="")
    assert "no longer here" in gone.text
    away = send(writer, gone, "save", file_3=DIGEST, remove="3")
    assert away.status_code == 303
    assert json.loads(stored(Draft)[0].typed)["file_3"] == ""
    assert writer.get(f"{forms(page)[0].action}/file/{DIGEST}").status_code == 404
    assert not stored(Proposal)


@SQLITE
def test_what_was_taken_out_is_seen_before_anything_is_submitted(writer: WorkClient, stored: Stored) -> None:
    answer = send(writer, writer.get(ROOM), "submit", PAPER, **TOLD)
    assert "done=files-cleaned" in answer.location
    assert not stored(Proposal)
    page = writer.get(answer.location)
    assert "Taken out of this file:" in page.text
    assert "done=submitted" in send(writer, page, "submit").location
    again = writer.get(forms(page)[0].action)  # on its way: a worse file leaves it there
    assert send(writer, again, "submit", b"\x00").status_code == 422
    assert [proposal.state for proposal in stored(Proposal)] == ["waiting"]
    clean = send(writer, writer.get(ROOM), "submit", pdf(), **TOLD)
    assert "done=submitted" in clean.location


@SQLITE
def test_a_file_too_large_is_refused_by_itself_and_by_what_all_weigh(
    make_app: Callable[..., Flask], people: Callable[..., Account], stored: Stored
) -> None:
    from tests.workers import let_in

    small = {"evidence_file": 1_000_000, "evidence_report": 1_000_000}
    app = make_app(limits=small)
    browser: WorkClient = app.test_client()  # type: ignore[assignment]
    let_in(browser, people(topics=["water"]))
    page = send(browser, browser.get(ROOM), "save", b"x" * 3_000_000, text="Wij meten.", **TOLD)
    assert "too large: 1 MB fit" in page.text
    assert "Wij meten." in page.text
    together = send(browser, page, "save", b"een " * 150_000, b"twee " * 130_000)
    assert "too large together" in together.text
    app.config["MAX_CONTENT_LENGTH"] = 100
    assert browser.post(path("en", "unchanged"), data={"items": "x" * 200}).status_code == 413


@SQLITE
def test_files_go_with_their_draft(writer: WorkClient, stored: Stored, database: Database, clock: Clock) -> None:
    page = writer.get(send(writer, writer.get(ROOM), "save", PAPER, **TOLD).location)
    send(writer, page, "save", b"Wij meten.\n")
    assert len(uploads(database)) == 2  # the first is named no more, and may come back for a week

    def clean(days: int) -> int:
        with database.write() as session:
            return retention.run(session, clock.now + timedelta(days=days), Limits()).files

    assert (clean(6), clean(8), clean(8)) == (0, 1, 0)
    writer.submit(writer.get(page.request.path), {"act": "drop"}, form=1)
    assert uploads(database) == []
