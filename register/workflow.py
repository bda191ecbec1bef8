"""THE tables of the workflow: which status may follow which, who confirms what, and how long a side has.

Every other module asks here. Design rules 1 and 2; changing a line here changes how the two governments work together.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from register.words import workdays
from register.words.taking import Taking
from register.words.vocabulary import SIDES, SessionState, Standing, Status
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
# From the state of a session that is public (none: it is new) to the one it gets; to stay as it is is always allowed.
SESSIONS: Mapping[SessionState | None, frozenset[SessionState]] = {
    None: frozenset({SessionState.EXPECTED, SessionState.PLANNED, SessionState.HELD}),
    SessionState.EXPECTED: frozenset(SessionState) - {SessionState.EXPECTED},
    SessionState.PLANNED: frozenset({SessionState.EXPECTED, SessionState.HELD, SessionState.CANCELLED}),
    SessionState.CANCELLED: frozenset({SessionState.EXPECTED, SessionState.PLANNED}),
    SessionState.NOT_KNOWN: frozenset(SessionState) - {SessionState.NOT_KNOWN},
    SessionState.HELD: frozenset(),
}
EVIDENCE_NEEDED = frozenset({Status.COMPLETED, Status.PARTLY_COMPLETED})  # design rule 8
CITATION_NEEDED = frozenset({"agreement"})  # kinds of record that rest on a passage: design rule 8


class Periods(NamedTuple):
    """How long a side has, in working days of both sides, for what was asked of it on the day `since` or later."""

    since: date
    reminded: int  # until a silent side is reminded
    named: int  # until the page says that its response was asked
    differing: int  # from the notice that readings differ until the register shows it


# Whoever changes a period adds a line with the day from which it holds: what was asked before keeps what it was told.
PERIODS: tuple[Periods, ...] = (Periods(date(2023, 1, 1), reminded=10, named=30, differing=10),)
LONGEST_PAUSE = 366  # days; a side that needs longer declares another


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

# Whose word a document of each kind is: that of the side or sides that this field of it names. Where it names neither
# (a joint action, an organisation of a third government, a source of a third body), or where there is no such field,
# it is the word of both. What is not here goes through no keys.
WHOSE: Mapping[str, str | None] = {
    # --- kind ----- field --- one side's own when
    "update": "sides",  # one side reports
    "agreement": None,  # never: it is what both agreed, also where one of them declared something
    "action": "side",  # it is a national measure
    "session": None,  # never: both sides meet
    "organisation": "side",  # it belongs to one side
    "source": "sides",  # it is a document of one side
    "designation": "side",  # always: each side names its own lead body
    "move": "side",  # the date of a national measure is moved
}


def sides_of(kind: str, body: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> frozenset[str]:
    """The sides whose word a document is, which are those who confirm it. KeyError for a kind without keys.

    `before`: the version that it changes. Whoever that is the word of confirms the change too, so that no side makes
    its own alone what is of both or of the other.
    """
    field = WHOSE[kind]
    said = body[field] if field else None
    named = {said} if isinstance(said, str) else set(said or ())
    found = frozenset(named) if named and named <= set(SIDES) else frozenset(SIDES)
    return found | sides_of(kind, before) if before else found


def mode_of(kind: str, body: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Mode:
    """Whether a document is one side's own word or that of both, as `sides_of`. KeyError for a kind without keys."""
    return Mode.OWN if len(sides_of(kind, body, before)) == 1 else Mode.JOINT


# Who confirms a translation: a working one a second colleague of the side that made it, an agreed one a person of each.
TRANSLATED_BY: Mapping[Standing, Mode] = {Standing.WORKING: Mode.OWN, Standing.AGREED: Mode.JOINT}

HIDDEN_FOR = 10  # working days that a text is not shown at the request of one side (design rule 6)


def takings(word: Collection[str], confirmed: bool, side: str) -> dict[Taking, bool]:
    """What `side` may do to take back a text that is the word of the sides in `word`, and whether it does so alone.

    Its own word it withdraws alone. Of what is also the other side's, it withdraws its own confirmation, if it was
    confirmed at all, and hides it for a while; that the whole is withdrawn, both must want.
    """
    if side not in word:
        return {}
    if set(word) == {side}:
        return {Taking.WITHDRAWN: True}
    alone = {Taking.UNCONFIRMED: True} if confirmed else {}
    return {**alone, Taking.HIDDEN: True, Taking.WITHDRAWN: False}


def allowed(last: Status, following: Status) -> bool:
    """Whether a side whose last status is `last` may now give `following`."""
    return following is not Status.UNKNOWN and (following is last or following in TRANSITIONS[last])


def following(last: Status) -> tuple[Status, ...]:
    """The statuses that may follow `last`, in the order of the vocabulary; `last` itself among them, as "no change"."""
    return tuple(status for status in Status if allowed(last, status))


def session_may(last: SessionState | None, state: SessionState) -> bool:
    """Whether a session whose public state is `last` (None: it is new) may get `state`."""
    return state is last or state in SESSIONS[last]


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


def periods(asked: date) -> Periods:
    """The periods that hold for what was asked on that day."""
    return max((each for each in PERIODS if each.since <= asked), default=PERIODS[0], key=lambda each: each.since)


def over(asked: date, days: int, pauses: Collection[workdays.Span]) -> date:
    """The first day after a period of so many working days since `asked`, not counting those on which it stands still.

    It stands still in a pause of the side (design rule 2), and while the public is not shown the record that the text
    is about (rule 6): until it is shown again nobody could confirm the text, so that no side is silent in that time.
    """
    return workdays.after(asked, days, pauses)
