"""No change: one own report on each of many items, that it is still as it was, in one go."""

from typing import Any

from register.drafting.service import Unfit
from register.drafting.writing import asked
from register.errors import FieldError
from register.guards import Go, Page, Rooms, Visit, requires
from register.i18n import KINDS
from register.i18n import mark as _
from register.models.moments import new_id
from register.reports import queries, service
from register.reports.forms import StillForm
from register.reports.queries import Item
from register.workflow import EVIDENCE_NEEDED

rooms = Rooms("unchanged")


@rooms.open("unchanged", methods=("GET", "POST"))
@requires("write own", "draft")
def unchanged(visit: Visit) -> Page | Go:
    """The open items on one's topics, with boxes to tick."""
    after = asked("after")["after"]
    form = StillForm(visit.language, visit.posted if visit.writes else None, visit.kept, key=new_id())
    ticked = list(dict.fromkeys(form["items"].data or ()))
    field: Any = form["items"]
    field.choices = [(each, each) for each in ticked]
    if visit.writes and form.ok():
        try:
            if len(ticked) > queries.MOST_STILL:
                raise FieldError("", _("These are too many at once."))
            service.still(visit.session, visit.person, _chosen(visit, ticked), str(form.key.data), visit.now)
        except FieldError as error:
            form.fail(error)
        except Unfit as unfit:
            for fault in unfit.faults:
                form.fail(FieldError("", fault.message, **fault.values))
        else:
            visit.saved()
            return Go(visit.path("desk"), "still")
    items, following = queries.still(visit.session, visit.person, visit.language, after)
    context = {
        "form": form,
        "items": [(item, _value(item), item.status in EVIDENCE_NEEDED) for item in items],
        "ticked": set(ticked),
        "after": following,
        "begins": after,
        "rooms": KINDS,
    }
    return Page("reports/unchanged.html", context, status=422 if visit.writes else 200)


def _value(item: Item) -> str:
    """What a box stands for: an item, and the status that its reader saw."""
    return f"{item.kind}/{item.reference}/{item.status.value}"


def _chosen(visit: Visit, ticked: list[str]) -> list[Item]:
    """The items that were ticked. Raises FieldError when one is no longer what it was when it was ticked."""
    parts = [tuple(each.split("/")) for each in ticked]
    named = [(part[0], part[1]) for part in parts if len(part) == 3]
    found = queries.still_of(visit.session, visit.person, visit.language, named)
    if {_value(item) for item in found} != set(ticked):
        raise FieldError("", _("One of these was changed meanwhile. Look again at what stands here, and tick anew."))
    return found
