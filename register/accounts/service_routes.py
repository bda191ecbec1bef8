"""Signing in at the service of one's side (OpenID Connect), or showing again who one is there.

The service is talked to while no transaction is open. It counts as the first factor only: what it asked of the person
the register cannot see, so that a second factor registered here is still asked for (docs/decisions/0007).
"""

import json
import logging
from typing import TYPE_CHECKING, NamedTuple

from flask import request

from register import i18n
from register.accounts import arriving, challenges, matching, waiting
from register.accounts.own_forms import NothingForm
from register.accounts.people_forms import typed
from register.config import Provider
from register.errors import NotHere, Throttled
from register.guards import Go, Page, Rooms, Visit, anyone, callback, clock, database, outside, signing
from register.guards.network import client_address
from register.guards.visit import CHALLENGE, COOKIE
from register.words.people import Deed, Refusal

if TYPE_CHECKING:
    from register.accounts.oidc import Begun, Claims

rooms = Rooms("services")
ANSWER = "/sign-in/service/<side>"  # what a service must know of us, one for each side: docs/deploy.md
log = logging.getLogger("schakel")


class Answered(NamedTuple):
    """What came of a sign-in at the service: `claims`, or why there are none; and what was kept when it began."""

    claims: "Claims | None"
    refusal: Refusal | None
    back: str = ""
    language: str = ""
    account_id: str = ""


def _begin(side: str) -> "Begun | Refusal | Throttled | None":
    """Ask the service how it wants to be asked; nothing when nothing was sent."""
    if request.method != "POST":
        return None
    from register.accounts import oidc  # needs the extra `oidc`, which only who names a service has installed

    settings, now = database().settings, clock()
    provider = _provider(side)
    with database().read() as session:
        try:
            network = client_address(request, settings.proxies)
            challenges.check(session, settings.secret, network, now, settings.limits)
        except Throttled as error:
            return error
        found = signing.find(session, request.cookies.get(COOKIE, ""), now, settings.limits)
        again = found is not None and found.complete
    try:
        return oidc.begin(provider, _answer_address(side), now if again else None)
    except oidc.SignInRefused as error:
        log.warning("no sign-in at the service of %s: %s", side, error)
        return error.reason


@rooms.open("sign-in-service", "/<side>", methods=("GET", "POST"))
@anyone
@outside(_begin)
def sign_in_service(visit: Visit, side: str) -> Page | Go:
    """The way to the service of one's side, and what came of it when that was nothing."""
    _provider(side)
    form = typed(visit, NothingForm)
    complete = visit.signed_in is not None and visit.signed_in.complete
    refused = request.args.get("refused", "") if not visit.writes else ""
    context = {"form": form, "side": side, "back": visit.back, "again": complete, "refused": refused}
    page = Page("accounts/sign_in_service.html", context)
    if not visit.writes:
        return page
    begun = visit.ahead
    if isinstance(begun, Throttled):
        return waiting.later(visit, form, begun, page)
    if isinstance(begun, Refusal):
        context["refused"], page.status = begun.value, 422
        return page
    account_id = visit.signed_in.account.id if visit.signed_in and complete else ""
    kept = json.dumps({"begun": begun.to_json(), "back": visit.back, "language": visit.language})
    settings = visit.settings
    try:
        visit.challenge = challenges.make(
            visit.session, settings.secret, visit.network, _purpose(side), kept, visit.now, settings.limits, account_id
        )
    except Throttled as error:
        return waiting.later(visit, form, error, page)
    # Not a redirect: browsers hold what a form leads to, all the way, to the policy for forms, which names this site.
    away = {"url": begun.url, "side": side}
    return Page("accounts/to_service.html", away, headers={"Refresh": f"0; url={begun.url}"})


def _finish(side: str) -> Answered:
    """Use up what was kept when the sign-in began, and have the service say who came back."""
    from register.accounts import oidc

    provider, now = _provider(side), clock()
    with database().write() as session:
        asked = challenges.take(session, request.cookies.get(CHALLENGE, ""), _purpose(side), now)
    if asked is None:
        return Answered(None, Refusal.STALE)
    kept = json.loads(asked.payload)
    begun = oidc.Begun.from_json(kept["begun"])
    claims, refusal = None, None
    try:
        claims = oidc.finish(provider, _answer_address(side), begun, request.args, now)
    except oidc.SignInRefused as error:
        log.warning("no sign-in at the service of %s: %s", side, error)
        refusal = error.reason
    return Answered(claims, refusal, kept["back"], kept["language"], asked.account_id)


@rooms.open_once(ANSWER)
@callback
@outside(_finish)
def service_answers(visit: Visit, side: str) -> Go:
    """Where the service sends the browser back to. The page that it leads on to says what came of it."""
    answered: Answered = visit.ahead
    visit.challenge = ""
    visit.language = answered.language or visit.language
    if answered.claims is None:
        return _refused(visit, side, answered, answered.refusal or Refusal.STALE)
    account = matching.account_of(visit.session, visit.trail, answered.claims, side)
    if account is None:
        return _refused(visit, side, answered, Refusal.UNKNOWN)
    if not answered.account_id:
        return arriving.arrive(visit, account, means="service", both=False, back=answered.back)
    found = visit.signed_in
    if found is None or not found.complete or found.account.id != answered.account_id:
        return _refused(visit, side, answered, Refusal.STALE)
    if account.id != answered.account_id:
        return _refused(visit, side, answered, Refusal.UNKNOWN)
    found.row.proved_at = visit.now
    visit.session.add(found.row)
    visit.trail.add(Deed.PROVED_AGAIN, account, means="service")
    return Go(arriving.onward(account, answered.back))


def _refused(visit: Visit, side: str, answered: Answered, why: Refusal) -> Go:
    return Go(i18n.path(visit.language, "sign-in-service", side, refused=why.value, next=answered.back))


def _provider(side: str) -> Provider:
    """The service of a side. Raises NotHere when it has none."""
    found = database().settings.providers.get(side)
    if found is None:
        raise NotHere
    return found


def _answer_address(side: str) -> str:
    base = database().settings.base_url or request.host_url.rstrip("/")
    return base + ANSWER.replace("<side>", side)


def _purpose(side: str) -> str:
    return f"service {side}"
