"""Where the links lead that the register sends, and where one asks for one: no sign-in is needed for these rooms.

A link that does not work says the same whatever the reason. Nothing is used up by opening a page, only by its form.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import request

from register import i18n
from register.accounts import arriving, links, messages, passwords, people, queries, throttle, tickets
from register.accounts.passwords import WeakPassword
from register.accounts.people_forms import LANGUAGES, NAME, typed
from register.accounts.tickets import Found, Kind
from register.errors import Throttled
from register.guards import Go, Page, Rooms, Visit, anyone, beforehand
from register.models import Account
from register.web.forms import Form, address, choice, line, secret
from register.words.people import AccountState, Deed

rooms = Rooms("tickets")


class AcceptForm(Form):
    """What an invited person fills in."""

    name = line("name", most=NAME, autocomplete="name")
    language = choice("language", LANGUAGES, radio=True)
    password = secret("password", autocomplete="new-password")


class PasswordForm(Form):
    """A new password."""

    password = secret("password", autocomplete="new-password")


class AddressForm(Form):
    """Nothing to fill in: a yes."""


class ForgottenForm(Form):
    """Whose password was forgotten."""

    email = address("email", autocomplete="username")


def _hashed(kind: Kind) -> Callable[[Visit], str]:
    """Hash what was typed before the writer transaction begins, since it is slow; only for a link that works."""

    def work(visit: Visit) -> str:
        token, password = (request.view_args or {}).get("token", ""), visit.posted.get("password", "")
        if tickets.find(visit.session, kind, token, visit.now) is None:
            return ""
        return passwords.hasher(visit.settings.limits).hash(password)

    return work


@rooms.open("invitation", "/<token>", methods=("GET", "POST"))
@beforehand(_hashed("invitation"))
@anyone
def invitation(visit: Visit, token: str) -> Page | Go:
    """Accept an invitation: check the name, choose a language and a password; then one is signed in."""
    found = tickets.find(visit.session, "invitation", token, visit.now)
    if found is None:
        return _dead("invitation")
    account = found.account
    form = typed(visit, AcceptForm, name=account.name, language=visit.language)
    if not visit.writes or not form.ok() or not _strong(visit, form, account):
        return _form(visit, "accounts/accept.html", form, found)
    if not visit.ahead or tickets.use(visit.session, "invitation", token, visit.now) is None:
        return _dead("invitation")
    people.accept(visit.session, visit.trail, account, form.name.data, form.language.data, visit.ahead)
    return replace(arriving.arrive(visit, account, means="invitation", both=False, back=""), done="welcome")


@rooms.open("reset", "/<token>", methods=("GET", "POST"))
@beforehand(_hashed("reset"))
@anyone
def reset(visit: Visit, token: str) -> Page | Go:
    """Choose a new password. Every sign-in ends, and one signs in with it, with the second factor if there is one."""
    found = tickets.find(visit.session, "reset", token, visit.now)
    if found is None:
        return _dead("reset")
    form = typed(visit, PasswordForm)
    if not visit.writes or not form.ok() or not _strong(visit, form, found.account):
        return _form(visit, "accounts/reset.html", form, found)
    used = tickets.use(visit.session, "reset", token, visit.now)
    if used is None or not visit.ahead:
        return _dead("reset")
    people.set_password(visit.session, visit.trail, used, visit.ahead)
    throttle.forgive(visit.session, visit.settings.secret, used.account)
    if links.mails(visit):
        visit.send(messages.password_set(used.account), quietly=True)
    return Go(visit.path("sign-in"), "password-set")


@rooms.open("address", "/<token>", methods=("GET", "POST"))
@anyone
def confirm_address(visit: Visit, token: str) -> Page | Go:
    """Confirm a new address, from wherever the message was read; the old one is told."""
    found = tickets.find(visit.session, "address", token, visit.now)
    if found is None:
        return _dead("address")
    form = typed(visit, AddressForm)
    if not visit.writes or not form.ok():
        return _form(visit, "accounts/confirm_address.html", form, found)
    used = tickets.use(visit.session, "address", token, visit.now)
    mine = visit.signed_in.row if visit.signed_in and visit.signed_in.account.id == found.account.id else None
    old = people.move(visit.session, visit.trail, used, mine) if used else None
    if used is None or old is None:
        return _dead("address")
    if links.mails(visit):
        visit.send(messages.moved(used.account, old), quietly=True)
    return Go(visit.path("own" if mine else "sign-in"), "address")


@rooms.open("forgotten", methods=("GET", "POST"))
@anyone
def forgotten(visit: Visit) -> Page | Go:
    """Ask for a new password. The answer is the same for every address; the message goes out in its own time."""
    form = typed(visit, ForgottenForm)
    sends = links.mails_strangers(visit)
    if not visit.writes or not sends or not form.ok():
        return _asking(visit, form, sends, 422 if visit.writes else 200)
    try:
        throttle.count_mail(visit.session, visit.settings, form.email.data, visit.network, visit.now)
    except Throttled as error:
        return _asking(visit, form, sends, 429, until=error.until)
    account = queries.by_email(visit.session, form.email.data)
    if account is not None and account.state == AccountState.ACTIVE:
        lasts = visit.settings.limits.reset
        # Made for the person themselves, which takes no means away; who asked is not known, and the trail says so.
        token = tickets.make(visit.session, "reset", account, account.id, visit.now, lasts)
        arriving.by_nobody(visit, Deed.RESET_ASKED, account, means="password")
        link = links.link(visit, account.language, "reset", token)
        until = visit.now + lasts
        visit.send(messages.forgotten(account, link, until), quietly=True)
    return Go(visit.path("forgotten"), "reset-asked")


def _strong(visit: Visit, form: Any, account: Account) -> bool:
    """Whether the password may be used; else its field says why not."""
    try:
        passwords.check(form.password.data, (account.name, form.data.get("name", ""), queries.shown(account.email)))
    except WeakPassword as error:
        told = i18n.translations(visit.language).pgettext(error.reason.context, error.reason.message)
        form.password.errors = [*form.password.errors, told]
        return False
    return True


def _needs_second_factor(visit: Visit, account: Account) -> bool:
    row = queries.row(visit.session, account, visit.now)
    return people.needs_second_factor(row.roles, bool(row.mandates))


def _form(visit: Visit, template: str, form: Form, found: Found) -> Page:
    context = {"form": form, "account": found.account, "ticket": found.ticket, "clears": found.clears}
    context["needs"] = _needs_second_factor(visit, found.account)
    return Page(template, context, status=422 if visit.writes else 200)


def _dead(kind: Kind) -> Page:
    """A link that does not work, for whatever reason: one and the same page, which says what to do."""
    return Page("accounts/dead.html", {"kind": kind}, status=404)


def _asking(visit: Visit, form: Form, sends: bool, status: int, until: Any = None) -> Page:
    return Page("accounts/forgotten.html", {"form": form, "sends": sends, "until": until}, status=status)
