"""Both clocks against a plain model, over random histories: what a list of any day shows is what rule 9 says."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from register.db import Database
from register.ledger import append, clocks, filters, lists, read, standing
from register.ledger.filters import Listing, timeliness
from register.words.dates import read_edtf
from tests import factories
from tests.factories import BOTH, NL, VL, body, report

FIRST = date(2026, 3, 1)
RECORDS = ("een", "twee", "drie")
REPORTS = ("a", "b", "c", "d")
SAID = ("2026-02", "2026-02-28", "2026-03-02", "2026-03-03", "2026-03", "2026")
DAYS = tuple(date(2026, 2, 27) + timedelta(days=number) for number in (0, 1, 4, 5, 8, 32))
FIELDS = ("status", "status_open", "confirmation", "updated", "updated_nl", "updated_vl")
SQLITE = pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)


class Entry(NamedTuple):
    """Something published some days after the one before: a version of a record, or of a report about one."""

    later: int
    record: str
    report: str | None
    as_of: str
    sides: tuple[Any, ...]
    keys: bool
    status: str | None


def entries() -> st.SearchStrategy[list[Entry]]:
    one = st.builds(
        Entry,
        st.sampled_from([0, 0, 1, 3]),
        st.sampled_from(RECORDS),
        st.sampled_from([None, *REPORTS, *REPORTS]),
        st.sampled_from(SAID),
        st.sampled_from([(NL,), (VL,), BOTH, ()]),
        st.booleans(),
        st.sampled_from(["ongoing", "completed", "ongoing", None]),
    )
    return st.lists(one, min_size=4, max_size=14)


class Register(NamedTuple):
    """What was published, in order: each entry with its position and its day."""

    told: list[tuple[int, date, Entry]]

    def position(self, day: date) -> int:
        return max((seq for seq, on, _ in self.told if on <= day), default=0)

    def expected(self, day: date, until: int) -> dict[str, dict[str, Any]]:
        """How each record stood on `day`, by what was public at `until`: by looking at everything, one by one."""
        records: dict[str, Entry] = {}
        reports: dict[str, tuple[int, Entry]] = {}
        for seq, _, entry in self.told:
            if seq <= until and entry.report:
                reports[entry.report] = seq, entry
            elif seq <= until:
                records[entry.record] = entry
        found = {}
        for name, own in records.items():
            rows = [
                SimpleNamespace(
                    side=side,
                    seq=seq,
                    update_id=report_,
                    as_of=read_edtf(entry.as_of).last.isoformat(),
                    status=entry.status,
                    confirmed=int(entry.keys and side in BOTH),
                )
                for report_, (seq, entry) in reports.items()
                for side in entry.sides or ("third",)
                if entry.record == name and read_edtf(entry.as_of).last <= day
            ]
            header = append.canonical({"confirmations": [{"side": side} for side in (BOTH if own.keys else ())]})
            found[name] = standing.by(sorted(rows, key=lambda row: (row.as_of, row.seq)), header)
        return found


@pytest.fixture
def dated(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment at which the ledger is appended to."""
    moment = [datetime(2026, 3, 1, 10, tzinfo=UTC)]
    monkeypatch.setattr(append, "datetime", SimpleNamespace(now=lambda _zone: moment[0]))
    monkeypatch.setattr(filters, "PAGE_SIZE", 2)
    return moment


def happen(connection: Connection, dated: list[datetime], history: list[Entry]) -> Register:
    told: list[tuple[int, date, Entry]] = []
    day = FIRST
    for entry in history:
        day += timedelta(days=entry.later)
        # Just before and just after midnight in Amsterdam, which is no midnight of the machine.
        dated[0] = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=-1 if len(told) % 2 else 22)
        if entry.report:
            words = {} if entry.status else {"text": "Er is overlegd."}
            third = None if entry.sides else "commissie"
            said = report(f"agreement/{entry.record}", entry.status, entry.as_of, *entry.sides, third=third, **words)
            seq = factories.publish(connection, entry.report, said, *(entry.sides if entry.keys else ()))
        else:
            due = {"edtf": "2026-03-04", "words": "4 maart"}
            said = body("agreement", entry.record, due=due)
            seq = factories.publish(connection, entry.record, said, *(BOTH if entry.keys else ()))
        told.append((seq, day, entry))
    return Register(told)


def shown(connection: Connection, clock: clocks.Clock, **wanted: str) -> dict[str, dict[str, Any]]:
    """The list of a clock, all its pages, whose count must be right."""
    listing = Listing("agreement", "nl", wanted, "updated", None, None, clock)
    found: dict[str, dict[str, Any]] = {}
    while True:
        page = lists.page(connection, listing, factories.TODAY)
        found |= {row.record: {name: getattr(row, name) for name in FIELDS} for row in page.rows}
        if page.after is None:
            assert len(found) == page.total
            return found
        listing = listing._replace(after=page.after)


def test_any_day_by_either_clock(database: Database, dated: list[datetime]) -> None:
    few = 6 if database.settings.postgresql else 15

    @settings(max_examples=few, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(entries())
    def holds(history: list[Entry]) -> None:
        with database.writer.connect() as connection, connection.begin() as transaction:
            try:
                register = happen(connection, dated, history)
                now = register.told[-1][0]
                for day in DAYS:
                    iso = day.isoformat()
                    until = clocks.position_of(connection, iso)
                    assert until == register.position(day)
                    for clock, position in (
                        (clocks.Clock("as_of", iso), now),
                        (clocks.Clock("published_on", iso, until), until),
                    ):
                        expected = register.expected(day, position)
                        assert shown(connection, clock) == expected, clock
                        for status in ("ongoing", "unknown"):
                            narrowed = {name: row for name, row in expected.items() if row["status"] == status}
                            assert shown(connection, clock, status=status) == narrowed
                        soon = (day + filters.DUE_SOON).isoformat()
                        late = {
                            name: row
                            for name, row in expected.items()
                            if timeliness("2026-03-04", bool(row["status_open"]), iso, soon) == "passed"
                        }
                        assert shown(connection, clock, timeliness="passed") == late
            finally:
                transaction.rollback()

    holds()


@SQLITE
def test_a_record_on_another_day_is_the_version_and_the_reports_of_that_day(
    database: Database, dated: list[datetime]
) -> None:
    history = [
        Entry(0, "een", None, "", (), False, None),
        Entry(1, "een", "a", "2026-02", (NL,), True, "ongoing"),
        Entry(3, "een", None, "", (), True, None),
        Entry(1, "een", "a", "2026-02-28", (NL,), True, "completed"),
    ]
    with database.write() as session:
        happen(session.connection(), dated, history)
    with database.public() as connection:
        for day, version, status, reports in (
            ("2026-03-01", 1, "unknown", 0),
            ("2026-03-02", 1, "ongoing", 1),
            ("2026-03-05", 2, "ongoing", 1),
            ("2026-03-06", 2, "completed", 1),
        ):
            clock = clocks.Clock("published_on", day, clocks.position_of(connection, day))
            doc = read.published(connection, "nl", "agreement", "NLVL-2023-001", clock=clock)
            assert (doc.version, doc.stand.status) == (version, status), day
            assert len(read.updates_about(connection, "nl", "agreement", ["een"], clock)) == reports
        clock = clocks.Clock("as_of", "2026-02-27")
        doc = read.published(connection, "nl", "agreement", "NLVL-2023-001", clock=clock)
        assert (doc.version, doc.stand.status, doc.stand.updated_nl) == (2, "unknown", None)
        assert read.updates_about(connection, "nl", "agreement", ["een"], clock) == []
