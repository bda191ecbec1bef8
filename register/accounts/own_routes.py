"""The desk, and one's own account: settings, address, password, sign-ins, and what the register keeps."""

import json
from typing import Any

from register import access, i18n
from register.accounts import export, links, messages, own, own_forms, passwords, queries, throttle, waiting
from register.accounts.passwords import WeakPassword
from register.accounts.people_forms import typed
from register.errors import FieldError, Throttled
from register.guards import File, Go, Page, Rooms, Visit, beforehand, requires
from register.guards.signing import SignedIn
from register.models import Account
from register.web.forms import Form
from register.words.people import Deed, MailChoice, Role

rooms = Rooms("own")
OTHERS = "others"


@rooms.open("own")
@requires("see", "account")
def own_account(visit: Visit) -> Page:
    """The account as it stands, with the way to each part of it."""
    me = _me(visit)
    places = own.places(visit.session, me.account, me.row.id, visit.now, visit.settings.limits)
    return Page("accounts/own.html", {**_described(visit, me.account), "account": me.account, "places": places})


@rooms.open("own-settings", methods=("GET", "POST"))
@requires("change own", "account")
def own_settings(visit: Visit) -> Page | Go:
    """Language, and how often the register writes."""
    account = _mine(visit)
    form = typed(visit, own_forms.SettingsForm, language=account.language, mail=account.mail)
    labels = i18n.labels(visit.language)["MailChoice"]
    form.mail.choices = [(choice.value, labels[choice.value]) for choice in MailChoice]
    if visit.writes and form.ok():
        own.change_settings(visit.trail, account, form.language.data, form.mail.data)
        visit.saved()
        return Go(i18n.path(account.language, "own-settings"), "saved")
    return _form("accounts/own_settings.html", form)


