"""`flask --app app ledger verify`: whole is 0, and each thing that somebody could do to the tables is not."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, update

from register.db import Database
from register.ledger import append, chain, triggers
from register.ledger.append import GENESIS
from register.ledger.canonical import canonical, digest
from register.ledger.tables import TRUTH, head, publication, source_text
from register.sources import service as sources
from tests import factories
from tests.conftest import Command
from tests.factories import BOTH, NL, body, publish, redact

LAST = 8
FORGED = append.Confirmation("nl", "Director", "0" * 64, "2024-01-01T00:00:00+00:00")._asdict()


_written: dict[Table, list[dict[str, Any]]] = {}  # the rows of the register below, made once


@pytest.fixture
def kept(database: Database) -> Iterator[str]:
    """A register with confirmed, attached and redacted entries, without its triggers; gives its head as SEQ:HASH."""
    if not _written:
        with database.write() as session:
            write(session.connection())
            for table in TRUTH:
                _written[table] = [dict(row) for row in session.connection().execute(select(table)).mappings()]
    with database.owner.begin() as connection:
        factories.run(connection, triggers.undo(connection.dialect.name))
        for table, rows in _written.items():
            connection.execute(delete(table))
            if rows:
                connection.execute(insert(table), rows)
    (last,) = _written[head]
    assert last["seq"] == LAST
    yield f"{last['seq']}:{last['hash']}"
    with database.owner.begin() as connection:
        factories.run(connection, triggers.statements(connection.dialect.name))


def write(connection: Connection) -> None:
    publish(connection, "verklaring", body("source"))
    sources.attach(connection, "verklaring", "Eerste regel\nTweede regel\n")
    publish(connection, "sluizen", body("agreement"), *BOTH)
    publish(connection, "bruggen", body("agreement"))
    publish(connection, "bericht", factories.report("agreement/sluizen", "ongoing", "2024", NL), NL)
    redact(connection, 4)
    publish(connection, "sluizen", body("agreement", title="Alle sluizen"))
    publish(connection, "laatste", body("agreement"))


def entry(connection: Connection, seq: int) -> Any:
    return connection.execute(select(publication).where(publication.c.seq == seq)).one()


def put(connection: Connection, seq: int, **values: object) -> None:
    assert connection.execute(update(publication).where(publication.c.seq == seq).values(**values)).rowcount == 1


def one_byte(column: str, seq: int, old: str, new: str) -> Callable[[Connection], None]:
    """Change `old` into `new`, once, in a column of the entry at `seq`."""

    def tamper(connection: Connection) -> None:
        text = getattr(entry(connection, seq), column)
        assert old in text
        put(connection, seq, **{column: text.replace(old, new, 1)})

    return tamper


def one_byte_of_a_confirmation(connection: Connection) -> None:
    """The other side's function, as it stands in the header of a confirmed entry."""
    said = json.loads(entry(connection, 3).header)
    said["confirmations"][1]["function"] = "Directeur"
    put(connection, 3, header=canonical(said))


def another_header_with_its_own_hash(connection: Connection) -> None:
    """A confirmation taken out, with the hash made to fit: the next entry still names the old one."""
    said = json.loads(entry(connection, 3).header) | {"confirmations": []}
    put(connection, 3, header=canonical(said), hash=digest(canonical(said)))


def forged_last(name: str, value: object) -> Callable[[Connection], None]:
    """Put another value into the header of the last entry and make its hash and the head fit."""

    def tamper(connection: Connection) -> None:
        header = canonical(json.loads(entry(connection, LAST).header) | {name: value})
        put(connection, LAST, header=header, hash=digest(header))
        connection.execute(update(head).values(hash=digest(header)))

    return tamper


def another_document_with_its_own_digest(connection: Connection) -> None:
    text = entry(connection, 3).document.replace("Sluizen", "Bruggen")
    said = json.loads(entry(connection, 3).header) | {"document": digest(text)}
    put(connection, 3, document=text, header=canonical(said), hash=digest(canonical(said)))


def text_gone(connection: Connection) -> None:
    put(connection, 3, document=None, translations=None)


def translations_gone(connection: Connection) -> None:
    put(connection, 3, translations=None)


def another_translation_added(connection: Connection) -> None:
    told = json.loads(entry(connection, 3).translations)
    put(connection, 3, translations=canonical(told | {"fr": told["en"]}))


def words_beside_a_blanked_text(connection: Connection) -> None:
    put(connection, 4, translations='{"en":{}}')


def words_in_an_entry_without_text(connection: Connection) -> None:
    put(connection, 2, document="{}", translations="{}")


def middle_entry_missing(connection: Connection) -> None:
    connection.execute(delete(publication).where(publication.c.seq == 5))


def first_entry_missing(connection: Connection) -> None:
    connection.execute(delete(publication).where(publication.c.seq == 1))


