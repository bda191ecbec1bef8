"""The question that a page answers: how it stands, how it stood on a day, or what was public on a day."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import request

from register.door import Visit
from register.ledger import clocks
from register.ledger.filters import DUE_SOON


class Asked(NamedTuple):
    """What the control "how it stood on" needs (templates/components/clock.html).

    The clock, the questions that the page takes, its reference (empty: a list), its other parameters, the summits whose
    days have a name, and the register's first day where nothing was public on the day that is asked for.
    """

    clock: clocks.Clock
    questions: tuple[str, ...]
    reference: str
    kept: Mapping[str, str]
    baselines: Sequence[clocks.Baseline]
    first: str


def clock(visit: Visit, kind: str) -> clocks.Clock:
    """The clock that the address asks for, of a page of this kind. At most one query. Raises BadParameter."""
    known = clocks.questions(kind)
    values = {name: found for name, found in request.args.to_dict(flat=False).items() if name in known}
    return clocks.asked(visit.connection, visit.language, values, visit.today)


def context(
    visit: Visit, kind: str, asked: clocks.Clock, kept: Mapping[str, str], reference: str = ""
) -> dict[str, Any]:
    """What the templates of a page that can be asked take. No query, one for a day before the register."""
    first = clocks.first_day(visit.connection) if asked.seq == 0 else ""
    known = clocks.questions(kind)
    baselines = clocks.baselines(visit.sets.summits, visit.language) if clocks.AS_OF in known else ()
    today = asked.today(visit.today)
    return {
        "asked": Asked(asked, known, reference, kept, baselines, first),
        "at": asked.parameters,
        "today": today.isoformat(),
        "soon": (today + DUE_SOON).isoformat(),
    }