@rooms.open("own-address", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_address(visit: Visit) -> Page | Go:
    """Another address: it counts once the link that is sent to it was opened. Whether it is known is never told."""
    account = _mine(visit)
    form = typed(visit, own_forms.AddressForm)
    if visit.writes and form.ok() and links.mails(visit):
        try:
            _ask(visit, account, form.email.data)
        except FieldError as error:
            form.fail(error)
        except Throttled as error:
            return waiting.later(
                visit, form, error, _form("accounts/own_address.html", form, account=account, mails=True)
            )
        else:
            visit.saved()
            return Go(visit.path("own-address"), "address-asked")
    return _form("accounts/own_address.html", form, account=account, mails=links.mails(visit))


def _try_password(visit: Visit) -> own.Tried | Throttled | None:
    """Before the transaction, and only for who may: whether the current password is right."""
    me, limits = visit.signed_in, visit.settings.limits
    if me is None or not me.proved(visit.now, limits):
        return None
    form = _password_form(visit, me.account)
    if not form.ok():
        return None
    try:
        throttle.check(visit.session, _password_keys(visit, me.account), visit.now, limits)
    except Throttled as error:
        return error
    return own.try_password(me.account, _current(form), form.new_password.data, limits)


@rooms.open("own-password", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
@beforehand(_try_password)
def own_password(visit: Visit) -> Page | Go:
    """Another password; every other sign-in ends."""
    me, account = _me(visit), _mine(visit)
    form = _password_form(visit, account)
    page = Page("accounts/own_password.html", {"form": form, "account": account, "shortest": passwords.SHORTEST})
    if not visit.writes:
        return page
    page.status = 422
    if not form.ok() or visit.ahead is None:
        return page
    try:
        if not _is_current(visit, account, visit.ahead):
            visit.trail.add(Deed.SIGN_IN_REFUSED, account, means="password")
            page.keep = True
            raise FieldError("current_password", own.NOT_CURRENT)
        own.check_password(account, _current(form), form.new_password.data, form.new_password_again.data)
    except Throttled as error:
        return waiting.later(visit, form, error, page)
    except FieldError as error:
        form.fail(error)
        return page
    except WeakPassword as error:
        told = i18n.translations(visit.language).pgettext(error.reason.context, error.reason.message)
        form.fail(FieldError("new_password", told))
        return page
    own.change_password(visit.trail, account, visit.ahead.hashed, me.row)
    if links.mails(visit):
        visit.send(messages.password_changed(account), quietly=True)
    return Go(visit.path("own"), "password")


@rooms.open("own-sign-ins", methods=("GET", "POST"))
@requires("change own", "account")
def own_sign_ins(visit: Visit) -> Page | Go:
    """Where one is signed in, and the way to end that."""
    me = _me(visit)
    form = typed(visit, own_forms.EndForm)
    if visit.writes and form.ok():
        if form.end.data == OTHERS:
            own.end_others(visit.trail, me.account, me.row)
        else:
            own.end_one(visit.trail, me.account, form.end.data or "", me.row)
        visit.saved()
        return Go(visit.path("own-sign-ins"), "sign-ins-ended")
    places = own.places(visit.session, me.account, me.row.id, visit.now, visit.settings.limits)
    return _form("accounts/own_sign_ins.html", form, places=places, others=OTHERS)


@rooms.open("own-export", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_export(visit: Visit) -> Page | File:
    """What the register keeps about the person: shown, and to take along."""
    account = _mine(visit)
    typed(visit, own_forms.NothingForm)
    kept = export.gathered(visit.session, account, visit.language, visit.now)
    if visit.writes:
        visit.trail.add(Deed.EXPORTED, account)
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        return File(text.encode(), f"schakel-{visit.today.isoformat()}.json", "application/json")
    return Page("accounts/own_export.html", {"kept": kept, "account": account})


def _me(visit: Visit) -> SignedIn:
    assert visit.signed_in is not None  # noqa: S101 - the door let nobody else in
    return visit.signed_in


def _mine(visit: Visit) -> Account:
    """The person's own account, which they may change."""
    account = _me(visit).account
    visit.check("change own", access.account(account))
    return account


def _password_form(visit: Visit, account: Account) -> Any:
    form = typed(visit, own_forms.PasswordForm)
    if not account.password:
        del form.current_password
    return form


def _current(form: Any) -> str:
    return str(form.current_password.data) if "current_password" in form else ""


def _password_keys(visit: Visit, account: Account) -> tuple[str, ...]:
    return throttle.keys(visit.settings.secret, f"proof {account.id}", visit.network)


def _is_current(visit: Visit, account: Account, tried: own.Tried | Throttled) -> bool:
    """Whether the current password was right, and still is. Counts the attempt. Raises Throttled."""
    if isinstance(tried, Throttled):
        raise tried
    keys = _password_keys(visit, account)
    throttle.check(visit.session, keys, visit.now, visit.settings.limits)
    right = tried.fits and tried.kept == account.password
    throttle.settle(visit.session, keys, visit.now, right=right)
    return right


def _form(template: str, form: Form, **context: Any) -> Page:
    return Page(template, {"form": form, **context}, status=422 if form.faults else 200)


def _described(visit: Visit, account: Account) -> dict[str, Any]:
    """Who somebody is here, in words."""
    session, language = visit.session, visit.language
    held = own.mandates(session, account, language, visit.today)
    means = own.means(session, account)
    titles = queries.titles(session, language, "topic", visit.person.topics)
    organisation = queries.titles(session, language, "organisation", {account.organisation})
    return {
        "roles": [role for role in Role if role in visit.person.roles],
        "topics": sorted(titles.get(topic, topic) for topic in visit.person.topics),
        "organisation": organisation.get(account.organisation, account.organisation),
        "mandates": held,
        "means": means,
        "needs_factor": not means.second_factor and bool(held or Role.ADMINISTRATOR in visit.person.roles),
    }


def _ask(visit: Visit, account: Account, email: str) -> None:
    """Send the link that confirms a new address; to one that has an account already, word of that instead."""
    limits = visit.settings.limits
    waiting.count_mail(visit, account.id)
    asked = own.ask_address(visit.trail, account, email, limits)
    if asked.taken is None:
        link = links.link(visit, account.language, "address", asked.token)
        visit.send(messages.address(account, email, link, visit.now + limits.reset))
    else:
        visit.send(messages.taken(asked.taken))
