"""The forms of notes."""

from register.web import forms


class WriteForm(forms.Form):
    """A new note, and who may read it; that is never changed afterwards."""

    text = forms.text("")
    visibility = forms.choice("", radio=True)


class ChangeForm(forms.Form):
    """Another text for a note, or its removal (`act`), made from the `version` that the page showed."""

    text = forms.text("")
    version = forms.hidden()
    act = forms.hidden()
