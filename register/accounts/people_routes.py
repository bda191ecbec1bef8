"""The rooms of an administrator: the people of their own side. Views only; the rules are in people.py."""

from typing import Any

from flask import request

from register import access, i18n
from register.access import Thing
from register.accounts import links, mandates, messages, people, queries
from register.accounts.messages import Sender
from register.accounts.people import Changed, Invited
from register.accounts.people_forms import ChangeForm, ConfirmForm, InviteForm, typed
from register.errors import BadParameter, FieldError, NotHere
from register.guards import Go, Page, Rooms, Visit, requires
from register.guards import people as guarded
from register.i18n import mark as _
from register.models import Account, Mandate
from register.words.people import AccountState

rooms = Rooms("people")
ASKED = frozenset({"q", "state", "after", "done"})
LONGEST = 200


@rooms.open("people")
@requires("change", "account")
def listing(visit: Visit) -> Page:
    """The people of one's side, by name."""
    asked = _asked()
    found = queries.people(visit.session, visit.person, asked["q"], asked["state"], asked["after"], visit.now)
    rows = found.rows
    return Page(
        "accounts/people.html",
        {
            "found": found,
            "asked": asked,
            "topics": _titles(visit, "topic", *(row.topics + row.mandates for row in rows)),
            "organisations": _titles(visit, "organisation", [row.account.organisation for row in rows]),
        },
    )


@rooms.open("people", "/<reference>")
@requires("change", "account")
def one(visit: Visit, reference: str) -> Page:
    """One person of one's side, with what may be done."""
    account = theirs(visit, "see", reference)
    row = queries.row(visit.session, account, visit.now)
    given = queries.mandates(visit.session, account)
    involved = {one_id for each in given for one_id in (each.account_id, each.substitute_id) if one_id}
    return Page(
        "accounts/person.html",
        {
            "row": row,
            "mandates": given,
            "names": queries.names(visit.session, involved),
            "topics": _titles(visit, "topic", row.topics, [each.topic for each in given]),
            "organisations": _titles(visit, "organisation", [account.organisation]),
            "factor": guarded.person(visit.session, account, visit.today).second_factor,
            "needs": people.needs_second_factor(row.roles, bool(row.mandates)),
            "today": visit.today.isoformat(),
            "may_do": {verb: access.can(visit.person, verb, access.account(account)) for verb in _VERBS},
            "may_give": access.can(visit.person, "give", mandates.new(account)),
            "may_mandate": {each.id: may_change(visit, each) for each in given},
        },
    )


_VERBS = ("invite", "change", "remove", "reset")


@rooms.open("people-invite", methods=("GET", "POST"))
@requires("invite", "account", fresh=True)
def invite(visit: Visit) -> Page | Go:
    """Invite somebody of one's side: the side is that of who invites, and nothing in the form says so."""
    side = visit.person.side
    visit.check("invite", Thing("account", side, state="new"))
    form = typed(visit, InviteForm, language=visit.language)
    form.offer(visit.session, visit.language, side)
    if not visit.writes or not form.ok():
        return _invite_page(visit, form)
    lock(visit)
    try:
        invited = people.invite(
            visit.session,
            visit.trail,
            side,
            form.email.data,
            form.language.data,
            form.wanted(),
            visit.person.id,
            visit.settings.limits,
        )
    except FieldError as error:
        form.fail(error)
        return _invite_page(visit, form)
    visit.saved()
    return Go(visit.path("people", invited.account.id), _send_invitation(visit, invited))


@rooms.open("people-again", "/<reference>", methods=("GET", "POST"))
@requires("invite", "account", fresh=True)
def again(visit: Visit, reference: str) -> Page | Go:
    """Send an invitation once more; the earlier link stops working."""
    account = theirs(visit, "invite", reference)
    form = typed(visit, ConfirmForm, version=str(account.version))
    if not visit.writes or not form.ok():
        return confirm(visit, "again", account, form)
    if form.version.data != str(account.version):
        return confirm(visit, "again", account, form, stale=True)
    invited = people.again(visit.session, visit.trail, account, visit.person.id, visit.settings.limits)
    return Go(visit.path("people", account.id), _send_invitation(visit, invited))


@rooms.open("people-change", "/<reference>", methods=("GET", "POST"))
@requires("change", "account", fresh=True)
def change(visit: Visit, reference: str) -> Page | Go:
    """Change the name, the organisation, the roles or the topics of somebody of one's side."""
    account = theirs(visit, "change", reference)
    held = people.held(visit.session, account)
    form = typed(
        visit,
        ChangeForm,
        version=str(account.version),
        name=held.name,
        organisation=held.organisation,
        roles=sorted(held.roles),
        topics=sorted(held.topics),
    )
    form.offer(visit.session, visit.language, account.side, held.organisation)
    if not visit.writes or not form.ok():
        return _change_page(visit, account, form)
    try:
        people.change(visit.session, visit.trail, account, form.version.data, form.wanted())
    except Changed:
        return _change_page(visit, account, form, stale=True)
    except FieldError as error:
        form.fail(error)
        return _change_page(visit, account, form)
    visit.saved()
    return Go(visit.path("people", account.id), "saved")


