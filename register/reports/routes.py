"""The rooms of reports: writing one on a published record, going on with a draft, and the list of one's own."""

import json
from collections.abc import Collection
from typing import Any

from flask import request

from register import access
from register.errors import BadParameter, FieldError, NotHere
from register.guards import File, Go, Page, Rooms, Visit, beforehand, requires, takes_files
from register.guards.serving import DONE
from register.i18n import KINDS
from register.i18n import mark as _
from register.models import Draft
from register.models.moments import new_id
from register.publishing import confirming, evidence
from register.reports import forms, queries, service, uploads
from register.reports.forms import AUTO, DROP, SAVE, SUBMIT, ReportForm
from register.reports.queries import Record
from register.words.files import SERVED
from register.words.vocabulary import Status
from register.words.work import DraftState

rooms = Rooms("reports")
ON_ITS_WAY = (DraftState.WAITING, DraftState.EMBARGOED)
DONE_BY = {SAVE: "draft-saved", SUBMIT: "submitted", DROP: "draft-dropped"}


@rooms.open("report", "/<kind>/<reference>", methods=("GET", "POST"))
@requires("write", "draft")
@takes_files
@beforehand(uploads.received)
def report(visit: Visit, kind: str, reference: str) -> Page | Go:
    """A new report on a published record."""
    asked()
    record = queries.record(visit.session, visit.language, kind, reference)
    form = _form(visit, record, _fresh(visit, record), key=new_id())
    if not visit.writes:
        begun = queries.begun(visit.session, visit.person, record)
        return _page(visit, form, record, begun=begun)
    if _act(form) == DROP:
        raise BadParameter("act", DROP, "value", (SAVE, SUBMIT))
    typed = uploads.typed(visit, form)
    if _act(form) == AUTO and _said(typed) == _said(_fresh(visit, record)):
        return _kept()  # nobody has typed anything
    held = service.begin(visit.session, visit.person, record, str(form.key.data), typed, visit.now)
    uploads.keep(visit, held.draft)
    if held.done:
        return _change(visit, held.draft.id, record, form)
    return _finish(visit, held.draft, record, form, typed, new=True)


@rooms.open("report", "/draft/<draft_id>", methods=("GET", "POST"))
@requires("see", "draft")
@takes_files
@beforehand(uploads.received)
def report_draft(visit: Visit, draft_id: str) -> Page | Go:
    """A draft of one's own side; whoever wrote it goes on with it here."""
    asked()
    draft = queries.draft(visit.session, visit.person, draft_id)
    record = queries.record_of(visit.session, visit.language, draft)
    if visit.writes:
        return _change(visit, draft_id, record, _form(visit, record, {}))
    typed = queries.typed(draft)
    if not access.can(visit.person, "change", access.draft(draft)):
        return _shown(visit, draft, record, typed)
    form = _form(visit, record, typed, key=draft.key, version=str(draft.version), started=_plain(typed))
    return _page(visit, form, record, draft)


@rooms.open("report", "/draft/<draft_id>/file/<sha256>")
@requires("see", "draft")
def report_file(visit: Visit, draft_id: str, sha256: str) -> File:
    """A file that a draft of one's own side names."""
    draft = queries.draft(visit.session, visit.person, draft_id)
    if sha256 not in {queries.typed(draft).get(f"file_{row}") for row in forms.ROWS}:
        raise NotHere
    file = evidence.fetch(visit.session, draft.id, sha256)
    media, ending = SERVED[file.type]
    return File(file.data, f"schakel-{sha256[:12]}.{ending}", media)


@rooms.open("drafts")
@requires("see", "draft")
def drafts(visit: Visit) -> Page:
    """What one wrote, last changed first."""
    after = asked("after")["after"]
    rows, following = queries.mine(visit.session, visit.person, visit.language, after)
    return Page("reports/list.html", {"rows": rows, "after": following, "begins": after})


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


