"""What came about between two days, or since a government summit, grouped by topic."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from flask import request

from register import i18n
from register.door import Answer, Visit, room
from register.errors import BadParameter
from register.ledger import between, changes, clocks
from register.words.comparing import Span, compare
from register.words.rhythm import rhythm
from register.words.vocabulary import Change


class Compared(NamedTuple):
    """A text that differs: which one, and its words of both days in one row."""

    name: str
    spans: Sequence[Span]

    @property
    def fresh(self) -> bool:
        """Whether there was no such text before: then nothing needs to be marked."""
        return len(self.spans) == 1


@room("changes")
def changed(visit: Visit) -> Answer:
    """The changes between two days: by default from the last summit until today."""
    connection, language = visit.connection, visit.language
    given = between.given(request.args.to_dict(flat=False), (*between.PARAMETERS, "after", "before"))
    topics = {row.record: row for row in visit.sets.topics}
    titles = {record: getattr(topic, f"title_{language}") for record, topic in topics.items()}
    baselines = clocks.baselines(visit.sets.summits, language)
    summit = baselines[0].day if baselines else ""
    question = between.question(given, language, visit.today, summit, titles)
    after, before = given.get("after", ""), given.get("before", "")
    if after and before:
        raise BadParameter("before", before[:40], "key")
    asked = question.asked(connection, after, before)
    found = changes.between(connection, asked)
    said = changes.texts(connection, language, found.rows, asked.window) if question.words else {}
    context: dict[str, Any] = {
        "question": question,
        "page": found,
        "grouped": [(topics.get(topic), list(rows)) for topic, rows in groupby(found.rows, key=lambda row: row.topic)],
        "topics": topics,
        "baselines": baselines,
        "compared": {
            reference: [Compared(text.name, compare(text.before, text.after)) for text in texts]
            for reference, texts in said.items()
        },
        "rooms": i18n.KINDS,
        "marks": [change.value for change in Change],
        "rhythm": rhythm(date.fromisoformat(question.end)).days,
        "questions": clocks.PARAMETERS,
    }
    kept = question.address(after=after, before=before) if given else {}
    return Answer("changes/changes.html", context, parameters=kept)