@rooms.open("people-remove", "/<reference>", methods=("GET", "POST"))
@requires("remove", "account", fresh=True)
def remove(visit: Visit, reference: str) -> Page | Go:
    """Remove somebody of one's side, or withdraw their invitation."""
    account = theirs(visit, "remove", reference)
    invited = account.state == AccountState.INVITED
    name = "withdraw" if invited else "remove"
    form = typed(visit, ConfirmForm, version=str(account.version))
    if not visit.writes or not form.ok():
        return confirm(visit, name, account, form)
    try:
        people.remove(visit.session, visit.trail, account, form.version.data)
    except Changed:
        return confirm(visit, name, account, form, stale=True)
    except FieldError as error:
        form.fail(error)
        return confirm(visit, name, account, form)
    return Go(visit.path("people"), "withdrawn" if invited else "removed")


@rooms.open("people-reset", "/<reference>", methods=("GET", "POST"))
@requires("reset", "account", fresh=True)
def reset(visit: Visit, reference: str) -> Page | Go:
    """Have a link sent to somebody who can no longer sign in. It goes to them; nothing changes before they use it."""
    account = theirs(visit, "reset", reference)
    form = typed(visit, ConfirmForm, version=str(account.version))
    if not visit.writes or not form.ok() or not links.mails(visit):
        return confirm(visit, "reset", account, form)
    if form.version.data != str(account.version):
        return confirm(visit, "reset", account, form, stale=True)
    token = people.ask_reset(visit.session, visit.trail, account, visit.person.id, visit.settings.limits)
    link = links.link(visit, account.language, "reset", token)
    visit.send(messages.reset(account, _sender(visit), link, visit.now + visit.settings.limits.reset))
    return Go(visit.path("people", account.id), "reset-sent")


def theirs(visit: Visit, verb: str, reference: str) -> Account:
    """The person of one's side that `verb` may be done to; locked when something is about to be written.

    Raises NotHere for everybody else, as for an address that does not exist.
    """
    account = lock(visit, reference).get(reference) if visit.writes else visit.session.get(Account, reference)
    if account is None:
        raise NotHere
    visit.check(verb, access.account(account))
    return account


def lock(visit: Visit, *ids: str) -> dict[str, Account]:
    """Lock people of one's side. Raises NotHere when who asks was changed or removed a moment ago, by another."""
    found = queries.locked(visit.session, visit.person.side, *ids)
    mine = visit.signed_in
    if mine is None or mine.account.version != mine.row.account_version or mine.account.state != AccountState.ACTIVE:
        raise NotHere
    return found


def confirm(visit: Visit, deed: str, account: Account, form: Any, *, stale: bool = False, **more: Any) -> Page:
    """The page that asks whether one is sure. `stale`: the account was changed since the form was made."""
    form.version.data = str(account.version)
    context = {"deed": deed, "account": account, "form": form, "stale": stale, "mails": links.mails(visit), **more}
    return Page("accounts/confirm.html", context, status=_status(visit, stale))


def may_change(visit: Visit, mandate: Mandate) -> bool:
    """Whether one may change or end a mandate."""
    return access.can(visit.person, "change", mandates.thing(mandate))


def _status(visit: Visit, stale: bool) -> int:
    return 409 if stale else 422 if visit.writes else 200


def _invite_page(visit: Visit, form: InviteForm) -> Page:
    return Page("accounts/invite.html", {"form": form, "mails": links.mails(visit)}, status=_status(visit, False))


def _change_page(visit: Visit, account: Account, form: ChangeForm, *, stale: bool = False) -> Page:
    """The form; when it is stale, with how the account stands now beside what was typed. Sending it again saves it."""
    row = queries.row(visit.session, account, visit.now)
    titles = {record: title for record, title in (*form.topics.choices, *form.organisation.choices) if record}
    form.version.data = str(account.version)
    context = {"account": account, "form": form, "stale": stale, "row": row, "titles": titles}
    return Page("accounts/change.html", context, status=_status(visit, stale))


def _send_invitation(visit: Visit, invited: Invited) -> str:
    """Have the invitation sent, or word of it to whoever has the address; gives the word on what was done."""
    if not links.mails(visit):
        return "invited-unsent"
    account, taken = invited.account, invited.taken
    if taken is not None:
        visit.send(messages.known(taken, _sender(visit), links.link(visit, taken.language, "desk")))
        return "invited"
    row = queries.row(visit.session, account, visit.now)
    labels = i18n.labels(account.language)["Role"]
    visit.send(
        messages.invitation(
            account,
            _sender(visit),
            [labels[role] for role in row.roles],
            links.link(visit, account.language, "invitation", invited.token),
            visit.now + visit.settings.limits.invitation,
            second_factor=people.needs_second_factor(row.roles, bool(row.mandates)),
        )
    )
    return "invited"


def _sender(visit: Visit) -> Sender:
    return Sender(visit.person.name, visit.person.side)


def _titles(visit: Visit, kind: str, *several: Any) -> dict[str, str]:
    ids = {record for records in several for record in records if record}
    return queries.titles(visit.session, visit.language, kind, ids)


def _asked() -> dict[str, str]:
    """What the address asks of the list. Raises BadParameter for what the list does not know."""
    for name, values in request.args.lists():
        if name not in ASKED:
            raise BadParameter(name[:40], "", "unknown", ("q", "state"))
        if len(values) > 1:
            raise BadParameter(name, "", "repeated")
        if len(values[0]) > LONGEST:
            raise BadParameter(name, "", "long")
    asked = {name: request.args.get(name, "") for name in ("q", "state", "after")}
    states = tuple(state.value for state in AccountState)
    if asked["state"] and asked["state"] not in states:
        raise BadParameter("state", asked["state"][:40], "value", states, called=_("How far the account is"))
    return asked
