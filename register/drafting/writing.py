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
    def fit(self, draft: Draft, typed: dict[str, str]) -> Fit:
        """What would be submitted. Raises Unfit with all that is wrong."""

    def saving(self, draft: Draft) -> None:  # noqa: B027 - a room that keeps nothing more need say nothing
        """Note on the draft what is kept of this request besides what was typed."""

    def typed(self) -> dict[str, str]:
        """What was typed, with whatever else came with the form."""
        return self.form.typed()

    def keep(self, draft: Draft) -> None:  # noqa: B027 - a room that takes no files has nothing to keep
        """Keep what came with the form besides what was typed."""

    def speaks_of(self) -> bool:
        """Whether something came with the form that must be spoken of, though nothing typed has changed."""
        return False

    def refused(self, draft: Draft, typed: dict[str, str]) -> list[FieldError]:
        """Why something that came with the form is not taken, even into a draft."""
        return []

    def look_first(self) -> str:
        """A word on what must be seen before anything is submitted: a name in templates/work/_done.html, or nothing."""
        return ""

    @abstractmethod
    def page(self, draft: Draft | None, status: int = 200) -> Page:
        """The page with the form."""

    def begin(self, made: Made) -> Page | Go:
        """Keep or submit what was typed in a new form."""
        if self.form.pressed() == DROP:
            raise BadParameter("act", DROP, "value", (SAVE, SUBMIT))
        typed, visit = self.typed(), self.visit
        if self.form.pressed() == AUTO and _said(typed) == _said(self.fresh):
            return _kept()  # nobody has typed anything
        key = str(self.form.key.data)
        held = service.begin(visit.session, visit.person, made, key, self.kept(typed), visit.now)
        self.keep(held.draft)
        if held.done:
            return self.change(held.draft.id)
        return self._finish(held.draft, typed, new=True)

    def change(self, draft_id: str) -> Page | Go:
        """Save or submit a draft that is there; a form that is too old comes back beside what was saved meanwhile."""
        act, typed, visit = self.form.pressed(), self.typed(), self.visit
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
        self.keep(held.draft)
        if held.done and not self.speaks_of():
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
        act, waited, visit = self.form.pressed(), draft.state in ON_ITS_WAY, self.visit
        fits = self._fitting(draft, typed) if act == SUBMIT else None
        refused = self.refused(draft, typed) if act != AUTO else []
        for fault in refused:
            self.form.fail(fault)
        unfit = bool(refused) or (act == SUBMIT and fits is None)
        if not (unfit and waited):  # what is on its way stays as it is until something better comes
            self.saving(draft)
            if not new:
                service.save(visit.session, draft, self.kept(typed), visit.now)
            visit.saved()
        if unfit:
            return self._again(draft, typed, saved=not waited)
        if look := self.look_first():
            return self._go(draft, look)
        if fits:
            if not self._submitted(draft, fits):
                return self._again(draft, typed, saved=True)
            return self._go(draft, "submitted-anew" if waited else "submitted")
        if act == AUTO:
            return _kept(draft)
        return self._go(draft, "draft-voided" if waited else "draft-saved")

    def _again(self, draft: Draft, typed: dict[str, str], *, saved: bool) -> Page:
        """The form with what is wrong: it cannot be submitted yet, but what was typed is kept, and so are its files."""
        self.form.fill(typed)
        if saved:
            self.form.version.data, self.form.started.data = str(draft.version), plain(typed)
        page = self.page(draft, 422)
        page.keep = True
        return page

    def _fitting(self, draft: Draft, typed: dict[str, str]) -> Fit | None:
        """What to submit; None, the form saying why, when it does not fit."""
        self.form.fill(typed)
        if not self.form.ok():
            return None
        try:
            return self.fit(draft, typed)
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
        open_still = access.can(self.visit.person, "change", access.draft(draft))
        if open_still:
            self.keep(draft)
        page = self.page(draft, 409)
        page.keep = True  # what came with it; nothing else was written
        page.template, page.fragment = self.stale, ""
        page.headers |= {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}  # a page of its own
        page.context |= {
            "differing": [(name, before.get(name, ""), theirs.get(name, ""), mine.get(name, "")) for name in differing],
            "taken": taken,
            "open_still": open_still,
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
