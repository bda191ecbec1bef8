"""The audit trail, for administrators: the deeds of their own side's people."""

from typing import NamedTuple

from flask import request

from register import audit
from register.accounts import trail_words
from register.accounts.hiding import PageKeys
from register.errors import BadParameter
from register.guards import Page, Rooms, Visit, requires
from register.words.people import Deed

rooms = Rooms("audit")
_KNOWN = ("person", "deed", "newer", "older")
_ADDED = "done"  # what the house itself adds to an address
_LONGEST = 60


class Asked(NamedTuple):
    """The list as its address asks for it."""

    person: str = ""
    deed: str = ""
    newer: str = ""
    older: str = ""

    def address(self, **page: str) -> dict[str, str]:
        """The parameters of this list's address, on another page of it."""
        return {name: value for name, value in (("person", self.person), ("deed", self.deed), *page.items()) if value}


@rooms.open("audit")
@requires("see", "audit")
def audit_trail(visit: Visit) -> Page:
    """Who did what, when, from which sign-in; newest first."""
    asked = _asked()
    people = trail_words.people(visit.session, visit.person)
    if asked.person and asked.person not in people:  # of the other side, or nobody: the answer is the same
        raise BadParameter("person", asked.person, "value")
    if asked.deed and asked.deed not in set(Deed):
        raise BadParameter("deed", asked.deed, "value", tuple(Deed))
    keys = PageKeys(visit.settings.secret, f"audit {visit.person.side}")
    found = audit.entries(
        visit.session,
        visit.person,
        about=asked.person,
        deed=asked.deed,
        newer=_number(keys, "newer", asked.newer),
        older=_number(keys, "older", asked.older),
    )
    context = {
        "asked": asked,
        "lines": trail_words.lines(visit.session, visit.language, found.rows, people),
        "newer": keys.hide(found.newer),
        "older": keys.hide(found.older),
        "people": sorted(((key, name) for key, name in people.items() if name), key=lambda pair: pair[1].casefold()),
        "deeds": list(Deed),
    }
    return Page("accounts/audit.html", context, fragment="accounts/_audit.html")


def _asked() -> Asked:
    """Raises BadParameter naming the first parameter that is unknown, given twice, or too long."""
    for name, values in request.args.lists():
        if name not in (*_KNOWN, _ADDED):
            raise BadParameter(name, values[0], "unknown", _KNOWN)
        if len(values) > 1:
            raise BadParameter(name, values[1], "repeated")
        if len(values[0]) > _LONGEST:
            raise BadParameter(name, values[0][:40] + "…", "long")
    asked = Asked(*(request.args.get(name, "") for name in _KNOWN))
    if asked.newer and asked.older:
        raise BadParameter("newer", asked.newer, "key")
    return asked


def _number(keys: PageKeys, name: str, key: str) -> int | None:
    if not key:
        return None
    found = keys.show(key)
    if found is None:
        raise BadParameter(name, key, "key")
    return found