def _change(visit: Visit, draft_id: str, record: Record, form: ReportForm) -> Page | Go:
    """Save or submit a draft that is there; a form that is too old comes back beside what was saved meanwhile."""
    act, typed = _act(form), uploads.typed(visit, form)
    try:
        held = service.hold(visit.session, visit.person, draft_id, str(form.version.data), typed, submits=act == SUBMIT)
        if act == DROP:
            service.drop(visit.session, visit.person, held.draft, visit.now)
            return Go(visit.path("drafts"), "draft-dropped")
    except service.Stale as stale:
        if act == AUTO:
            return _kept(stale=True)
        return _too_late(visit, stale.draft, record, form, typed)
    if act == AUTO and held.draft.state in ON_ITS_WAY:  # only a button makes void what was submitted
        return _kept(waits=True)
    uploads.keep(visit, held.draft)
    if held.done and len(uploads.cleaned(visit)) == len(visit.ahead or ()):  # no file that must be spoken of
        visit.saved()
        return _kept(held.draft) if act == AUTO else _go(visit, held.draft, DONE_BY[act])
    return _finish(visit, held.draft, record, form, typed, new=False)


def _finish(
    visit: Visit, draft: Draft, record: Record, form: ReportForm, typed: dict[str, str], *, new: bool
) -> Page | Go:
    """Keep what was typed, and submit it when that is asked and it fits."""
    submits, waited = _act(form) == SUBMIT, draft.state in ON_ITS_WAY
    sent = uploads.sent_with(visit, draft)
    fits = _fitting(visit, record, form, typed, sent) if submits else None
    refused = uploads.refused(visit, typed, sent) if _act(form) != AUTO else []
    for fault in refused:
        form.fail(fault)
    unfit = bool(refused) or (submits and fits is None)
    if not (unfit and waited):  # what is on its way stays as it is until something better comes
        if not new:
            service.save(visit.session, visit.person, draft, typed, visit.now)
        visit.saved()
    if unfit:
        form.fill(typed)
        if not waited:
            form.version.data, form.started.data = str(draft.version), _plain(typed)
        page = _page(visit, form, record, draft, status=422)
        page.keep = True  # it is no report yet, but what was typed is kept, and so are its files
        return page
    if any(file.removed for file in uploads.cleaned(visit).values()):  # first they see what was taken out
        return _go(visit, draft, "files-cleaned")
    if fits:
        service.submit(visit.session, visit.person, draft, fits, visit.now)
        return _go(visit, draft, "submitted-anew" if waited else "submitted")
    if _act(form) == AUTO:
        return _kept(draft)
    return _go(visit, draft, "draft-voided" if waited else "draft-saved")


def _fitting(
    visit: Visit, record: Record, form: ReportForm, typed: dict[str, str], sent: Collection[str]
) -> service.Report | None:
    """The report to submit; None, the form saying why, when it is none."""
    if not record.title:
        form.fail(FieldError("", _("What this is about is not published any more, so that nothing can be submitted.")))
        return None
    form.fill(typed)
    if not form.ok():
        return None
    try:
        return service.fit(visit.session, visit.person, record, typed, visit.now, sent)
    except service.Unfit as unfit:
        for fault in unfit.faults:
            form.fail(fault)
        return None


def _too_late(visit: Visit, draft: Draft, record: Record, form: ReportForm, mine: dict[str, str]) -> Page:
    """Three texts, field by field: what both started from, what was saved meanwhile, and what was typed here.

    What only the other changed is taken over; the rest of the form is what was typed here.
    """
    theirs = queries.typed(draft)
    before = form.before()
    differing = [name for name in forms.TYPED if mine.get(name, "") != theirs.get(name, "")]
    taken = [name for name in differing if name in before and mine.get(name, "") == before[name]]
    form.fill(mine | {name: theirs.get(name, "") for name in taken})
    form.version.data, form.started.data = str(draft.version), _plain(theirs)
    open_still = access.can(visit.person, "change", access.draft(draft))
    if open_still:
        uploads.keep(visit, draft)
    context = {
        "differing": [(name, before.get(name, ""), theirs.get(name, ""), mine.get(name, "")) for name in differing],
        "taken": taken,
        "open_still": open_still,
    }
    page = _page(visit, form, record, draft, status=409)
    page.template, page.fragment = "reports/stale.html", ""
    page.headers |= {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}  # a page of its own
    page.keep = True  # the files that came with it; nothing else was written
    page.context |= context
    return page


