"""The pages that explain the downloads: the forms, the columns, and how to check the ledger oneself."""

from typing import NamedTuple

from register import i18n
from register.door import Answer, Visit, absolute, room
from register.exports import asking, tables
from register.exports.columns import Column
from register.ledger import filters
from register.web.rendering import STATIC

SCRIPT = "verify.py"


class Described(NamedTuple):
    """A column as the data dictionary has it: what it means, the kinds whose tables have it, the words it may be."""

    name: str
    meaning: str
    kinds: list[str]
    words: list[str]


@room("data")
def data(visit: Visit) -> Answer:
    """What can be taken along, in which forms, and what each column says."""
    said = i18n.translations(visit.language)
    return Answer(
        "exports/data.html",
        {
            "kinds": {kind: said.gettext(asking.TITLES[kind]) for kind in filters.FILTERS},
            "forms": asking.FORMS,
            "tables": len(tables.COLUMNS),
            "columns": _dictionary(visit.language),
        },
    )


@room("verify")
def verify(visit: Visit) -> Answer:
    """How anybody checks the whole ledger, with the program that does it."""
    return Answer(
        "exports/verify.html",
        {
            "program": (STATIC / SCRIPT).read_text(encoding="utf-8"),
            "script": SCRIPT,
            "ledger": absolute("/data/ledger.jsonl"),
            "head": f"{visit.revision.seq}:{visit.revision.hash}",
        },
    )


def _dictionary(language: str) -> list[Described]:
    """Every column, once for all tables in which it means the same."""
    said, labels = i18n.translations(language), i18n.labels(language)
    found: dict[tuple[str, str], Described] = {}
    for kind, columns in tables.COLUMNS.items():
        for column in columns:
            at = (column.name, column.meaning)
            if at not in found:
                found[at] = Described(said.gettext(column.name), said.gettext(column.meaning), [], [])
            found[at].kinds.append(said.gettext(asking.TITLES[kind]))
            found[at].words.extend(one for one in _words(column, labels) if one not in found[at].words)
    return list(found.values())


def _words(column: Column, labels: dict[str, dict[str, str]]) -> list[str]:
    return list(labels[column.words.__name__].values()) if column.words else []
