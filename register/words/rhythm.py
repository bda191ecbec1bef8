"""How often a report may be expected: one table, for every page that speaks of silence."""

from datetime import date, timedelta

# How long nothing may be said of what is open before it is called silent, each from a day on. Nobody is blamed for it.
REPORTING_RHYTHM = ((date(2023, 1, 31), timedelta(days=183)),)


def rhythm(day: date) -> timedelta:
    """The reporting rhythm that holds on a day: the latest that has begun."""
    return max((line for line in REPORTING_RHYTHM if line[0] <= day), default=REPORTING_RHYTHM[0])[1]
