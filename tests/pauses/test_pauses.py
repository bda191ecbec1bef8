"""Declaring a pause of one's own side and ending it: what the days must be, and what the other side cannot do."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from register.db import Database
from register.i18n import path
from register.ledger import chain, notices
from register.models import Account, AuditEntry
from tests.accounts.conftest import app, client, clock, make_app, people, settings
from tests.review.conftest import browser
from tests.workers import Clock, People, WorkClient

__all__ = ["app", "browser", "client", "clock", "make_app", "people", "settings"]
pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
DECLARE = path("en", "pauses-declare")


def test_a_pause_is_declared_seen_by_both_and_ended_by_its_own_side(
    database: Database, people: People, browser: Callable[[Account], WorkClient], clock: Clock
) -> None:
    mine = browser(people("diplomat", mandates=[""]))
    page = mine.get(DECLARE)
    for given, fault in (
        ({"begins": "2026-11-23", "ends": "2026-12-01", "reason": "elections"}, "cannot begin in the past"),
        ({"begins": "2026-12-01", "ends": "2026-11-30", "reason": "elections"}, "comes before the first"),
        ({"begins": "2026-12-01", "ends": "2027-12-31", "reason": "elections"}, "lasts a year at most"),
        ({"begins": "2026-12-01", "ends": "2026-12-31", "reason": "holiday"}, "reason-error"),
    ):
        answer = mine.submit(page, given)
        assert (answer.status_code, fault in answer.text) == (422, True), fault
    good = {"begins": "2026-12-01", "ends": "2027-01-31", "reason": "formation"}
    assert mine.submit(page, good).status_code == 303
    again = mine.submit(page, {**good, "begins": "2027-01-31", "ends": "2027-02-28"})
    assert "already" in again.text

    theirs = browser(people("administrator", side="vl"))
    listed = theirs.get(path("en", "pauses")).text
    assert "1 December 2026 until 31 January 2027" in listed
    assert "End this pause" not in listed
    with database.read() as session:
        seq = str(notices.pauses(session.connection())[0].seq)
    end = path("en", "pauses-end", seq)
    assert theirs.get(end).status_code == 404
    clock.now = clock.now.replace(year=2027, month=1, day=11)
    mine = browser(people("administrator"))
    assert mine.submit(mine.get(end)).status_code == 303
    assert mine.get(end).status_code == 404
    with database.read() as session:
        (left,) = notices.pauses(session.connection())
        assert (left.begins, left.ends) == ("2026-12-01", date(2027, 1, 10).isoformat())
        assert chain.verify(session.connection()) == []
        deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.deed.like("pause%"))).all()  # type: ignore[attr-defined]
    assert sorted(deeds) == ["pause_declared", "pause_ended"]


def test_a_pause_that_has_not_begun_is_called_off(
    database: Database, people: People, browser: Callable[[Account], WorkClient]
) -> None:
    mine = browser(people("administrator"))
    mine.submit(mine.get(DECLARE), {"begins": "2026-12-01", "ends": "2027-01-31", "reason": "recess"})
    with database.read() as session:
        seq = str(notices.pauses(session.connection())[0].seq)
    mine.submit(mine.get(path("en", "pauses-end", seq)))
    with database.read() as session:
        assert notices.pauses(session.connection()) == []