def closed_up(connection: Connection) -> None:
    """An entry taken out and the later ones numbered anew."""
    connection.execute(delete(publication).where(publication.c.seq == 5))
    for seq in range(6, LAST + 1):
        connection.execute(update(publication).where(publication.c.seq == seq).values(seq=seq - 1))
    connection.execute(update(head).values(seq=LAST - 1))


def everything_gone(connection: Connection) -> None:
    connection.execute(delete(publication))


def tail_cut(connection: Connection) -> None:
    connection.execute(delete(publication).where(publication.c.seq == LAST))


def head_gone(connection: Connection) -> None:
    connection.execute(delete(head))


def head_elsewhere(connection: Connection) -> None:
    connection.execute(update(head).values(seq=LAST - 1, hash=entry(connection, LAST - 1).hash))


def two_swapped(connection: Connection) -> None:
    one, other = (dict(entry(connection, seq)._mapping) for seq in (7, 8))
    connection.execute(delete(publication).where(publication.c.seq >= 7))
    connection.execute(insert(publication).values(one | {"seq": 8}))
    connection.execute(insert(publication).values(other | {"seq": 7}))
    connection.execute(update(head).values(hash=one["hash"]))


def two_swapped_with_their_headers(connection: Connection) -> None:
    """Swapped, renumbered in the headers and hashed anew: the links between them do not fit."""
    one, other = (dict(entry(connection, seq)._mapping) for seq in (7, 8))
    connection.execute(delete(publication).where(publication.c.seq >= 7))
    for row, seq in ((other, 7), (one, 8)):
        header = canonical(json.loads(row["header"]) | {"seq": seq})
        connection.execute(insert(publication).values(row | {"seq": seq, "header": header, "hash": digest(header)}))
    connection.execute(update(head).values(hash=entry(connection, 8).hash))


def source_line_changed(connection: Connection) -> None:
    connection.execute(update(source_text).where(source_text.c.line == 2).values(text="tweede regel"))


def source_line_gone(connection: Connection) -> None:
    connection.execute(delete(source_text).where(source_text.c.line == 1))


def source_text_gone(connection: Connection) -> None:
    connection.execute(delete(source_text))


def source_text_that_nobody_attached(connection: Connection) -> None:
    connection.execute(insert(source_text).values(source="andere", line=1, text="Woorden"))


def redaction_gone(connection: Connection) -> None:
    """What said that a text was blanked is made to name another."""
    said = json.loads(entry(connection, 6).header) | {"target": 3}
    put(connection, 6, header=canonical(said), hash=digest(canonical(said)))


TAMPERED: list[tuple[Callable[[Connection], None], str]] = [
    (one_byte("document", 3, "Sluizen", "sluizen"), "entry 3: the document"),
    (one_byte("document", LAST, '"salt":"', '"salt":" '), f"entry {LAST}: the document"),
    (one_byte("translations", 3, "English Sluizen", "English sluizen"), "entry 3: the translations"),
    (one_byte("translations", 3, "working", "agreed"), "entry 3: the translations"),
    (one_byte("translations", 3, "{", ""), "entry 3: the translations are not JSON"),
    (one_byte("header", 3, "NLVL-2023-001", "NLVL-2023-002"), "entry 3: the header"),
    (one_byte("header", 3, ",", ", "), "entry 3: the header"),
    (one_byte("header", LAST, "{", ""), f"entry {LAST}: the header is not JSON"),
    (one_byte("header", LAST, "founding_statement", "confirmed"), f"entry {LAST}: basis"),
    (one_byte("hash", LAST, "", "0"), f"entry {LAST}: the header"),
    (one_byte("reference", 3, "001", "002"), "entry 3: reference"),
    (one_byte("record", 3, "sluizen", "Sluizen"), "entry 3: record"),
    (one_byte("kind", 3, "agreement", "action"), "entry 3: kind"),
    (one_byte("entry", 2, "attachment", "redaction"), "entry 2: entry"),
    (one_byte("time", 3, "T", " "), "entry 3: time"),
    (one_byte("basis", 3, "confirmed", "operation"), "entry 3: basis"),
    (lambda connection: put(connection, 3, version=2 + 7), "entry 3: version"),
    (lambda connection: put(connection, 3, header="[]"), "entry 3: the header"),
    (lambda connection: put(connection, 3, header='{"seq":1e999}'), "entry 3: the header"),
    *(
        (forged_last("confirmations", odd), f"entry {LAST}: a confirmation names another text")
        for odd in (None, 1, [1], [[]], [{"digest": []}], {"digest": 1})
    ),
    (forged_last("translations", 2), f"entry {LAST}: the translations"),
    (forged_last("seq", []), f"entry {LAST}: seq"),
    (lambda connection: put(connection, 3, translations="[]"), "entry 3: the translations"),
    (one_byte_of_a_confirmation, "entry 3: the header"),
    (another_header_with_its_own_hash, "entry 4: does not follow"),
    (forged_last("confirmations", [FORGED]), f"entry {LAST}: a confirmation names another text"),
    (another_document_with_its_own_digest, "entry 4: does not follow"),
    (text_gone, "entry 3: its text is gone and no redaction names it"),
    (translations_gone, "entry 3: the translations"),
    (another_translation_added, "entry 3: the translations"),
    (words_beside_a_blanked_text, "entry 4: the translations"),
    (words_in_an_entry_without_text, "entry 2: the document"),
    (redaction_gone, "entry 4: its text is gone and no redaction names it"),
    (middle_entry_missing, "entry 5 is missing"),
    (first_entry_missing, "entry 1 is missing"),
    (closed_up, "entry 5: does not follow"),
    (everything_gone, "the head row does not point at the last entry (0)"),
    (tail_cut, f"the head row does not point at the last entry ({LAST - 1})"),
    (head_gone, f"the head row does not point at the last entry ({LAST})"),
    (head_elsewhere, f"the head row does not point at the last entry ({LAST})"),
    (two_swapped, "entry 7: seq"),
    (two_swapped_with_their_headers, "entry 7: does not follow"),
    (source_line_changed, "source verklaring"),
    (source_line_gone, "source verklaring"),
    (source_text_gone, "source verklaring"),
    (source_text_that_nobody_attached, "source andere"),
]


