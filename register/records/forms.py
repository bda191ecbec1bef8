"""The forms of records: what all have, and the rows for passages and for relations."""

from typing import Any, ClassVar

from register import i18n
from register.access import Person
from register.drafting.forms import FILE_ROWS, DraftForm, take_files
from register.i18n import mark as _
from register.web import forms
from register.words.vocabulary import RelationKind

MOST = 4000  # signs of a text, as in the documents of the ledger
ROWS = range(1, 9)
PASSAGE = ("source", "section", "page", "paragraph", "lines")
RELATION = ("relation", "to")
PAPERS = FILE_ROWS
PAPER = ("paper", "paper_link", "file")
OUTCOMES = range(1, 21)
OUTCOME = ("outcome", "outcome_kind", "outcome_open", "outcome_agreements", "outcome_action", "outcome_other")


class RecordForm(DraftForm):
    """A record. `base` is the digest of the version that the form was compared with.

    `WORDS`: the fields that take a word of the vocabulary, each with the class of its words.
    """

    WORDS: ClassVar[dict[str, str]] = {}

    base = forms.hidden()
    language = forms.choice(
        _("Language of the text"), [(language, i18n.NAMES[language]) for language in i18n.LANGUAGES], radio=True
    )

    def offer(self, language: str, person: Person) -> None:
        """Offer the words of the vocabulary in each field that takes one of them."""
        labels = i18n.labels(language)
        for name, words in self.WORDS.items():
            field: Any = self[name]
            field.choices = [("", "–"), *labels[words].items()]

    def typed(self) -> dict[str, str]:
        """What was typed; what is empty is left out."""
        return {name: value for name, value in super().typed().items() if value}


class TextForm(RecordForm):
    """A record with a title and a summary, each perhaps in the other language too."""

    title = forms.line(_("Title"), most=300)
    summary = forms.text(_("Summary"), most=MOST)
    title_other = forms.line(_("Title in the other language"), required=False, most=300)
    summary_other = forms.text(_("Summary in the other language"), required=False, most=MOST, rows="4")


class CitingForm(TextForm):
    """A record that rests on passages of sources."""


class RelatedForm(CitingForm):
    """A record that stands in relations to others."""

    def offer(self, language: str, person: Person) -> None:
        """Offer the words of relations too."""
        super().offer(language, person)
        words = [("", "–"), *((kind.value, i18n.labels(language)["RelationKind"][kind]) for kind in RelationKind)]
        for row in ROWS:
            field: Any = self[f"relation_{row}"]
            field.choices = words


class MeetingForm(RelatedForm):
    """A record of people who meet: papers to be read, and what came of it."""


def kept(*names: str, passages: bool = False, relations: bool = False, meeting: bool = False) -> tuple[str, ...]:
    """The names of the fields that are kept: those given, and those of the rows."""
    rows = [f"{name}_{row}" for row in ROWS for name in PASSAGE] if passages else []
    rows += [f"{name}_{row}" for row in ROWS for name in RELATION] if relations else []
    rows += [f"{name}_{row}" for row in PAPERS for name in PAPER] if meeting else []
    rows += [f"{name}_{row}" for row in OUTCOMES for name in OUTCOME] if meeting else []
    return (*names, *rows, "language", "embargo_day", "embargo_time")


for _row in ROWS:
    setattr(
        CitingForm, f"source_{_row}", forms.line(_("Source"), required=False, list="choose-source", autocomplete="off")
    )
    setattr(CitingForm, f"section_{_row}", forms.line(_("Section"), required=False, most=40))
    setattr(CitingForm, f"page_{_row}", forms.line(_("Page"), required=False, most=5, inputmode="numeric"))
    setattr(CitingForm, f"paragraph_{_row}", forms.line(_("Paragraph"), required=False, most=5, inputmode="numeric"))
    setattr(CitingForm, f"lines_{_row}", forms.line(_("Lines, such as 22-24"), required=False, most=15))
    setattr(RelatedForm, f"relation_{_row}", forms.choice(_("How it relates"), required=False))
    setattr(RelatedForm, f"to_{_row}", forms.line(_("To which record"), required=False, autocomplete="off"))
take_files(MeetingForm, PAPERS)
for _row in PAPERS:
    setattr(MeetingForm, f"paper_{_row}", forms.line(_("What it is"), required=False))
    setattr(
        MeetingForm,
        f"paper_link_{_row}",
        forms.line(_("Web address"), required=False, most=2000, inputmode="url", autocapitalize="none"),
    )
for _row in OUTCOMES:
    for _name, _field in (
        ("outcome", forms.text(_("Outcome"), required=False, most=MOST, rows="2")),
        ("outcome_kind", forms.choice(_("Kind"), required=False)),
        ("outcome_open", forms.choice(_("How it stands"), required=False)),
        ("outcome_agreements", forms.text(_("Agreements that it touches"), required=False, most=MOST, rows="2")),
        ("outcome_action", forms.line(_("Action that it became"), required=False, autocomplete="off")),
        ("outcome_other", forms.text(_("Outcome in the other language"), required=False, most=MOST, rows="2")),
    ):
        setattr(MeetingForm, f"{_name}_{_row}", _field)
