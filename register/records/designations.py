"""Who leads on one's own side: confirmed by that side only, and a document of its own beside the record."""

from collections.abc import Mapping
from typing import Any

from register.i18n import mark as _
from register.records.agreements import DATE
from register.records.forms import RecordForm, kept
from register.records.reading import Reader, Shown
from register.records.shape import Group, Kind
from register.web import forms


class DesignationForm(RecordForm):
    """The lead body of one's own side."""

    TYPED = kept("organisation", "designated_on")

    organisation = forms.line(_("Lead body of your side"), list="choose-organisation", autocomplete="off")
    designated_on = forms.line(_("Designated on"), autocomplete="off")


def whose(typed: Mapping[str, str], side: str) -> dict[str, Any]:
    """Each side names its own."""
    return {"side": side}


def read(reader: Reader) -> dict[str, Any]:
    """The body that was typed, but for what it is about."""
    organisation = reader.one("organisation", "organisation")
    return {
        "side": reader.side,
        "organisation": organisation.record if organisation else None,
        "designated_on": reader.date("designated_on"),
    }


def show(shown: Shown, body: dict[str, Any]) -> dict[str, str]:
    """The body as it would be typed."""
    return {
        **shown.dates(body, "designated_on"),
        "organisation": shown.names_of("organisation", [body["organisation"]]),
    }


KIND = Kind(
    "designation",
    DesignationForm,
    (Group("", ("organisation", "designated_on")),),
    {
        "organisation": _("By its title or its reference. If it is not in the register yet, propose it first."),
        "designated_on": DATE,
    },
    whose,
    read,
    show,
    ("organisation",),
)
