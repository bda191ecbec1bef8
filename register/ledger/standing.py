"""How a record stands: its status, on whose word, and when each side last spoke, from the positions alone."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from register.ledger.tables import position
from register.words.vocabulary import CLOSED, SIDES, Confirmation, Status


def of(connection: Connection, kind: str, record: str, header: str) -> dict[str, Any]:
    """Status, on whose word, and when each side last reported, from what stands now (design rules 2 and 9)."""
    return by(told(connection, kind, record), header)


def told(connection: Connection, kind: str, record: str) -> Sequence[Any]:
    """What stands now of all that was reported about a record, from the earliest day to the latest. One query."""
    return connection.execute(
        select(position)
        .where(position.c.kind == kind, position.c.record == record, position.c.pub_to.is_(None))
        .order_by(position.c.as_of, position.c.seq)
    ).all()


def by(told: Sequence[Any], header: str) -> dict[str, Any]:
    """The same from the reports themselves, in their order, and the header of the record's own text. No query."""
    spoke = {row.side: row.as_of for row in told}
    said = [row for row in told if row.status]
    joint = _joint(said)
    since = {row.side: row for row in said if joint and row.confirmed and _order(row) > _order(joint)}
    if joint and not since.keys() >= set(SIDES):
        latest, word = joint, Confirmation.JOINT
    else:
        last = since or {row.side: row for row in said}
        of_sides = [last[side] for side in SIDES if side in last]
        latest = max(of_sides or last.values(), key=_order, default=None)
        word = _word(of_sides, {confirmation["side"] for confirmation in json.loads(header)["confirmations"]})
    status = latest.status if latest else Status.UNKNOWN
    return {
        "status": status,
        "status_open": int(status not in CLOSED),
        "confirmation": word,
        "updated": max(spoke.values(), default=""),
        "updated_nl": spoke.get("nl"),
        "updated_vl": spoke.get("vl"),
    }


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
