"""The second factors of one's own account: the app, passkeys, recovery codes. Every change asks for a fresh proof."""

import logging
from urllib.parse import urlsplit

from flask import request
from markupsafe import Markup

from register import access, i18n
from register.accounts import challenges, factors, links, messages, passkeys, totp
from register.accounts.own_forms import NothingForm
from register.accounts.passkey_routes import ask, filled, site
from register.accounts.passkeys import PasskeyRefused
from register.accounts.people_forms import typed
from register.errors import FieldError, NotHere
from register.guards import File, Go, Page, Rooms, Visit, people, requires
from register.guards.signing import SignedIn
from register.i18n import mark as _
from register.models import Account, Passkey
from register.web.forms import Form, code, hidden, line, secret

rooms = Rooms("factors")
PURPOSE = "new passkey"
NAME = 60  # signs of the name of a passkey
NOT_ADDED = _("The passkey could not be added. Try again.")
STALE = _("This page is too old. Begin again with the new code below.")
log = logging.getLogger("schakel")


class AppForm(Form):
    """The first code of an app. `sealed` is the secret that the page showed, which only this register can read."""

    sealed = hidden()
    code = code("code")


class AddForm(Form):
    """A passkey that the browser has made, and what its owner calls it."""

    name = line("name", most=NAME, autocomplete="off", maxlength=str(NAME))
    credential = secret("credential", most=20_000)


class NameForm(Form):
    """Another name for a passkey."""

    name = line("name", most=NAME, autocomplete="off")


