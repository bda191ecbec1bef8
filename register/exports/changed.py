"""Downloads of the page of changes: a row for each record that changed, with what changed and how it stood and stands.

Of what was taken back a row has the reference, and not a word.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row

from register import i18n
from register.door import Visit, absolute
from register.exports.columns import Cell, labelled
from register.i18n import mark as _
from register.ledger import between, changes, clocks, read
from register.ledger.changes import Asked
from register.ledger.stood import REPORTED
from register.words.vocabulary import Change, Confirmation, SessionState, Status

LENGTH = 500
HEADINGS = (
    _("Reference"), _("Title"), _("Topic"), _("What changed"), _("Status before"), _("Status"),
    _("On whose word before"), _("On whose word"), _("Term that holds, last day"), _("Address"),
)  # fmt: skip


def question(visit: Visit, values: Mapping[str, list[str]]) -> between.Question:
    """What the address asks for, as the page reads it, without its pages. Raises BadParameter."""
    asked = between.given(values, between.PARAMETERS)
    baselines = clocks.baselines(visit.sets.summits, visit.language)
    cards = read.cards(visit.connection, "topic", "place")
    topics = {row.record: getattr(row, f"title_{visit.language}") for row in cards}
    return between.question(asked, visit.language, visit.today, baselines[0].day if baselines else "", topics)


def rows(visit: Visit, asked: Asked, kind: str) -> Iterator[list[Cell]]:
    """The changed records of a kind, in the order of the page."""
    topics = {row.record: row for row in read.cards(visit.connection, "topic", "place")}
    for stretch in changes.stretches(visit.connection, asked, kind, LENGTH):
        for row in stretch:
            yield _cells(row, visit.language, topics)


def documents(visit: Visit, asked: Asked) -> Iterator[dict[str, Any]]:
    """The changed records of all kinds for programs, in fixed words."""
    for kind in REPORTED:
        for stretch in changes.stretches(visit.connection, asked, kind, LENGTH):
            for row in stretch:
                there = row.title_nl is not None
                yield {
                    "kind": row.kind,
                    "reference": row.reference,
                    "identifier": absolute(i18n.lasting(row.kind, row.reference)),
                    "topic": row.topic,
                    "title": getattr(row, f"title_{visit.language}"),
                    "changes": [change.value for change in Change if getattr(row, change.value)],
                    "before": {"status": row.before_status, "confirmation": row.before_confirmation},
                    "after": {"status": row.status, "confirmation": row.confirmation, "due": row.due}
                    if there
                    else None,
                }


def _cells(row: Row[Any], language: str, topics: Mapping[str, Row[Any]]) -> list[Cell]:
    labels = i18n.labels(language)
    topic = topics.get(row.topic)
    there = row.title_nl is not None
    state = labelled(SessionState, row.nature, language) if row.kind == "session" and there else None
    return [
        row.reference,
        getattr(row, f"title_{language}"),
        getattr(topic, f"title_{language}") if topic else None,
        "; ".join(labels["Change"][change.value] for change in Change if getattr(row, change.value)),
        labelled(Status, row.before_status, language),
        state or (labelled(Status, row.status, language) if there else None),
        labelled(Confirmation, row.before_confirmation, language),
        labelled(Confirmation, row.confirmation, language) if there else None,
        date.fromisoformat(row.due) if row.due else None,
        absolute(i18n.lasting(row.kind, row.reference)),
    ]
