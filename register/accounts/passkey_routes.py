"""Signing in with a passkey: as both factors at once, as the second one, or to show again who one is."""

import ipaddress
import json
import logging
from urllib.parse import urlsplit

from flask import request

from register.accounts import arriving, challenges, factors, passkeys, waiting
from register.accounts.passkeys import Options, PasskeyRefused, Site
from register.accounts.people_forms import typed
from register.errors import FieldError, NotHere, Throttled
from register.guards import File, Go, Page, Rooms, Visit, anyone
from register.i18n import mark as _
from register.models import Account, Passkey
from register.web.forms import Form, secret
from register.words.people import AccountState, Deed

rooms = Rooms("passkeys")
PURPOSE = "passkey"
JSON = "application/json"
REFUSED = _("This passkey did not let you in. Try again, or sign in another way.")
log = logging.getLogger("schakel")


class CredentialForm(Form):
    """What static/js/passkeys.js fills in."""

    credential = secret("credential", most=20_000)


@rooms.open("sign-in-passkey", methods=("GET", "POST"))
@anyone
def sign_in_passkey(visit: Visit) -> Page | Go:
    """Sign in with a passkey."""
    form = typed(visit, CredentialForm)
    page = _page(visit, form)
    if not visit.writes:
        return page
    where = site(visit)
    if where is None or not filled(form, REFUSED):
        page.status = 422
        return page
    page.status, page.keep = 422, True  # what was asked is used up, also by a wrong answer
    asked, visit.challenge = challenges.take(visit.session, visit.challenged, PURPOSE, visit.now), ""
    if asked is None:
        form.fail(FieldError("", _("This took too long, or was begun in another window. Try again.")))
        return page
    try:
        used = factors.used_key(visit.session, where, asked.payload, form.credential.data, visit.now)
    except PasskeyRefused as error:
        log.info("a passkey was refused: %s", error)
        form.fail(FieldError("", REFUSED))
        return page
    onward = _let_in(visit, used, asked.account_id)
    if onward is None:
        form.fail(FieldError("", REFUSED))
        return page
    return onward


@rooms.open("sign-in-passkey", "/options", methods=("POST",))
@anyone
def sign_in_passkey_options(visit: Visit) -> File:
    """What the browser must ask of a passkey, as JSON: of any, or of those of whoever is half or wholly signed in."""
    form = CredentialForm(visit.language, visit.posted)  # not filled in yet
    where = site(visit)
    if where is None:
        raise NotHere
    mine = visit.signed_in.account if visit.signed_in else None
    allowed = [one.credential_id for one in factors.keys(visit.session, mine)] if mine else []
    options = passkeys.ask_known(where, allowed)
    return ask(visit, form, PURPOSE, options, mine.id if mine else "")


def ask(visit: Visit, form: Form, purpose: str, options: Options, account_id: str) -> File:
    """Keep what the browser is asked, give it the token that goes with it, and ask; or say from when it may be."""
    settings, now = visit.settings, visit.now
    try:
        visit.challenge = challenges.make(
            visit.session, settings.secret, visit.network, purpose, options.challenge, now, settings.limits, account_id
        )
    except Throttled as error:
        page = waiting.later(visit, form, error, Page(""))
        told = json.dumps({"told": form.faults[0][1]}, ensure_ascii=False)
        return File(told.encode(), "later.json", JSON, page.status, page.headers)
    return File(options.text.encode(), "options.json", JSON)


def filled(form: Form, told: str) -> bool:
    """Whether a form with a credential can be used. Of a credential that is none, the form as a whole says `told`."""
    if form.ok():
        return True
    field = form["credential"]
    if field.errors:
        field.errors = []
        if not form.faults:
            form.fail(FieldError("", told))
    return False


def site(visit: Visit) -> Site | None:
    """Where passkeys are valid: SCHAKEL_URL, else the host that was asked. None under an address by number."""
    found = urlsplit(visit.settings.base_url or request.host_url)
    try:
        ipaddress.ip_address(found.hostname or "")
    except ValueError:
        return Site.at(found.geturl())
    return None


def _page(visit: Visit, form: Form) -> Page:
    stage = visit.signed_in.row.stage if visit.signed_in else ""
    context = {"form": form, "back": visit.back, "stage": stage, "possible": site(visit) is not None}
    return Page("accounts/sign_in_passkey.html", context)


def _let_in(visit: Visit, used: Passkey, expected: str) -> Go | None:
    """Onward with a passkey that answered rightly; None when it is not the one of who was asked."""
    account = visit.session.get(Account, used.account_id)
    found = visit.signed_in
    if account is None or account.state != AccountState.ACTIVE or expected != (found.account.id if found else ""):
        return None
    if found is None:
        return arriving.arrive(visit, account, means="passkey", both=True, back=visit.back)
    if found.account.id != account.id:
        return None
    if not found.complete:
        return arriving.finish(visit, means="passkey", back=visit.back)
    visit.check_mark()
    found.row.proved_at = visit.now
    visit.session.add(found.row)
    visit.trail.add(Deed.PROVED_AGAIN, account, means="passkey")
    return Go(arriving.onward(account, visit.back))