def _shown(visit: Visit, draft: Draft, record: Record, typed: dict[str, str]) -> Page:
    """A draft to be read: a colleague's, or one that is public or thrown away."""
    context = {"draft": draft, "typed": typed, "record": record, "rooms": KINDS, "rows": service.ROWS}
    proposal = queries.last_proposal(visit.session, draft.id)
    frozen = proposal if draft.state == DraftState.PUBLISHED or draft.state in ON_ITS_WAY else None
    context["reading"] = service.reading(typed, visit.today, frozen)
    context["proposal"] = proposal
    context["sent"] = uploads.sent_with(visit, draft)
    context["mine"] = draft.author_id == visit.person.id
    return Page("reports/draft.html", context)


def _page(
    visit: Visit, form: ReportForm, record: Record, draft: Draft | None = None, *, begun: Any = (), status: int = 200
) -> Page:
    proposal = queries.last_proposal(visit.session, draft.id) if draft else None
    waits = draft is not None and draft.state in ON_ITS_WAY
    missing = sorted(confirming.missing(visit.session, proposal)) if proposal and waits else []
    room = ("draft", draft.id) if draft else (record.kind, record.reference)
    context = {
        "form": form,
        "record": record,
        "rooms": KINDS,
        "draft": draft,
        "begun": begun,
        "action": visit.path("report", *room),
        "proposal": proposal,
        "missing": missing,
        "waits": waits,
        "reading": service.reading(
            {name: str(form[name].data or "") for name in forms.TYPED}, visit.today, proposal if waits else None
        ),
        "evidence": [
            (row, form[f"title_{row}"], form[f"link_{row}"], form[f"upload_{row}"], form[f"file_{row}"])
            for row in service.ROWS
        ],
        "sent": uploads.sent_with(visit, draft),
        "most": visit.settings.limits.evidence_file // uploads.MB,
        "last": forms.last_of(visit.person, record),
        "unknown": Status.UNKNOWN,
    }
    return Page("reports/form.html", context, "reports/_place.html", status=status)


def _kept(draft: Draft | None = None, *, stale: bool = False, waits: bool = False) -> Page:
    """What is told when the form was saved by itself; by its header the form knows that the answer is about it."""
    started = draft.typed if draft else ""
    context = {"draft": draft, "started": started, "stale": stale, "waits": waits}
    return Page("reports/_kept.html", context, status=409 if stale or waits else 200, headers={"X-Kept": "yes"})


def _form(visit: Visit, record: Record, typed: dict[str, str], **given: str) -> ReportForm:
    form = ReportForm(visit.language, visit.posted if visit.writes else None, visit.kept, **typed, **given)
    form.offer(visit.language, visit.person, record)
    return form


def _fresh(visit: Visit, record: Record) -> dict[str, str]:
    """What stands in a new form: nothing has changed, today."""
    last = forms.last_of(visit.person, record)
    return {
        "mode": forms.offered_modes(visit.person)[0].value,
        "status": "" if last is Status.UNKNOWN else last.value,
        "language": visit.language,
        "as_of": {"nl": "vandaag", "en": "today"}[visit.language],
    }


def _said(typed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if value}


def _act(form: ReportForm) -> str:
    act = form.act.data or SAVE
    if act not in (AUTO, SAVE, SUBMIT, DROP):
        raise BadParameter("act", act[:40], "value", (SAVE, SUBMIT, DROP))
    return str(act)


def _go(visit: Visit, draft: Draft, done: str) -> Go:
    return Go(visit.path("report", "draft", draft.id), done)


def _plain(typed: dict[str, str]) -> str:
    return json.dumps(typed, ensure_ascii=False)
