"""The forms of following by mail. What their fields are called stands in the templates."""

from register import i18n
from register.web.forms import Form, address, choice, hidden


class FollowForm(Form):
    """An address, and how often to write to it."""

    email = address("email")
    frequency = choice("frequency", radio=True)


class NothingForm(Form):
    """A form with a button and nothing to fill in."""


class OwnForm(Form):
    """How often to write, or the one thing to stop."""

    frequency = choice("frequency", radio=True, required=False)
    stop = hidden()


def offered(language: str) -> list[tuple[str, str]]:
    """How often one may be written to, in words."""
    return list(i18n.labels(language)["Frequency"].items())
