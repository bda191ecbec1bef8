"""A new action, or a change of one: a joint one is confirmed by both sides, a national measure by its own."""

from collections.abc import Mapping
from typing import Any, ClassVar

from register.access import Person
from register.i18n import mark as _
from register.records import series
from register.records.agreements import DATE, ONE_ON_EACH_LINE
from register.records.forms import MOST, RelatedForm, kept
from register.records.reading import Reader, Shown
from register.records.shape import Group, Kind, Start
from register.web import forms
from register.words.vocabulary import Character


class ActionForm(RelatedForm):
    """An action."""

    TYPED = kept(
        "title", "summary", "title_other", "summary_other", "topics", "character", "agreements", "made", "due",
        "leads_nl", "leads_vl", "places",
        passages=True, relations=True,
    )  # fmt: skip
    WORDS: ClassVar[dict[str, str]] = {"character": "Character"}

    topics = forms.choices(_("Topics"), required=True)
    character = forms.choice(_("Kind"))
    agreements = forms.text(_("Agreements that it falls under"), required=False, most=MOST, rows="3")
    made = forms.line(_("Said"), required=False, autocomplete="off")
    due = forms.line(_("Term"), required=False, autocomplete="off")
    leads_nl = forms.text(_("Lead body in the Netherlands, where the source names it"), required=False, rows="2")
    leads_vl = forms.text(_("Lead body in Flanders, where the source names it"), required=False, rows="2")
    places = forms.text(_("Places"), required=False, most=MOST, rows="2")

    def offer(self, language: str, person: Person) -> None:
        """A joint body proposes joint actions only."""
        super().offer(language, person)
        if not person.principal:
            field: Any = self["character"]
            field.choices = [each for each in field.choices if each[0] != Character.NATIONAL]


def whose(typed: Mapping[str, str], side: str) -> dict[str, Any]:
    """A national measure is that of the side that proposes it."""
    return {"side": side if typed.get("character") == Character.NATIONAL else None}


def read(reader: Reader) -> dict[str, Any]:
    """The body that was typed."""
    citations = reader.citations()
    return {
        "title": reader.text("title"),
        "summary": reader.text("summary"),
        "citations": citations,
        "topics": reader.ticked("topics"),
        "agreements": reader.many("agreements", "agreement"),
        "character": reader.line("character"),
        **whose(reader.typed, reader.base.get("side") or reader.side),
        "made": reader.date("made"),
        "due": reader.date("due"),
        "leads": reader.leads(citations),
        "places": reader.many("places", "place"),
        "relations": reader.relations(),
    }


def show(shown: Shown, body: dict[str, Any]) -> dict[str, str]:
    """The body as it would be typed."""
    return {
        **shown.texts(body, "title", "summary"),
        **shown.plain(body, "character"),
        **shown.dates(body, "made", "due"),
        **shown.citations(body),
        **shown.relations(body),
        **shown.leads(body),
        "topics": "\n".join(body["topics"]),
        "agreements": shown.names_of("agreement", body["agreements"]),
        "places": shown.names_of("place", body["places"]),
    }


KIND = Kind(
    "action",
    ActionForm,
    (
        Group("", ("title", "summary", "topics", "character", "agreements", "made", "due")),
        Group(_("Where it is written"), ("passages",), folded=True),
        Group(_("Who leads"), ("leads_nl", "leads_vl"), folded=True),
        Group(_("Places and relations"), ("places", "relations"), folded=True),
    ),
    {
        "summary": _("In your own words, short and plain: what will be done."),
        "character": _("Your side confirms a national measure of its own. Both sides confirm a joint action."),
        "agreements": ONE_ON_EACH_LINE,
        "made": DATE,
        "due": DATE,
        "leads_nl": _("Only where the first passage names it. What a side designates itself is a proposal of its own."),
        "leads_vl": _("Only where the first passage names it. What a side designates itself is a proposal of its own."),
        "places": ONE_ON_EACH_LINE,
    },
    whose,
    read,
    show,
    ("source",),
    new=Start(("session", "outcome"), series.action_of),
)
