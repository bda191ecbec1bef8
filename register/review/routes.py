"""The rooms of review: what waits, one text, confirming it, sending it back, confirming several."""

from typing import Any

from flask import request

from register.errors import BadParameter, FieldError, NotHere
from register.guards import File, Go, Page, Rooms, Visit, requires
from register.guards.serving import DONE
from register.i18n import KINDS, translations
from register.i18n import mark as _
from register.models import Account
from register.publishing import embargoing
from register.review import queries, requests, service
from register.review.forms import ConfirmForm, ReturnForm, TogetherForm
from register.web.forms import Form
from register.words.files import SERVED

rooms = Rooms("review")
FIRST = 6  # requests above the queue; the rest is a link away


@rooms.open("review")
@requires("see", "proposal")
def review(visit: Visit) -> Page:
    """What waits for the side of who reads: what they may confirm, and what a colleague must."""
    return _list(visit, TogetherForm(visit.language))


@rooms.open("review-together", methods=("GET", "POST"))
@requires("confirm", "record", fresh=True)
def review_together(visit: Visit) -> Page | Go:
    """Confirm what is ticked: each by the digest of the text that stood beside the box."""
    if not visit.writes:
        return _list(visit, _ticked(visit, (visit.kept or {}).get("chosen", [])))
    form = _ticked(visit, visit.posted.getlist("chosen"), posted=True)
    if form.ok() and not form.chosen.data:
        form.fail(FieldError("", _("Tick each text that you have read and confirm.")))
    if form.faults:
        return _list(visit, form, status=422)
    chosen = [(each.partition(":")[0], each.partition(":")[2]) for each in dict.fromkeys(form.chosen.data)]
    refused = service.confirm_several(visit.trail, _me(visit), chosen)
    visit.saved()
    if not refused:
        return Go(visit.path("review"), "confirmed-several")
    said = translations(visit.language).gettext
    told = [(each.proposal.id, said(each.error.message) % each.error.values) for each in refused]
    page = _list(visit, TogetherForm(visit.language), status=409, refused=told)
    page.keep = True  # the others are confirmed
    return page


@rooms.open("review-requests")
@requires("confirm", "record")
def review_requests(visit: Visit) -> Page:
    """What is asked of one's side about texts that are confirmed or published."""
    asked = _asked("after")
    found = requests.page(visit.session, visit.person, visit.language, asked["after"])
    return Page("review/requests.html", {"page": found, "begins": bool(asked["after"])})


@rooms.open("review", "/<proposal_id>")
@requires("see", "proposal")
def review_one(visit: Visit, proposal_id: str) -> Page:
    """One text beside what is public now."""
    return _one(visit, proposal_id)


@rooms.open("review", "/<proposal_id>/confirm", methods=("GET", "POST"))
@requires("confirm", "record", fresh=True)
def review_confirm(visit: Visit, proposal_id: str) -> Page | Go:
    """Turn the key of one's own side on the text whose digest the form carries."""
    if not visit.writes:
        proved = visit.kept is not None
        visit.kept = None  # nothing was typed
        return _one(visit, proposal_id, proved=proved)
    form = ConfirmForm(visit.language, visit.posted)
    try:
        if form.ok():
            service.confirm(visit.trail, _me(visit), proposal_id, form.digest.data)
    except FieldError as error:
        form.fail(error)
    if form.faults:
        return _one(visit, proposal_id, form, status=409)
    visit.saved()
    return Go(visit.path("review", proposal_id), "confirmed")


@rooms.open("review", "/<proposal_id>/send-back", methods=("GET", "POST"))
@requires("confirm", "record")
def review_send_back(visit: Visit, proposal_id: str) -> Page | Go:
    """Send a text back to its author, with the reason."""
    form = ReturnForm(visit.language, visit.posted if visit.writes else None, visit.kept)
    if not visit.writes:
        return _one(visit, proposal_id, returning=form)
    try:
        if form.ok():
            service.send_back(visit.trail, _me(visit), proposal_id, form.reason.data)
    except FieldError as error:
        form.fail(error)
    if form.faults:
        return _one(visit, proposal_id, returning=form, status=422)
    visit.saved()
    return Go(visit.path("review", proposal_id), "sent-back")


@rooms.open("review", "/<proposal_id>/file/<sha256>")
@requires("see", "proposal")
def review_file(visit: Visit, proposal_id: str, sha256: str) -> File:
    """A file that a submitted text names."""
    file = queries.file(visit.session, visit.person, proposal_id, sha256)
    media, ending = SERVED[file.type]
    return File(file.data, f"schakel-{sha256[:12]}.{ending}", media)


def _one(
    visit: Visit,
    proposal_id: str,
    form: Form | None = None,
    *,
    returning: Form | None = None,
    status: int = 200,
    proved: bool = False,
) -> Page:
    row = queries.one(visit.session, visit.person, visit.language, proposal_id)
    embargoed = row.proposal.state == "embargoed"
    change = embargoing.asked(visit.session, proposal_id) if embargoed else None
    context = {
        "row": row,
        "change": change,
        "may_ask": embargoing.may_ask(row.proposal, visit.person),
        "may_agree": change is not None and embargoing.may_agree(row.proposal, change, visit.person),
        "rooms": KINDS,
        "form": form or ConfirmForm(visit.language),
        "returning": returning or ReturnForm(visit.language),
        "asked": returning is not None,
        "proved": proved,
    }
    return Page("review/proposal.html", context, status=status)


def _list(visit: Visit, form: Form, status: int = 200, refused: list[tuple[str, str]] | None = None) -> Page:
    asked = _asked("after", "before")
    page = queries.page(visit.session, visit.person, visit.language, asked["after"], asked["before"])
    ticked = {each.partition(":")[0] for each in form["chosen"].data or ()}
    first = not (asked["after"] or asked["before"])
    context = {
        "page": page,
        "requests": requests.page(visit.session, visit.person, visit.language, size=FIRST) if first else None,
        "rooms": KINDS,
        "form": form,
        "ticked": ticked,
        "refused": refused or [],
    }
    return Page("review/list.html", context, status=status)


def _ticked(visit: Visit, chosen: list[str], *, posted: bool = False) -> TogetherForm:
    """The form of what was ticked; whether each may be confirmed is for the service to say."""
    form = TogetherForm(visit.language, visit.posted if posted else None, None, chosen=chosen)
    form.chosen.choices = [(each, each) for each in chosen]
    return form


def _me(visit: Visit) -> Account:
    if visit.signed_in is None:
        raise NotHere
    return visit.signed_in.account


def _asked(*names: str) -> dict[str, str]:
    """The page keys of the address. Raises BadParameter for anything that is not one of `names`."""
    found: dict[str, Any] = dict.fromkeys(names, "")
    for name, values in request.args.to_dict(flat=False).items():
        if name not in (*names, DONE):
            raise BadParameter(name, values[0][:40], "unknown", tuple(found))
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        found[name] = values[0]
    if found["after"] and found.get("before"):
        raise BadParameter("before", found["before"][:40], "key")
    return found
