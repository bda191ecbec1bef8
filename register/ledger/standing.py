"""How a record stands: its status, on whose word, and when each side last spoke, from what is published alone.

That readings differ is said only once an entry of the ledger says so, after the other side had its notice
(docs/decisions/0011). Until then the record stands as it did before the last report.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from register.ledger import notices
from register.ledger.prepared import given, prepared
from register.ledger.tables import position
from register.words.vocabulary import CLOSED, SIDES, Confirmation, Status


def of(connection: Connection, kind: str, record: str, header: str) -> dict[str, Any]:
    """Status, on whose word, and when each side last reported, from what stands now (design rules 2 and 9)."""
    return by(told(connection, kind, record), header, notices.noted(connection, kind, record))


def told(connection: Connection, kind: str, record: str) -> Sequence[Any]:
    """What stands now of all that was reported about a record, from the earliest day to the latest. One query."""
    return _told().all(connection, kind=kind, record=record)


@prepared
def _told() -> Select[Any]:
    mine = (position.c.kind == given("kind"), position.c.record == given("record"), position.c.pub_to.is_(None))
    return select(position).where(*mine).order_by(position.c.as_of, position.c.seq)


def by(told: Sequence[Any], header: str, noted: Sequence[notices.Noted] = ()) -> dict[str, Any]:
    """The same from the reports themselves, in their order, and the header of the record's own text. No query.

    `noted` are the entries that say that the readings of the record differ, or did.
    """
    spoke = {row.side: row.as_of for row in told}
    said = [row for row in told if row.status]
    keys = {confirmation["side"] for confirmation in json.loads(header)["confirmations"]}
    latest, word = _stand(said, keys)
    if word is Confirmation.DIFFERENT and not _is_noted(said, noted):
        latest, word = _stand(settled(said), keys)
    status = latest.status if latest else Status.UNKNOWN
    return {
        "status": status,
        "status_open": int(status not in CLOSED),
        "confirmation": word,
        "updated": max(spoke.values(), default=""),
        "updated_nl": spoke.get("nl"),
        "updated_vl": spoke.get("vl"),
    }


def settle(connection: Connection, kind: str, record: str, seq: int) -> None:
    """Note at the entry of `seq` that readings which differed agree again, where they do."""
    if any(note.until is None for note in notices.noted(connection, kind, record)) and not differ(
        connection, kind, record
    ):
        notices.agree(connection, kind, record, seq)


def differ(connection: Connection, kind: str, record: str) -> bool:
    """Whether both sides confirmed a status of their own and these are not the same, said so or not. One query."""
    return _differ([row for row in told(connection, kind, record) if row.status])


def settled(said: Sequence[Any]) -> list[Any]:
    """What was said before the sides began to differ: without the reports published last, as many as it takes.

    Rows have side, seq, as_of, status, confirmed (0 or 1) and update_id, in the order of `as_of` and `seq`.
    """
    left = list(said)
    while _differ(left):
        last = max(row.seq for row in left)
        left = [row for row in left if row.seq != last]
    return left


def _differ(said: Sequence[Any]) -> bool:
    return _stand(said, set())[1] is Confirmation.DIFFERENT


def _is_noted(said: Sequence[Any], noted: Sequence[notices.Noted]) -> bool:
    """Whether an entry says that these readings differ: it names them, or they came while it was so."""
    last = {row.side: row for row in said if row.confirmed and row.side in SIDES}
    reports, newest = {row.update_id for row in last.values()}, max(row.seq for row in last.values())
    return any(
        reports <= note.updates if newest < note.seq else note.until is None or newest < note.until for note in noted
    )


def _stand(said: Sequence[Any], keys: set[str]) -> tuple[Any, Confirmation]:
    """The report that the status stands on, None where there is none, and on whose word it stands."""
    joint = _joint(said)
    since = {row.side: row for row in said if joint and row.confirmed and _order(row) > _order(joint)}
    if joint and not since.keys() >= set(SIDES):
        return joint, Confirmation.JOINT
    last = since or {row.side: row for row in said}
    of_sides = [last[side] for side in SIDES if side in last]
    return max(of_sides or last.values(), key=_order, default=None), _word(of_sides, keys)


def _joint(said: Sequence[Any]) -> Any:
    """The last status that both sides confirmed in one text; it stands until both have spoken anew, each by itself."""
    keys = Counter(row.update_id for row in said if row.confirmed and row.side in SIDES)
    return next((row for row in reversed(said) if keys[row.update_id] == len(SIDES)), None)


def _order(row: Any) -> tuple[str, int]:
    """Which of two reports is the later one: that of the later day, on one day the one published last."""
    return row.as_of, row.seq


def _word(of_sides: list[Any], keys: set[str]) -> Confirmation:
    """On whose word the status stands where no joint text does; the record's own text where no side gave a status."""
    if not of_sides:
        return Confirmation.JOINT if keys.issuperset(SIDES) else Confirmation.ONE_SIDE if keys else Confirmation.NONE
    confirmed = [row for row in of_sides if row.confirmed]
    if len(confirmed) == len(SIDES):
        same = len({row.status for row in confirmed}) == 1
        return Confirmation.BOTH_SEPARATELY if same else Confirmation.DIFFERENT
    return Confirmation.ONE_SIDE if confirmed else Confirmation.NONE
