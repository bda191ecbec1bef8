"""The rooms of reports: writing one on a published record, going on with a draft, and the list of one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from register import access
from register.drafting import files
from register.drafting import service as drafting
from register.drafting.files import FilesWriting
from register.drafting.forms import DraftForm
from register.drafting.service import ON_ITS_WAY, Fit, Kept
from register.drafting.writing import asked
from register.guards import File, Go, Page, Rooms, Visit, beforehand, requires, takes_files
from register.i18n import KINDS
from register.ledger import moving
from register.models import Draft
from register.models.moments import new_id
from register.publishing import confirming
from register.reports import forms, queries, service
from register.reports.forms import ReportForm
from register.reports.queries import Record
from register.words.vocabulary import Status
from register.words.work import DraftState

rooms = Rooms("reports")


@rooms.open("report", "/<kind>/<reference>", methods=("GET", "POST"))
@requires("write", "draft")
@takes_files
@beforehand(files.received)
def report(visit: Visit, kind: str, reference: str) -> Page | Go:
    """A new report on a published record."""
    reading = asked("reading")["reading"]
    record = queries.record(visit.session, visit.language, kind, reference)
    typed = _fresh(visit, record)
    if reading:
        typed |= service.reading_of(visit.session, visit.person, record, reading)
    form = _form(visit, record, typed, key=new_id())
    if visit.writes:
        return ReportWriting(visit, form, record, fresh=typed).begin(service.made(record))
    return ReportWriting(visit, form, record, queries.begun(visit.session, visit.person, record)).page(None)


@rooms.open("report", "/draft/<draft_id>", methods=("GET", "POST"))
@requires("see", "draft")
@takes_files
@beforehand(files.received)
def report_draft(visit: Visit, draft_id: str) -> Page | Go:
    """A draft of one's own side; whoever wrote it goes on with it here."""
    asked()
    draft = drafting.find(visit.session, visit.person, draft_id, "update")
    record = queries.record_of(visit.session, visit.language, draft)
    writing = ReportWriting(visit, _form(visit, record, {}), record)
    if visit.writes:
        return writing.change(draft_id)
    if not access.can(visit.person, "change", access.draft(draft)):
        return _shown(visit, draft, record, drafting.typed(draft))
    return writing.page(draft) if visit.kept is not None else writing.show(draft)


@rooms.open("report", "/draft/<draft_id>/file/<sha256>")
@requires("see", "draft")
def report_file(visit: Visit, draft_id: str, sha256: str) -> File:
    """A file that a draft of one's own side names."""
    draft = drafting.find(visit.session, visit.person, draft_id, "update")
    return files.fetched(visit, draft, drafting.typed(draft), sha256)


@rooms.open("drafts")
@requires("see", "draft")
def drafts(visit: Visit) -> Page:
    """What one wrote, last changed first."""
    after = asked("after")["after"]
    rows, following = queries.mine(visit.session, visit.person, visit.language, after)
    return Page("reports/list.html", {"rows": rows, "after": following, "begins": after})


class ReportWriting(FilesWriting):
    """A report being written on a record."""

    room = "report"
    stale = "reports/stale.html"

    def __init__(
        self,
        visit: Visit,
        form: ReportForm,
        record: Record,
        begun: Sequence[Draft] = (),
        fresh: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(visit, form, fresh or {})
        self.report, self.record, self.begun = form, record, begun

    def kept(self, typed: dict[str, str]) -> Kept:
        """What is kept, with in whose name it speaks."""
        return service.kept(self.visit.person, typed)

    def fit(self, draft: Draft, typed: dict[str, str]) -> Fit:
        """The report that was typed."""
        visit = self.visit
        return service.fit(visit.session, visit.person, self.record, typed, visit.now, self.sent(draft))

    def page(self, draft: Draft | None, status: int = 200) -> Page:
        """The form, with what waits of it."""
        return _page(self.visit, self.form, self.record, draft, begun=self.begun, status=status)


def _shown(visit: Visit, draft: Draft, record: Record, typed: dict[str, str]) -> Page:
    """A draft to be read: a colleague's, or one that is public or thrown away."""
    context = {"draft": draft, "typed": typed, "record": record, "rooms": KINDS, "rows": forms.ROWS}
    proposal = drafting.last_proposal(visit.session, draft.id)
    frozen = proposal if draft.state == DraftState.PUBLISHED or draft.state in ON_ITS_WAY else None
    context["reading"] = service.reading(typed, visit.today, frozen)
    context["proposal"] = proposal
    context["sent"] = files.sent_with(visit, draft)
    context["mine"] = draft.author_id == visit.person.id
    return Page("reports/draft.html", context)


def _page(
    visit: Visit, form: DraftForm, record: Record, draft: Draft | None, *, begun: Sequence[Draft], status: int
) -> Page:
    proposal = drafting.last_proposal(visit.session, draft.id) if draft else None
    waits = draft is not None and draft.state in ON_ITS_WAY
    missing = sorted(confirming.missing(visit.session, proposal)) if proposal and waits else []
    room = ("draft", draft.id) if draft else (record.kind, record.reference)
    typed = {name: str(form[name].data or "") for name in forms.TYPED}
    changed = draft is not None and typed["as_of"] != drafting.typed(draft).get("as_of", "")
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
        "reading": service.reading(typed, visit.today, proposal if waits else None),
        "typed_reading": service.reading(typed, visit.today, proposal if waits and not changed else None),
        "evidence": [
            (row, form[f"title_{row}"], form[f"link_{row}"], form[f"upload_{row}"], form[f"file_{row}"])
            for row in forms.ROWS
        ],
        "sent": files.sent_with(visit, draft),
        "most": visit.settings.limits.evidence_file // files.MB,
        "last": forms.last_of(visit.person, record),
        "unknown": Status.UNKNOWN,
    }
    return Page("reports/form.html", context | _term(visit, record), "reports/_place.html", status=status)


def _term(visit: Visit, record: Record) -> dict[str, Any]:
    """The date of the record that holds now, which a report does not move; and whether this person may move it."""
    if record.kind not in moving.KINDS or not record.title:
        return {"term": None, "moves": False}
    now = moving.in_force(visit.session.connection(), record.kind, record.record)
    return {"term": now.words.get(visit.language, now.said), "moves": now.side in ("", visit.person.side)}


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
