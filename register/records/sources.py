"""A new source, or a change of one: a document of one side is confirmed by that side, else by both."""

from collections.abc import Mapping
from typing import Any, ClassVar

from register.access import Person
from register.i18n import mark as _
from register.i18n import translations
from register.records.agreements import DATE
from register.records.forms import MOST, CitingForm, kept
from register.records.reading import Reader, Shown
from register.records.shape import Group, Kind
from register.web import forms
from register.words.vocabulary import SIDES

BOTH, THIRD = "both", "third"


class SourceForm(CitingForm):
    """A source."""

    TYPED = kept(
        "title", "summary", "title_other", "summary_other", "type", "word", "date", "number", "publisher", "url",
        passages=True,
    )  # fmt: skip
    WORDS: ClassVar[dict[str, str]] = {"type": "SourceKind", "word": "Side"}

    summary = forms.text(_("What it is"), required=False, most=MOST, rows="3")
    type = forms.choice(_("Kind"))
    word = forms.choice(_("On the word of"))
    date = forms.line(_("Date"), required=False, autocomplete="off")
    number = forms.line(_("Number"), required=False, most=80)
    publisher = forms.line(_("Published by"), required=False, list="choose-organisation", autocomplete="off")
    url = forms.line(_("Official publication"), required=False, most=2000, inputmode="url", autocapitalize="none")

    def offer(self, language: str, person: Person) -> None:
        """Each side proposes its own documents, and any of both or of a third body."""
        super().offer(language, person)
        told = translations(language).gettext
        field: Any = self["word"]
        own = [each for each in field.choices if each[0] in ("", person.side)]
        field.choices = [*own, (BOTH, told(_("both sides"))), (THIRD, told(_("a third body")))]


def whose(typed: Mapping[str, str], side: str) -> dict[str, Any]:
    """A source is the word of the side or sides whose document it is."""
    said = typed.get("word", "")
    return {"sides": list(SIDES) if said == BOTH else [said] if said in set(SIDES) else []}


def read(reader: Reader) -> dict[str, Any]:
    """The body that was typed."""
    publisher = reader.one("publisher", "organisation")
    return {
        "title": reader.text("title"),
        "citations": reader.citations(),
        "type": reader.line("type"),
        "summary": reader.text("summary"),
        **whose(reader.typed, reader.side),
        "publisher": publisher.record if publisher else None,
        "date": reader.date("date"),
        "number": reader.line("number"),
        "url": reader.address("url"),
        "file": reader.base.get("file"),
    }


def show(shown: Shown, body: dict[str, Any]) -> dict[str, str]:
    """The body as it would be typed."""
    sides = body["sides"]
    return {
        **shown.texts(body, "title", "summary"),
        **shown.plain(body, "type", "number", "url"),
        **shown.dates(body, "date"),
        **shown.citations(body),
        "word": BOTH if len(sides) > 1 else sides[0] if sides else THIRD,
        "publisher": shown.names_of("organisation", [body["publisher"]] if body["publisher"] else []),
    }


KIND = Kind(
    "source",
    SourceForm,
    (
        Group("", ("title", "type", "word", "date", "number", "publisher", "url", "summary")),
        Group(_("Where it is named"), ("passages",), folded=True),
    ),
    {
        "word": _("Your side confirms its own documents. Those of both sides or of a third body, both confirm."),
        "date": DATE,
        "url": _("The address where anyone can read it."),
        "publisher": _("By its title or its reference."),
    },
    whose,
    read,
    show,
    ("source", "organisation"),
)
