"""A new agreement, or a change of one: both sides confirm it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from register.errors import FieldError
from register.i18n import mark as _
from register.records.forms import MOST, RelatedForm, kept
from register.records.reading import Reader, Shown
from register.records.shape import Group, Kind
from register.web import forms
from register.words.vocabulary import Nature

ONE_ON_EACH_LINE = _("One on each line, by its title or its reference.")
DATE = _("In words, as it was said: 31 January 2023, March 2023, autumn 2024, end of 2023, 2023.")


class AgreementForm(RelatedForm):
    """An agreement."""

    TYPED = kept(
        "title", "summary", "title_other", "summary_other", "topics", "nature", "one_sided", "instrument", "made",
        "due", "participants", "addressed", "competence", "leads_nl", "leads_vl", "places",
        passages=True, relations=True,
    )  # fmt: skip
    WORDS: ClassVar[dict[str, str]] = {
        "nature": "Nature",
        "one_sided": "Side",
        "instrument": "Form",
        "competence": "Competence",
    }

    topics = forms.choices(_("Topics"), required=True)
    nature = forms.choice(_("Nature"))
    one_sided = forms.choice(_("Whose statement it is, if one-sided"), required=False)
    instrument = forms.choice(_("Form"))
    made = forms.line(_("Made"), autocomplete="off")
    due = forms.line(_("Term"), required=False, autocomplete="off")
    participants = forms.text(_("Taking part besides the two sides"), required=False, most=MOST, rows="2")
    addressed = forms.text(_("Addressed"), required=False, most=MOST, rows="2")
    competence = forms.choice(_("Competence in Flanders"), required=False)
    leads_nl = forms.text(_("Lead body in the Netherlands, where the source names it"), required=False, rows="2")
    leads_vl = forms.text(_("Lead body in Flanders, where the source names it"), required=False, rows="2")
    places = forms.text(_("Places"), required=False, most=MOST, rows="2")


def whose(typed: Mapping[str, str], side: str) -> dict[str, Any]:
    """An agreement is the word of both."""
    return {}


def read(reader: Reader) -> dict[str, Any]:
    """The body that was typed."""
    nature, one_sided = reader.line("nature"), reader.line("one_sided")
    if nature == Nature.ONE_SIDED and not one_sided:
        reader.faults.append(FieldError("one_sided", _("Say whose statement it is.")))
    citations = reader.citations()
    return {
        "title": reader.text("title"),
        "summary": reader.text("summary"),
        "citations": citations,
        "topics": reader.ticked("topics"),
        "nature": nature,
        "one_sided": one_sided if nature == Nature.ONE_SIDED else None,
        "form": reader.line("instrument"),
        "made": reader.date("made"),
        "due": reader.date("due"),
        "leads": reader.leads(citations),
        "participants": reader.many("participants", "organisation"),
        "addressed": reader.many("addressed", "organisation"),
        "competence": reader.line("competence"),
        "places": reader.many("places", "place"),
        "relations": reader.relations(),
    }


def show(shown: Shown, body: dict[str, Any]) -> dict[str, str]:
    """The body as it would be typed."""
    return {
        **shown.texts(body, "title", "summary"),
        **shown.plain(body, "nature", "one_sided", "competence"),
        **shown.dates(body, "made", "due"),
        **shown.citations(body),
        **shown.relations(body),
        **shown.leads(body),
        "instrument": body["form"],
        "topics": "\n".join(body["topics"]),
        "participants": shown.names_of("organisation", body["participants"]),
        "addressed": shown.names_of("organisation", body["addressed"]),
        "places": shown.names_of("place", body["places"]),
    }


KIND = Kind(
    "agreement",
    AgreementForm,
    (
        Group("", ("title", "summary", "topics", "nature", "one_sided", "instrument", "made", "due")),
        Group(_("Where it is written"), ("passages",)),
        Group(
            _("Who takes part, and who leads"),
            ("participants", "addressed", "competence", "leads_nl", "leads_vl"),
            True,
        ),
        Group(_("Places and relations"), ("places", "relations"), folded=True),
    ),
    {
        "title": _("One thing that was agreed, as small as it can be followed up by itself."),
        "summary": _("In your own words, short and plain. The text that was negotiated prevails."),
        "made": DATE,
        "due": DATE,
        "participants": ONE_ON_EACH_LINE,
        "addressed": _("Called upon without taking part. One on each line, by title or reference."),
        "leads_nl": _("Only where the first passage names it. What a side designates itself is a proposal of its own."),
        "leads_vl": _("Only where the first passage names it. What a side designates itself is a proposal of its own."),
        "places": ONE_ON_EACH_LINE,
        "passages": _("The negotiated text prevails: say in which passage it stands."),
    },
    whose,
    read,
    show,
    ("source",),
)
