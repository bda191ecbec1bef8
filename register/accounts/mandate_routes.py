"""The rooms in which an administrator gives a mandate to confirm, names who stands in, and ends it."""

from typing import Any

from register.accounts import mandates, queries
from register.accounts.people_forms import ALL, ConfirmForm, MandateForm, SubstituteForm, colleagues, topics, typed
from register.accounts.people_routes import confirm, lock, theirs
from register.errors import FieldError, NotHere
from register.guards import Go, Page, Rooms, Visit, requires
from register.i18n import mark as _
from register.ledger import filters
from register.models import Account, Mandate

rooms = Rooms("mandates")


@rooms.open("people-mandate", "/<reference>", methods=("GET", "POST"))
@requires("give", "mandate", fresh=True)
def give(visit: Visit, reference: str) -> Page | Go:
    """Give a person of one's side a mandate."""
    account = theirs(visit, "change", reference)
    visit.check("give", mandates.new(account))
    form = typed(visit, MandateForm, version=str(account.version), begins=visit.today.isoformat())
    form.topic.choices = topics(visit.session, visit.language)
    if not visit.writes or not form.ok():
        return _page(visit, "accounts/mandate.html", account, form)
    if form.version.data != str(account.version):
        return _page(visit, "accounts/mandate.html", account, form, stale=True)
    topic = "" if form.topic.data == ALL else form.topic.data
    try:
        mandates.give(
            visit.session, visit.trail, account, topic, form.begins.data, form.ends.data or "", visit.person.id
        )
    except FieldError as error:
        form.fail(error)
        return _page(visit, "accounts/mandate.html", account, form)
    visit.saved()
    return Go(visit.path("people", account.id), "mandate-given")


@rooms.open("people-substitute", "/<reference>", methods=("GET", "POST"))
@requires("change", "mandate", fresh=True)
def substitute(visit: Visit, reference: str) -> Page | Go:
    """Name who stands in under a mandate, change the days, or say that nobody does any more."""
    mandate, account, others = _mandate(visit, reference)
    form = typed(
        visit,
        SubstituteForm,
        version=str(account.version),
        substitute=mandate.substitute_id or "",
        begins=mandate.substitute_from or "",
        until=mandate.substitute_until or "",
    )
    able = queries.colleagues(visit.session, account.side, account.id, visit.person.id)
    form.substitute.choices = colleagues(visit.language, able)
    if not visit.writes or not form.ok():
        return _substitute_page(visit, mandate, account, form)
    if form.version.data != str(account.version):
        return _substitute_page(visit, mandate, account, form, stale=True)
    try:
        other = others.get(form.substitute.data) if form.substitute.data else None
        for name in ("begins", "until") if other else ():
            if not form[name].data:
                raise FieldError(name, _("Fill in this field."))
        mandates.substitute(
            visit.session,
            visit.trail,
            mandate,
            account,
            other,
            form.begins.data or "",
            form.until.data or "",
            visit.person.id,
        )
    except FieldError as error:
        form.fail(error)
        return _substitute_page(visit, mandate, account, form)
    visit.saved()
    return Go(visit.path("people", account.id), "saved")


@rooms.open("people-end", "/<reference>", methods=("GET", "POST"))
@requires("change", "mandate", fresh=True)
def end(visit: Visit, reference: str) -> Page | Go:
    """End a mandate."""
    mandate, account, _others = _mandate(visit, reference)
    form = typed(visit, ConfirmForm, version=str(account.version))
    titles = queries.titles(visit.session, visit.language, "topic", [mandate.topic])
    about: dict[str, Any] = {"mandate": mandate, "topic": titles.get(mandate.topic, mandate.topic)}
    if not visit.writes or not form.ok():
        return confirm(visit, "end", account, form, **about)
    if form.version.data != str(account.version):
        return confirm(visit, "end", account, form, stale=True, **about)
    mandates.end(visit.session, visit.trail, mandate, account)
    return Go(visit.path("people", account.id), "mandate-ended")


def _mandate(visit: Visit, reference: str) -> tuple[Mandate, Account, dict[str, Account]]:
    """A mandate of one's side, whose it is, and who is locked with them. Raises NotHere for every other."""
    mandate = visit.session.get(Mandate, reference)
    if mandate is None:
        raise NotHere
    visit.check("change", mandates.thing(mandate))
    if not visit.writes:
        return mandate, visit.session.get_one(Account, mandate.account_id), {}
    named = visit.posted.get("substitute", "")
    if not filters.readable(named):  # PostgreSQL takes no zero byte; the form says so to who sent it
        named = ""
    ids = [mandate.account_id, mandate.substitute_id or "", named]
    locked = lock(visit, *ids)
    visit.session.refresh(mandate)  # it may have been changed before the lock was ours
    visit.check("change", mandates.thing(mandate))
    return mandate, locked[mandate.account_id], locked


def _page(visit: Visit, template: str, account: Account, form: Any, *, stale: bool = False, **more: Any) -> Page:
    form.version.data = str(account.version)
    status = 409 if stale else 422 if visit.writes else 200
    return Page(
        template, {"account": account, "form": form, "stale": stale, **_held(visit, account), **more}, status=status
    )


def _held(visit: Visit, account: Account) -> dict[str, Any]:
    """What the person holds now, to compare with what was typed."""
    given = [one for one in queries.mandates(visit.session, account) if one.ended_at is None]
    ids = {one_id for one in given for one_id in (one.account_id, one.substitute_id) if one_id}
    return {
        "mandates": given,
        "names": queries.names(visit.session, ids),
        "topics": queries.titles(visit.session, visit.language, "topic", [one.topic for one in given]),
    }


def _substitute_page(visit: Visit, mandate: Mandate, account: Account, form: Any, *, stale: bool = False) -> Page:
    return _page(visit, "accounts/substitute.html", account, form, stale=stale, mandate=mandate)
