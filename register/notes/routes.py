"""The rooms of notes: all that one may see, those beside one record, and one by itself."""

from typing import Any

from flask import request

from register import access, i18n
from register.errors import BadParameter, FieldError, NotHere
from register.guards import Go, Page, Rooms, Visit, requires
from register.guards.serving import DONE
from register.i18n import KINDS
from register.ledger import filters
from register.models import Account, Note
from register.notes import queries, service
from register.notes.forms import ChangeForm, WriteForm
from register.notes.queries import Listing, Record, Written
from register.words.people import Visibility

rooms = Rooms("notes")
REMOVE = "remove"


@rooms.open("notes")
@requires("see", "note")
def notes(visit: Visit) -> Page | Go:
    """All notes that one may see; and the way to a record by its reference."""
    asked = _asked("q", "kind", "after", "before", "reference")
    if asked["kind"] and asked["kind"] not in KINDS:
        raise BadParameter("kind", asked["kind"], "value", tuple(KINDS))
    typed = asked.pop("reference").strip()
    records = queries.records(visit.session, visit.language, typed) if typed else []
    if len(records) == 1:
        return Go(visit.path("notes", records[0].kind, records[0].reference))
    listing = Listing(**asked)
    page = queries.page(visit.session, visit.person, visit.language, listing)
    return Page(
        "notes/list.html", _shown(visit) | {"listing": listing, "page": page, "typed": typed, "records": records}
    )


@rooms.open("notes", "/<kind>/<reference>", methods=("GET", "POST"))
@requires("see", "note")
def notes_of_record(visit: Visit, kind: str, reference: str) -> Page | Go:
    """The notes beside one published record, and the form for another."""
    record = queries.record(visit.session, visit.language, kind, reference)
    asked = _asked("after", "before")
    form = WriteForm(visit.language, visit.posted if visit.writes else None, visit.kept)
    options = service.open_to(visit.person, visit.settings.own_side_notes)
    labels = i18n.labels(visit.language)["Visibility"]
    form.visibility.choices = [(option.value, labels[option.value]) for option in options]
    if not visit.writes and not form.visibility.data and options:
        form.visibility.data = options[0].value
    if visit.writes and form.ok():
        try:
            _write(visit, record, form)
        except FieldError as error:
            form.fail(error)
        else:
            visit.saved()
            return Go(visit.path("notes", record.kind, record.reference), "note")
    listing = Listing(kind=record.kind, reference=record.reference, **asked)
    page = queries.page(visit.session, visit.person, visit.language, listing)
    context = _shown(visit) | {"record": record, "listing": listing, "page": page, "form": form}
    return Page("notes/record.html", context, status=422 if visit.writes else 200)


@rooms.open("notes", "/note/<note_id>", methods=("GET", "POST"))
@requires("see", "note")
def note(visit: Visit, note_id: str) -> Page | Go:
    """One note; whoever wrote it changes or removes it here."""
    _asked()
    if visit.writes:
        return _save(visit, note_id)
    written = queries.one(visit.session, visit.person, visit.language, note_id)
    if visit.kept is not None and "text" not in visit.kept:  # a removal that was kept: there is nothing to give back
        visit.kept = None
    form = ChangeForm(visit.language, None, visit.kept, text=written.note.text, version=str(written.note.version))
    return _one(visit, written, form)


def _write(visit: Visit, record: Record, form: WriteForm) -> None:
    visibility = Visibility(form.visibility.data)
    own_side = visit.settings.own_side_notes
    service.write(visit.trail, _author(visit), visit.person, record, visibility, form.text.data, own_side)


def _save(visit: Visit, note_id: str) -> Page | Go:
    """Change or remove a note; a form that is too old comes back with its text beside the note as it stands."""
    form = ChangeForm(visit.language, visit.posted)
    act = form.act.data or ""
    if act not in ("", REMOVE):
        raise BadParameter("act", act[:40], "value", (REMOVE,))
    try:
        held = service.held(visit.trail, visit.person, note_id, form.version.data or "")
    except service.Stale as stale:
        return _too_late(visit, stale.note, form)
    try:
        if act == REMOVE:
            service.remove(visit.trail, _author(visit), held)
        elif form.ok():
            service.change(visit.trail, _author(visit), held, form.text.data, visit.settings.own_side_notes)
    except FieldError as error:
        form.fail(error)
    if form.faults:
        return _one(visit, queries.one(visit.session, visit.person, visit.language, note_id), form, status=422)
    visit.saved()
    return Go(visit.path("notes", held.kind, held.reference), "note-removed" if act == REMOVE else "note")


def _too_late(visit: Visit, note: Note, form: ChangeForm) -> Page:
    """Both versions; for a note that was removed meanwhile, the text that was typed, to be written as a new one."""
    if note.removed_at is not None:
        record = queries.named(visit.session, visit.language, note)
        options = [option.value for option in service.open_to(visit.person, visit.settings.own_side_notes)]
        context = _shown(visit) | {"note": note, "record": record, "form": form, "options": options}
        return Page("notes/removed.html", context, status=409)
    form.version.data = str(note.version)
    if form.act.data == REMOVE:
        form.text.data = note.text
    written = queries.one(visit.session, visit.person, visit.language, note.id)
    return _one(visit, written, form, status=409)


def _one(visit: Visit, written: Written, form: ChangeForm, status: int = 200) -> Page:
    note = written.note
    changes = access.can(visit.person, "change", access.note(note))
    closed = note.visibility == Visibility.OWN and not visit.settings.own_side_notes
    context = {"written": written, "form": form, "changes": changes, "closed": closed, "late": status == 409}
    return Page("notes/note.html", _shown(visit) | context, status=status)


def _author(visit: Visit) -> Account:
    if visit.signed_in is None:
        raise NotHere
    return visit.signed_in.account


def _shown(visit: Visit) -> dict[str, Any]:
    """What every page of notes shows."""
    return {"rooms": KINDS, "me": visit.person.id}


def _asked(*names: str) -> dict[str, str]:
    """The parameters of the address. Raises BadParameter for one that the page does not take, or takes otherwise."""
    found = dict.fromkeys(names, "")
    for name, values in request.args.to_dict(flat=False).items():
        if name not in (*names, DONE):
            raise BadParameter(name, values[0][:40], "unknown", names)
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        if len(values[0]) > filters.LONGEST:
            raise BadParameter(name, values[0][:40] + "…", "long")
        if not filters.readable(values[0]):
            raise BadParameter(name, values[0], "encoding")
        found[name] = values[0]
    if found.get("after") and found.get("before"):
        raise BadParameter("before", found["before"], "key")
    found.pop(DONE, None)
    return found
