"""The forms of the review rooms."""

from register.web import forms


class ConfirmForm(forms.Form):
    """Confirming one text: the digest of the text that was shown."""

    digest = forms.hidden()


class ReturnForm(forms.Form):
    """Sending a text back."""

    reason = forms.text("", most=2000, rows="3")


class EmbargoForm(forms.Form):
    """Asking for another embargo: a day and a time, or a tick that it is lifted."""

    day = forms.day("", required=False)
    hour = forms.line("", required=False, most=20)
    lift = forms.choices("")


class AgreeForm(forms.Form):
    """Agreeing to another embargo: what was asked, as it was shown."""

    change = forms.hidden()


class TogetherForm(forms.Form):
    """Confirming several texts: of each that is ticked its id and its digest, with a colon between."""

    chosen = forms.choices("")
