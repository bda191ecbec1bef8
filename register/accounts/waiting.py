"""What a page says to whoever tried too often, and how messages to an address are counted."""

from dataclasses import replace
from datetime import datetime, timedelta

from register import i18n
from register.accounts import throttle
from register.errors import FieldError, Throttled
from register.guards import Page, Visit
from register.i18n import mark as _
from register.web.forms import Form


def later(visit: Visit, form: Form, error: Throttled, page: Page) -> Page:
    """`page` with the moment from which one may try again: to the minute, and not too early."""
    until = _whole_minute(error.until)
    told = _("There were too many attempts. Try again from %(moment)s.")
    form.fail(FieldError("", told, moment=i18n.moment(visit.language, until.isoformat())))
    page.status, page.headers = 429, {"Retry-After": str(max(1, int((until - visit.now).total_seconds())))}
    return page


def count_mail(visit: Visit, what: str) -> None:
    """Count a message that somebody has sent, under what it is about and their network. Raises Throttled."""
    limits = visit.settings.limits
    fewer = replace(limits, attempts_account=limits.mails_account, attempts_window=limits.mails_window)
    keys = throttle.keys(visit.settings.secret, f"mail {what}", visit.network)
    throttle.check(visit.session, keys, visit.now, fewer)
    throttle.count(visit.session, keys, visit.now)


def _whole_minute(moment: datetime) -> datetime:
    return moment + timedelta(seconds=-moment.second % 60)
