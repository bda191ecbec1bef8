"""The messages that the register sends to people: plain text, in the language of whoever gets them.

Each is a template in templates/mail/, whose first line is the subject. What administrators fill in stands in the text,
never in the subject. A link goes to the person and to nobody else (docs/decisions/0008).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment

from register import i18n
from register.accounts import queries
from register.mail import Message
from register.models import Account
from register.web.rendering import environment


class Sender(NamedTuple):
    """On whose behalf a message goes out: a name, and for whom they work. Empty: the operator."""

    name: str = ""
    side: str = ""


def invitation(
    account: Account, sender: Sender, roles: Iterable[str], link: str, until: datetime, *, second_factor: bool
) -> Message:
    """Somebody is invited: by whom, to do what, how to accept and until when, and what to do if it is not expected."""
    return _made(
        "invitation",
        account.language,
        queries.shown(account.email),
        account=account,
        sender=sender,
        roles=list(roles),
        link=link,
        until=until,
        second_factor=second_factor,
    )


def known(account: Account, sender: Sender, link: str) -> Message:
    """Somebody was invited who has an account: told to them, so that whoever invited them need not know."""
    return _made("known", account.language, account.email, account=account, sender=sender, link=link)


def forgotten(account: Account, link: str, until: datetime) -> Message:
    """The link for a new password, for who asked for it."""
    return _made("forgotten", account.language, account.email, account=account, link=link, until=until)


def reset(account: Account, sender: Sender, link: str, until: datetime) -> Message:
    """The link with which somebody who lost their means of signing in begins again."""
    return _made("reset", account.language, account.email, account=account, sender=sender, link=link, until=until)


def password_set(account: Account) -> Message:
    """The password was changed through a link."""
    return _made("password", account.language, account.email, account=account)


def password_changed(account: Account) -> Message:
    """The password was changed by somebody who was signed in."""
    return _made("password_changed", account.language, account.email, account=account)


def factor_changed(account: Account, what: str) -> Message:
    """A second factor was added or removed, or recovery codes were made: `what` is a name in the template."""
    return _made("factor", account.language, account.email, account=account, what=what)


def taken(account: Account) -> Message:
    """Somebody wanted to give their account the address of this one: told here, so that they need not be told."""
    return _made("taken", account.language, account.email, account=account)


def moved(account: Account, old: str) -> Message:
    """To the old address: another one took its place."""
    return _made("moved", account.language, old, account=account)


def address(account: Account, email: str, link: str, until: datetime) -> Message:
    """To a new address: the link that confirms it."""
    return _made("address", account.language, email, account=account, link=link, until=until)


def _made(name: str, language: str, to: str, **context: Any) -> Message:
    text = _environment(language).get_template(f"mail/{name}.txt").render(context)
    subject, _, body = text.strip().partition("\n")
    return Message(to, subject.strip(), re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n", language)


@cache
def _environment(language: str) -> Environment:
    """Like that of the pages, but plain text: nothing is escaped."""
    made = environment(language).overlay(autoescape=False)
    made.globals = {**made.globals, "when": lambda at: i18n.moment(language, at.isoformat())}
    return made
