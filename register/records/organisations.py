"""A new organisation, or a change of one: confirmed by the side that it belongs to, else by both."""

from collections.abc import Mapping
from typing import Any, ClassVar

from register.access import Person
from register.i18n import mark as _
from register.records.forms import MOST, CitingForm, kept
from register.records.reading import Reader, Shown
from register.records.shape import Group, Kind
from register.web import forms
from register.words.vocabulary import SIDES


class OrganisationForm(CitingForm):
    """An organisation."""

    TYPED = kept(
        "title", "summary", "title_other", "summary_other", "abbreviation", "side", "type", "parent", "url", "tooi",
        "ovo",
        passages=True,
    )  # fmt: skip
    WORDS: ClassVar[dict[str, str]] = {"side": "Belonging", "type": "OrganisationKind"}

    title = forms.line(_("Name"), most=300)
    title_other = forms.line(_("Name in the other language"), required=False, most=300)
    summary = forms.text(_("What it is"), required=False, most=MOST, rows="3")
    abbreviation = forms.line(_("Abbreviation"), required=False, most=40)
    side = forms.choice(_("Belongs to"))
    type = forms.choice(_("Kind"))
    parent = forms.line(_("Part of"), required=False, list="choose-organisation", autocomplete="off")
    url = forms.line(_("Web site"), required=False, most=2000, inputmode="url", autocapitalize="none")
    tooi = forms.line("TOOI", required=False, most=80)
    ovo = forms.line("OVO", required=False, most=20)

    def offer(self, language: str, person: Person) -> None:
        """Each side proposes its own organisations, and any of a third government or of both."""
        super().offer(language, person)
        field: Any = self["side"]
        field.choices = [each for each in field.choices if each[0] not in set(SIDES) - {person.side}]


def whose(typed: Mapping[str, str], side: str) -> dict[str, Any]:
    """An organisation is the word of the side that it belongs to."""
    return {"side": typed.get("side")}


def read(reader: Reader) -> dict[str, Any]:
    """The body that was typed."""
    parent = reader.one("parent", "organisation")
    return {
        "title": reader.text("title"),
        "citations": reader.citations(),
        "type": reader.line("type"),
        "side": reader.line("side"),
        "abbreviation": reader.line("abbreviation"),
        "summary": reader.text("summary"),
        "identifiers": {"tooi": reader.line("tooi"), "ovo": reader.line("ovo")},
        "url": reader.address("url"),
        "parent": parent.record if parent else None,
    }


def show(shown: Shown, body: dict[str, Any]) -> dict[str, str]:
    """The body as it would be typed."""
    return {
        **shown.texts(body, "title", "summary"),
        **shown.plain(body, "abbreviation", "side", "type", "url"),
        **shown.plain(body["identifiers"], "tooi", "ovo"),
        **shown.citations(body),
        "parent": shown.names_of("organisation", [body["parent"]] if body["parent"] else []),
    }


KIND = Kind(
    "organisation",
    OrganisationForm,
    (
        Group("", ("title", "abbreviation", "side", "type", "summary", "parent", "url")),
        Group(_("Public identifiers, only where they are certain"), ("tooi", "ovo"), folded=True),
        Group(_("Where it is named"), ("passages",), folded=True),
    ),
    {
        "side": _("Your side confirms its own organisations. What belongs to neither side or to both, both confirm."),
        "parent": _("By its title or its reference."),
    },
    whose,
    read,
    show,
    ("source", "organisation"),
)
