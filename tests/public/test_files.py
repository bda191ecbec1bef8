"""Files as evidence, once they are public: fetched by a random name, and gone when their text goes."""

import hashlib
import re

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from register.ledger import append, chain, files
from register.ledger.files import File
from register.ledger.tables import evidence_file
from register.web.headers import FILE_POLICY
from register.words.vocabulary import Basis
from tests.factories import NL, body, redact, report
from tests.public.conftest import Small

AGREEMENT = "agreement/sluizen"
DATA = b"Wij meten.\n" * 200
DIGEST = hashlib.sha256(DATA).hexdigest()
SHOWN = [{"title": "Meetverslag", "sha256": DIGEST}]
ADDRESS = re.compile(r'href="(/en/files/[0-9a-f]{24})"')


@pytest.fixture
def told(small: Small) -> Small:
    """A register with an agreement to report on."""
    small.publish("sluizen", body("agreement", "Sluizen"))
    return small


def publish(told: Small, record: str) -> tuple[int, str]:
    """A report with a file; gives its position, and the address of the file on the page of the agreement."""
    said = report(AGREEMENT, "completed", "2024", NL, evidence=SHOWN)
    seq = told.publish(record, said, NL, files=(File("txt", DATA),))
    return seq, ADDRESS.findall(told.client.get("/en/agreements/NLVL-2023-001").text)[-1]


def test_a_file_is_fetched_by_its_random_name_and_goes_with_its_text(told: Small) -> None:
    seq, address = publish(told, "een")
    answer = told.client.get(address, headers={"Accept-Encoding": "br"})
    assert (answer.status_code, answer.data) == (200, DATA)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="UPD-2024-001-1.txt"'
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert DIGEST[:12] not in address
    again = told.client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert told.client.head(address).data == b""
    assert told.client.get(f"{address}?page=2").status_code == 400
    assert told.client.get("/en/files/unknown").status_code == 404

    _, other = publish(told, "twee")  # the same file with another report is another file
    assert other != address

    def blank(connection):  # type: ignore[no-untyped-def]
        redact(connection, seq)
        assert any("does not name" in fault for fault in chain.verify(connection))
        assert files.blank(connection, seq) == 1
        assert chain.verify(connection) == []

    told.change(blank)
    assert told.client.get(address).status_code == 404
    assert told.client.get(other).data == DATA


def test_the_files_of_the_ledger_stay_as_they_were_published(told: Small) -> None:
    seq, _ = publish(told, "een")
    for statement in (
        update(evidence_file).values(data=b"anders"),
        delete(evidence_file),
        update(evidence_file).values(name="anders"),
    ):
        with pytest.raises(DBAPIError, match="only grows"):
            told.change(lambda connection, statement=statement: connection.execute(statement))  # type: ignore[misc]
    with pytest.raises(DBAPIError, match="only grows"):
        told.change(lambda connection: files.blank(connection, seq))
    core = append.freeze("update", "drie", "nl", report(AGREEMENT, "completed", "2024", NL, evidence=SHOWN))
    wrong = {DIGEST: File("txt", b"anders")}
    for given, why in (({}, "missing"), (wrong, "not the one")):
        with told.database.write() as session, pytest.raises(ValueError, match=why):
            append.publish(session.connection(), core, {}, Basis.FOUNDING_LETTER, files=given)


def test_a_file_that_was_tampered_with_is_found(told: Small) -> None:
    publish(told, "een")
    with told.database.owner.begin() as connection:
        quiet = (
            "ALTER TABLE evidence_file DISABLE TRIGGER USER"
            if told.database.settings.postgresql
            else "DROP TRIGGER evidence_file_no_update"
        )
        connection.exec_driver_sql(quiet)
        connection.execute(update(evidence_file).values(data=b"anders"))
        assert [fault.partition(": ")[2] for fault in chain.verify(connection)] == [
            "a file does not have the digest that the text names"
        ]
