"""Loading the founding seed into the register, through `publishing` like everything else."""

from pathlib import Path

from sqlalchemy import Connection, select

from register.imports.reading import SeedRecord, read_seed
from register.ledger.documents import Agreement, Update
from register.ledger.tables import head
from register.publishing import founding
from register.publishing.founding import FoundingRecord, Outcome
from register.words.dates import read_edtf
from register.words.vocabulary import SIDES, Basis

# Records whose content is the documents' own; the others are how the register orders and explains it.
_FROM_DOCUMENTS = frozenset({"agreement", "action", "session", "update", "structure", "request"})


def load(connection: Connection, folder: Path) -> Outcome:
    """Publish what is new or changed in the seed. Raises SeedFaults, with all faults, before anything is published."""
    records = read_seed(folder)
    statements = {
        record.key
        for record in records
        if record.kind == "source" and getattr(record.body, "type", "") == "closing_statement"
    }
    return founding.publish(
        connection,
        (
            FoundingRecord(
                record.kind, record.key, record.language, record.body, record.translations, _basis(record, statements)
            )
            for record in _in_order(records)
        ),
    )


def is_empty(connection: Connection) -> bool:
    """Whether nothing has been published yet."""
    return (connection.scalar(select(head.c.seq)) or 0) == 0


def _in_order(records: list[SeedRecord]) -> list[SeedRecord]:
    """As in the files, except updates: by their date, so that the latest news is the last of the ledger."""
    dated = [
        (read_edtf(record.body.as_of.edtf).last, place, record)
        for place, record in enumerate(records)
        if isinstance(record.body, Update)
    ]
    return [record for record in records if record.kind != "update"] + [record for *_, record in sorted(dated)]


def _basis(record: SeedRecord, statements: set[str]) -> Basis:
    if record.kind not in _FROM_DOCUMENTS:
        return Basis.FOUNDING_REGISTER
    cited = {citation.source for citation in getattr(record.body, "citations", ())}
    if isinstance(record.body, Update):
        return Basis.FOUNDING_STATEMENT if set(record.body.sides) == set(SIDES) else Basis.FOUNDING_LETTER
    if isinstance(record.body, Agreement) or cited & statements:
        return Basis.FOUNDING_STATEMENT if cited & statements else Basis.FOUNDING_LETTER
    return Basis.FOUNDING_LETTER
