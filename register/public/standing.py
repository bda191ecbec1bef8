"""On whose word a record stands, for its page: what each side said last, what both confirmed, and what was said since.

The status and its confirmation come from the card (`ledger.standing`); this names the reports behind them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from register import i18n
from register.door import Visit
from register.ledger import read
from register.ledger import standing as ledger
from register.words.dates import read_edtf
from register.words.vocabulary import SIDES, Confirmation


class Key(NamedTuple):
    """A confirmation as the public sees it: which side, which organisation of it, and on which day."""

    side: str
    who: str
    reference: str
    day: str


class Column(NamedTuple):
    """What one side said: its last report, its last status, and its last own report unless a joint one followed."""

    last: read.Published | None = None
    status: str | None = None
    own: read.Published | None = None


class Said(NamedTuple):
    """A report as `ledger.standing` counts it: of one side, in the order of `ordered`."""

    side: str
    seq: int
    as_of: str
    status: str
    confirmed: int
    update_id: str


class Standing(NamedTuple):
    """The two columns and the line above them, the joint report that the status stands on, and what was said since."""

    variant: str
    by: str
    columns: dict[str, Column]
    joint: read.Published | None
    joint_day: str
    since: list[read.Published]


def ordered(updates: Iterable[read.Published]) -> list[read.Published]:
    """Reports from the earliest to the latest: by the last day that they may be about, then as they were published."""
    return sorted(updates, key=lambda update: (read_edtf(update.body["as_of"]["edtf"]).last, update.seq))


def jointly(update: read.Published) -> bool:
    """Whether both sides confirmed this very text."""
    return {key["side"] for key in update.confirmations} >= set(SIDES)


def keys(visit: Visit, docs: Sequence[read.Published]) -> dict[int, list[Key]]:
    """Who confirmed each document, by its position in the ledger. One query, none where nothing is confirmed."""
    named = sorted({key["function"] for doc in docs for key in doc.confirmations})
    titles = read.titles(visit.connection, visit.language, "organisation", named)
    return {
        doc.seq: [
            Key(key["side"], *_named(titles, key["function"]), i18n.local_day(key["time"]))
            for key in sorted(doc.confirmations, key=lambda key: SIDES.index(key["side"]))
        ]
        for doc in docs
    }


def of_record(doc: read.Published, updates: Sequence[read.Published]) -> Standing:
    """How `doc` stands, by its `updates` in their order (`ordered`). No query."""
    counted = _settled(doc, updates)
    joint = None
    if doc.stand.confirmation == Confirmation.JOINT:
        joint = next((update for update in reversed(counted) if update.body["status"] and jointly(update)), None)
    later = updates[updates.index(joint) + 1 :] if joint else [update for update in updates if update not in counted]
    since = {update.sides[0]: update for update in later if len(update.confirmations) == 1 and update.sides}
    columns = {side.value: _column(updates, side) for side in SIDES}
    variant, by = _line(doc, counted, columns)
    day = max((i18n.local_day(key["time"]) for key in joint.confirmations), default="") if joint else ""
    return Standing(variant, by, columns, joint, day, [since[side] for side in SIDES if side in since])


def _settled(doc: read.Published, updates: Sequence[read.Published]) -> Sequence[read.Published]:
    """Those of `updates` that the record stands on: without what was said since the sides differ, until it is noted."""
    if doc.stand.confirmation == Confirmation.DIFFERENT:
        return updates
    said = [
        Said(
            side,
            update.seq,
            read_edtf(update.body["as_of"]["edtf"]).last.isoformat(),
            update.body["status"],
            int(any(key["side"] == side for key in update.confirmations)),
            update.record,
        )
        for update in updates
        if update.body["status"]
        for side in (update.sides if update.body["sides"] else ("third",))
    ]
    left = {row.seq for row in ledger.settled(said)}
    return [update for update in updates if not update.body["status"] or update.seq in left]


def _named(titles: dict[str, tuple[str, str]], function: str) -> tuple[str, str]:
    return titles.get(function, (function, ""))  # an organisation that is not published: as the ledger names it


def _column(updates: Sequence[read.Published], side: str) -> Column:
    mine = [update for update in updates if side in update.sides]
    if not mine:
        return Column()
    status = next((update.body["status"] for update in reversed(mine) if update.body["status"]), None)
    own = next((update for update in reversed(mine) if jointly(update) or len(update.sides) == 1), None)
    return Column(mine[-1], status, own if own and len(own.sides) == 1 else None)


def _line(doc: read.Published, updates: Sequence[read.Published], columns: dict[str, Column]) -> tuple[str, str]:
    """The line of templates/components/sides.html, and the side that it is of."""
    word = doc.stand.confirmation
    drawn = {Confirmation.JOINT: "whole", Confirmation.DIFFERENT: "differ", Confirmation.BOTH_SEPARATELY: "separate"}
    if word in drawn:
        return drawn[Confirmation(word)], ""
    if word == Confirmation.ONE_SIDE:
        stated = [update for update in updates if update.body["status"] and update.sides]
        told = stated[-1:] if any(update.confirmations for update in stated[-1:]) else stated
        sides = [key["side"] for update in reversed(told or [doc]) for key in update.confirmations]
        return "one", sides[0] if sides else ""
    spoke = [side for side in SIDES if columns[side].last]
    return ("letter", spoke[0]) if len(spoke) == 1 else ("plain" if updates else "silent", "")
