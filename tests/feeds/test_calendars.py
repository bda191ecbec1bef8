"""Calendars: read by two programs, with events that keep their name, count their changes, and never invent a day."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from register.feeds import calendars
from register.i18n import ZONE
from register.ledger import read
from register.ledger.events import Dated
from tests.factories import BOTH, NL, VL, body, report
from tests.feeds.conftest import SQLITE, Small


def events(client: FlaskClient, address: str) -> dict[str, Any]:
    """The events of a calendar, as a calendar program has them, by what they are called."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar"), address
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    found = Calendar.from_ical(answer.data)
    assert not found.errors
    assert all(not event.errors for event in found.events)
    return {str(event["summary"]): event for event in found.events}


@SQLITE
def test_a_calendar_holds_what_has_a_day(small: Small) -> None:
    said = {"edtf": "2026-09-14", "words": "14 september 2026"}
    about = "Praten; over, sluizen\nen \\ stuwen. " + "é" * 60
    small.publish("delft", body("place", "Delft"))
    small.publish("lucht", body("topic", "Lucht"))
    small.publish("beraad", body("session", "Beraad", state="planned", date=said, place="delft", summary=about), *BOTH)
    small.publish("dagen", body("session", "Dagen", date={"edtf": "2026-09-14/2026-09-15", "words": "twee dagen"}))
    small.publish("najaar", body("session", "Najaar", date={"edtf": "2026-23", "words": "najaar 2026"}))
    small.publish("rond", body("session", "Rond", date={"edtf": "2026-09-14~", "words": "rond 14 september"}))
    small.publish("schouw", body("action", "Schouw", character="national", side="vl", topics=["lucht"], due=said), VL)
    small.publish("sluizen", body("agreement", due=said), *BOTH)

    address = "/cal/nl.ics"
    before = small.client.get(address)
    found = events(small.client, address)
    assert set(found) == {"Beraad", "Dagen", "Termijn: Schouw", "Termijn: Sluizen"}
    event = found["Beraad"]
    page = "http://localhost/nl/sessies/SES-2026-001"
    assert (event.start, event.end) == (date(2026, 9, 14), date(2026, 9, 15))
    assert (event["url"], event["status"], event["location"], event["sequence"]) == (page, "CONFIRMED", "Delft", 0)
    assert str(event["description"]) == f"{about}\n\nGepland.\n{page}"
    assert (found["Dagen"].start, found["Dagen"].end) == (date(2026, 9, 14), date(2026, 9, 16))
    assert found["Termijn: Schouw"]["transp"] == "TRANSPARENT"
    assert set(events(small.client, "/cal/nl/topic/lucht.ics")) == {"Termijn: Schouw"}
    assert "Termijn: Schouw" not in events(small.client, "/cal/nl/side/nl.ics")
    assert set(events(small.client, "/cal/nl/side/vl.ics")) == set(found)
    fuzzy = small.html("follow").partition('id="calendar"')[2]
    assert [title for title in ("Beraad", "Najaar", "Rond") if f">{title}</a>" in fuzzy] == ["Najaar", "Rond"]
    assert "najaar 2026" in fuzzy

    # The same bytes until something changes; then the same name, and a higher count.
    again = small.client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304
    small.publish("een", report("session/beraad", "postponed", "2026-05-01", NL), NL)
    assert events(small.client, address)["Beraad"]["sequence"] == 1
    small.publish("beraad", body("session", "Beraad", state="cancelled", date=said), *BOTH)
    late = events(small.client, address)["Afgelast: Beraad"]
    assert (late["status"], late["sequence"], late["uid"]) == ("CANCELLED", 2, event["uid"])
    assert late["uid"] == next(
        one["uid"] for one in events(small.client, "/cal/en.ics").values() if one.get("status") == "CANCELLED"
    )
    assert small.client.get("/cal/nl.ics?day=1").status_code == 400
    assert small.client.get("/cal/nl/agreement/NLVL-2023-001.ics").status_code == 400
    assert small.client.get("/cal/", headers={"Accept-Language": "en"}).location == "/en/follow"


@SQLITE
@pytest.mark.parametrize(("hours", "end"), [("14:00", None), ("14:00-16:30", timedelta(hours=2, minutes=30))])
def test_a_session_with_hours_stands_at_them_in_its_zone(small: Small, hours: str, end: timedelta | None) -> None:
    begins, _dash, ends = hours.partition("-")
    said = body("session", "Beraad", state="planned", time={"begins": begins, "ends": ends or None})
    small.publish("beraad", said, *BOTH)
    with small.database.public() as connection:
        doc = read.published(connection, "nl", "session", "SES-2023-001")
    with small.client.application.test_request_context("/"):
        made = calendars.of_events(
            [Dated(doc, "Beraad", "2026-09-14", "14 september", "unknown", 1, doc.time)], "nl", "x"
        )
    found = Calendar.from_ical(made.to_ical())
    assert [str(zone["tzid"]) for zone in found.timezones] == ["Europe/Amsterdam"]
    assert b"TZID=Europe/Amsterdam:20260914T140000" in re.sub(rb"\r\n ", b"", made.to_ical())
    assert found.events[0].start == datetime(2026, 9, 14, 14, tzinfo=ZONE)
    assert end is None or found.events[0].duration == end
