"""The room of a record's history in the workspace."""

from flask import request

from register.errors import BadParameter
from register.guards import Page, Rooms, Visit, requires
from register.guards.serving import DONE
from register.history import queries
from register.i18n import KINDS

rooms = Rooms("history")
_MOST_DIGITS = 9


@rooms.open("work-history", "/<kind>/<reference>")
@requires("see", "proposal")
def work_history(visit: Visit, kind: str, reference: str) -> Page:
    """The versions of a record and the reports on it; what was submitted, sent back or void between; what is begun."""
    asked = _asked()
    about = queries.record(visit.session, kind, reference)
    below = _number(asked["below"])
    entries, older = queries.entries(visit.session, visit.person, about, below)
    steps, more = queries.steps(visit.session, visit.person, about, asked["after"])
    begun, further = queries.begun(visit.session, visit.person, about, asked["draft"])
    context = {
        "about": about,
        "rooms": KINDS,
        "entries": entries,
        "older": older,
        "steps": steps,
        "more": more,
        "begun": begun,
        "further": further,
        "asked": {name: value for name, value in asked.items() if value},
    }
    return Page("history/record.html", context)


def _number(given: str) -> int | None:
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > _MOST_DIGITS:
        raise BadParameter("below", given[:40], "key")
    return int(given)


def _asked() -> dict[str, str]:
    """The page keys of the address. Raises BadParameter for anything else."""
    found = {"below": "", "after": "", "draft": ""}
    for name, values in request.args.to_dict(flat=False).items():
        if name not in (*found, DONE):
            raise BadParameter(name, values[0][:40], "unknown", tuple(found))
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        if name in found:
            found[name] = values[0]
    return found
