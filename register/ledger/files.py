"""Files that published documents name as evidence: kept as they were confirmed, by their SHA-256, with the entry.

Each entry has files of its own, so that blanking one takes nothing from another.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, insert, or_, select

from register.ledger import taking
from register.ledger.tables import card, evidence_file, link, publication


class File(NamedTuple):
    """A file on its way into the ledger: what it is (words.files.FileType), and its bytes."""

    type: str
    data: bytes


class Kept(NamedTuple):
    """A file of the ledger without its bytes: the name that it is served by, what it is, and its size in bytes."""

    name: str
    type: str
    size: int


class Served(NamedTuple):
    """A file of the ledger to be sent. `stem` names it for who keeps it: the reference of the text, and a number."""

    stem: str
    type: str
    sha256: str


def named(body: Mapping[str, Any]) -> list[str]:
    """The SHA-256 of the files that a body names as evidence, in its order, each once."""
    return list(dict.fromkeys(one["sha256"] for one in body.get("evidence") or () if one.get("sha256")))


def keep(connection: Connection, seq: int, files: Mapping[str, File]) -> None:
    """Put the files of the entry at `seq` into the ledger, each under a new random name.

    Only `ledger.append` calls this. ValueError for a file that does not have the SHA-256 it is named by.
    """
    for sha256, file in files.items():
        if hashlib.sha256(file.data).hexdigest() != sha256:
            raise ValueError("a file is not the one that the text names")
        row = {"name": secrets.token_hex(12), "seq": seq, "sha256": sha256, "type": file.type, "size": len(file.data)}
        connection.execute(insert(evidence_file).values(**row, data=file.data))


def blank(connection: Connection, seq: int) -> int:
    """Delete the files of the entry at `seq`; gives how many. The database refuses unless a redaction names the entry.

    The same file under another entry stays.
    """
    return int(connection.execute(delete(evidence_file).where(evidence_file.c.seq == seq)).rowcount)


def of_entries(connection: Connection, seqs: Collection[int]) -> dict[tuple[int, str], Kept]:
    """The files of these entries, by entry and SHA-256. One query, none for no entries."""
    if not seqs:
        return {}
    columns = (evidence_file.c[name] for name in ("seq", "sha256", "name", "type", "size"))
    rows = connection.execute(select(*columns).where(evidence_file.c.seq.in_(sorted(seqs))))
    return {(row.seq, row.sha256): Kept(row.name, row.type, row.size) for row in rows}


def of_record(connection: Connection, kind: str, record: str) -> dict[str, Kept]:
    """The files of the version of a record that is in view, by SHA-256. One query."""
    seq = select(card.c.seq).where(card.c.kind == kind, card.c.record == record, card.c.pub_to.is_(None))
    columns = (evidence_file.c[name] for name in ("sha256", "name", "type", "size"))
    rows = connection.execute(select(*columns).where(evidence_file.c.seq.in_(seq)))
    return {row.sha256: Kept(row.name, row.type, row.size) for row in rows}


def served(connection: Connection, name: str) -> Served | None:
    """The file of this name, while a text of its record is in view; else None. One query, without the bytes."""
    here = or_(
        select(card.c.id)
        .where(card.c.kind == publication.c.kind, card.c.record == publication.c.record, card.c.pub_to.is_(None))
        .exists(),
        select(link.c.place)
        .where(
            link.c.from_kind == publication.c.kind, link.c.from_record == publication.c.record, link.c.pub_to.is_(None)
        )
        .exists(),
    )
    row = connection.execute(
        select(evidence_file.c.sha256, evidence_file.c.type, publication.c.reference, publication.c.document)
        .join(publication, publication.c.seq == evidence_file.c.seq)
        .where(and_(evidence_file.c.name == name, publication.c.document.is_not(None), taking.in_view, here))
    ).first()
    if row is None:
        return None
    digests = named(json.loads(row.document)["body"])
    place = digests.index(row.sha256) + 1 if row.sha256 in digests else 0
    return Served(f"{row.reference}-{place}", row.type, row.sha256)


def data(connection: Connection, name: str) -> bytes:
    """The bytes of the file of this name. One query."""
    found: bytes = connection.execute(select(evidence_file.c.data).where(evidence_file.c.name == name)).scalar_one()
    return found


def faults(connection: Connection, wanted: Mapping[int, Collection[str]]) -> Iterator[str]:
    """What is wrong with the files of a ledger whose documents name `wanted`, by entry; one in memory at a time."""
    left = {(seq, sha256) for seq, digests in wanted.items() for sha256 in digests}
    rows = connection.execute(
        select(evidence_file.c.seq, evidence_file.c.sha256, evidence_file.c.name).order_by(
            evidence_file.c.seq, evidence_file.c.sha256
        )
    ).all()
    for row in rows:
        if (row.seq, row.sha256) not in left:
            yield f"entry {row.seq}: there is a file that its text does not name"
        elif hashlib.sha256(data(connection, row.name)).hexdigest() != row.sha256:
            yield f"entry {row.seq}: a file does not have the digest that the text names"
        left.discard((row.seq, row.sha256))
    yield from (f"entry {seq}: a file that its text names is missing" for seq, _ in sorted(left))
