"""Calendars (iCalendar, RFC 5545 and 7986): sessions and terms whose dates name their days.

An event has the same UID in every calendar; its SEQUENCE is the number of entries of the ledger about it less one,
so that it rises with every change and never falls. All times come from the ledger: the same register gives the same
bytes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from flask import Response, redirect
from icalendar import Calendar, Event
from sqlalchemy import Connection

from register import i18n
from register.door import Document, absolute, blueprint, serve
from register.feeds import asking
from register.feeds.identity import urn
from register.i18n import mark as _
from register.ledger import entries, events, read
from register.web.addressing import check_parameters
from register.web.rendering import reader_language
from register.words.dates import read_edtf
from register.words.vocabulary import SessionState

MIMETYPE = "text/calendar"
_STATUS = {SessionState.CANCELLED: "CANCELLED", SessionState.EXPECTED: "TENTATIVE", SessionState.NOT_KNOWN: "TENTATIVE"}


@blueprint.get("/cal/")
def calendars() -> Response:
    """To the page that explains the calendars."""
    answer: Response = redirect(i18n.path(reader_language(), "follow"), 303)  # type: ignore[assignment]
    answer.vary.update(("Accept-Language",))
    return answer


@blueprint.get("/cal/<path:calendar>")
def calendar(calendar: str) -> Response:
    """A calendar, to subscribe to."""
    asked = asking.read("cal", calendar)
    check_parameters()
    return serve(asked.language, lambda connection, _revision: _made(connection, asked))


def _made(connection: Connection, asked: asking.Asked) -> Document:
    about, title = asking.subject(connection, asked)
    found = [dated for dated in events.dated(connection, asked.language, about) if dated.exact]
    named = sorted({dated.doc.body["place"] for dated in found if dated.doc.body.get("place")})
    places = {
        record: name for record, (name, _reference) in read.titles(connection, asked.language, "place", named).items()
    }
    made = of_events(found, asked.language, entries.first_hash(connection), places)
    name = f"Schakel: {title}" if title else "Schakel"
    made.add("name", name)
    made.add("x-wr-calname", name)
    page = i18n.path(asked.language, "follow", **({asked.kind: asked.reference} if asked.kind else {}))
    made.add("url", absolute(page))
    return Document(made.to_ical(), MIMETYPE)


def of_events(
    found: Sequence[events.Dated], language: str, register: str, places: Mapping[str, str] = MappingProxyType({})
) -> Calendar:
    """A calendar of these events, each with an exact date. `register` tells this register from others."""
    made = Calendar()
    made.add("prodid", f"-//Schakel//Register//{language.upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT12H")
    for dated in found:
        made.add_component(_event(dated, language, register, places))
    made.add_missing_timezones()
    return made


def _event(dated: events.Dated, language: str, register: str, places: Mapping[str, str]) -> Event:
    doc = dated.doc
    said = i18n.translations(language)
    page = absolute(i18n.path(language, i18n.KINDS[doc.kind], doc.reference))
    changed = datetime.fromisoformat(dated.changed)
    made = Event()
    made.add("uid", urn("event", register, doc.kind, doc.record).removeprefix("urn:uuid:"))
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("sequence", dated.changes - 1)
    state = str(doc.body.get("state", ""))
    labels = i18n.labels(language)
    how = labels["SessionState"][state] if state else labels["Status"][dated.status]
    if doc.kind != "session":
        made.add("summary", said.gettext(_("Term: %(title)s")) % {"title": dated.title})
        made.add("transp", "TRANSPARENT")
    elif state == SessionState.CANCELLED:
        made.add("summary", f"{how.capitalize()}: {dated.title}")
    else:
        made.add("summary", dated.title)
    if doc.kind == "session":
        made.add("status", _STATUS.get(SessionState(state), "CONFIRMED"))
        if doc.body.get("place") in places:
            made.add("location", places[doc.body["place"]])
    made.add("description", "\n".join((doc.body["summary"], "", how.capitalize() + ".", page)))
    made.add("url", page)
    _days(made, dated)
    return made


def _days(made: Event, dated: events.Dated) -> None:
    """Begin and end: the hours where a session has them, else whole days, of which the end is the day after."""
    reading = read_edtf(dated.edtf)
    hours = dated.doc.body.get("time")
    if not hours:
        made.add("dtstart", reading.first)
        made.add("dtend", reading.last + timedelta(days=1))
        return
    zone = ZoneInfo(hours["zone"])
    made.add("dtstart", datetime.combine(reading.first, time.fromisoformat(hours["begins"]), zone))
    if hours["ends"]:
        made.add("dtend", datetime.combine(reading.last, time.fromisoformat(hours["ends"]), zone))
