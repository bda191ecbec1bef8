"""The forms of translating. Which fields a translation has depends on the text: one for each of its texts."""

from typing import Any

from register.translating.queries import Text
from register.web import forms
from register.words.vocabulary import Standing

SAVE, SUBMIT = "save", "submit"
MOST = 4000  # signs of a text, as in the documents of the ledger
SHORT = ("title", "short")  # texts of one line, besides words of dates and titles of evidence


class TranslationForm(forms.Form):
    """A translation. `key` makes a form that is sent twice count once; it was made from `seq` and `version`."""

    key = forms.hidden()
    seq = forms.hidden()
    version = forms.hidden()
    act = forms.hidden()
    standing = forms.choice("", radio=True)

    def words(self, about: Text) -> dict[str, str]:
        """What was typed, by path."""
        return {part.path: str(self[name_of(part.path)].data or "") for part in about.parts}

    def fill(self, typed: dict[str, str]) -> None:
        """Show `typed` in the form."""
        for path, said in typed.items():
            if name_of(path) in self:
                self[name_of(path)].data = said


class DropForm(forms.Form):
    """Giving a translation up."""


class ConfirmForm(forms.Form):
    """Confirming a translation: the digest of what was shown."""

    digest = forms.hidden()


class ReturnForm(forms.Form):
    """Sending a translation back."""

    reason = forms.text("", most=2000, rows="3")


def form_of(about: Text, offered: list[Standing], labels: dict[str, str]) -> type[TranslationForm]:
    """The form of this text."""
    fields: dict[str, Any] = {}
    for part in about.parts:
        short = part.path in SHORT or part.path.endswith((".words", ".title"))
        make = forms.line if short else forms.text
        fields[name_of(part.path)] = make("", most=MOST, lang=about.language)
    fields["standing"] = forms.choice("", [(each.value, labels[each.value]) for each in offered], radio=True)
    return type("TextForm", (TranslationForm,), fields)


def name_of(path: str) -> str:
    """The name of the field for the text at `path`."""
    return "words-" + path.replace(".", "-")
