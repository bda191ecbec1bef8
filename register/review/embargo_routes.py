"""The rooms in which an embargo is moved or lifted: one person asks, another one agrees."""

import re
from datetime import date, datetime, time

from register.errors import FieldError, NotHere
from register.guards import Go, Page, Rooms, Visit, requires
from register.i18n import KINDS, ZONE, translations
from register.i18n import mark as _
from register.models import Account
from register.publishing import embargoing
from register.review import queries, service
from register.review.forms import AgreeForm, EmbargoForm
from register.web.forms import Form

rooms = Rooms("embargo")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@rooms.open("review", "/<proposal_id>/embargo", methods=("GET", "POST"))
@requires("see", "proposal", fresh=True)
def embargo_ask(visit: Visit, proposal_id: str) -> Page | Go:
    """Ask to move the embargo of a confirmed text to another moment, or to lift it."""
    row = queries.one(visit.session, visit.person, visit.language, proposal_id)
    if not embargoing.may_ask(row.proposal, visit.person):
        raise NotHere
    form = EmbargoForm(visit.language, visit.posted if visit.writes else None, visit.kept)
    form.lift.choices = [("lift", translations(visit.language).gettext(_("Lift the embargo: publish at once")))]
    try:
        if visit.writes and form.ok():
            until = None if form.lift.data else _moment(form.day.data or "", form.hour.data or "")
            service.ask_embargo(visit.trail, _me(visit), proposal_id, until)
            visit.saved()
            return Go(visit.path("review", proposal_id), "embargo-asked")
    except FieldError as error:
        form.fail(error)
    return _page(visit, row, form, 422 if visit.writes else 200)


@rooms.open("review", "/<proposal_id>/embargo-agree", methods=("GET", "POST"))
@requires("confirm", "record", fresh=True)
def embargo_agree(visit: Visit, proposal_id: str) -> Page | Go:
    """Agree to what another person asks about the embargo."""
    row = queries.one(visit.session, visit.person, visit.language, proposal_id)
    change = embargoing.asked(visit.session, proposal_id)
    if change is None or not embargoing.may_agree(row.proposal, change, visit.person):
        raise NotHere
    form = AgreeForm(visit.language, visit.posted if visit.writes else None, change=change.id)
    try:
        if visit.writes and form.ok():
            service.agree_embargo(visit.trail, _me(visit), proposal_id, form.change.data)
            return Go(visit.path("review", proposal_id), "embargo-agreed")
    except FieldError as error:
        form.fail(error)
    return _page(visit, row, form, 409 if visit.writes else 200)


def _page(visit: Visit, row: queries.Waiting, form: Form, status: int) -> Page:
    change = embargoing.asked(visit.session, row.proposal.id)
    context = {"row": row, "form": form, "change": change, "rooms": KINDS, "agrees": isinstance(form, AgreeForm)}
    return Page("review/embargo.html", context, status=status)


def _moment(day: str, hour: str) -> datetime:
    if not day:
        raise FieldError("day", _("Give a day and a time, or tick that the embargo is lifted."))
    if not _TIME.fullmatch(hour):
        raise FieldError("hour", _("This is not a time. Write it as 14:30."))
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), ZONE)


def _me(visit: Visit) -> Account:
    return visit.session.get_one(Account, visit.person.id)
