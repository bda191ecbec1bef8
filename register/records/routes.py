"""The rooms of proposing: something new, a change of what is public, who leads on one's own side,
a date that was moved, and their drafts."""

from register import access
from register.drafting import files
from register.drafting import service as drafting
from register.drafting.service import Made
from register.drafting.writing import asked
from register.errors import NotHere
from register.guards import File, Go, Page, Rooms, Visit, beforehand, requires, takes_files
from register.ledger import append, moving
from register.models.moments import new_id
from register.publishing import proposing
from register.records import kinds, pages, service
from register.records.pages import RecordWriting
from register.records.service import Subject

rooms = Rooms("records")


@rooms.open("propose", "/<kind>", methods=("GET", "POST"))
@requires("write", "draft")
@takes_files
@beforehand(files.received)
def propose(visit: Visit, kind: str) -> Page | Go:
    """Something new."""
    of = Subject(kinds.kind(kind), kind, "")
    more = asked(*of.kind.new.asks)
    fresh = {"language": visit.language} | of.kind.new.typed(visit.session, visit.language, more)
    form = pages.form(visit, of, fresh, key=new_id())
    writing = RecordWriting(visit, form, of, None, visit.path("propose", kind), fresh)
    if not visit.writes:
        return writing.page(None)
    return writing.begin(Made(kind, kind, append.record_id(kind[0])))


@rooms.open("propose", "/<kind>/<reference>", methods=("GET", "POST"))
@requires("write", "draft")
@takes_files
@beforehand(files.received)
def propose_change(visit: Visit, kind: str, reference: str) -> Page | Go:
    """A change of what is public: the form holds what stands there now."""
    more = asked(*kinds.kind(kind).change.asks)
    of = service.subject(visit.session, visit.language, kinds.kind(kind), kind, reference)
    if of.public is None:
        raise NotHere
    address = visit.path("propose", kind, reference)
    typed = service.shown(visit.session, of.kind, of.public)
    typed |= of.kind.change.typed(visit.session, visit.language, more)
    form = pages.form(visit, of, typed, key=new_id(), base=of.public.digest)
    if not visit.writes:
        return RecordWriting(visit, form, of, of.public.digest, address, typed).page(None)
    posted = str(form["base"].data or "")
    known = proposing.version(visit.session, kind, of.record, posted)
    replaces = known.digest if known else of.public.digest
    return RecordWriting(visit, form, of, replaces, address, typed).begin(Made(kind, kind, of.record, replaces))


@rooms.open("designate", "/<kind>/<reference>", methods=("GET", "POST"))
@requires("write own", "draft")
def designate(visit: Visit, kind: str, reference: str) -> Page | Go:
    """Who leads on one's own side."""
    asked()
    of = service.subject(visit.session, visit.language, kinds.KINDS["designation"], kind, reference)
    today = {"nl": "vandaag", "en": "today"}[visit.language]
    fresh = {"language": visit.language, "designated_on": today}
    form = pages.form(visit, of, fresh, key=new_id())
    writing = RecordWriting(visit, form, of, None, visit.path("designate", kind, reference), fresh)
    return writing.begin(Made("designation", kind, of.record)) if visit.writes else writing.page(None)


@rooms.open("move", "/<kind>/<reference>", methods=("GET", "POST"))
@requires("write", "draft")
def move(visit: Visit, kind: str, reference: str) -> Page | Go:
    """That an agreed date was moved: of an agreement, of an action, or of a national measure of one's own side."""
    asked()
    of = service.subject(visit.session, visit.language, kinds.KINDS["move"], kind, reference)
    if of.public is None or of.public.body.get("side") not in (None, visit.person.side):
        raise NotHere
    today = {"nl": "vandaag", "en": "today"}[visit.language]
    old = moving.in_force(visit.session.connection(), kind, of.record).said
    fresh = {"language": visit.language, "agreed_on": today, "old": old}
    form = pages.form(visit, of, fresh, key=new_id())
    writing = RecordWriting(visit, form, of, None, visit.path("move", kind, reference), fresh)
    return writing.begin(Made("move", kind, of.record)) if visit.writes else writing.page(None)


@rooms.open("propose", "/draft/<draft_id>", methods=("GET", "POST"))
@requires("see", "draft")
@takes_files
@beforehand(files.received)
def propose_draft(visit: Visit, draft_id: str) -> Page | Go:
    """A draft of one's own side; whoever wrote it goes on with it here."""
    asked()
    draft = drafting.find(visit.session, visit.person, draft_id, *kinds.KINDS)
    of = service.subject_of(visit.session, visit.language, draft)
    form = pages.form(visit, of)
    writing = RecordWriting(visit, form, of, draft.replaces, visit.path("propose", "draft", draft_id), {})
    if visit.writes:
        return writing.change(draft_id)
    if not access.can(visit.person, "change", access.draft(draft)):
        return pages.draft_page(visit, of, draft)
    if visit.kept is not None:
        return writing.page(draft)
    return writing.show(draft)


@rooms.open("propose", "/draft/<draft_id>/file/<sha256>")
@requires("see", "draft")
def propose_file(visit: Visit, draft_id: str, sha256: str) -> File:
    """A file that a draft of one's own side names."""
    draft = drafting.find(visit.session, visit.person, draft_id, *kinds.KINDS)
    return files.fetched(visit, draft, drafting.typed(draft), sha256)
