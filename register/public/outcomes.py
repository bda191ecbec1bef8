"""What sessions led to: the outcomes that touch a record, each with its session."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from register.door import Visit
from register.ledger import read
from register.words.vocabulary import SessionState


class Touching(NamedTuple):
    """An outcome of a session that touches a record. `place` is its path in the session's body."""

    session: read.Published
    outcome: dict[str, Any]
    place: str


def touching(
    visit: Visit, record: str, naming: Mapping[str, list[read.Neighbour]], seq: int | None
) -> dict[str, list[Touching]]:
    """The outcomes that touch an agreement, by the id of their session. One query, none where there are none."""
    held = [other for other in naming.get("session", ()) if other.card.nature == SessionState.HELD]
    named = sorted({other.record for other in held if other.role == "outcomes"})
    found: dict[str, list[Touching]] = defaultdict(list)
    for session, doc in read.of_records(visit.connection, visit.language, "session", named, seq).items():
        for place, outcome in enumerate(doc.body["outcomes"]):
            if record in outcome["agreements"]:
                found[session].append(Touching(doc, outcome, f"outcomes.{place}.text"))
    return found


def in_words(said: list[Touching]) -> str:
    """The outcomes of a session in one text."""
    return " ".join(str(each.outcome["text"]) for each in said)
