"""What the address of the changes asks for: two days, the clock that tells them, and which changes.

The page and its downloads take the same parameters and read them here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from register import i18n
from register.errors import BadParameter
from register.ledger import changes, clocks
from register.ledger.filters import LONGEST, readable
from register.words.rhythm import rhythm
from register.words.vocabulary import Change

PARAMETERS = ("from", "to", "by", "topic", "change", "words")


class Question(NamedTuple):
    """The address of the changes, read: empty values are left out of it."""

    start: str
    end: str
    by: str
    topic: str
    change: str
    words: str

    def address(self, **changed: str) -> dict[str, str]:
        """The parameters of the page with `changed`, from its first page on."""
        kept = self._asdict() | changed
        kept = {"from": kept.pop("start"), "to": kept.pop("end"), **kept}
        kept["by"] = "" if kept["by"] == clocks.AS_OF else kept["by"]
        return {name: value for name, value in kept.items() if value}

    def asked(self, connection: Connection, after: str = "", before: str = "") -> changes.Asked:
        """The same, to be looked up. One query."""
        window = changes.window(connection, self.by, self.start, self.end)
        change = Change(self.change) if self.change else None
        return changes.Asked(window, self.topic or None, change, after or None, before or None)


def given(values: Mapping[str, Sequence[str]], known: Sequence[str]) -> dict[str, str]:
    """The parameters as they came. Raises BadParameter for one that is unknown, given twice, too long or unreadable."""
    found = {}
    for name, said in values.items():
        if name not in known:
            raise BadParameter(name, said[0][:40], "unknown", tuple(known))
        if len(said) > 1:
            raise BadParameter(name, said[1][:40], "repeated")
        if len(said[0]) > LONGEST:
            raise BadParameter(name, said[0][:40] + "…", "long")
        if not readable(said[0]):
            raise BadParameter(name, said[0], "encoding")
        found[name] = said[0].strip()
    return found


def question(asked: Mapping[str, str], language: str, today: date, summit: str, topics: Mapping[str, str]) -> Question:
    """The question that these parameters ask: by default since the last `summit` (its ISO day, if any) until today.

    `topics` has the title of each by its id. Raises BadParameter for what is no day or no value.
    """
    days = {"from": summit or (today - rhythm(today)).isoformat(), "to": today.isoformat()}
    for name in days:
        if asked.get(name):
            days[name] = clocks.read_day(name, asked[name], language, today)
    if days["from"] > days["to"]:
        raise BadParameter("from", days["from"], "order", nearest=days["to"])
    allowed: dict[str, Mapping[str, str]] = {
        "by": dict.fromkeys(clocks.PARAMETERS, ""),
        "topic": topics,
        "change": i18n.labels(language)["Change"],
        "words": {"1": ""},
    }
    for name, words in allowed.items():
        if asked.get(name) and asked[name] not in words:
            raise BadParameter(name, asked[name][:40], "value", tuple(words), said=words)
    by = asked.get("by") or clocks.AS_OF
    return Question(days["from"], days["to"], by, *(asked.get(name, "") for name in ("topic", "change", "words")))
