"""Attaching source texts: the text among the ledger's tables, its digest in the chain."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from register.db import Database
from register.errors import Refused
from register.ledger import chain, read
from register.ledger import passages as attached
from register.ledger.canonical import digest
from register.ledger.tables import publication, source_text
from register.sources import service
from tests import databases
from tests.conftest import Command
from tests.factories import body, publish

TEXT = "De eerste regel\nloopt door.\n\nDan de laatste."
CITED = [{"source": "verklaring", "lines": "1-2"}, {"source": "verklaring", "lines": "4"}]


@pytest.fixture
def sourced(database: Database) -> Database:
    """A register with two sources, each with the name of its file."""
    with database.write() as session:
        publish(session.connection(), "verklaring", body("source", file="004_statement"))
        publish(session.connection(), "brief", body("source", file="000_letter"))
        publish(session.connection(), "rapport", body("source"))
    return database


def attach(database: Database, source: str, text: str) -> bool:
    with database.write() as session:
        return service.attach(session.connection(), source, text)


def passages(database: Database) -> dict[tuple[str, str], str]:
    with database.public() as connection:
        return attached.cited(connection, CITED)


def attachments(database: Database) -> list[dict[str, object]]:
    with database.read() as session:
        rows = session.connection().execute(
            select(publication.c.header).where(publication.c.entry == "attachment").order_by(publication.c.seq)
        )
        return [json.loads(header) for (header,) in rows]


def whole(database: Database) -> bool:
    with database.read() as session:
        return chain.verify(session.connection()) == []


def test_a_passage_is_shown_word_for_word(sourced: Database) -> None:
    assert passages(sourced) == {}
    assert attach(sourced, "verklaring", TEXT)
    assert passages(sourced) == {
        ("verklaring", "1-2"): "De eerste regel loopt door.",
        ("verklaring", "4"): "Dan de laatste.",
    }


def test_the_chain_holds_the_digest_and_not_the_text(sourced: Database) -> None:
    attach(sourced, "verklaring", TEXT)
    (said,) = attachments(sourced)
    assert (said["text"], said["lines"], said["record"], said["basis"]) == (digest(TEXT), 4, "verklaring", "operation")
    assert "eerste" not in json.dumps(said)
    assert whole(sourced)


@pytest.mark.parametrize("again", [TEXT, TEXT.replace("\n", "\r\n")], ids=["the same", "other line ends"])
def test_the_same_text_is_attached_once(sourced: Database, again: str) -> None:
    attach(sourced, "verklaring", TEXT)
    assert not attach(sourced, "verklaring", again)
    assert len(attachments(sourced)) == 1


def test_another_text_takes_its_place_and_the_chain_says_so(sourced: Database) -> None:
    attach(sourced, "verklaring", TEXT)
    assert attach(sourced, "verklaring", "Een andere tekst.")
    assert [said["lines"] for said in attachments(sourced)] == [4, 1]
    assert passages(sourced) == {("verklaring", "1-2"): "Een andere tekst."}
    with sourced.read() as session:
        assert len(session.connection().execute(select(source_text)).all()) == 1
    assert whole(sourced)


@pytest.mark.parametrize(
    ("source", "text", "why"),
    [
        ("onbekend", TEXT, "no published source is called onbekend"),
        ("verklaring", "", "empty"),
        ("verklaring", " \n \n", "empty"),
        ("verklaring", "Een \0 teken", "signs that are no text"),
    ],
)
def test_what_cannot_be_attached_is_refused(sourced: Database, source: str, text: str, why: str) -> None:
    attach(sourced, "verklaring", TEXT)
    with pytest.raises(Refused, match=why):
        attach(sourced, source, text)
    assert len(attachments(sourced)) == 1
    assert len(passages(sourced)) == 2


def test_a_folder_is_matched_by_the_names_that_sources_give(sourced: Database, tmp_path: Path) -> None:
    (tmp_path / "004_statement.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "000_letter.txt").write_bytes(b"Beste Kamer,\r\nhierbij.\r\n")
    (tmp_path / "other.txt").write_text("Niets", encoding="utf-8")
    (tmp_path / "rapport.txt").write_text("Ook niets: geen bron noemt dit bestand", encoding="utf-8")
    for added in (["brief", "verklaring"], []):
        with sourced.write() as session:
            assert service.attach_folder(session.connection(), tmp_path) == added
    with sourced.read() as session:
        found = session.connection().execute(select(source_text.c.text).where(source_text.c.source == "brief"))
        assert list(found.scalars()) == ["Beste Kamer,", "hierbij.", ""]
    assert whole(sourced)


@pytest.mark.parametrize(("name", "why"), [("none", "no folder"), (".", "no file in .* belongs to")])
def test_a_folder_without_any_source_is_refused(sourced: Database, tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(Refused, match=why), sourced.write() as session:
        service.attach_folder(session.connection(), tmp_path / name)


def test_the_command_attaches_a_folder_or_a_file(sourced: Database, tmp_path: Path, command: Command) -> None:
    file = tmp_path / "004_statement.txt"
    file.write_text(TEXT, encoding="utf-8")
    result = command(sourced, "source", "attach", str(tmp_path))
    assert (result.exit_code, result.output) == (0, "Attached: verklaring.\n")
    result = command(sourced, "source", "attach", str(tmp_path))
    assert (result.exit_code, result.output) == (0, "Attached: nothing new.\n")
    result = command(sourced, "source", "attach", str(file), "--source", "rapport")
    assert (result.exit_code, result.output) == (0, "Attached: rapport.\n")
    assert len(attachments(sourced)) == 2


def test_the_command_says_what_is_wrong(sourced: Database, tmp_path: Path, command: Command) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes(b"\xff\xfe niet leesbaar")
    for arguments, said in (
        ((str(file),), "--source ID"),
        ((str(file), "--source", "verklaring"), "no text in UTF-8"),
        ((str(file), "--source", "onbekend"), "no text in UTF-8"),
        ((str(tmp_path),), "belongs to"),
        ((str(tmp_path / "none"),), "does not exist"),
    ):
        result = command(sourced, "source", "attach", *arguments)
        assert result.exit_code != 0
        assert said in result.output
        assert isinstance(result.exception, SystemExit)
    assert attachments(sourced) == []


@pytest.mark.skipif(not databases.SOURCES.is_dir(), reason="the source texts are not beside this checkout")
def test_every_citation_of_the_seed_has_its_passage(seeded: Database) -> None:
    """Where the texts are attached, no page falls back on our own words alone."""
    with seeded.public() as connection:
        cited = [
            citation
            for kind in ("agreement", "action", "session", "structure", "request")
            for document in read.all_of(connection, "nl", kind)
            for citation in document.body["citations"]
            if citation["lines"]
        ]
        wanted = {(citation["source"], citation["lines"]) for citation in cited}
        found: set[tuple[str, str]] = set()
        for start in range(0, len(cited), 200):
            found |= set(attached.cited(connection, cited[start : start + 200]))
    assert len(wanted) > 300
    assert wanted - found == set()
