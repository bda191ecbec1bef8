"""From the form of a draft to what answers it: saved, submitted, refused, or shown beside what came in between."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping

from flask import request

from register import access
from register.drafting import service
from register.drafting.forms import AUTO, DROP, SAVE, SUBMIT, DraftForm
from register.drafting.service import ON_ITS_WAY, Fit, Kept, Made
from register.errors import BadParameter, FieldError
from register.guards import Go, Page, Visit
from register.guards.serving import DONE
from register.models import Draft

DONE_BY = {SAVE: "draft-saved", SUBMIT: "submitted", DROP: "draft-dropped"}


class Writing(ABC):
    """One text that somebody writes in a form. A room says what its form makes, and how its pages look."""

    room: str  # whose addresses its drafts have: room/draft/<id>
    stale: str  # the template that shows mine, theirs and the start

    def __init__(self, visit: Visit, form: DraftForm, fresh: Mapping[str, str] | None = None) -> None:
        """`fresh`: what a new form holds before anybody types in it."""
        self.visit, self.form, self.fresh = visit, form, fresh or {}

    @abstractmethod
    def kept(self, typed: dict[str, str]) -> Kept:
        """What is kept of what was typed."""

    @abstractmethod
    def fit(self, typed: dict[str, str]) -> Fit:
        """What would be submitted. Raises Unfit with all that is wrong."""

    def saving(self, draft: Draft) -> None:  # noqa: B027 - a room that keeps nothing more need say nothing
        """Note on the draft what is kept of this request besides what was typed."""

    @abstractmethod
    def page(self, draft: Draft | None, status: int = 200) -> Page:
        """The page with the form."""

    def begin(self, made: Made) -> Page | Go:
        """Keep or submit what was typed in a new form."""
        if self.form.pressed() == DROP:
            raise BadParameter("act", DROP, "value", (SAVE, SUBMIT))
        typed, visit = self.form.typed(), self.visit
        if self.form.pressed() == AUTO and _said(typed) == _said(self.fresh):
            return _kept()  # nobody has typed anything
        key = str(self.form.key.data)
        held = service.begin(visit.session, visit.person, made, key, self.kept(typed), visit.now)
        if held.done:
            return self.change(held.draft.id)
        return self._finish(held.draft, typed, new=True)

    def change(self, draft_id: str) -> Page | Go:
        """Save or submit a draft that is there; a form that is too old comes back beside what was saved meanwhile."""
        act, typed, visit = self.form.pressed(), self.form.typed(), self.visit
        version = str(self.form.version.data)
        try:
            held = service.hold(visit.session, visit.person, draft_id, version, self.kept(typed), submits=act == SUBMIT)
            if act == DROP:
                service.drop(visit.session, visit.person, held.draft, visit.now)
                return Go(visit.path("drafts"), "draft-dropped")
        except service.Stale as stale:
            return _kept(stale=True) if act == AUTO else self._too_late(stale.draft, typed)
        if act == AUTO and held.draft.state in ON_ITS_WAY:  # only a button makes void what was submitted
            return _kept(waits=True)
        if held.done:
            visit.saved()
            return _kept(held.draft) if act == AUTO else self._go(held.draft, DONE_BY[act])
        return self._finish(held.draft, typed, new=False)

    def show(self, draft: Draft) -> Page:
        """The form as the draft has it."""
        typed = service.typed(draft)
        self.form.fill(typed)
        self.form.key.data = draft.key
        self.form.version.data, self.form.started.data = str(draft.version), plain(typed)
        return self.page(draft)

    def _finish(self, draft: Draft, typed: dict[str, str], *, new: bool) -> Page | Go:
        """Keep what was typed, and submit it when that is asked and it fits."""
        submits, waited = self.form.pressed() == SUBMIT, draft.state in ON_ITS_WAY
        visit = self.visit
        fits = self._fitting(typed) if submits else None
        if submits and fits is None and waited:  # what is on its way stays as it is until something better comes
            self.form.fill(typed)
            return self.page(draft, 422)
        self.saving(draft)
        if not new:
            service.save(visit.session, draft, self.kept(typed), visit.now)
        if fits and self._submitted(draft, fits):
            visit.saved()
            return self._go(draft, "submitted-anew" if waited else "submitted")
        visit.saved()
        if self.form.pressed() == AUTO:
            return _kept(draft)
        if not submits:
            return self._go(draft, "draft-voided" if waited else "draft-saved")
        self.form.fill(typed)
        if waited:  # nothing of this request is written
            return self.page(draft, 422)
        self.form.version.data, self.form.started.data = str(draft.version), plain(typed)
        page = self.page(draft, 422)
        page.keep = True  # it cannot be submitted yet, but what was typed is kept
        return page

    def _fitting(self, typed: dict[str, str]) -> Fit | None:
        """What to submit; None, the form saying why, when it does not fit."""
        self.form.fill(typed)
        if not self.form.ok():
            return None
        try:
            return self.fit(typed)
        except service.Unfit as unfit:
            for fault in unfit.faults:
                self.form.fail(fault)
            return None

    def _submitted(self, draft: Draft, fits: Fit) -> bool:
        """Submit it; False, the form saying why, when a rule refuses it."""
        try:
            service.submit(self.visit.session, self.visit.person, draft, fits, self.visit.now)
        except FieldError as error:
            self.form.fail(error)
            return False
        return True

    def _too_late(self, draft: Draft, mine: dict[str, str]) -> Page:
        """Three texts, field by field: what both started from, what was saved meanwhile, and what was typed here.

        What only the other changed is taken over; the rest of the form is what was typed here.
        """
        theirs = service.typed(draft)
        before = self.form.before()
        differing = [name for name in self.form.TYPED if mine.get(name, "") != theirs.get(name, "")]
        taken = [name for name in differing if name in before and mine.get(name, "") == before[name]]
        self.form.fill(mine | {name: theirs.get(name, "") for name in taken})
        self.form.version.data, self.form.started.data = str(draft.version), plain(theirs)
        page = self.page(draft, 409)
        page.template, page.fragment = self.stale, ""
        page.headers |= {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}  # a page of its own
        page.context |= {
            "differing": [(name, before.get(name, ""), theirs.get(name, ""), mine.get(name, "")) for name in differing],
            "taken": taken,
            "open_still": access.can(self.visit.person, "change", access.draft(draft)),
        }
        return page

    def _go(self, draft: Draft, done: str) -> Go:
        return Go(self.visit.path(self.room, "draft", draft.id), done)


def _kept(draft: Draft | None = None, *, stale: bool = False, waits: bool = False) -> Page:
    """What is told when the form was saved by itself; by its header the form knows that the answer is about it."""
    started = draft.typed if draft else ""
    context = {"draft": draft, "started": started, "stale": stale, "waits": waits}
    return Page("drafting/_kept.html", context, status=409 if stale or waits else 200, headers={"X-Kept": "yes"})


def _said(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if value}


def plain(typed: dict[str, str]) -> str:
    """What was typed, as a form carries it along."""
    return json.dumps(typed, ensure_ascii=False)


def asked(*names: str) -> dict[str, str]:
    """The parameters of the address. Raises BadParameter for one that the page does not take, or takes once only."""
    found = dict.fromkeys(names, "")
    for name, values in request.args.to_dict(flat=False).items():
        if name not in (*names, DONE):
            raise BadParameter(name, values[0][:40], "unknown", names)
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        found[name] = values[0]
    return found
