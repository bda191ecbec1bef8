"""The desk, on which somebody finds what they have to do: the first page after signing in."""

from datetime import date

from register import access
from register.access import Person, Thing
from register.accounts import own
from register.desk import queries
from register.desk.queries import Line
from register.errors import NotHere
from register.guards import Page, Rooms, Visit, people, requires
from register.i18n import KINDS
from register.telling import finding
from register.words.workdays import Span

rooms = Rooms("desk")


@rooms.open("desk")
@requires("see", "account")
def desk(visit: Visit) -> Page:
    """What waits, what one writes, what is due, what the other side did, and what is new among the notes."""
    if visit.signed_in is None:
        raise NotHere
    session, person, language = visit.session, visit.person, visit.language
    works = access.may(person, "see", "draft")
    written = queries.written(session, person, language) if works else {}
    due = queries.due(session, person, language, visit.today) if works else {}
    paused: dict[str, list[Span]] = {}
    beside = queries.beside(session, person, language, paused)
    waiting = queries.waiting(session, person, language) if access.may(person, "confirm", "record") else None
    context = {
        "works": works,
        "pauses": [pause for pause in beside.pauses if pause.ends >= visit.today.isoformat()],
        "may_pause": access.can(person, "declare", Thing("pause", person.side)),
        "differing": beside.differences,
        "reminded": _reminded(waiting.texts.rows, person, paused, visit.today) if waiting else {},
        "rooms": KINDS,
        "no_codes": person.second_factor and not beside.codes,
        "needs_factor": people.needs_second_factor(person) and not person.second_factor,
        "waiting": waiting,
        "returned": written.get("returned"),
        "translations": beside.translations,
        "translations_back": beside.returned,
        "drafts": written.get("draft"),
        "soon": due.get("soon"),
        "passed": due.get("passed"),
        "others": queries.others(session, person, language, visit.now) if works else [],
        "notes": own.newest_notes(session, person) if access.may(person, "see", "note") else [],
    }
    return Page("desk/desk.html", context)


def _reminded(rows: list[Line], person: Person, paused: dict[str, list[Span]], today: date) -> dict[str, int]:
    """What has waited for longer than its period, by id, with that period in working days."""
    late = [row for row in rows if finding.reminded(row.when, row.held, person, paused) <= today]
    return {row.id: finding.period(row.when).reminded for row in late}
