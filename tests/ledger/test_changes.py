"""What came about between two days, by either clock, told apart one by one; the same on both databases."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection

from register.db import Database
from register.errors import BadParameter
from register.ledger import append, changes
from register.ledger.changes import Asked
from register.words.vocabulary import Change
from tests.factories import BOTH, NL, body, publish, report

DAY = "2026-03-10"


def since(connection: Connection, by: str, start: str, end: str) -> dict[str, set[str]]:
    """Which records changed, each with its changes, on all pages; the counts must be theirs."""
    asked = Asked(changes.window(connection, by, start, end))
    found: dict[str, set[str]] = {}
    pages = []
    while True:
        page = changes.between(connection, asked)
        pages.append([row.reference for row in page.rows])
        for row in page.rows:
            found[row.record] = {change.value for change in Change if getattr(row, change)}
        if page.after is None:
            break
        asked = asked._replace(after=page.after)
    assert page.total == len(found)
    for way_back in reversed(pages[:-1]):
        page = changes.between(connection, asked._replace(after=None, before=page.before))
        assert [row.reference for row in page.rows] == way_back
    assert page.before is None
    for change, number in page.counts.items():
        only = {record for record, marks in found.items() if change in marks}
        assert len(only) == number
        assert len(changes.between(connection, asked._replace(change=change, after=None)).rows) == min(number, 2)
    return found


def test_what_came_about(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAGE_SIZE", 2)
    moment = [datetime(2026, 3, 1, 10, tzinfo=UTC)]
    monkeypatch.setattr(append, "datetime", SimpleNamespace(now=lambda _zone: moment[0]))
    old, due = {"edtf": "2025-01-31", "words": "toen"}, {"edtf": "2026-03-20", "words": "20 maart"}
    late = {"edtf": "2026-03-15", "words": "15 maart"}
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water", order=2))
        publish(connection, "lucht", body("topic", "Lucht", order=1))
        for name in ("stil", "beweegt", "samen", "anders", "verstrijkt", "klaar", "blijft"):
            topics = ["lucht"] if name == "samen" else ["water"]
            dated = due if name in ("verstrijkt", "klaar") else None
            publish(connection, name, body("agreement", name, made=old, due=dated, topics=topics))
        silent = ("stil", "2025-09-15"), ("blijft", "2026-03-01"), ("klaar", "2026-03-01"), ("samen", "2026-03-01")
        for name, day in (*silent, ("anders", "2026-03-01"), ("verstrijkt", "2026-03-01"), ("beweegt", "2026-03-01")):
            publish(connection, f"b-{name}", report(f"agreement/{name}", "ongoing", day, NL, text="Het loopt."), NL)
        gone = publish(connection, "weg", body("agreement", "Weg", made=old, topics=["lucht"]))
        hidden = publish(connection, "even", body("agreement", "Even", made=old))
        spoken = publish(connection, "b2-blijft", report("agreement/blijft", None, "2026-02-01", NL, text="Nee."), NL)
        publish(connection, "overleg", body("session", date=late))
        publish(connection, "eerder", body("session", date=old))

        moment[0] = datetime(2026, 3, 25, 10, tzinfo=UTC)
        publish(connection, "nieuw", body("agreement", made=late))
        said = report("agreement/beweegt", "postponed", "2026-03-12", NL, text="Het is uitgesteld.")
        publish(connection, "c-beweegt", said, NL)
        publish(connection, "c-samen", report("agreement/samen", "ongoing", "2026-03-12", *BOTH), *BOTH)
        publish(connection, "c-klaar", report("agreement/klaar", "completed", "2026-03-12", NL), NL)
        publish(connection, "beweegt", body("agreement", "Beweegt anders", made=old))
        append.note(connection, "withdrawal", "agreement", "weg", "NLVL-2025-008", target=gone)
        append.note(
            connection, "hiding", "agreement", "even", "NLVL-2025-009", target=hidden, side="nl", until="2026-04-01"
        )
        append.note(connection, "showing", "agreement", "even", "NLVL-2025-009", target=hidden)
        told = {"target": spoken, "about": {"kind": "agreement", "id": "blijft"}, "side": "nl"}
        append.note(connection, "withdrawal", "update", "b2-blijft", "UPD-2026-001", **told)
        append.note(connection, "response_asked", "agreement", "stil", "NLVL-2025-001", side="vl", since="2026-03-12")

    with database.public() as connection:
        known = since(connection, "as_of", DAY, "2026-03-25")
        assert known == {
            "samen": {"joint"},
            "nieuw": {"new"},
            "beweegt": {"moved"},
            "klaar": {"moved"},
            "verstrijkt": {"passed"},
            "stil": {"silent", "asked"},
            "blijft": {"taken"},
            "weg": {"taken"},
            "overleg": {"held"},
        }
        assert list(known)[:2] == ["samen", "weg"]  # the first topic comes first, whatever the number
        shown = since(connection, "published_on", DAY, "2026-03-25")
        assert shown == {name: marks for name, marks in known.items() if name != "overleg"}  # known on both days
        everything = since(connection, "published_on", "2026-02-01", DAY)
        assert "held" in everything["overleg"]
        assert everything["blijft"] == {"new"}
        assert since(connection, "as_of", "2026-03-25", "2026-03-25") == {}

        window = changes.window(connection, "published_on", DAY, "2026-03-25")
        [row] = changes.between(connection, Asked(window, change=Change.MOVED)).rows[:1]
        assert (row.before_status, row.status) == ("ongoing", "postponed")
        texts = changes.texts(connection, "nl", [row], window)
        assert [(text.name, text.before, text.after) for text in texts[row.reference]] == [
            ("title", "beweegt", "Beweegt anders"),
            ("report", "Het loopt.", "Het is uitgesteld."),
        ]
        said_as_of = changes.texts(connection, "nl", [row], changes.window(connection, "as_of", DAY, "2026-03-25"))
        assert [text.name for text in said_as_of[row.reference]] == ["report"]
        with pytest.raises(BadParameter):
            changes.between(connection, Asked(window, after="NLVL-2025-999"))
        mine = changes.between(connection, Asked(window, topic="lucht"))
        assert (mine.total, mine.rows[-1].title_nl, mine.rows[-1].kind) == (2, None, "agreement")
        assert {name: [row.what for row in rows] for name, rows in mine.taken.items()} == {
            "NLVL-2025-008": ["withdrawn"]
        }
        assert changes.texts(connection, "nl", mine.rows[-1:], window) == {"NLVL-2025-008": []}
