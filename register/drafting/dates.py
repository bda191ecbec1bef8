"""Dates in drafts: what is said of one that cannot be read, and until when a text stays unseen."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time

from register.errors import FieldError
from register.i18n import ZONE
from register.i18n import mark as _

UNREADABLE = _(
    "This date cannot be read. Write a day (31 January 2023 or 31-1-2023), a month (March 2023), a season "
    "(autumn 2024), a part of a year (end of 2023), a quarter, a year, or “today”."
)


def embargo(typed: Mapping[str, str], now: datetime, faults: list[FieldError]) -> datetime | None:
    """The moment that was typed as an embargo, in Amsterdam and Brussels; what is wrong is added to `faults`."""
    day, hour = typed.get("embargo_day", ""), typed.get("embargo_time", "")
    if not day and not hour:
        return None
    if not day or not hour:
        missing = "embargo_time" if day else "embargo_day"
        faults.append(FieldError(missing, _("An embargo needs a day and a time.")))
        return None
    try:
        if not re.fullmatch(r"\d{2}:\d{2}(?::\d{2})?", hour):
            raise ValueError(hour)
        until = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), ZONE)
    except ValueError:
        faults.append(FieldError("embargo_time", _("This is not a day and a time. Write the time as 14:30.")))
        return None
    if until <= now:
        faults.append(FieldError("embargo_day", _("This moment has passed, so that there is nothing to wait for.")))
    return until
