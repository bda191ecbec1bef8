"""The rooms of taking back: one published text, the list of what was asked and done, and answering the other side."""

from typing import Any

from flask import request

from register import access, i18n, workflow
from register.errors import BadParameter, FieldError, NotHere
from register.guards import Go, Page, Rooms, Visit, requires
from register.guards.serving import DONE
from register.i18n import KINDS
from register.i18n import mark as _
from register.ledger.documents import BODIES
from register.ledger.parts import texts
from register.models import Account
from register.publishing import withdrawing
from register.publishing.withdrawing import Target
from register.withdrawals import queries, service
from register.withdrawals.forms import ACTS, DROP, AnswerForm, TakeForm
from register.words.taking import Taking, TakingState

rooms = Rooms("withdrawals")
LONGEST_VERSION = 6  # digits

# What each comes down to; of what both sides must want, the second.
WORDS = {
    Taking.WITHDRAWN: _("Withdraw the text: it leaves every public page"),
    Taking.UNCONFIRMED: _("Withdraw the confirmation of my side: the text stays, on the word of the other side only"),
    Taking.HIDDEN: _("Do not show the text for %(days)s working days, for privacy or security"),
}
TOGETHER = _("Ask the other side to withdraw the text together: it leaves every public page once they agree")


@rooms.open("withdraw", "/<kind>/<reference>/<version>", methods=("GET", "POST"))
@requires("withdraw", "record", fresh=True)
def withdraw(visit: Visit, kind: str, reference: str, version: str) -> Page | Go:
    """Take a published text back, as far as one's side may."""
    _asked()
    found = withdrawing.target(visit.session, kind, reference, _number(version))
    visit.check("withdraw", withdrawing.thing(found, visit.person.side))
    offered = withdrawing.choices(found, visit.person.side)
    form = TakeForm(visit.language, visit.posted if visit.writes else None, visit.kept)
    form.offer(visit.language, offered, _words(visit.language, offered))
    if not visit.writes:
        return _page(visit, found, form)
    try:
        if form.ok():
            what = Taking(form.what.data)
            made = service.take(visit.trail, _me(visit), found, what, form.reason.data, form.ground.data)
    except FieldError as error:
        form.fail(error)
    if form.faults:
        return _page(visit, found, form, status=422)
    visit.saved()
    asks = made.state == TakingState.ASKED.value
    return Go(visit.path("withdrawals", made.id), "withdrawal-asked" if asks else "taken-back")


@rooms.open("withdrawals")
@requires("see", "withdrawal")
def withdrawals(visit: Visit) -> Page:
    """What was taken back or asked: by one's own side, and what concerns both."""
    rows, after = queries.page(visit.session, visit.person, _asked("after"))
    return Page("withdrawals/list.html", {"rows": rows, "after": after, "begins": "after" in request.args})


@rooms.open("withdrawals", "/<withdrawal_id>")
@requires("see", "withdrawal")
def withdrawals_one(visit: Visit, withdrawal_id: str) -> Page:
    """One of them."""
    _asked()
    return _one(visit, withdrawal_id, AnswerForm(visit.language))


@rooms.open("withdrawals", "/<withdrawal_id>/answer", methods=("GET", "POST"))
@requires("withdraw", "record", fresh=True)
def withdrawals_answer(visit: Visit, withdrawal_id: str) -> Page | Go:
    """Agree with what the other side asks, or do not; or take back what one's own side asked."""
    _asked()
    form = AnswerForm(visit.language, visit.posted if visit.writes else None, visit.kept)
    if not visit.writes:
        return _one(visit, withdrawal_id, form)
    queries.one(visit.session, visit.person, withdrawal_id)
    act = form.act.data or ""
    if act not in ACTS:
        raise BadParameter("act", act[:40], "value", ACTS)
    try:
        if form.ok():
            service.answer(visit.trail, _me(visit), withdrawal_id, act, form.answer.data or "")
    except FieldError as error:
        form.fail(error)
    if form.faults:
        return _one(visit, withdrawal_id, form, status=409)
    visit.saved()
    done = {"agree": "taken-back", "decline": "withdrawal-declined", "drop": "withdrawal-dropped"}[act]
    return Go(visit.path("withdrawals", withdrawal_id), done)


def _page(visit: Visit, found: Target, form: TakeForm, status: int = 200) -> Page:
    context = {
        "found": found,
        "form": form,
        "texts": texts(BODIES[found.kind].model_validate(found.body)),
        "waiting": withdrawing.asked(visit.session, found),
        "until": service.until(visit.now),
        "beside": queries.beside(visit.session, visit.person, found.kind, found.record),
        "rooms": KINDS,
    }
    return Page("withdrawals/take.html", context, status=status)


def _one(visit: Visit, withdrawal_id: str, form: AnswerForm, status: int = 200) -> Page:
    listed = queries.one(visit.session, visit.person, withdrawal_id)
    row = listed.row
    try:
        found = withdrawing.target(visit.session, row.kind, row.reference, row.version)
        may = access.can(visit.person, "withdraw", withdrawing.thing(found, visit.person.side))
    except NotHere:  # its words are erased
        found, may = None, False
    context = {
        "listed": listed,
        "found": found,
        "texts": texts(BODIES[found.kind].model_validate(found.body)) if found else {},
        "form": form,
        "answers": may and listed.waits,
        "beside": queries.beside(visit.session, visit.person, row.kind, row.record),
        "mine": row.side == visit.person.side,
        "drop": DROP,
    }
    return Page("withdrawals/one.html", context, status=status)


def _words(language: str, offered: dict[Taking, bool]) -> dict[str, str]:
    said = i18n.translations(language).gettext
    days = {"days": workflow.HIDDEN_FOR}
    return {what.value: said(WORDS[what] if alone else TOGETHER) % days for what, alone in offered.items()}


def _me(visit: Visit) -> Account:
    if visit.signed_in is None:
        raise NotHere
    return visit.signed_in.account


def _number(version: str) -> int:
    if not version.isascii() or not version.isdigit() or len(version) > LONGEST_VERSION:
        raise NotHere
    return int(version)


def _asked(*names: str) -> Any:
    """The page key of the address. Raises BadParameter for anything that is not one of `names`."""
    found = ""
    for name, values in request.args.to_dict(flat=False).items():
        if name not in (*names, DONE):
            raise BadParameter(name, values[0][:40], "unknown", names)
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        found = values[0] if name != DONE else found
    return found
