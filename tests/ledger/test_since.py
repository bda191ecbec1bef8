"""Since when a record is there: by its own day, else by the earliest text that gives one (docs/decisions/0022)."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from register.db import Database
from register.ledger import append, changes, clocks, filters, lists, projection, read
from register.ledger.changes import Asked
from register.words.vocabulary import Change
from tests import factories
from tests.factories import NL, TODAY, body, publish, report


def cites(source: str) -> list[dict[str, str]]:
    return [{"source": source, "lines": "1-2"}]


def said(edtf: str) -> dict[str, str]:
    return {"edtf": edtf, "words": edtf}


def test_nothing_is_there_before_a_text_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [datetime(2025, 6, 1, 10, tzinfo=UTC)]
    monkeypatch.setattr(append, "datetime", SimpleNamespace(now=lambda _zone: moment[0]))
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water"))
        publish(connection, "top", body("source", "Top", date=said("2023-01-31")))
        publish(connection, "brief", body("source", "Brief", date=said("2024-05/2024-06")))
        publish(connection, "stuk", body("source", "Stuk"))
        undated = {"made": None}
        publish(connection, "eigen", body("action", made=said("2022"), citations=cites("brief")))
        publish(connection, "bron", body("action", **undated, citations=cites("brief")))
        publish(connection, "twee", body("action", **undated, citations=cites("brief") + cites("top")))
        publish(connection, "bericht", body("action", **undated, citations=cites("brief")))
        early = publish(connection, "b", report("action/bericht", "ongoing", "2023-07", NL, text="Het loopt."), NL)
        publish(connection, "niets", body("action", **undated, citations=cites("stuk")))
        publish(connection, "loket", body("structure", citations=cites("brief")))
        publish(connection, "vraag", body("request", citations=cites("brief")))
        plan = {"citations": cites("top")}
        publish(connection, "gezegd", body("session", date=said("2023-03-10"), outcomes=[
            {"kind": "information", "text": "Zij spraken elkaar."}
        ], **plan))  # fmt: skip
        publish(connection, "onbekend", body("session", state="not_known", date=said("2023-21"), **plan))
        publish(connection, "achteraf", body("session", date=said("2024-04-02"), citations=cites("brief")))
        publish(connection, "vaag", body("session", date=said("2024"), citations=cites("brief")))

    def there(kind: str, day: str) -> set[str]:
        clock = clocks.Clock("as_of", day)
        listing = filters.Listing(kind, "nl", {}, filters.SORTS[kind][0], None, None, clock)
        with database.public() as public:
            return {row.record for row in lists.page(public, listing, TODAY).rows}

    assert there("action", "2022-12-30") == set()
    assert there("action", "2022-12-31") == {"eigen"}
    assert there("action", "2023-01-31") == {"eigen", "twee"}
    assert there("action", "2023-07-30") == {"eigen", "twee"}
    assert there("action", "2023-07-31") == {"eigen", "twee", "bericht"}
    assert there("action", "2024-06-30") == {"eigen", "twee", "bericht", "bron"}
    assert there("action", "2025-06-01") == {"eigen", "twee", "bericht", "bron", "niets"}  # published here that day
    for kind in ("structure", "request"):
        assert [there(kind, day) == set() for day in ("2024-06-29", "2024-06-30")] == [True, False]

    # A session is there from its announcement, and until its day nothing is told but that it was to come.
    assert there("session", "2023-01-30") == set()
    assert there("session", "2023-01-31") == {"gezegd", "onbekend"}
    assert there("session", "2024-04-02") == {"gezegd", "onbekend", "achteraf"}
    assert there("session", "2024-06-30") == {"gezegd", "onbekend", "achteraf", "vaag"}
    with database.public() as public:
        for name, day, state in (
            ("2023-001", "2023-03-09", "expected"),
            ("2023-001", "2023-03-10", "held"),
            ("2023-002", "2023-05-30", "expected"),
            ("2023-002", "2023-06-30", "not_known"),
            ("2024-001", "2024-04-02", "held"),
            ("2024-002", "2024-06-30", "held"),  # the letter tells that it was
        ):
            doc = read.published(public, "nl", "session", f"SES-{name}", clock=clocks.Clock("as_of", day))
            assert doc.body["state"] == state, (name, day)
            assert bool(doc.body["summary"]) == (state != "expected")
        doc = read.published(public, "nl", "session", "SES-2023-001", clock=clocks.Clock("as_of", "2023-02-01"))
        assert doc.body["outcomes"] == []
        listing = filters.Listing(
            "session", "nl", {"state": "held"}, "date", None, None, clocks.Clock("as_of", "2023-02-01")
        )
        assert lists.page(public, listing, TODAY).rows == []
        window = changes.window(public, "as_of", "2023-01-31", "2024-12-31")
        told = {
            row.record: {one.value for one in Change if getattr(row, one)}
            for row in changes.between(public, Asked(window)).rows
        }
        assert told == {
            "bericht": {"new", "silent"},
            "bron": {"new", "silent"},
            "eigen": {"silent"},
            "twee": {"silent"},
            "gezegd": {"held"},
            "achteraf": {"held"},
            "vaag": {"held"},
        }

    # What a text gives changes with the text, and goes with it.
    with database.write() as session:
        connection = session.connection()
        publish(connection, "brief", body("source", "Brief", date=said("2024-02-01")))
        publish(connection, "brief", body("source", "De brief", date=said("2024-02-01")))
        about = {"kind": "action", "id": "bericht"}
        append.note(connection, "withdrawal", "update", "b", "UPD-2023-001", target=early, about=about, side="nl")
    assert there("action", "2024-01-31") == {"eigen", "twee"}
    assert there("action", "2024-02-01") == {"eigen", "twee", "bericht", "bron"}
    with database.read() as session:
        followed = projection.snapshot(session.connection())
    factories.rebuild(database)
    with database.read() as session:
        assert projection.snapshot(session.connection()) == followed


def test_what_ended_before_the_first_day_is_no_change(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [datetime(2026, 11, 26, 10, tzinfo=UTC)]
    monkeypatch.setattr(append, "datetime", SimpleNamespace(now=lambda _zone: moment[0]))
    with database.write() as session:
        connection = session.connection()
        publish(connection, "begin", body("topic"))
        moment[0] = datetime(2026, 11, 27, 10, tzinfo=UTC)
        publish(connection, "water", body("topic", "Water"))
        for name, due in (("lang", "2024-01-01"), ("net", "2026-11-26")):
            publish(connection, name, body("agreement", due=said(due)))
        publish(connection, "nu", body("agreement", made=said("2026-05-27")))
    with database.public() as public:
        window = changes.window(public, "published_on", "2026-11-26", "2026-11-27")
        found = changes.between(public, Asked(window))
    told = {row.record: {one.value for one in Change if getattr(row, one)} for row in found.rows}
    assert told == {"lang": {"new"}, "net": {"new", "passed"}, "nu": {"new", "silent"}}
