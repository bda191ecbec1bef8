"""The forms of the review rooms."""

from register.web import forms


class ConfirmForm(forms.Form):
    """Confirming one text: the digest of the text that was shown."""

    digest = forms.hidden()


class ReturnForm(forms.Form):
    """Sending a text back."""

    reason = forms.text("", most=2000, rows="3")


class TogetherForm(forms.Form):
    """Confirming several texts: of each that is ticked its id and its digest, with a colon between."""

    chosen = forms.choices("")
