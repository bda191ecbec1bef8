"""The forms of the pauses of a side."""

from register.web import forms


class PauseForm(forms.Form):
    """A pause: its first and last day, and the reason that the public reads."""

    begins = forms.day("begins")
    ends = forms.day("ends")
    reason = forms.choice("reason", radio=True)


class EndForm(forms.Form):
    """Ending a pause early: nothing to fill in."""
