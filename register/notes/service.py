"""Writing, changing and removing notes. Who may read a note is said when it is written and never changes."""

from register import access
from register.access import Person, Thing
from register.audit import Trail
from register.errors import FieldError, NotHere, SchakelError
from register.i18n import mark as _
from register.models import Account, Note
from register.notes import queries
from register.notes.queries import Record
from register.words.people import Deed, Visibility


class Stale(SchakelError):
    """The note is no longer as it was when the form was made. `note` is how it stands now, removed or not."""

    def __init__(self, note: Note) -> None:
        super().__init__(note.id)
        self.note = note


def open_to(person: Person, own_side_notes: bool) -> list[Visibility]:
    """For whom `person` may write notes here; the narrowest first."""
    return [
        visibility
        for visibility in Visibility
        if _may_write(person, visibility) and (own_side_notes or visibility is not Visibility.OWN)
    ]


def write(
    trail: Trail, author: Account, person: Person, record: Record, visibility: Visibility, text: str, own_side: bool
) -> Note:
    """Write a note beside `record`. `own_side`: whether this installation takes notes for one side only.

    Raises NotHere when the permission table forbids it, FieldError when the installation does.
    """
    if not _may_write(person, visibility):
        raise NotHere
    if visibility is Visibility.OWN and not own_side:
        raise FieldError("visibility", _("Notes for your own side only are switched off in this register."))
    note = Note(
        kind=record.kind,
        reference=record.reference,
        side=person.side,
        visibility=visibility.value,
        author_id=person.id,
        text=text,
        words=queries.fold(text),
        created_at=trail.now,
    )
    trail.session.add(note)
    trail.add(Deed.NOTE_WRITTEN, author, visibility=note.visibility, record=_named(note))
    return note


def held(trail: Trail, person: Person, note_id: str, version: str) -> Note:
    """The note of `person` that a form was made from at `version`, held until the transaction ends.

    Of two forms of the same version, the second finds the next one. Raises NotHere, and Stale.
    """
    note = queries.of_author(trail.session, person, note_id)
    if note.removed_at is not None:
        raise Stale(note)
    if not access.can(person, "change", access.note(note)):
        raise NotHere
    if version != str(note.version):
        raise Stale(note)
    return note


def change(trail: Trail, author: Account, note: Note, text: str, own_side: bool) -> None:
    """Give a `held` note another text. Raises FieldError where it may only be read and removed."""
    if note.visibility == Visibility.OWN and not own_side:
        told = _("Notes for your own side only are switched off in this register. You can remove this note.")
        raise FieldError("", told)
    note.text, note.words, note.changed_at = text, queries.fold(text), trail.now
    _keep(trail, author, note, Deed.NOTE_CHANGED)


def remove(trail: Trail, author: Account, note: Note) -> None:
    """Remove a `held` note, its text with it: what stays says only that there was one."""
    note.text, note.words, note.removed_at = "", "", trail.now
    _keep(trail, author, note, Deed.NOTE_REMOVED)


def _keep(trail: Trail, author: Account, note: Note, deed: Deed) -> None:
    note.version += 1
    trail.session.add(note)
    trail.add(deed, author, visibility=note.visibility, record=_named(note))


def _may_write(person: Person, visibility: Visibility) -> bool:
    if visibility is Visibility.OWN:
        return access.can(person, "write own", Thing("note", person.side, person.id, "new"))
    return access.can(person, "write", Thing("note", "", person.id, "new"))


def _named(note: Note) -> str:
    return f"{note.kind}/{note.reference}"
