"""Files that come with the form of a report: checked before the transaction, kept with the draft."""

from collections.abc import Mapping
from typing import cast

from flask import request

from register import access
from register.drafting.forms import AUTO, DROP
from register.errors import FieldError
from register.files import apart
from register.files.findings import Cleaned, Finding, Unclean
from register.guards import Visit
from register.i18n import mark as _
from register.models import Draft
from register.publishing import evidence
from register.publishing.evidence import Sent
from register.reports import forms

MB = 1_000_000
Received = dict[int, Cleaned | Unclean]


def received(visit: Visit) -> Received:
    """The files of this request, by row: each as it may become public, or why it may not. For `beforehand`."""
    if not (visit.signed_in and visit.signed_in.complete and access.may(visit.person, "write", "draft")):
        return {}
    if visit.posted.get("act") in (AUTO, DROP):  # while somebody types, no file is looked at
        return {}
    found: Received = {}
    for row in forms.ROWS:
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


def cleaned(visit: Visit) -> dict[int, Cleaned]:
    """Those of this request that may be kept."""
    ahead = cast("Received", visit.ahead or {})
    return {row: file for row, file in ahead.items() if isinstance(file, Cleaned)}


def typed(visit: Visit, form: forms.ReportForm) -> dict[str, str]:
    """What was typed, with the files of this request by their SHA-256."""
    return form.typed() | {f"file_{row}": evidence.digest(file) for row, file in cleaned(visit).items()}


def keep(visit: Visit, draft: Draft) -> None:
    """Keep the files of this request with a draft of this person."""
    for file in cleaned(visit).values():
        evidence.store(visit.session, draft.id, file, visit.now)


def refused(visit: Visit, said: Mapping[str, str], sent: Mapping[str, Sent]) -> list[FieldError]:
    """Why a file of this request is not taken, and whether all that a report names is too much together."""
    limits = visit.settings.limits
    ahead = cast("Received", visit.ahead or {})
    told = [
        fault
        for row, file in ahead.items()
        if isinstance(file, Unclean)
        for fault in evidence.refusal(f"upload_{row}", file, limits.evidence_file // MB)
    ]
    rows = [row for row in forms.ROWS if said.get(f"file_{row}") in sent]
    if sum(sent[said[f"file_{row}"]].size for row in rows) > limits.evidence_report:
        message = _("The files of this report are too large together: %(most)s MB fit. Remove one, or give a link.")
        told.append(FieldError(f"upload_{rows[-1]}", message, most=limits.evidence_report // MB))
    return told


def sent_with(visit: Visit, draft: Draft | None) -> dict[str, Sent]:
    """The files that are kept with a draft, by SHA-256. One query."""
    found = evidence.of_drafts(visit.session, [draft.id]) if draft else {}
    return {sha256: file for (_draft, sha256), file in found.items()}
