"""The rules of the register as the design states them, written anew: what the product is measured against.

Nothing here asks the product anything but the words that were typed. What may be confirmed, taken back or said is
worked out from who people are, what their mandates cover on the day, and what was done before.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

BOTH = frozenset({"nl", "vl"})
TO_BE_SHOWN = ("completed", "partly_completed")  # what is said to be done is shown by something


@dataclass
class Text:
    """A text that was submitted, by the word that only it holds; `needs` are the sides whose keys it needs.

    `state`: waiting, returned, void, public, gone (withdrawn), or erased. `hidden` is the day it comes back. `names`:
    the agreements that it is about or names; `files`: the SHA-256 of what shows it; `told`: the word that only the
    translation holds which came with it.
    """

    id: str
    word: str
    kind: str
    about: str
    side: str
    author: str
    needs: frozenset[str]
    topics: frozenset[str]
    digest: str
    status: str | None = None
    replaces: str | None = None
    embargo: datetime | None = None
    state: str = "waiting"
    keys: dict[str, tuple[str, date]] = field(default_factory=dict)
    seq: int = 0
    version: int = 0
    reference: str = ""
    hidden: date | None = None
    hid: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    of: "Text | None" = None
    names: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    told: str = ""

    @property
    def complete(self) -> bool:
        """Whether each side that must confirm it did."""
        return self.needs <= self.keys.keys()

    @property
    def seen(self) -> bool:
        """Whether the public may see its words."""
        return self.state == "public" and self.hidden is None and (self.of is None or self.of.seen)

    @property
    def word_of(self) -> frozenset[str]:
        """The sides whose word it still is."""
        return self.needs - self.back


@dataclass
class Mandate:
    """The right of a person to confirm, on one topic or on all; between days another stands in."""

    id: str
    person: str
    topic: str
    ended: bool = False
    other: str = ""
    since: date = date.min
    until: date = date.max

    def held_by(self, day: date) -> str:
        """Who has it that day; nobody where it ended."""
        if self.ended:
            return ""
        return self.other if self.other and self.since <= day <= self.until else self.person


@dataclass
class Law:
    """Who may do what, as of `now`."""

    mandates: list[Mandate] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)

    def covers(self, person: str, topics: frozenset[str], day: date) -> bool:
        """Whether the person has a mandate for every topic of a text that day."""
        if side(person) not in BOTH or person in self.removed:
            return False
        held = {mandate.topic for mandate in self.mandates if mandate.held_by(day) == person}
        return "" in held or (bool(topics) and topics <= held)

    def may_turn(self, text: Text, person: str, day: date) -> bool:
        """Whether the person could confirm the text: of a side that must, with a mandate, and not of their own hand."""
        return person != text.author and side(person) in text.needs and self.covers(person, text.topics, day)

    def may_take(self, text: Text, person: str, day: date) -> bool:
        """Whether the person could take back what is (still) the word of their side."""
        return side(person) in text.word_of and self.covers(person, text.topics, day)


def side(person: str) -> str:
    """The side of a person, or `joint`."""
    return person.split("-")[0]


def needs(
    kind: str, said: dict[str, object], author_side: str, joint: bool, before: dict[str, object] | None = None
) -> frozenset[str]:
    """The sides that must confirm a text. What both state, both confirm; what is one side's own, that side.

    A change is confirmed by whoever the version `before` is of, too.
    """
    if before:
        return needs(kind, said, author_side, joint) | needs(kind, before, author_side, joint)
    if kind == "update":
        return BOTH if joint else frozenset({author_side})
    if kind in ("agreement", "session"):
        return BOTH
    named = said.get("sides") or (said.get("side"),)
    found = frozenset(str(one) for one in named)  # type: ignore[attr-defined]
    return found if found and found <= BOTH else BOTH


def weekdays(first: date, last: date) -> int:
    """The days from Monday to Friday after `first` up to and including `last`: no fewer than the working days."""
    days = (last - first).days
    return sum(1 for number in range(1, days + 1) if (first + timedelta(days=number)).weekday() < 5)
