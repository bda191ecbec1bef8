"""Generated data for `make bench`: the register's own agreements, with what was reported on them, many times over.

One block is published through the ledger and its projection like anything else; every copy of it is the same rows
with other ids, references and positions. `ledger verify` holds on the result and a rebuild changes nothing
(tests/ledger/test_bench_data.py). In the titles of each copy stands a word of its own.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, event, insert, select, text, update

from register.ledger import append, cards, stood, vocabulary
from register.ledger.canonical import canonical, digest
from register.ledger.documents import BODIES
from register.ledger.lexicon import counted
from register.ledger.tables import card, head, numbering, projected, projection_state, publication, published_day
from register.words.vocabulary import Basis

COPIED = ("agreement", "action", "session", "update")
POSITIONS = ("seq", "pub_from", "pub_to", "gone_from")
_NUMBER = re.compile(r"\d+$")


def fill(connection: Connection, agreements: int, block: int = 100_000) -> int:
    """Publish at least `agreements` generated ones, in copies of up to `block` of those that are there already.

    Needs a register with the seed in it, and a writer transaction. Gives back how many copies were made.
    """
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO words_"):
            said.append((statement, parameters))

    first = (connection.scalar(select(head.c.seq)) or 0) + 1
    event.listen(connection, "before_cursor_execute", note)
    in_block = _publish(connection, block)
    event.remove(connection, "before_cursor_execute", note)
    copies = max(0, -(-agreements // in_block) - 1)
    copier = _Copier(connection, first)
    for start in range(1, copies + 1, 50):
        numbers = range(start, min(start + 50, copies + 1))
        copier.publications(numbers)
        copier.projection(numbers)
        for statement in {statement for statement, _ in said}:
            rows = [parameters for one, parameters in said if one == statement]
            connection.exec_driver_sql(statement, [copier.words(row, number) for number in numbers for row in rows])
    copier.close(copies)
    return copies


def mark(number: int) -> str:
    """The word that stands in every title and id of the copy `number`."""
    return f"b{number:05}"


def _publish(connection: Connection, block: int) -> int:
    """Publish the block itself: copy 0. Gives the number of agreements in it."""
    rows = connection.execute(
        select(publication)
        .where(publication.c.entry == "document", publication.c.kind.in_(COPIED))
        .order_by(publication.c.seq)
    ).all()
    agreements = [row for row in rows if row.kind == "agreement"][:block]
    names = {(row.kind, row.record) for row in agreements} | {
        (row.kind, row.record) for row in rows if row.kind in ("action", "session")
    }
    for row in rows:
        core = json.loads(row.document)
        body = core["body"]
        about = body.get("about")
        if (row.kind, row.record) not in names and (about is None or (about["kind"], about["id"]) not in names):
            continue
        told = {language: one["texts"] for language, one in json.loads(row.translations).items()}
        for texts in (body, *told.values()):
            if "title" in texts:
                texts["title"] = f"{texts['title'][:3980]} ({mark(0)})"
        part = BODIES[row.kind].model_validate(_renamed(body, names))
        append.publish(
            connection,
            append.freeze(row.kind, _named(row.record), core["language"], part),
            told,
            Basis.FOUNDING_STATEMENT,
        )
    return len(agreements)


def _named(record: str) -> str:
    return f"{mark(0)}-{record[:70].rstrip('-')}"


def _renamed(value: Any, names: set[tuple[str, str]], kind: str = "") -> Any:
    """A body that names the copies instead of the records that it was made from."""
    if isinstance(value, str):
        return _named(value) if (kind, value) in names else value
    if isinstance(value, list):
        return [_renamed(item, names, kind) for item in value]
    if isinstance(value, dict):
        pointed = str(value.get("kind") or "")
        kinds = {"id": pointed, "target": pointed, "agreements": "agreement", "actions": "action", "follows": "session"}
        return {name: _renamed(item, names, kinds.get(name, "")) for name, item in value.items()}
    return value


class _Copier:
    """Makes rows of copy after copy from those of the block, which begins at the position `first`."""

    def __init__(self, connection: Connection, first: int) -> None:
        self.connection, self.first = connection, first
        self.rows: Sequence[Row[Any]] = connection.execute(
            select(publication).where(publication.c.seq >= first).order_by(publication.c.seq)
        ).all()
        self.span = len(self.rows)
        self.seq, self.hash = connection.execute(select(head.c.seq, head.c.hash)).one()
        self.tables = {
            table: [dict(row) for row in self._of_block(table)]
            for table in projected.sorted_tables
            if set(POSITIONS) & set(table.columns.keys()) and table not in (projection_state, published_day)
        }
        self.series = Counter(row.reference.rpartition("-")[0] for row in self.rows)

    def _of_block(self, table: Any) -> Iterator[Any]:
        column = table.c["pub_from" if "pub_from" in table.c else "seq"]
        wanted = [one for one in table.columns if one is not card.c.id]
        yield from self.connection.execute(select(*wanted).where(column >= self.first)).mappings()

    def publications(self, numbers: Sequence[int]) -> None:
        """Append these copies to the chain."""
        made = []
        for number in numbers:
            for row in self.rows:
                document = str(row.document).replace(mark(0), mark(number))
                told = str(row.translations).replace(mark(0), mark(number))
                header = json.loads(row.header)
                self.seq += 1
                values = {"record": row.record.replace(mark(0), mark(number))}
                values["reference"] = self._reference(row.reference, number)
                header |= values | {"seq": self.seq, "previous": self.hash, "document": digest(document)}
                header["translations"] = {
                    language: digest(canonical(one)) for language, one in json.loads(told).items()
                }
                text_of_header = canonical(header)
                self.hash = digest(text_of_header)
                own = {"seq": self.seq, "header": text_of_header, "hash": self.hash}
                made.append(dict(row._mapping) | values | own | {"document": document, "translations": told})
        self.connection.execute(insert(publication), made)
        steps = [{"at": row["seq"], "now": row["hash"]} for row in made]
        self.connection.execute(text("UPDATE head SET seq = :at, hash = :now"), steps)

    def projection(self, numbers: Sequence[int]) -> None:
        """What the projection holds of these copies."""
        for table, rows in self.tables.items():
            found = [self._shifted(row, number) for number in numbers for row in rows]
            if found:
                self.connection.execute(insert(table), found)

    def words(self, parameters: Any, number: int) -> Any:
        """The parameters that put a text of copy `number` in the index."""
        if isinstance(parameters, dict):
            return {name: self._moved(value, number) for name, value in parameters.items()}
        return tuple(self._moved(value, number) for value in parameters)

    def close(self, copies: int) -> None:
        """Bring what is counted rather than listed to where it is after all copies."""
        for series, count in self.series.items():
            moved = numbering.c.last + copies * count
            self.connection.execute(update(numbering).where(numbering.c.series == series).values(last=moved))
        found = Counter((row["language"], word) for row in self.tables[counted] for word in row["words"].split())
        for (language, word), count in list(found.items()):
            if word == mark(0):
                found |= {(language, mark(number)): count for number in range(1, copies + 1)}
                del found[language, word]
            else:
                found[language, word] = count * copies
        vocabulary.change(self.connection, found)
        stood.date_entry(self.connection, self.rows[-1].time, self.seq)
        self.connection.execute(update(projection_state).values(seq=self.seq))

    def _reference(self, reference: str, number: int) -> str:
        series, _, last = reference.rpartition("-")
        return f"{series}-{int(last) + number * self.series[series]:03d}"

    def _shifted(self, row: dict[str, Any], number: int) -> dict[str, Any]:
        made = {
            name: self._moved(value, number) if name in POSITIONS or isinstance(value, str) else value
            for name, value in row.items()
        }
        if "reference" in made:
            made["reference"] = self._reference(row["reference"], number)
            made["by_reference"] = cards.padded(made["reference"])
        return made

    def _moved(self, value: Any, number: int) -> Any:
        if isinstance(value, str):
            return value.replace(mark(0), mark(number))
        return value + number * self.span if value is not None else None
