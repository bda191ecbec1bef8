"""From a right answer to a sign-in: after the first factor, and after the second.

Each step gives the browser a new token and ends the sign-in that it had, so that a token from before is worth nothing
(OWASP ASVS 5, 7.2.4).
"""

from typing import Any

from register import i18n
from register.audit import Trail
from register.guards import Go, Visit, people, returning, signing
from register.models import Account, SignIn
from register.models.audit import UNKNOWN
from register.words.people import Deed


def arrive(visit: Visit, account: Account, *, means: str, both: bool, back: str) -> Go:
    """Sign `account` in after a right first factor, or after one that is two factors in one (`both`).

    `means` is for the audit trail: "password", "passkey". Gives the way onward: to the second step when there is a
    second factor to ask for, to adding one when the person cannot do without, else to `back` or the desk.
    """
    person = people.person(visit.session, account, visit.today)
    if person.second_factor and not both:
        _start(visit, account, "password")
        return Go(returning.with_next(visit.path("second-step"), back))
    row = _start(visit, account, "full")
    _trail(visit, row).add(Deed.SIGNED_IN, account, actor=account.id, means=means)
    if people.needs_second_factor(person) and not person.second_factor:
        return Go(returning.with_next(visit.path("own-app"), back))
    return Go(onward(account, back))


def finish(visit: Visit, *, means: str, back: str) -> Go:
    """Complete the sign-in of this visit after a right second factor. Gives the way onward."""
    if visit.signed_in is None:
        raise ValueError("nobody began to sign in")
    account = visit.signed_in.account
    row = _start(visit, account, "full")
    _trail(visit, row).add(Deed.SIGNED_IN, account, actor=account.id, means=means)
    return Go(onward(account, back))


def onward(account: Account, back: str) -> str:
    """`back` when it is a page of this register, else the desk in the person's own language."""
    return returning.safe(back) or i18n.path(account.language, "desk")


def _start(visit: Visit, account: Account, stage: signing.Stage) -> SignIn:
    """A new sign-in in this browser, in place of the one it had."""
    if visit.signed_in:
        signing.end(visit.session, visit.signed_in.account.id, visit.now, only=[visit.signed_in.row.id])
    row, visit.cookie = signing.start(visit.session, account, stage, visit.agent, visit.now)
    return row


def by_nobody(visit: Visit, deed: Deed, account: Account, **detail: Any) -> None:
    """Write what somebody did about `account` without being signed in to it. The sign-in of this browser is not told:
    it can be that of another person, of the other side."""
    Trail(visit.session, visit.now, visit.settings.limits.keep_audit.days).add(deed, account, actor=UNKNOWN, **detail)


def _trail(visit: Visit, row: SignIn) -> Trail:
    """The audit trail, writing for the sign-in that has just begun."""
    return Trail(visit.session, visit.now, visit.settings.limits.keep_audit.days, None, row.id)
