"""Files that come with the form of a draft: checked before the transaction, kept with the draft."""

from collections.abc import Mapping
from typing import cast

from flask import request

from register import access
from register.drafting.forms import AUTO, DROP, FILE_ROWS
from register.drafting.writing import Writing
from register.errors import FieldError, NotHere
from register.files import apart
from register.files.findings import Cleaned, Finding, Unclean
from register.guards import File, Visit
from register.i18n import mark as _
from register.ledger.files import Kept
from register.models import Draft
from register.publishing import evidence
from register.publishing.evidence import Sent
from register.words.files import SERVED

MB = 1_000_000
Received = dict[int, Cleaned | Unclean]
AtHand = Mapping[str, Sent | Kept]  # by SHA-256: files of a draft, and public ones


def received(visit: Visit) -> Received:
    """The files of this request, by row: each as it may become public, or why it may not. For `beforehand`."""
    if not (visit.signed_in and visit.signed_in.complete and access.may(visit.person, "write", "draft")):
        return {}
    if visit.posted.get("act") in (AUTO, DROP):  # while somebody types, no file is looked at
        return {}
    found: Received = {}
    for row in FILE_ROWS:
        sent = request.files.get(f"upload_{row}")
        if sent is None or not sent.filename:
            continue
        data = sent.stream.read()
        try:
            if len(data) > visit.settings.limits.evidence_file:
                raise Unclean(Finding("large"))
            found[row] = apart.check(data)
        except Unclean as unclean:
            found[row] = unclean
    return found


def sent_with(visit: Visit, draft: Draft | None) -> dict[str, Sent]:
    """The files that are kept with a draft, by SHA-256. One query."""
    found = evidence.of_drafts(visit.session, [draft.id]) if draft else {}
    return {sha256: file for (_draft, sha256), file in found.items()}


def fetched(visit: Visit, draft: Draft, typed: Mapping[str, str], sha256: str) -> File:
    """A file that a draft names in what was `typed`, to be taken along. Raises NotHere."""
    if sha256 not in {typed.get(f"file_{row}") for row in FILE_ROWS}:
        raise NotHere
    file = evidence.fetch(visit.session, draft.id, sha256)
    media, ending = SERVED[file.type]
    return File(file.data, f"schakel-{sha256[:12]}.{ending}", media)


class FilesWriting(Writing):
    """A text being written that may name files: those of the rows that its form has, and no others."""

    def sent(self, draft: Draft | None) -> AtHand:
        """The files that the text may name, by SHA-256."""
        return sent_with(self.visit, draft)

    def typed(self) -> dict[str, str]:
        """What was typed, with the files of this request by their SHA-256."""
        return self.form.typed() | {f"file_{row}": evidence.digest(file) for row, file in self._cleaned().items()}

    def keep(self, draft: Draft) -> None:
        """Keep the files of this request with the draft."""
        for file in self._cleaned().values():
            evidence.store(self.visit.session, draft.id, file, self.visit.now)

    def speaks_of(self) -> bool:
        """Whether a file of this request is refused."""
        return len(self._cleaned()) != len(self._received())

    def refused(self, draft: Draft, typed: dict[str, str]) -> list[FieldError]:
        """Why a file of this request is not taken, and whether all that the text names is too much together."""
        limits, sent = self.visit.settings.limits, self.sent(draft)
        told = [
            fault
            for row, file in self._received().items()
            if isinstance(file, Unclean)
            for fault in evidence.refusal(f"upload_{row}", file, limits.evidence_file // MB)
        ]
        rows = [row for row in self.form.FILES if typed.get(f"file_{row}") in sent]
        if sum(sent[typed[f"file_{row}"]].size for row in rows) > limits.evidence_report:
            message = _("These files are too large together: %(most)s MB fit. Remove one, or give a link.")
            told.append(FieldError(f"upload_{rows[-1]}", message, most=limits.evidence_report // MB))
        return told

    def look_first(self) -> str:
        """What was taken out of a file is seen before anything is submitted."""
        return "files-cleaned" if any(file.removed for file in self._cleaned().values()) else ""

    def _received(self) -> Received:
        ahead = cast("Received", self.visit.ahead or {})
        return {row: file for row, file in ahead.items() if row in self.form.FILES}

    def _cleaned(self) -> dict[int, Cleaned]:
        return {row: file for row, file in self._received().items() if isinstance(file, Cleaned)}
