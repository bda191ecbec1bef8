"""Downloads: the same question gives the same records in every form, as they are, while they are made."""

import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from odf import opendocument, table, teletype

from register import i18n
from register.db import Database
from register.i18n import download, feed
from register.ledger import walk
from register.ledger.canonical import digest
from tests.conftest import database_of
from tests.factories import BOTH, NL, VL, body, report
from tests.feeds.conftest import SQLITE, Small, small
from tests.feeds.test_atom import read as read_feed
from tests.public.lists import everything

__all__ = ["small"]
Row = dict[str, object]


def commas(client: FlaskClient, kind: str, **asked: str) -> list[Row]:
    answer = client.get(download("nl", kind, "csv", **asked))
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "\r\n" in answer.text
    assert not answer.text.startswith("\ufeff")
    return [dict(row) for row in csv.DictReader(io.StringIO(answer.data.decode(), newline=""))]


def workbook(client: FlaskClient, address: str) -> dict[str, list[list[object]]]:
    """The sheets of an XLSX or ODS as a program that is not ours reads them: dates as dates."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    if answer.mimetype.endswith("sheetml.sheet"):
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        return {sheet.title: [[_plain(cell.value) for cell in row] for row in sheet.rows] for sheet in book}
    found = opendocument.load(io.BytesIO(answer.data))
    return {
        sheet.getAttribute("name"): [
            [_typed(cell) for cell in row.getElementsByType(table.TableCell)]
            for row in sheet.getElementsByType(table.TableRow)
        ]
        for sheet in found.spreadsheet.getElementsByType(table.Table)
    }


def _plain(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def _typed(cell: table.TableCell) -> object:
    kind = cell.getAttribute("valuetype")
    if kind == "date":
        return date.fromisoformat(cell.getAttribute("datevalue"))
    if kind == "float":
        return int(cell.getAttribute("value"))
    return "\n".join(map(teletype.extractText, cell.childNodes)) if kind else None


def records(client: FlaskClient, kind: str, **asked: str) -> list[dict[str, object]]:
    answer = client.get(download("nl", kind, "json", **asked))
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return list(json.loads(answer.data)["documents"])


@SQLITE
def test_one_question_has_one_answer(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "LENGTH", 3)  # so that the list is walked in several steps
    small.publish("lucht", body("topic", "Lucht"))
    for number in range(1, 9):
        topic = "lucht" if number % 4 == 0 else "water"
        small.publish(f"sluis-{number}", body("agreement", f"Sluis {9 - number}", topics=[topic]), *BOTH)
    small.publish("een", report("agreement/sluis-2", "ongoing", "2023-05-01", NL), NL)
    small.publish("twee", report("agreement/sluis-5", "completed", "2024-05", *BOTH), *BOTH)
    for asked in (
        {},
        {"topic": "water"},
        {"topic": "water", "sort": "title"},
        {"sort": "updated"},
        {"sort": "due"},
        {"status": "ongoing"},
        {"status": "ongoing", "as_of": "2023-04-01"},
        {"q": "sluis 3"},
        {"confirmation": "joint", "q": "sluis"},
    ):
        page = everything(small.client, "nl", "agreements", **asked)
        assert [row["Kenmerk"] for row in commas(small.client, "agreement", **asked)] == page, asked
        assert [one["reference"] for one in records(small.client, "agreement", **asked)] == page, asked
        for form in ("xlsx", "ods"):
            sheets = workbook(small.client, download("nl", "agreement", form, **asked))
            assert [row[0] for row in sheets["Afspraken"][1:]] == page, (asked, form)
    entries = read_feed(small.client, feed("nl", "topic", "water")).entries
    told = {entry.link.rpartition("/")[2] for entry in entries if "/afspraken/" in entry.link}
    assert told == {row["Kenmerk"] for row in commas(small.client, "agreement", topic="water")}


@SQLITE
def test_pages_of_many_kinds_are_taken_along_whole(small: Small) -> None:
    """What is found, a topic, the changes: in each form what the page shows, one sheet a kind."""
    day = {"edtf": "2024-02-01", "words": "1 februari"}
    open_point = {"kind": "information", "text": "Blijft open.", "open": True}
    agenda = [{"text": "Peil", "agreement": "sluizen"}, {"text": "Rondvraag"}]
    papers = [{"title": "Brief", "url": "https://brief.example/1"}]
    spoken = {
        "agenda": agenda,
        "evidence": papers,
        "outcomes": [open_point],
        "time": {"begins": "10:00", "ends": "12:00"},
    }
    small.publish("sluizen", body("agreement", "Sluizen"), *BOTH)
    gone = small.publish("weg", body("agreement", "Sluizen weg"), *BOTH)
    small.publish("overleg", body("session", "Overleg over sluizen", date=day, **spoken), *BOTH)
    small.publish("een", report("agreement/sluizen", "ongoing", "2023-05-01", NL, text="De sluizen draaien."), NL)
    small.note("withdrawal", "agreement/weg", target=gone)
    about, three = "Over dit bestand", ["Afspraken", "Acties en maatregelen", "Sessies"]
    for page, address, sheets in (
        (
            i18n.path("nl", "search", q="sluizen"),
            ("search", "", {"q": "sluizen"}),
            ["Afspraken", "Sessies", "Berichten"],
        ),
        (
            i18n.path("nl", "topics", "water"),
            ("topic", "water", {}),
            ["Thema’s", *three, "Structuren en instrumenten", "Parlementaire verzoeken", "Berichten"],
        ),
        (
            i18n.path("nl", "changes", **{"from": "2023-02-01"}),
            ("changes", "", {"from": "2023-02-01", "to": i18n.today().isoformat()}),
            three,
        ),
    ):
        kind, reference, asked = address
        html = small.client.get(page).text
        forms = {form: download("nl", kind, form, reference, **asked) for form in ("csv", "json", "xlsx", "ods")}
        assert [one.replace("&", "&amp;") in html for one in forms.values()] == [True] * 4, page
        tables = [workbook(small.client, forms[form]) for form in ("xlsx", "ods")]
        assert list(tables[0]) == [about, *sheets], page
        assert tables[0] | {about: []} == tables[1] | {about: []}
        whole = list(csv.DictReader(io.StringIO(small.client.get(forms["csv"]).text, newline="")))
        assert len(whole) == sum(len(rows) - 1 for name, rows in tables[0].items() if name != about)
        found = json.loads(small.client.get(forms["json"]).data)
        assert len(found.get("documents", found.get("changes"))) == len(whole)
        told = [row[0] for name, rows in tables[0].items() if name in ("Afspraken", "Sessies") for row in rows[1:]]
        assert ("weg" in told) == (kind == "changes")
        assert set(told) - {"weg"} == set(re.findall(r"NLVL-2023-\d+|SES-\d+-\d+", html.partition("<main")[2])), page
        assert "Sluizen weg" not in str(tables) + str(whole) + str(found)
    session = dict(zip(*workbook(small.client, download("nl", "session", "ods"))["Sessies"], strict=True))
    assert session["Tijd"] == "10:00–12:00 (Europe/Amsterdam)"
    assert session["Om te lezen"] == "Brief https://brief.example/1"
    assert (session["Agenda"], session["Open punten"]) == ("Peil (NLVL-2023-001)\nRondvraag", "Blijft open.")
    for wrong in ("search.csv?q=%22a", "search.csv?status=ongoing", "changes.ods?after=x", "changes.csv?from=x"):
        assert small.client.get(f"/data/nl/{wrong}").status_code == 400
    assert small.client.get("/data/nl/topic/vuur.csv").status_code == 404


@SQLITE
def test_each_form_says_what_the_register_says(small: Small) -> None:
    lead = {"side": "nl", "organisation": "dijkgraaf", "basis": "designated", "designated_on": "2023-02-01"}
    due = {"edtf": "2023~", "words": "eind 2023"}
    spoken = body("agreement", '=HYPERLINK("x")\x0b, "<b>"', due=due, leads=[lead], summary="Regel een\nregel twee")
    small.publish("sluizen", spoken, *BOTH)
    small.publish("een", report("agreement/sluizen", "ongoing", "2024-03-01", NL, text="+1 &c"), NL)

    [row] = commas(small.client, "agreement")
    assert row["Titel"] == '\'=HYPERLINK("x")\x0b, "<b>"'
    assert (row["Samenvatting"], row["Status"], row["Volgens wie"]) == (
        "Regel een\nregel twee",
        "loopt",
        "bevestigd door één zijde",
    )
    assert (row["Termijn"], row["Termijn, eerste dag"], row["Termijn, laatste dag"]) == (
        "eind 2023",
        "2023-01-01",
        "2023-12-31",
    )
    assert row["Verantwoordelijke organisatie, Nederland"] == "Hoogheemraadschap"
    assert row["Adres"] == "http://localhost/id/agreement/NLVL-2023-001"

    for address in (
        download("nl", "agreement", "xlsx", status="ongoing"),
        download("nl", "agreement", "ods", status="ongoing"),
        download("nl", "agreement", "xlsx", "NLVL-2023-001"),
        download("nl", "agreement", "ods", "NLVL-2023-001"),
    ):
        sheets = workbook(small.client, address)
        assert list(sheets) == ["Over dit bestand", "Afspraken", "Berichten"]
        about = dict(line[:2] for line in sheets["Over dit bestand"])
        assert about["Opgehaald bij"] == f"http://localhost{address}"
        assert isinstance(about["Dag"], date)
        assert ("Status" in about) == ("status=" in address)
        found = dict(zip(*sheets["Afspraken"], strict=True))
        assert found["Titel"] == '=HYPERLINK("x")\ufffd, "<b>"'
        days = found["Afgesproken, eerste dag"], found["Termijn, laatste dag"]
        assert days == (date(2023, 1, 31), date(2023, 12, 31))
        assert found["Laatste bericht, Nederland"] == date(2024, 3, 1)
        assert (found["Laatste bericht, Vlaanderen"], found["Versie"]) == (None, 1)
        assert found["Samenvatting"] == "Regel een\nregel twee"
        told = dict(zip(*sheets["Berichten"], strict=True))
        assert (told["Waarover"], told["Tekst"], told["Gezegd door"]) == ("NLVL-2023-001", "+1 &c", "Nederland")

    [record] = records(small.client, "agreement")
    assert digest(str(record["header"])) == record["hash"]
    assert digest(str(record["document"])) == json.loads(str(record["header"]))["document"]
    assert record["composed"] == {
        "status": "ongoing",
        "confirmation": "one_side",
        "due": "2023-12-31",
        "last_report": {"nl": "2024-03-01", "vl": None},
    }
    english = small.client.get(download("en", "agreement", "csv")).text.splitlines()
    assert english[0].startswith("Reference,Title,Summary")
    one = json.loads(small.client.get(download("nl", "agreement", "json", "NLVL-2023-001")).data)
    assert [found["kind"] for found in one["documents"]] == ["agreement", "update"]


@SQLITE
def test_bad_input_is_named_and_what_is_unchanged_is_not_sent_twice(small: Small) -> None:
    small.publish("sluizen", body("agreement", "Sluizen"), *BOTH)
    for address, status, said in (
        ("/data/nl/agreement.csv?colour=red", 400, "colour"),
        ("/data/nl/agreement.xlsx?status=red", 400, "red"),
        ("/data/nl/agreement.json?after=NLVL-2023-001", 400, "after"),
        ("/data/nl/agreement.ods?as_of=gisteren", 400, "as_of"),
        ("/data/nl/agreement.pdf", 400, "agreement.pdf"),
        ("/data/nl/afspraak.csv", 400, "afspraak.csv"),
        ("/data/fr/agreement.csv", 400, "fr"),
        ("/data/nl/agreement/NLVL-2023-001.csv", 400, "NLVL-2023-001.csv"),
        ("/data/nl/agreement/NLVL-1900-001.json", 404, "NLVL-1900-001"),
        ("/data/nl/agreement/NLVL-2023-001.json?q=x", 400, "q"),
        ("/data/ledger.jsonl?from=0", 400, "Positie in het register"),
        ("/data/ledger.jsonl?from=x&from=y", 400, "Na"),
    ):
        answer = small.client.get(address)
        assert (answer.status_code, said in answer.text) == (status, True), address
    address = download("nl", "agreement", "csv", topic="water")
    first = small.client.get(address)
    today = i18n.today().isoformat()
    assert first.headers["Content-Disposition"] == f'attachment; filename="schakel-afspraken-{today}.csv"'
    assert "Accept-Encoding" in first.headers["Vary"]
    assert small.client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    small.publish("bruggen", body("agreement", "Bruggen"), VL, NL)
    assert small.client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    html = small.html("agreements", topic="water", sort="title")
    assert download("nl", "agreement", "xlsx", topic="water", sort="title").replace("&", "&amp;") in html


@SQLITE
def test_it_is_sent_while_it_is_read_and_the_snapshot_ends_with_the_reader(
    client: FlaskClient,
    app: Flask,
    seeded: Database,
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walk, "LENGTH", 10)
    pool = database_of(app).public_engine.pool
    client.get(download("nl", "agreement", "csv"))  # topics are read once for each revision
    for form in ("csv", "xlsx", "ods", "json"):
        with queries(app) as made:
            answer = client.get(download("nl", "agreement", form), buffered=False)
            chunks = iter(answer.response)
            assert next(chunks)
            assert len(made) <= 6, form  # the first bytes wait for no more than the beginning of the list
            assert pool.checkedout() == 1  # type: ignore[attr-defined]
            answer.close()
            assert pool.checkedout() == 0  # type: ignore[attr-defined]
            assert len(made) <= 8
