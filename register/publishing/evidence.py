"""Files on their way to the public: kept with a draft as they were cleaned, and moved into the ledger when it is.

Whoever may see the draft may fetch its files; whoever may see what was submitted, those that it names.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, not_, select
from sqlmodel import Session, col

from register.errors import FieldError, NotHere
from register.files.findings import Cleaned, Finding, Unclean
from register.i18n import mark as _
from register.ledger import files
from register.models import Draft, Proposal, Upload
from register.words.work import DraftState

_CLOSED = (DraftState.PUBLISHED.value, DraftState.DROPPED.value)
# What is said of each thing that is found in a file; places are pages, lines, names of sheets or parts of the file.
_TOLD = {
    "empty": _("This file is empty."),
    "large": _("This file is too large: %(most)s MB fit. Make it smaller, or give a link."),
    "type": _(
        "This is no file that the register takes, whatever its name. It takes PDF, PNG, JPEG, WebP, DOCX, XLSX, PPTX, "
        "ODT, ODS, and CSV or plain text in UTF-8."
    ),
    "broken": _("This file is damaged or not complete. Save it anew and choose it again."),
    "heavy": _("This file is too large or too intricate once it is unpacked. Save it in a simpler form."),
    "encrypted": _("This file is protected with a password or encrypted. Save it without protection."),
    "signed": _("This file is signed digitally, and cleaning it would break the signature. Print it to a new PDF."),
    "script": _("This file holds macros or scripts: %(where)s. Save it without them."),
    "action": _("This file holds buttons or links that start a program, send a form or open another file."),
    "attached": _("This file holds other files: %(where)s. Take them out, or choose each by itself."),
    "media": _("This file holds sound, film or 3D. Take it out."),
    "layers": _("This PDF has hidden layers. Save it with what one sees only."),
    "comments": _("Comments: %(times)s, in %(where)s. Remove them and choose the file again."),
    "comments-pages": _("Comments or markings: %(times)s, on pages %(where)s. Remove them and choose the file again."),
    "changes": _("Tracked changes: %(times)s, in %(where)s. Accept or reject them and choose the file again."),
    "hidden-text": _("Hidden text: %(times)s times, in %(where)s. Show or remove it and choose the file again."),
    "sheets": _("Hidden sheets: %(where)s. Show or remove them and choose the file again."),
    "slides": _("Hidden slides: %(where)s. Show or remove them and choose the file again."),
    "speaker": _("Notes for the speaker, at slides %(where)s. Remove them and choose the file again."),
    "outside": _(
        "This file fetches something from elsewhere, or names a folder of a computer: %(where)s. Take that out."
    ),
    "unknown": _("This file holds parts that cannot be checked: %(where)s. Take them out."),
    "doctype": _("This file holds definitions (DTD) that a document does not need. Save it anew."),
    "formula": _("A spreadsheet would calculate what stands in lines %(where)s. Save the results instead of formulas."),
}


class Sent(NamedTuple):
    """A file of a draft without its bytes: its SHA-256, what it is, its size in bytes, and what was taken out."""

    sha256: str
    type: str
    size: int
    removed: tuple[str, ...]


def refusal(field: str, unclean: Unclean, most: int) -> list[FieldError]:
    """What is said of a file that is refused, one message for each thing found. `most`: MB that a file may have."""
    return [FieldError(field, _TOLD[found.kind], **_values(found, most)) for found in unclean.findings]


def digest(cleaned: Cleaned) -> str:
    """The SHA-256 that a cleaned file is named by."""
    return hashlib.sha256(cleaned.data).hexdigest()


def store(session: Session, draft_id: str, cleaned: Cleaned, now: datetime) -> None:
    """Keep a cleaned file with a draft, once however often it comes."""
    sha256 = digest(cleaned)
    if not _has(session, draft_id, sha256):
        sent = Sent(sha256, cleaned.type.value, len(cleaned.data), tuple(cleaned.removed))
        _add(session, draft_id, sent, cleaned.data, now)


def adopt(
    session: Session, draft_id: str, public: Mapping[str, files.Kept], wanted: Collection[str], now: datetime
) -> None:
    """Keep with a draft what is `wanted` of the files that are public already: a next version has files of its own.

    Where that version is erased meanwhile, so are the drafts that change it, with these copies.
    """
    for sha256 in public.keys() & set(wanted):
        if not _has(session, draft_id, sha256):
            file = public[sha256]
            data = files.data(session.connection(), file.name)
            _add(session, draft_id, Sent(sha256, file.type, file.size, ()), data, now)


def _has(session: Session, draft_id: str, sha256: str) -> bool:
    wanted = select(col(Upload.id)).where(col(Upload.draft_id) == draft_id, col(Upload.sha256) == sha256)
    return session.execute(wanted).first() is not None


def _add(session: Session, draft_id: str, file: Sent, data: bytes, now: datetime) -> None:
    row = Upload(
        draft_id=draft_id,
        sha256=file.sha256,
        type=file.type,
        removed=json.dumps(list(file.removed)),
        size=file.size,
        data=data,
        at=now,
    )
    session.add(row)
    session.flush()


def of_drafts(session: Session, draft_ids: Collection[str]) -> dict[tuple[str, str], Sent]:
    """The files of these drafts, by draft and SHA-256. One query, none for no drafts."""
    if not draft_ids:
        return {}
    columns = (col(Upload.draft_id), col(Upload.sha256), col(Upload.type), col(Upload.size), col(Upload.removed))
    rows = session.execute(select(*columns).where(col(Upload.draft_id).in_(sorted(draft_ids))))
    return {(row[0], row[1]): Sent(row[1], row[2], row[3], tuple(json.loads(row[4]))) for row in rows}


def fetch(session: Session, draft_id: str, sha256: str) -> files.File:
    """A file of a draft. One query. Raises NotHere when there is none. Whether one may is for the caller to ask."""
    wanted = select(col(Upload.type), col(Upload.data)).where(
        col(Upload.draft_id) == draft_id, col(Upload.sha256) == sha256
    )
    row = session.execute(wanted).first()
    if row is None:
        raise NotHere
    return files.File(row[0], row[1])


def named(proposal: Proposal) -> list[str]:
    """The SHA-256 of the files that a frozen text names."""
    return files.named(json.loads(proposal.core)["body"])


def take(session: Session, proposal: Proposal) -> Mapping[str, files.File]:
    """The files that a text names, on their way into the ledger. Raises NotHere when one is missing."""
    return {sha256: fetch(session, proposal.draft_id, sha256) for sha256 in named(proposal)}


def drop(session: Session, draft_id: str) -> None:
    """Delete the files of a draft: it was thrown away, or what it named is in the ledger now."""
    session.execute(delete(Upload).where(col(Upload.draft_id) == draft_id))


def orphans(before: datetime) -> ColumnElement[bool]:
    """Files that came before then and that no draft names any more, as a condition."""
    naming = exists().where(
        col(Draft.id) == col(Upload.draft_id),
        col(Draft.state).not_in(_CLOSED),
        col(Draft.typed).contains(col(Upload.sha256)),
    )
    return and_(col(Upload.at) <= before, not_(naming))


def _values(found: Finding, most: int) -> dict[str, object]:
    return {"times": found.times, "where": ", ".join(found.where) or "–", "most": most}
