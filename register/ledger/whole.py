"""The ledger as a whole, entry by entry, as anybody may have it to check it: no text that is out of view."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from register.ledger import files, taking
from register.ledger.tables import publication

LENGTH = 500


class Given(NamedTuple):
    """An entry as it is given away: the very texts that the hashes are of, or None where a text is out of view.

    `taken_by` is the entry that took the text out of view, 0 where it is there or the entry never had one; `files`
    are those that the text names, by SHA-256.
    """

    seq: int
    hash: str
    header: str
    document: str | None
    translations: str | None
    taken_by: int
    files: dict[str, files.Kept]


def entries(connection: Connection, first: int) -> Iterator[list[Given]]:
    """The entries from the position `first` on, at most LENGTH at a time. Two queries a time, one more at first."""
    gone = taking.absent(connection)
    columns = (publication.c[name] for name in ("seq", "entry", "hash", "header", "document", "translations"))
    every = select(*columns).order_by(publication.c.seq).limit(LENGTH)
    while rows := connection.execute(every.where(publication.c.seq >= first)).all():
        kept = files.of_entries(connection, [row.seq for row in rows if row.seq not in gone])
        named: dict[int, dict[str, files.Kept]] = {}
        for (seq, sha256), file in kept.items():
            named.setdefault(seq, {})[sha256] = file
        yield [_given(row, gone, named.get(row.seq, {})) for row in rows]
        if len(rows) < LENGTH:
            return
        first = rows[-1].seq + 1


def _given(row: Any, gone: dict[int, int], named: dict[str, files.Kept]) -> Given:
    taken_by = gone.get(row.seq, 0)
    if row.entry == "translation" and not taken_by:  # it goes where the text goes that it translates
        taken_by = gone.get(json.loads(row.header)["target"], 0)
    texts: tuple[str | None, str | None] = (None, None) if taken_by else (row.document, row.translations)
    return Given(row.seq, row.hash, row.header, *texts, taken_by, named)
