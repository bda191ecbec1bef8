"""The history of a record: its versions, who confirmed each, what was taken back, and two of them side by side."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, tuple_

from register.ledger import read, taking, wording
from register.ledger.documents import BODIES
from register.ledger.parts import mentions
from register.ledger.tables import card, publication
from register.words.comparing import Span, compare

PAGE_SIZE = 20
_DERIVED = frozenset({"kind"})  # the same in every version


class Version(NamedTuple):
    """One version. `doc` is None while its words are out of view; `taken` is all that was taken back of it."""

    seq: int
    version: int
    time: str
    basis: str
    doc: read.Published | None
    taken: Sequence[Row[Any]]


class Change(NamedTuple):
    """A part of the document that differs, by its path; `spans` word by word where it is text in words."""

    path: str
    before: str
    after: str
    spans: tuple[Span, ...]


def versions(
    connection: Connection, language: str, kind: str, reference: str, back: Sequence[Row[Any]], below: int | None = None
) -> tuple[list[Version], int | None]:
    """A page of the versions of a record, newest first, those under version `below`; and the key of the next page.

    `back` is what `taking.around` gave. One query. Without rows there is no such record, or no such page.
    """
    wanted = _entries(language, kind, reference)
    if below is not None:
        wanted = wanted.where(publication.c.version < below)
    rows = connection.execute(wanted.order_by(publication.c.version.desc()).limit(PAGE_SIZE + 1)).all()
    found = [_version(row, language, back) for row in rows[:PAGE_SIZE]]
    return found, found[-1].version if len(rows) > PAGE_SIZE else None


def two(
    connection: Connection, language: str, kind: str, reference: str, numbers: Sequence[int], back: Sequence[Row[Any]]
) -> dict[int, Version]:
    """These versions of a record by number; those that there are not are left out. One query."""
    rows = connection.execute(_entries(language, kind, reference).where(publication.c.version.in_(numbers)))
    return {row.version: _version(row, language, back) for row in rows}


def changes(connection: Connection, language: str, before: read.Published, after: read.Published) -> list[Change]:
    """What differs between two versions of one record, in the order of the fields. Records are named by their titles,
    which takes one query."""
    names = _names(connection, language, (before, after))
    old, new = _flat(before.body, names), _flat(after.body, names)
    return [
        Change(path, old.get(path, ""), new.get(path, ""), compare(old.get(path, ""), new.get(path, "")))
        for path in dict.fromkeys((*new, *old))
        if old.get(path, "") != new.get(path, "")
    ]


def _entries(language: str, kind: str, reference: str) -> Any:
    return select(publication, wording.now(language), taking.unconfirmed, taking.in_view.label("in_view")).where(
        publication.c.entry == "document", publication.c.kind == kind, publication.c.reference == reference
    )


def _version(row: Row[Any], language: str, back: Sequence[Row[Any]]) -> Version:
    doc = read.decode(row, language) if row.in_view and row.document is not None else None
    mine = [each for each in back if each.target == row.seq]
    return Version(row.seq, row.version, row.time, row.basis, doc, mine)


def _names(connection: Connection, language: str, docs: Iterable[read.Published]) -> dict[str, str]:
    """The titles of the records that these name, by id."""
    named = {
        (mention.kind, mention.id) for doc in docs for mention in mentions(BODIES[doc.kind].model_validate(doc.body))
    }
    if not named:
        return {}
    titled = select(card.c.record, card.c[f"title_{language}"]).where(
        tuple_(card.c.kind, card.c.record).in_(sorted(named)), card.c.pub_to.is_(None)
    )
    return {row[0]: row[1] for row in connection.execute(titled)}


def _flat(body: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """The parts of a body by path, in words: lists of ids as one part, the parts of lists by their place."""
    return {path: text for path, text in _leaves(body, names, "") if text}


def _leaves(value: Any, names: Mapping[str, str], path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if path or name not in _DERIVED:
                yield from _leaves(part, names, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        if all(isinstance(part, str) for part in value):
            yield path, ", ".join(names.get(part, part) for part in value)
        else:
            for place, part in enumerate(value):
                yield from _leaves(part, names, f"{path}.{place}")
    elif isinstance(value, str):
        yield path, names.get(value, value)
    elif value is not None:
        yield path, json.dumps(value)
