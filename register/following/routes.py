"""The rooms of following by mail: ask, confirm, see and change what one follows, stop."""

from typing import Any

from flask import request

from register import i18n
from register.accounts import links, throttle
from register.errors import Throttled
from register.following import forms, messages, service, wanted
from register.following.wanted import Wanted
from register.guards import Go, Page, Rooms, Visit, anyone, by_link
from register.guards.serving import DONE
from register.models import Follower
from register.words.people import Frequency

rooms = Rooms("following")


@rooms.open("follow-mail", methods=("GET", "POST"))
@anyone
def follow_mail(visit: Visit) -> Page | Go:
    """Ask to follow what the address names. The answer is the same whoever is behind the e-mail address."""
    given = {name: found for name, found in request.args.to_dict(flat=False).items() if name != DONE}
    connection = visit.session.connection()
    asked, kept = wanted.asked(connection, visit.language, given)
    form = forms.FollowForm(visit.language, visit.posted if visit.writes else None, frequency=Frequency.WEEKLY.value)
    form.frequency.choices = dict(forms.offered(visit.language))
    sends = bool(visit.settings.smtp_url and visit.settings.base_url)  # the letters carry links
    context: dict[str, Any] = {"form": form, "sends": sends, "until": None, "rooms": i18n.KINDS}
    context["named"] = named = wanted.name(connection, visit.language, asked)
    if not visit.writes or not sends or not form.ok():
        return Page("following/ask.html", context, status=422 if visit.writes else 200)
    try:
        throttle.count_mail(visit.session, visit.settings, form.email.data, visit.network, visit.now)
    except Throttled as error:
        return Page("following/ask.html", context | {"until": error.until}, status=429)
    # Whether the register knows the address makes no difference, to what is done and to what is said.
    made = service.ask(visit.session, asked, form.email.data, visit.language, form.frequency.data, visit.now)
    link = links.link(visit, visit.language, "follow-confirm", made)
    days = visit.settings.limits.keep_follow_requests.days
    visit.send(messages.confirm(form.email.data, visit.language, named, link, days), quietly=True)
    return Go(visit.path("follow-mail", **kept), "follow-asked")


@rooms.open("follow-confirm", "/<token>", methods=("GET", "POST"))
@anyone
def follow_confirm(visit: Visit, token: str) -> Page | Go:
    """Confirm what was asked, by a button: programs that look at mail open every link in it."""
    found = service.requested(visit.session, token, visit.now, visit.settings.limits)
    if found is None:
        return _gone()
    full = False
    if visit.writes:
        forms.NothingForm(visit.language, visit.posted)
        try:
            follower = service.confirm(visit.session, found, visit.now)
        except service.Full:
            full = True
        else:
            return Go(visit.path("follow-own", service.token(follower.id, visit.settings.secret)), "follow-confirmed")
    named = wanted.name(visit.session.connection(), visit.language, Wanted(found.kind, found.record, found.query))
    context = {"named": named, "asked": found, "full": full, "most": service.MOST}
    return Page("following/confirm.html", context, status=409 if full else 200)


@rooms.open("follow-own", "/<token>", methods=("GET", "POST"))
@anyone
def follow_own(visit: Visit, token: str) -> Page | Go:
    """What an address follows: change how often mail comes, stop one thing, or all."""
    follower = service.find(visit.session, token, visit.settings.secret)
    if follower is None:
        return _gone()
    form = forms.OwnForm(visit.language, visit.posted if visit.writes else None, frequency=follower.frequency)
    form.frequency.choices = dict(forms.offered(visit.language))
    if not visit.writes or not form.ok():
        return _own(visit, follower, token, form, 422 if visit.writes else 200)
    if form.stop.data:
        if not service.stop(visit.session, follower, form.stop.data):
            return Page("following/stop.html", {"stopped": True, "token": token, "email": ""})
        return Go(visit.path("follow-own", token), "follow-stopped")
    if form.frequency.data:
        service.change(visit.session, follower, form.frequency.data)
    return Go(visit.path("follow-own", token), "saved")


@rooms.open("follow-stop", "/<token>", methods=("GET", "POST"))
@by_link
def follow_stop(visit: Visit, token: str) -> Page:
    """Stop everything and forget the address: by a button, or as mail programs ask for it themselves (RFC 8058)."""
    follower = service.find(visit.session, token, visit.settings.secret)
    if follower is None:
        return _gone()
    email = follower.email
    if visit.writes:
        service.forget(visit.session, follower)
    return Page("following/stop.html", {"stopped": visit.writes, "token": token, "email": email})


def _own(visit: Visit, follower: Follower, token: str, form: forms.OwnForm, status: int) -> Page:
    connection = visit.session.connection()
    followed = [
        (one.id, wanted.name(connection, visit.language, Wanted(one.kind, one.record, one.query)))
        for one in service.of(visit.session, follower)
    ]
    context = {"form": form, "followed": followed, "token": token, "email": follower.email}
    return Page("following/own.html", context, status=status)


def _gone() -> Page:
    return Page("following/gone.html", status=404)
