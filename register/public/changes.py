"""What came about between two days, or since a government summit, grouped by topic."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from flask import request

from register import i18n
from register.door import Answer, Visit, room
from register.errors import BadParameter
from register.ledger import changes, clocks, read
from register.ledger.filters import LONGEST, readable
from register.words.comparing import Span, compare
from register.words.rhythm import rhythm
from register.words.vocabulary import Change

_PARAMETERS = ("from", "to", "by", "topic", "change", "words", "after", "before")


class Question(NamedTuple):
    """The address of the page, read: empty values are left out of it."""

    start: str
    end: str
    by: str
    topic: str
    change: str
    words: str

    def address(self, **changed: str) -> dict[str, str]:
        """The parameters of this page with `changed`, from its first page on."""
        kept = self._asdict() | changed
        kept = {"from": kept.pop("start"), "to": kept.pop("end"), **kept}
        kept["by"] = "" if kept["by"] == clocks.AS_OF else kept["by"]
        return {name: value for name, value in kept.items() if value}


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
    given = _given()
    topics = {row.record: row for row in read.cards(connection, "topic", "place")}
    baselines = clocks.baselines(connection, language)
    question = _question(visit, given, baselines[0].day if baselines else "", tuple(topics))
    window = changes.window(connection, question.by, question.start, question.end)
    after, before = given.get("after", ""), given.get("before", "")
    if after and before:
        raise BadParameter("before", before[:40], "key")
    change = Change(question.change) if question.change else None
    found = changes.between(
        connection, changes.Asked(window, question.topic or None, change, after or None, before or None)
    )
    said = changes.texts(connection, language, found.rows, window) if question.words else {}
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


def _given() -> dict[str, str]:
    """The parameters as they came. Raises BadParameter for one that is unknown, given twice, too long or unreadable."""
    given = {}
    for name, found in request.args.to_dict(flat=False).items():
        if name not in _PARAMETERS:
            raise BadParameter(name, found[0][:40], "unknown", _PARAMETERS)
        if len(found) > 1:
            raise BadParameter(name, found[1][:40], "repeated")
        if len(found[0]) > LONGEST:
            raise BadParameter(name, found[0][:40] + "…", "long")
        if not readable(found[0]):
            raise BadParameter(name, found[0], "encoding")
        given[name] = found[0].strip()
    return given


def _question(visit: Visit, given: dict[str, str], summit: str, topics: tuple[str, ...]) -> Question:
    start = summit or (visit.today - rhythm(visit.today)).isoformat()
    days = {"from": start, "to": visit.today.isoformat()}
    for name in days:
        if given.get(name):
            days[name] = clocks.read_day(name, given[name], visit.language, visit.today)
    if days["from"] > days["to"]:
        raise BadParameter("from", days["from"], "order", nearest=days["to"])
    allowed = {
        "by": clocks.PARAMETERS,
        "topic": topics,
        "change": tuple(change.value for change in Change),
        "words": ("1",),
    }
    for name, words in allowed.items():
        if given.get(name) and given[name] not in words:
            raise BadParameter(name, given[name][:40], "value", words)
    by = given.get("by") or clocks.AS_OF
    return Question(days["from"], days["to"], by, *(given.get(name, "") for name in ("topic", "change", "words")))
