"""The attached words of sources: the passages that citations name, by physical lines."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from register.ledger.prepared import placed, places, prepared, room
from register.ledger.tables import source_text

_MARKS = re.compile(r"\[(?:bookmark: [^\]]*|footnoteRef:\d+)\]")


def cited(connection: Connection, citations: Iterable[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The attached words of the cited lines, by (source, lines). One query, none where no lines are cited."""
    wanted = {(cited["source"], cited["lines"]) for cited in citations if cited.get("lines")}
    if not wanted:
        return {}
    spans = {key: span(key[1]) for key in wanted}
    passages = sorted(wanted)
    bounds = {"source": [source for source, _ in passages]} | {
        name: [spans[passage][number] for passage in passages] for number, name in enumerate(("first", "last"))
    }
    values = {place: value for name, some in bounds.items() for place, value in placed(name, some).items()}
    rows = _lines(room(passages)).all(connection, **values)
    found = {}
    for (source, lines), (first, last) in spans.items():
        text = _joined(row.text for row in rows if row.source == source and first <= row.line <= last)
        if text:
            found[source, lines] = _within(text)
    return found


@prepared
def _lines(count: int) -> Select[Any]:
    """The lines of `count` passages, in order."""
    named = zip(*(places(name, count) for name in ("source", "first", "last")), strict=True)
    return (
        select(source_text)
        .where(
            or_(
                *(
                    and_(source_text.c.source == source, source_text.c.line.between(first, last))
                    for source, first, last in named
                )
            )
        )
        .order_by(source_text.c.source, source_text.c.line)
    )


def _joined(lines: Iterable[str]) -> str:
    """Lines of a page as running text: marks of word processors and lone footnote numbers go, split words close."""
    text = ""
    for line in lines:
        line = _MARKS.sub("", line).strip()
        if not line or line.isdigit():
            continue
        split = text.endswith("-") and not line.startswith(("en ", "of "))  # "bij- en omscholing" keeps its space
        text += line if split or not text else " " + line
    return text


def _within(text: str) -> str:
    """Mark a passage that begins or ends within a sentence: lines of a page do not follow its sentences."""
    before = "" if text[0].isupper() or text[0] in "‘’“'\"(0123456789-" else "… "
    after = "" if text[-1] in ".!?:”" else " …"
    return before + text + after


def span(lines: str) -> tuple[int, int]:
    """`"819-825"` or `"819"` as first and last line."""
    first, _, last = lines.partition("-")
    return int(first), int(last or first)