def test_a_whole_ledger_is_whole(database: Database, kept: str, command: Command) -> None:
    for arguments in ((), ("--head", kept)):
        result = command(database, "ledger", "verify", *arguments)
        erased = "Erased, so that only their digests are left: 4.\n"
        assert (result.exit_code, result.output) == (0, f"The ledger is whole. Head: {kept}\n{erased}")


@pytest.mark.parametrize(("tamper", "fault"), TAMPERED)
def test_tampering_is_found(
    database: Database, kept: str, command: Command, tamper: Callable[[Connection], None], fault: str
) -> None:
    with database.owner.begin() as connection:
        tamper(connection)
    result = command(database, "ledger", "verify")
    assert result.exit_code == 1
    assert fault in result.output
    assert isinstance(result.exception, SystemExit), result.exception  # found, not stumbled over


def cut(database: Database, entries: int) -> None:
    """Take the last entries off and put the head where they began, as an owner who knows the code would."""
    with database.owner.begin() as connection:
        connection.execute(delete(publication).where(publication.c.seq > LAST - entries))
        connection.execute(update(head).values(seq=LAST - entries, hash=entry(connection, LAST - entries).hash))
    factories.rebuild(database)


def test_a_tail_cut_with_care_is_found_by_who_kept_the_head(database: Database, kept: str, command: Command) -> None:
    with database.read() as session:
        earlier = f"{LAST - 2}:{entry(session.connection(), LAST - 2).hash}"
    cut(database, 1)
    assert command(database, "ledger", "verify").exit_code == 0
    assert command(database, "ledger", "verify", "--head", earlier).exit_code == 0
    result = command(database, "ledger", "verify", "--head", kept)
    assert result.exit_code == 1
    assert f"the head {kept} is not in this ledger" in result.output


def test_a_tail_written_anew_is_found_by_who_kept_the_head(database: Database, kept: str, command: Command) -> None:
    cut(database, 1)
    with database.write() as session:
        publish(session.connection(), "nieuwe", body("agreement"))
    assert command(database, "ledger", "verify").exit_code == 0
    assert command(database, "ledger", "verify", "--head", kept).exit_code == 1


def test_the_head_of_an_empty_ledger_is_in_every_ledger(database: Database, command: Command) -> None:
    result = command(database, "ledger", "verify", "--head", f"0:{GENESIS}")
    assert (result.exit_code, result.output) == (0, f"The ledger is whole. Head: 0:{GENESIS}\n")
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement"))
    assert command(database, "ledger", "verify", "--head", f"0:{GENESIS}").exit_code == 0
    assert command(database, "ledger", "verify", "--head", f"0:{'1' * 64}").exit_code == 1


MALFORMED = {
    "no hash": "12",
    "no position": f":{GENESIS}",
    "short": "12:abc",
    "long": f"12:{GENESIS}0",
    "no digits": f"x:{GENESIS}",
    "raised digits": f"²:{GENESIS}",
    "negative": f"-1:{GENESIS}",
    "no hexadecimals": f"12:{'g' * 64}",
    "empty": "",
    "two": f"1:{GENESIS}:{GENESIS}",
}


@pytest.mark.parametrize("said", MALFORMED.values(), ids=MALFORMED)
def test_a_head_that_is_none_is_named(database: Database, command: Command, said: str) -> None:
    result = command(database, "ledger", "verify", "--head", said)
    assert result.exit_code == 2
    assert "must be SEQ:HASH" in result.output


def test_checking_leaves_the_callers_connection_as_it_was(database: Database) -> None:
    with database.read() as session:
        connection = session.connection()
        before = dict(connection.get_execution_options())
        assert chain.verify(connection) == []
        assert dict(connection.get_execution_options()) == before
