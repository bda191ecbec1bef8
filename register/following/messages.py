"""What is written to an address that asks to follow, as plain text."""

import re
from functools import cache
from typing import Any

from jinja2 import Environment

from register import i18n
from register.following.wanted import Named
from register.mail import Message
from register.web.rendering import environment


def confirm(email: str, language: str, named: Named, link: str, days: int) -> Message:
    """The link that confirms. Nothing that somebody typed is in it, so that nobody can write through us to others."""
    return made("follow_confirm", language, email, named=named, link=link, days=days)


def made(name: str, language: str, to: str, headers: dict[str, str] | None = None, /, **context: Any) -> Message:
    """The message of a template, whose first line is the subject."""
    text = _environment(language).get_template(f"mail/{name}.txt").render(context)
    subject, _, body = text.strip().partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n"
    return Message(to, subject.strip(), body, language, headers or {})


@cache
def _environment(language: str) -> Environment:
    """Like that of the pages, but plain text: nothing is escaped."""
    found = environment(language).overlay(autoescape=False)
    found.globals = {**found.globals, "rooms": i18n.KINDS}
    return found
