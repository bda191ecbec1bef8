"""Naming other records in a form: by title or reference, as people write them, and back."""

import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select, tuple_
from sqlmodel import Session

from register.i18n import KINDS
from register.ledger import stems
from register.ledger.tables import card

_BRACKETS = re.compile(r".*\[([^\[\]]+)\]")
MOST_OFFERED = 300  # of a kind, in a list to choose from
NEAR = 3


class Named(NamedTuple):
    """A published record, by which a form names it."""

    kind: str
    record: str
    reference: str
    title: str

    def __str__(self) -> str:
        return f"{self.title} [{self.reference}]"


def named(session: Session, language: str, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Named]:
    """The records in view with these kinds and ids. One query, none for nothing."""
    if not wanted:
        return {}
    here = tuple_(card.c.kind, card.c.record).in_(list(wanted))
    rows = session.execute(_selected(language).where(here, card.c.pub_to.is_(None)))
    return {(row.kind, row.record): Named(*row) for row in rows}


def understood(session: Session, language: str, kinds: Iterable[str], lines: Collection[str]) -> dict[str, Named]:
    """The records that `lines` name, each by its reference (perhaps in brackets) or its title. One query.

    What names none, or more than one, is left out.
    """
    references = {line: _reference(line) for line in lines}
    titles = {line: plain(line) for line in lines}
    wanted = _selected(language).add_columns(card.c.by_title_nl, card.c.by_title_en)
    rows = session.execute(
        wanted.where(
            card.c.kind.in_(list(kinds)),
            card.c.pub_to.is_(None),
            or_(
                card.c.reference.in_(list(references.values())),
                card.c.by_title_nl.in_(list(titles.values())),
                card.c.by_title_en.in_(list(titles.values())),
            ),
        )
    ).all()
    found = {}
    for line in lines:
        by_reference = {Named(*row[:4]) for row in rows if row.reference == references[line]}
        by_title = {Named(*row[:4]) for row in rows if titles[line] in (row.by_title_nl, row.by_title_en)}
        matching = by_reference or by_title
        if len(matching) == 1:
            found[line] = matching.pop()
    return found


def near(session: Session, language: str, kinds: Iterable[str], line: str) -> list[Named]:
    """A few records whose title holds what was typed. One query."""
    words = plain(line)
    if not words:
        return []
    title = card.c[f"by_title_{language}"]
    wanted = _selected(language).where(
        card.c.kind.in_(list(kinds)), card.c.pub_to.is_(None), title.contains(words, autoescape=True)
    )
    return [Named(*row) for row in session.execute(wanted.order_by(title).limit(NEAR))]


def offered(session: Session, language: str, kinds: Collection[str]) -> dict[str, list[Named]]:
    """The records of small kinds, to choose from, in the order of their titles. One query."""
    found: dict[str, list[Named]] = {kind: [] for kind in kinds}
    title = card.c[f"by_title_{language}"]
    wanted = _selected(language).where(card.c.kind.in_(list(kinds)), card.c.pub_to.is_(None))
    for row in session.execute(wanted.order_by(title).limit(MOST_OFFERED * max(len(kinds), 1))):
        found[row.kind].append(Named(*row))
    return found


def plain(title: str) -> str:
    """A title as the register sorts it: lower case, without accents and punctuation."""
    return " ".join(stems.split(stems.fold(title)))


def _reference(line: str) -> str:
    found = _BRACKETS.fullmatch(line.strip())
    return found[1].strip() if found else line.strip()


def _selected(language: str) -> Select[Any]:
    return select(card.c.kind, card.c.record, card.c.reference, card.c[f"title_{language}"])


ANY = tuple(KINDS)  # what a relation may lead to
