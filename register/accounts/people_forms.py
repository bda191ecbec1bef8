"""The forms about the people of a side."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from register import i18n
from register.accounts import queries
from register.accounts.people import Wanted
from register.guards import Visit
from register.i18n import mark as _
from register.models import Account
from register.web.forms import SHORT, Form, address, choice, choices, day, hidden, line
from register.words.people import Role

NAME = 100  # signs of a name
LANGUAGES = [(language, i18n.NAMES[language]) for language in i18n.LANGUAGES]


class _Person(Form):
    """What an administrator says about a person."""

    name = line("name", most=NAME, autocomplete="off")
    organisation = choice("organisation", required=False)
    roles = choices("roles")
    topics = choices("topics")

    def wanted(self) -> Wanted:
        """What the account should be."""
        return Wanted(
            str(self.name.data),
            self.organisation.data or "",
            frozenset(self.roles.data or ()),
            frozenset(self.topics.data or ()),
        )

    def offer(self, session: Session, language: str, side: str, also: str = "") -> None:
        """Offer the organisations of `side` (and `also`), the roles and the topics, in `language`."""
        labels = i18n.labels(language)["Role"]
        self.roles.choices = [(role.value, labels[role.value]) for role in Role]
        self.topics.choices = queries.topics(session, language)
        offered = queries.organisations(session, language, side, also)
        told = i18n.translations(language).gettext(_("Not in this list") if offered else _("None is known"))
        self.organisation.choices = [("", told), *offered]


class InviteForm(_Person):
    """Somebody new."""

    email = address("email", autocomplete="off")
    language = choice("language", LANGUAGES, radio=True)


class ChangeForm(_Person):
    """Somebody who is there. `version` is that of the account when the form was made."""

    version = hidden()


class ConfirmForm(Form):
    """A deed that needs no more than a yes."""

    version = hidden()


class MandateForm(Form):
    """A mandate to confirm. `topic`: a record id, or `all`."""

    version = hidden()
    topic = choice("topic")
    begins = day("begins")
    ends = day("ends", required=False)


class SubstituteForm(Form):
    """Who stands in, and when; nobody when `substitute` is empty."""

    version = hidden()
    substitute = choice("substitute", required=False)
    begins = day("begins", required=False)
    until = day("until", required=False)


ALL = "all"


def typed(visit: Visit, kind: type[Any], **given: Any) -> Any:
    """A form of `kind`: as posted, else as kept from an expired sign-in, else as `given`."""
    return kind(visit.language, visit.posted if visit.writes else None, visit.kept, **given)


def topics(session: Session, language: str) -> list[tuple[str, str]]:
    """What a mandate may be about: all topics, or one."""
    told = i18n.translations(language).gettext(_("All topics, also those that are still to come"))
    return [(ALL, told), *queries.topics(session, language)]


def colleagues(language: str, found: Sequence[Account]) -> list[tuple[str, str]]:
    """Who may stand in, or nobody."""
    told = i18n.translations(language).gettext(_("Nobody stands in"))
    return [("", told), *((one.id, one.name[:SHORT]) for one in found)]
