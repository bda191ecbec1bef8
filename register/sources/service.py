"""Attaching source texts: the text goes among the tables of the ledger, its digest into the chain."""

import json
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from register.errors import Refused
from register.ledger import append, chain
from register.ledger.tables import card, publication, source_text


def attach(connection: Connection, source: str, text: str) -> bool:
    """Attach `text` to the published source with id `source`; False when exactly this text is attached already.

    Raises Refused for a source that is not published, an empty text, or one that is no text.
    """
    reference = connection.scalar(
        select(card.c.reference).where(card.c.kind == "source", card.c.record == source, card.c.pub_to.is_(None))
    )
    if reference is None:
        raise Refused(f"no published source is called {source}")
    lines = text.replace("\r\n", "\n").split("\n")
    if not text.strip():
        raise Refused(f"the text for {source} is empty")
    if "\0" in text:
        raise Refused(f"the text for {source} holds signs that are no text")
    held = list(
        connection.scalars(
            select(source_text.c.text).where(source_text.c.source == source).order_by(source_text.c.line)
        )
    )
    if held == lines:
        return False
    connection.execute(delete(source_text).where(source_text.c.source == source))
    connection.execute(
        insert(source_text), [{"source": source, "line": number, "text": line} for number, line in enumerate(lines, 1)]
    )
    append.note(connection, "attachment", "source", source, reference, text=chain.texts_digest(lines), lines=len(lines))
    return True


def attach_folder(connection: Connection, folder: Path) -> list[str]:
    """Attach every text file in `folder` that a published source names as its file; returns the ids newly attached.

    Raises Refused when the folder does not exist, holds no file of a published source, or holds what is no text.
    """
    if not folder.is_dir():
        raise Refused(f"there is no folder {folder}")
    files = {file.stem: file for file in folder.glob("*.txt")}
    named = {}
    for row in connection.execute(
        select(publication.c.record, publication.c.document)
        .join(card, card.c.seq == publication.c.seq)
        .where(card.c.kind == "source", card.c.pub_to.is_(None))
    ):
        stem = json.loads(row.document)["body"]["file"]
        if stem in files:
            named[row.record] = files[stem]
    if not named:
        raise Refused(f"no file in {folder} belongs to a published source")
    return [source for source, file in sorted(named.items()) if attach(connection, source, read(file))]


def read(file: Path) -> str:
    """The text in `file`. Raises Refused for what is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{file.name} is no text in UTF-8: {error}") from error
