"""A date that was moved: a document of its own beside the record, which keeps the date that was first agreed.

Both sides confirm it, since both agreed the date; that of a national measure its own side confirms.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from register.errors import FieldError
from register.i18n import mark as _
from register.ledger import moving
from register.records.agreements import DATE
from register.records.forms import RecordForm, kept
from register.records.reading import Reader, Shown
from register.records.shape import Group, Kind
from register.web import forms
from register.words import saying
from register.words.dates import read_edtf

STALE = _("The date was moved meanwhile. Look at the date as it holds now, and submit again.")


class MoveForm(RecordForm):
    """A date that was moved. `old`: the words of the date that was in force when the form was made."""

    TYPED = kept("old", "new", "reason", "reason_other", "asked_by", "agreed_on")
    WORDS: ClassVar[dict[str, str]] = {"asked_by": "Side"}

    old = forms.line(_("Date until now"), required=False, most=300)
    new = forms.line(_("New date"), autocomplete="off")
    reason = forms.text(_("Reason"), rows="3")
    reason_other = forms.text(_("Reason in the other language"), required=False, rows="3")
    asked_by = forms.choice(_("At the request of"))
    agreed_on = forms.line(_("Agreed on"), autocomplete="off")


def whose(typed: Mapping[str, str], side: str) -> dict[str, Any]:
    """A move is the word of both, unless it is about a national measure, which the record says."""
    return {"side": None}


def read(reader: Reader) -> dict[str, Any]:
    """The body that was typed, but for what it is about."""
    about, old = reader.about, moving.InForce("", {})
    if about:
        old = moving.in_force(reader.session.connection(), about.kind, about.record)
    new = reader.date("new")
    if (reader.line("old") or "") != old.said:
        reader.faults.append(FieldError("", STALE))
    elif new and new["edtf"] == old.edtf:
        reader.faults.append(FieldError("new", _("This is the date that holds already.")))
    agreed_on = reader.date("agreed_on")
    if agreed_on and read_edtf(agreed_on["edtf"]).first > reader.today:
        reader.faults.append(FieldError("agreed_on", _("This day is yet to come: say when it was agreed.")))
    return {
        "side": about.body.get("side") if about else None,
        "old": _old(reader, old),
        "new": new,
        "reason": reader.text("reason"),
        "asked_by": reader.line("asked_by"),
        "agreed_on": agreed_on,
    }


def _old(reader: Reader, old: moving.InForce) -> dict[str, str] | None:
    if not old.edtf:
        return None
    words = {name: old.words.get(name) or saying.say(old.edtf, name) for name in (reader.language, reader.second)}
    reader.other["old.words"] = words[reader.second]
    return {"edtf": old.edtf, "words": words[reader.language]}


def show(shown: Shown, body: dict[str, Any]) -> dict[str, str]:
    """The body as it would be typed."""
    return {
        **shown.dates(body, "old", "new", "agreed_on"),
        **shown.texts(body, "reason"),
        **shown.plain(body, "asked_by"),
    }


KIND = Kind(
    "move",
    MoveForm,
    (Group("", ("new", "reason", "asked_by", "agreed_on")),),
    {"new": DATE, "reason": _("Short and plain: the public reads it beside the dates."), "agreed_on": DATE},
    whose,
    read,
    show,
)
