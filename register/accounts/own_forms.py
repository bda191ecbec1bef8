"""The forms of one's own account. What their fields are called stands in the templates."""

from register.accounts.people_forms import LANGUAGES
from register.web.forms import Form, address, choice, hidden, secret


class SettingsForm(Form):
    """Language, and how often the register writes."""

    language = choice("language", LANGUAGES, radio=True)
    mail = choice("mail", radio=True)


class AddressForm(Form):
    """Another e-mail address."""

    email = address("email")


class PasswordForm(Form):
    """Another password: the current one, and the new one twice, since nobody sees what they type."""

    current_password = secret("current", autocomplete="current-password")
    new_password = secret("new", autocomplete="new-password")
    new_password_again = secret("again", autocomplete="new-password")


class EndForm(Form):
    """Which sign-in to end: its id, or `others`."""

    end = hidden()


class NothingForm(Form):
    """A form with a button and nothing to fill in."""
