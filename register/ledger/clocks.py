"""The two clocks of design rule 9: how it stood on a day, by what is known now; and what was public on a day.

`as_of=D` asks for the reports up to D among all that are public now. `published_on=P` asks for what was public at the
end of day P, and among it for the reports up to P. Days are those of Amsterdam and Brussels.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, or_, select, true

from register.errors import BadParameter
from register.ledger.stood import REPORTED
from register.ledger.tables import card, published_day, stood
from register.words.dates import read_edtf
from register.words.saying import say, understood

AS_OF, PUBLISHED_ON = "as_of", "published_on"
PARAMETERS = (AS_OF, PUBLISHED_ON)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR_FIRST = re.compile(r"(\d{4})(?:\D(\d{1,2})(?:\D(\d{1,2}))?)?(?:\D.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{4})")
# What the rows of `stood` say in place of the card; on other kinds nobody reports, and the card says it.
_SAID = frozenset({"status", "status_open", "confirmation", "updated"})
_SAID_OR_NOT = frozenset({"updated_nl", "updated_vl", "due", "due_edtf"})  # may be empty by the row itself


def questions(kind: str) -> tuple[str, ...]:
    """What may be asked of a list or a record of `kind`: nobody reports on an organisation, say."""
    return PARAMETERS if kind in (*REPORTED, "topic") else (PUBLISHED_ON,)


class Clock(NamedTuple):
    """Which question is asked (`as_of`, `published_on` or none), of which ISO day, and up to which ledger position."""

    name: str = ""
    day: str = ""
    seq: int | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """What an address says to ask the same: empty for now."""
        return {self.name: self.day} if self.name else {}

    def today(self, today: date) -> date:
        """The day from which terms are counted: the one that is asked for, else the day of reading."""
        return date.fromisoformat(self.day) if self.name else today


NOW = Clock()


def asked(connection: Connection, language: str, values: Mapping[str, Sequence[str]], today: date) -> Clock:
    """The clock that the parameters of an address ask for. One query for "as published on", else none.

    Raises BadParameter for what is no day, lies ahead, is given twice, or for both questions at once.
    """
    given = {}
    for name in PARAMETERS:
        found = [value.strip() for value in values.get(name, ())]
        if len(found) > 1:
            raise BadParameter(name, found[1][:40], "repeated")
        if any(found):
            given[name] = found[0]
    if len(given) > 1:
        raise BadParameter(PUBLISHED_ON, given[PUBLISHED_ON][:40], "exclusive", PARAMETERS)
    if not given:
        return NOW
    [(name, value)] = given.items()
    day = read_day(name, value, language, today)
    return Clock(name, day, position_of(connection, day) if name == PUBLISHED_ON else None)


def read_day(name: str, value: str, language: str, today: date) -> str:
    """The ISO day that the parameter `name` gives. Raises BadParameter, with the nearest day that would do."""
    try:
        day = date.fromisoformat(value) if _ISO.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise BadParameter(name, value[:80], "day", nearest=nearest(value[:80], language, today))
    if day > today:
        raise BadParameter(name, value, "future", nearest=today.isoformat())
    return day.isoformat()


def nearest(value: str, language: str, today: date) -> str:
    """The day that somebody may have meant, not after today: the last one of what was said. Empty when unclear."""
    day = None
    if found := understood(value, language, today):
        day = read_edtf(found.edtf).last
    elif found_year := _YEAR_FIRST.fullmatch(value):
        day = _last_of(*found_year.groups())
    elif found_day := _DAY_FIRST.fullmatch(value):
        day = _last_of(found_day[3], found_day[2], found_day[1])
    return min(day, today).isoformat() if day else ""


def _last_of(year: str, month: str | None, day: str | None) -> date | None:
    """The last day of the year, or of its month: where the month can be none, the day may have been put before it."""
    if not int(year):
        return None
    at = next((int(one) for one in (month, day) if one and 1 <= int(one) <= 12), None if month else 12)
    return date(int(year), at, monthrange(int(year), at)[1]) if at else None


def position_of(connection: Connection, day: str) -> int:
    """The last ledger position of a day, zero before anything was published. One query."""
    wanted = select(func.max(published_day.c.seq)).where(published_day.c.day <= day)
    return connection.scalar(wanted) or 0


def positions_of(connection: Connection, start: str, end: str) -> tuple[int, int]:
    """The last ledger positions of two days. One query."""
    wanted = (select(func.max(published_day.c.seq)).where(published_day.c.day <= day) for day in (start, end))
    row = connection.execute(select(*(each.scalar_subquery() for each in wanted))).one()
    return row[0] or 0, row[1] or 0


def first_day(connection: Connection) -> str:
    """The day on which the register first published something; empty before that. One query."""
    return connection.scalar(select(func.min(published_day.c.day))) or ""


def public(table: FromClause, seq: int | None) -> ColumnElement[bool]:
    """Whether a row of the projection was public at a ledger position (None: is public now)."""
    if seq is None:
        return table.c.pub_to.is_(None)
    return and_(table.c.pub_from <= seq, or_(table.c.pub_to.is_(None), table.c.pub_to > seq))


def stood_then(shown: FromClause, days: FromClause, clock: Clock) -> ColumnElement[bool]:
    """Whether a row of `days` (the table `stood`) tells how the record of a card stood by this clock."""
    return and_(
        days.c.kind == shown.c.kind,
        days.c.record == shown.c.record,
        days.c.day_from <= clock.day,
        or_(days.c.day_to.is_(None), days.c.day_to > clock.day),
        public(days, clock.seq),
    )


def cards(clock: Clock) -> FromClause:
    """The cards by this clock: the whole table for now (see `current`), else a subquery of those shown.

    "As of" leaves out what was not there yet (`ledger.since`), and tells of a session how it stood on that day.
    """
    if not clock.name:
        return card
    said: dict[str, ColumnElement[Any]] = {
        name: func.coalesce(stood.c[name], card.c[name]).label(name) for name in _SAID
    }
    said |= {name: stood.c[name] for name in _SAID_OR_NOT}
    said["nature"] = nature(clock, card, stood).label("nature")
    return (
        select(*(said.get(column.name, column) for column in card.c))
        .select_from(card.outerjoin(stood, stood_then(card, stood, clock)))
        .where(there(clock))
        .subquery("shown")
    )


def current(shown: FromClause) -> ColumnElement[bool]:
    """What must hold of the rows of `cards`, so that only those shown remain: nothing more for another day than now."""
    return card.c.pub_to.is_(None) if shown is card else true()


def nature(clock: Clock, shown: FromClause, days: FromClause) -> ColumnElement[Any]:
    """The nature of an agreement or the state of a session by this clock: of a card, and the row of `stood` beside it.

    "As published on" takes the text as it was, which said what it said.
    """
    return func.coalesce(days.c.state, shown.c.nature) if clock.name == AS_OF else shown.c.nature


def there(clock: Clock, shown: FromClause = card) -> ColumnElement[bool]:
    """Whether a card is shown by this clock."""
    return and_(public(shown, clock.seq), begun(clock, shown))


def begun(clock: Clock, shown: FromClause) -> ColumnElement[bool]:
    """Whether the record of a card was there on the day, where this clock asks for that."""
    return shown.c.there_from <= clock.day if clock.name == AS_OF else true()


class Baseline(NamedTuple):
    """A day that has a name: the one to ask for (ISO, the last that a vague date may be), how it is said, and whether
    that is vague.
    """

    day: str
    said: str
    vague: bool


def baselines(summits: Sequence[tuple[str, str]], language: str) -> list[Baseline]:
    """The government summits that were held (`sets.Sets.summits`), latest first."""
    return [Baseline(day, say(edtf, language), edtf != day) for day, edtf in summits]
