"""THE tables of the workflow: which status may follow which, who confirms what, and how long anybody waits.

Every other module asks here. Design rules 1 and 2; changing a line here changes how the two governments work together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import holidays

from register.words.vocabulary import SIDES, Status
from register.words.work import Mode

# From the status that a side gave last (or "no follow-up known") to the one it gives now. To repeat a status is "no
# change" and is always allowed. What is closed opens again only by saying so.
_ANY = frozenset(Status) - {Status.UNKNOWN}
_BEGUN = _ANY - {Status.ANNOUNCED, Status.PLANNED, Status.STANDING}
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.UNKNOWN: _ANY,
    Status.ANNOUNCED: _ANY - {Status.STANDING},
    Status.PLANNED: _ANY - {Status.ANNOUNCED, Status.STANDING},
    Status.EXPLORING: _ANY - {Status.ANNOUNCED, Status.STANDING},
    Status.ONGOING: _BEGUN - {Status.EXPLORING, Status.NOT_TAKEN_UP},
    Status.POSTPONED: _ANY - {Status.STANDING},
    Status.PARTLY_COMPLETED: _BEGUN - {Status.EXPLORING, Status.NOT_TAKEN_UP},
    Status.COMPLETED: frozenset({Status.ONGOING, Status.PARTLY_COMPLETED}),
    Status.NOT_TAKEN_UP: frozenset({Status.ANNOUNCED, Status.PLANNED, Status.EXPLORING, Status.ONGOING}),
    Status.DISCONTINUED: frozenset({Status.ANNOUNCED, Status.PLANNED, Status.EXPLORING, Status.ONGOING}),
    Status.REPLACED: frozenset({Status.ONGOING, Status.DISCONTINUED}),
    Status.TAKEN_UP_UNDER: frozenset({Status.ONGOING, Status.DISCONTINUED}),
    Status.STANDING: frozenset({Status.REPLACED, Status.DISCONTINUED}),
}
EVIDENCE_NEEDED = frozenset({Status.COMPLETED, Status.PARTLY_COMPLETED})  # design rule 8


class Key(NamedTuple):
    """A confirmation as the tables see it: for which side it was given, and by whom."""

    side: str
    account_id: str


class Keys(NamedTuple):
    """What a text needs before it is public: one key of each of `sides`, or only of the author's own."""

    sides: frozenset[str]
    own: bool = False

    def of(self, author_side: str) -> frozenset[str]:
        """The sides whose keys are needed when somebody of `author_side` wrote the text."""
        return frozenset({author_side}) & frozenset(SIDES) if self.own else self.sides


# Who confirms what. What both state, both confirm; one side's own report takes a second colleague of that side, and so
# does a national measure. A joint body drafts for both and confirms for neither, so that it writes for both only.
WHO_CONFIRMS: Mapping[Mode, Keys] = {Mode.JOINT: Keys(frozenset(SIDES)), Mode.OWN: Keys(frozenset(), own=True)}


@dataclass(frozen=True)
class Notice:
    """How long one side waits for the other, in working days of both."""

    reminded: int = 10  # the silent side is reminded
    named: int = 30  # the page says "response asked on …, not yet received"
    differing: int = 10  # before "different readings" appears
    held_back: int = 10  # how long a joint text is out of view at one side's request
    due_soon: tuple[int, ...] = (30, 7)  # calendar days before a date, on which the coordinators are told


NOTICE = Notice()


def allowed(last: Status, following: Status) -> bool:
    """Whether a side whose last status is `last` may now give `following`."""
    return following is not Status.UNKNOWN and (following is last or following in TRANSITIONS[last])


def following(last: Status) -> tuple[Status, ...]:
    """The statuses that may follow `last`, in the order of the vocabulary; `last` itself among them, as "no change"."""
    return tuple(status for status in Status if allowed(last, status))


def missing(mode: Mode, author_side: str, author_id: str, turned: Collection[Key]) -> frozenset[str]:
    """The sides whose key is still missing. A key of the author, or a second one of the same person, does not count."""
    counted: dict[str, str] = {}
    for key in turned:
        if key.account_id != author_id and key.account_id not in counted.values():
            counted.setdefault(key.side, key.account_id)
    return WHO_CONFIRMS[mode].of(author_side) - counted.keys()


def may_write(mode: Mode, author_side: str) -> bool:
    """Whether somebody of `author_side` may write a text of this mode: there must be a side whose key it needs."""
    return bool(WHO_CONFIRMS[mode].of(author_side))


def working_days_later(day: date, count: int, paused: Collection[tuple[date, date]] = ()) -> date:
    """The day `count` working days of both sides after `day`; days within `paused`, both ends in, do not count."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day) and not any(first <= day <= last for first, last in paused):
            count -= 1
    return day


@cache
def is_working_day(day: date) -> bool:
    """Whether both sides work on `day`: neither a weekend, nor a public holiday of the Netherlands or of Flanders."""
    return day.weekday() < 5 and not any(day in found for found in _holidays(day.year))


@cache
def _holidays(year: int) -> tuple[holidays.HolidayBase, ...]:
    return (holidays.country_holidays("NL", years=year), holidays.country_holidays("BE", subdiv="Flemish", years=year))
