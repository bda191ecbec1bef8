"""The forms of taking back."""

from collections.abc import Collection

from register import i18n
from register.web import forms
from register.words.taking import Ground, Taking

AGREE, DECLINE, DROP = "agree", "decline", "drop"
ACTS = (AGREE, DECLINE, DROP)


class TakeForm(forms.Form):
    """Taking a text back: what is done, why among colleagues, and what the public is told."""

    what = forms.choice("", radio=True)
    reason = forms.text("", most=2000, rows="3")
    ground = forms.choice("", required=False)

    def offer(self, language: str, offered: Collection[Taking], words: dict[str, str]) -> None:
        """Set what may be chosen: `words` says of each what it comes down to."""
        self.what.choices = [(what.value, words[what.value]) for what in offered]
        labels = i18n.labels(language)["Ground"]
        self.ground.choices = [("", "–"), *((ground.value, labels[ground.value]) for ground in Ground)]


class AnswerForm(forms.Form):
    """What the other side is answered; or that one's own side asks no more."""

    act = forms.hidden()
    answer = forms.text("", required=False, most=2000, rows="3")
