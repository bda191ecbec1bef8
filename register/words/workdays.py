"""Working days: a day counts only where both sides work on it, by the public holidays of the Netherlands and Belgium.

The holidays are those of the library `holidays`, worked out for each year that is asked for. Besides them Flanders has
its own day, 11 July, on which its government is closed.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

Span = tuple[date, date]  # a first and a last day, both included
_SATURDAY = 5
_OF_FLANDERS = (7, 11)


def works(day: date) -> bool:
    """Whether both sides work on `day`."""
    return day.weekday() < _SATURDAY and day not in _closed(day.year)


def after(start: date, days: int, without: Collection[Span] = ()) -> date:
    """The first day after a period of `days` working days that begins the day after `start`.

    Days within a span of `without` do not count; a period that ends just before one waits for nothing. One that runs
    into a span without an end (`date.max`) is not over before that day either.
    """
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        within = [last for first, last in without if first <= day <= last]
        if date.max in within:
            return date.max
        if works(day) and not within:
            left -= 1
    return day + timedelta(days=1)


@cache
def _closed(year: int) -> frozenset[date]:
    """The days of a year on which one side or both do not work."""
    import holidays  # only here: no public page counts days, and the library holds the whole world

    found = {date(year, *_OF_FLANDERS)}
    for country in ("NL", "BE"):
        found |= holidays.country_holidays(country, years=year).keys()
    return frozenset(found)