@rooms.open("own-app", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_app(visit: Visit) -> Page | Go:
    """Use an app as second factor. Nothing counts, and an app that is there stays, until the new one shows a code."""
    me, account = _me(visit), _mine(visit)
    form = typed(visit, AppForm)
    if not visit.writes:
        return _app_page(visit, form, form.sealed.data)
    if not form.ok():
        return _app_page(visit, form, form.sealed.data)
    settings = visit.settings
    try:
        made = factors.add_app(visit.trail, account, me.row, settings.secret, form.sealed.data, form.code.data)
    except totp.Unreadable:
        form.fail(FieldError("", STALE))
        return _app_page(visit, form, "")
    except FieldError as error:
        form.fail(error)
        return _app_page(visit, form, form.sealed.data)
    return _added(visit, account, made, "own-app", "app-added")


@rooms.open("own-app", "/remove", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_app_remove(visit: Visit) -> Page | Go:
    """Stop using the app."""
    me, account = _me(visit), _mine(visit)
    form = typed(visit, NothingForm)
    if visit.writes:
        try:
            removed = factors.remove_app(visit.trail, account, me.row, needed=_needs(visit))
        except FieldError as error:
            form.fail(error)
        else:
            if removed:
                _tell(visit, account, "app-removed")
            return Go(visit.path("own-app"), "factor-removed")
    if factors.app(visit.session, account) is None:
        return Go(visit.path("own-app"))
    return _form("accounts/own_app_remove.html", form, last=not factors.keys(visit.session, account))


@rooms.open("own-codes", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_codes(visit: Visit) -> Page:
    """How many recovery codes are left, and ten new ones in their place."""
    me, account = _me(visit), _mine(visit)
    typed(visit, NothingForm)
    if visit.writes and factors.has_factor(visit.session, account):
        made = factors.make_codes(visit.trail, account, me.row, visit.settings.secret)
        _tell(visit, account, "codes")
        return _codes(visit, made)
    context = {
        "left": factors.codes_left(visit.session, account),
        "has_factor": factors.has_factor(visit.session, account),
    }
    return Page("accounts/own_codes.html", context)


@rooms.open("own-passkeys", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_passkeys(visit: Visit) -> Page | Go:
    """The passkeys, and another one."""
    me, account = _me(visit), _mine(visit)
    form = typed(visit, AddForm)
    page = _passkeys_page(visit, account, form)
    if not visit.writes:
        return page
    page.status, page.keep = 422, True  # what was asked is used up, also by a wrong answer
    where = site(visit)
    if where is None or not filled(form, NOT_ADDED):
        return page
    asked, visit.challenge = challenges.take(visit.session, visit.challenged, PURPOSE, visit.now), ""
    try:
        if asked is None or asked.account_id != account.id:
            raise PasskeyRefused("not asked, or too long ago")
        new = passkeys.accept_new(where, asked.payload, form.credential.data)
        made = factors.add_passkey(visit.trail, account, me.row, visit.settings.secret, new, form.name.data)
    except PasskeyRefused as error:
        log.info("a new passkey was refused: %s", error)
        form.fail(FieldError("", NOT_ADDED))
        return page
    except FieldError as error:
        form.fail(error)
        return page
    return _added(visit, account, made, "own-passkeys", "passkey-added")


@rooms.open("own-passkeys", "/options", methods=("POST",))
@requires("change own", "account", fresh=True)
def own_passkeys_options(visit: Visit) -> File:
    """What the browser must ask of a new passkey, as JSON."""
    account = _mine(visit)
    form = AddForm(visit.language, visit.posted)  # not filled in yet
    where = site(visit)
    if where is None:
        raise NotHere
    known = [one.credential_id for one in factors.keys(visit.session, account)]
    options = passkeys.ask_new(where, account.id, account.email, account.name, known)
    return ask(visit, form, PURPOSE, options, account.id)


@rooms.open("own-passkeys", "/<passkey_id>", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_passkey(visit: Visit, passkey_id: str) -> Page | Go:
    """One passkey: another name."""
    row = _key(visit, passkey_id)
    form = typed(visit, NameForm, name=row.name)
    if visit.writes and form.ok():
        row.name = form.name.data
        visit.session.add(row)
        visit.saved()
        return Go(visit.path("own-passkeys"), "saved")
    return _form("accounts/own_passkey.html", form, key=row)


@rooms.open("own-passkeys", "/<passkey_id>/remove", methods=("GET", "POST"))
@requires("change own", "account", fresh=True)
def own_passkey_remove(visit: Visit, passkey_id: str) -> Page | Go:
    """Stop taking a passkey."""
    me, account, row = _me(visit), _mine(visit), _key(visit, passkey_id)
    form = typed(visit, NothingForm)
    if visit.writes:
        try:
            factors.remove_passkey(visit.trail, account, me.row, row, needed=_needs(visit))
        except FieldError as error:
            form.fail(error)
        else:
            _tell(visit, account, "passkey-removed")
            return Go(visit.path("own-passkeys"), "factor-removed")
    last = len(factors.keys(visit.session, account)) == 1 and factors.app(visit.session, account) is None
    return _form("accounts/own_passkey_remove.html", form, key=row, last=last)


def _me(visit: Visit) -> SignedIn:
    assert visit.signed_in is not None  # noqa: S101 - the door let nobody else in
    return visit.signed_in


def _mine(visit: Visit) -> Account:
    """The person's own account, which they may change."""
    account = _me(visit).account
    visit.check("change own", access.account(account))
    return account


def _key(visit: Visit, passkey_id: str) -> Passkey:
    """One's own passkey. Raises NotHere for any other."""
    found = factors.key(visit.session, _mine(visit), passkey_id)
    if found is None:
        raise NotHere
    return found


def _needs(visit: Visit) -> bool:
    return people.needs_second_factor(visit.person)


def _form(template: str, form: Form, **context: object) -> Page:
    return Page(template, {"form": form, **context}, status=422 if form.faults else 200)


def _app_page(visit: Visit, form: AppForm, sealed: str) -> Page:
    """The page with the QR code: of the secret in `sealed`, else of a new one."""
    settings, account = visit.settings, _me(visit).account
    try:
        held = totp.unseal(settings.secret, account.id, sealed) if sealed else totp.make_secret()
    except totp.Unreadable:
        held, sealed = totp.make_secret(), ""
    # What stands in the form comes back with the first code: nothing is kept of an app that was never used.
    form.sealed.data = sealed or totp.seal(settings.secret, account.id, held)
    host = urlsplit(settings.base_url).netloc or request.host
    title = i18n.translations(visit.language).gettext(_("QR code for your app"))
    context = {
        "form": form,
        "back": visit.back,
        "since": row.confirmed_at if (row := factors.app(visit.session, account)) else None,
        "qr": Markup(totp.qr_svg(totp.provisioning_uri(held, account.email, host), title)),  # noqa: S704 - our own
        "readable": totp.readable(held),
    }
    return Page("accounts/own_app.html", context, status=422 if form.faults else 200)


def _passkeys_page(visit: Visit, account: Account, form: Form) -> Page:
    context = {
        "form": form,
        "keys": factors.keys(visit.session, account),
        "back": visit.back,
        "possible": site(visit) is not None,
    }
    return Page("accounts/own_passkeys.html", context)


def _added(visit: Visit, account: Account, codes: tuple[str, ...], room: str, what: str) -> Page | Go:
    """After a new factor: the recovery codes that came with the first one, else back to the page."""
    _tell(visit, account, what)
    return _codes(visit, codes) if codes else Go(visit.path(room), "factor-added")


def _codes(visit: Visit, made: tuple[str, ...]) -> Page:
    """The one time that recovery codes are shown. The menu is that of a person who has a second factor now."""
    me = _me(visit)
    visit.session.flush()
    visit.signed_in = me._replace(person=people.person(visit.session, me.account, visit.today))
    return Page("accounts/codes.html", {"codes": made, "back": visit.back})


def _tell(visit: Visit, account: Account, what: str) -> None:
    """A message says that it was changed, in case it was somebody else."""
    if links.mails(visit):
        visit.send(messages.factor_changed(account, what), quietly=True)
