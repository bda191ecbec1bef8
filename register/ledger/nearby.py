"""What somebody may have meant by a reference that nothing is published under."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, select, union_all

from register.ledger.tables import card
from register.ledger.vocabulary import distance

MOST = 5
_CANDIDATES, _LONGEST, _OFF, _LAST = 200, 60, 2, "\U0010ffff"
_NUMBERED = re.compile(r"([A-Z]+-(?:\d{4}-)?)(\d{1,5})", re.ASCII)  # NLVL-2023-014, ACT-030


def references(connection: Connection, language: str, kind: str, said: str) -> list[tuple[str, str]]:
    """Reference and name of at most five current records of `kind` that come near to what was `said`. One query.

    That which differs in case or in the noughts of its number only, alone; else those that begin so, or are a sign or
    two off. They are found by an index: by how the reference begins, or by the number.
    """
    wanted, number = said[:_LONGEST].upper(), None
    if number := _NUMBERED.fullmatch(wanted):
        ranges = [(number[1] + f"{low:07}", number[1] + f"{high:07}") for low, high in _numbers(int(number[2]))]
        ranges.append((wanted + "-", wanted + "-" + _LAST))  # it may be a year
    elif re.match("[A-Z]+-", wanted) and kind in ("agreement", "action", "session", "request"):
        ranges = [(wanted, wanted + _LAST)]
    else:
        wanted = wanted.lower()
        ranges = [(wanted[:1], wanted[:1] + _LAST)]
    at, title = card.c.by_reference, card.c[f"title_{language}"]
    here = select(card.c.reference, title.label("title")).where(card.c.kind == kind, card.c.pub_to.is_(None))
    parts = [here.where(at >= low, at <= high).order_by(at).limit(_CANDIDATES).subquery() for low, high in ranges]
    rows = connection.execute(union_all(*(select(part.c.reference, part.c.title) for part in parts)))
    titles = {row.reference: row.title for row in rows}
    ranked = sorted(_ranked(titles, wanted, f"{number[1]}{int(number[2]):03}" if number else wanted))
    if ranked and ranked[0][0] == 0:
        ranked = ranked[:1]
    return [(reference, _named(reference, titles[reference])) for _rank, reference in ranked[:MOST]]


def _named(reference: str, title: str) -> str:
    """The title, behind the reference where that is a number that people know it by."""
    return f"{reference}: {title}" if _NUMBERED.fullmatch(reference) else title


def _numbers(said: int) -> list[tuple[int, int]]:
    """Ranges of numbers near to one: itself, with a digit more behind it, and with another last digit."""
    return [(said, said), (said * 10, said * 10 + 9), (said // 10 * 10, said // 10 * 10 + 9)]


def _ranked(found: Iterable[str], wanted: str, meant: str) -> Iterable[tuple[int, str]]:
    for reference in found:
        if reference in (wanted, meant):
            yield 0 if len(wanted) == len(meant) else 1, reference
        elif wanted and reference.startswith(wanted):
            yield 2, reference
        elif (off := distance(wanted, reference, _OFF)) <= _OFF:
            yield 2 + off, reference
