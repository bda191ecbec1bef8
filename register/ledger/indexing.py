"""What is found of a record: its texts and names in the full-text index, phrases of the glossary, its words."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from register.ledger import written
from register.ledger.lexicon import synonym
from register.ledger.prepared import placed, places, prepared, room
from register.ledger.search import Text
from register.ledger.stems import LANGUAGES, number_words, phrases
from register.ledger.tables import card

_PAPER = re.compile(r"[\d ]+(-[IVXLC]+)?, nr\. \d")  # papers of the Dutch parliament are called by this word and number


def of_record(
    connection: Connection, reference: str, body: dict[str, Any], said: dict[str, dict[str, str]]
) -> dict[str, Text]:
    """What the index holds of a record: its texts but for words of dates, short names, its number and its places."""
    ids = body.get("places")
    named = _places(room(ids)).all(connection, **placed("record", ids)) if ids else []
    known_by = [body[name] for name in ("abbreviation", "number", "member") if body.get(name)]
    known_by += ["Kamerstuk"] if _PAPER.match(body.get("number") or "") else []
    return {
        language: Text(
            said[language]["title"],
            [text for path, text in said[language].items() if path != "title" and not path.endswith(".words")]
            + [*known_by, *number_words(reference)]
            + [place[index] for place in named],
        )
        for index, language in enumerate(LANGUAGES)
    }


@prepared
def _places(count: int) -> Select[Any]:
    titles = select(card.c.title_nl, card.c.title_en)
    return titles.where(card.c.kind == "place", card.c.record.in_(places("record", count)), card.c.pub_to.is_(None))


def of_report(reference: str, said: dict[str, dict[str, str]]) -> dict[str, Text]:
    """What the index holds of a report, which has no title."""
    return {language: Text("", told + number_words(reference)) for language, told in words(said).items()}


def synonyms(connection: Connection, record: str, body: dict[str, Any], said: dict[str, dict[str, str]]) -> None:
    """Keep the phrases of a term, which mean the same."""
    names = [said[language]["title"] for language in LANGUAGES] + [body["flemish"] or ""]
    names += [name for words in body["synonyms"].values() for name in words]
    written.add(connection, synonym, *({"record": record, "phrase": phrase} for phrase in phrases(names)))


def words(said: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """The texts of a record in each language, but for words of dates."""
    return {
        language: [text for path, text in texts.items() if not path.endswith(".words")]
        for language, texts in said.items()
    }
