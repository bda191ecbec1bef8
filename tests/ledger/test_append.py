"""Appending: gapless positions, versions, references that are never given twice, and all or nothing."""

import json
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, insert, select

from register.db import Database
from register.ledger import PUBLIC_TABLES, append, cards, chain, filters, lists, projection, search
from register.ledger.append import GENESIS
from register.ledger.canonical import canonical, digest
from register.ledger.tables import card, head, link, numbering, publication
from tests import factories
from tests.factories import BOTH, body, publish, redact, references


def said(year: int = 2023, **more: object) -> object:
    return body("agreement", made={"edtf": f"{year}-05", "words": f"mei {year}"}, **more)


def test_entries_follow_each_other_without_a_gap(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        given = [publish(connection, f"afspraak-{number}", body("agreement")) for number in range(5)]
        given.append(append.note(connection, "founding_closed", "register", "register", "register"))
    with database.read() as session:
        rows = session.connection().execute(select(publication).order_by(publication.c.seq)).all()
        last = session.connection().execute(select(head.c.seq, head.c.hash)).one()
    assert given == [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    headers = [json.loads(row.header) for row in rows]
    assert [told["previous"] for told in headers] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert [row.hash for row in rows] == [digest(row.header) for row in rows]
    assert [row.header for row in rows] == [canonical(told) for told in headers]
    assert tuple(last) == (6, rows[-1].hash)


def test_a_header_says_what_the_chain_must_hold(database: Database) -> None:
    core = append.freeze("agreement", "sluizen", "nl", body("agreement"))
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement"), *BOTH, core=core)
    with database.read() as session:
        row = session.connection().execute(select(publication)).one()
    told = json.loads(row.header)
    assert set(told) == {
        *("seq", "previous", "time", "entry", "kind", "record", "reference", "version", "basis"),
        *("document", "translations", "confirmations"),
    }
    assert told["document"] == core.digest == digest(row.document)
    assert told["translations"] == {"en": digest(canonical(json.loads(row.translations)["en"]))}
    assert [(one["side"], one["digest"]) for one in told["confirmations"]] == [("nl", core.digest), ("vl", core.digest)]


def test_a_record_keeps_its_reference_from_version_to_version(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        for record, year in (("een", 2023), ("twee", 2023), ("drie", 2024), ("een", 2025), ("vier", 2023)):
            publish(connection, record, said(year))
        rows = connection.execute(select(publication).order_by(publication.c.seq)).all()
    assert [(row.record, row.version, row.reference) for row in rows] == [
        ("een", 1, "NLVL-2023-001"),
        ("twee", 1, "NLVL-2023-002"),
        ("drie", 1, "NLVL-2024-001"),
        ("een", 2, "NLVL-2023-001"),
        ("vier", 1, "NLVL-2023-003"),
    ]


def test_a_vague_date_is_numbered_by_its_last_year(database: Database) -> None:
    with database.write() as session:
        for record, edtf in (("een", "2022-12/2024-02"), ("twee", "2023~")):
            publish(session.connection(), record, body("agreement", made={"edtf": edtf, "words": edtf}))
        assert references(session.connection(), "agreement") == ["NLVL-2023-001", "NLVL-2024-001"]


def test_each_kind_has_a_series_of_its_own(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        for kind in ("topic", "place", "organisation", "source", "term", "structure", "request", "action", "session"):
            publish(connection, "sluizen", body(kind))
        publish(connection, "ooit", body("session", state="expected", date=None))
        publish(connection, "bericht", factories.report("action/sluizen", "ongoing", "2024-21", *BOTH))
        found = {(row.kind, row.record): row.reference for row in connection.execute(select(publication))}
    assert found == {
        **{(kind, "sluizen"): "sluizen" for kind in ("topic", "place", "organisation", "source", "term")},
        ("structure", "sluizen"): "STR-001",
        ("request", "sluizen"): "REQ-001",
        ("action", "sluizen"): "ACT-2023-001",
        ("session", "sluizen"): "SES-2023-001",
        ("session", "ooit"): "SES-001",
        ("update", "bericht"): "UPD-2024-001",
    }


def test_references_sort_by_number_past_999(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        connection.execute(insert(numbering).values(series="NLVL-2023", last=997))
        for number in range(4):
            publish(connection, f"afspraak-{number}", said())
    expected = ["NLVL-2023-998", "NLVL-2023-999", "NLVL-2023-1000", "NLVL-2023-1001"]
    with database.public() as connection:
        assert references(connection, "agreement") == expected
        listing = filters.parse("agreement", "nl", {}, lambda _: ())
        page = lists.page(connection, listing, factories.TODAY)
    assert [row.reference for row in page.rows] == expected


@pytest.mark.parametrize("rebuilt", [False, True], ids=["following", "rebuilt"])
def test_the_reference_of_a_redacted_record_is_not_given_again(database: Database, rebuilt: bool) -> None:
    with database.write() as session:
        publish(session.connection(), "een", said())
        redact(session.connection(), publish(session.connection(), "twee", said()))
    if rebuilt:
        factories.rebuild(database)
    with database.write() as session:
        publish(session.connection(), "drie", said())
        last = session.connection().execute(select(publication).order_by(publication.c.seq.desc()).limit(1)).one()
    assert last.reference == "NLVL-2023-003"


def test_a_confirmation_of_another_text_is_refused(database: Database) -> None:
    core, other = (append.freeze("agreement", "sluizen", "nl", body("agreement")) for _ in range(2))
    with pytest.raises(ValueError, match="another text"), database.write() as session:
        append.publish(session.connection(), core, {}, factories.Basis.CONFIRMED, [factories.key(other, factories.NL)])
    assert counts(database) == dict.fromkeys(counts(database), 0)


def test_a_version_appears_once(database: Database) -> None:
    """The database itself refuses a second entry for the same version of a record."""
    with database.write() as session:
        publish(session.connection(), "sluizen", said())
        row = dict(session.connection().execute(select(publication)).mappings().one())
    with pytest.raises(Exception, match=r"(?i)unique|only grows"), database.write() as session:
        session.connection().execute(insert(publication).values(row | {"seq": 2, "hash": "0" * 64}))


def break_index(patch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise RuntimeError("the index is full")

    patch.setattr(search, "add", stop)


def break_projection(patch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise RuntimeError("no card")

    patch.setattr(cards, "of", stop)


def break_afterwards(_: pytest.MonkeyPatch) -> None:
    """Nothing in the register is broken: the caller fails once all is written."""


@pytest.mark.parametrize("breaking", [break_index, break_projection, break_afterwards])
def test_what_fails_leaves_no_trace(
    database: Database, breaking: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        publish(session.connection(), "water", body("topic"))
        publish(session.connection(), "sluizen", said(title="Sluizen"))
    before, shown = counts(database), snapshot(database)
    breaking(monkeypatch)
    with pytest.raises(RuntimeError), database.write() as session:  # noqa: PT012 - the transaction is what is tested
        publish(session.connection(), "bruggen", said(title="Bruggen"))
        raise RuntimeError("the caller changed its mind")
    monkeypatch.undo()
    assert counts(database) == before
    assert snapshot(database) == shown
    assert found(database, "bruggen") == []
    with database.write() as session:
        publish(session.connection(), "bruggen", said(title="Bruggen"))
    assert found(database, "bruggen") == ["NLVL-2023-002"]
    with database.read() as session:
        assert chain.verify(session.connection()) == []


@pytest.mark.parametrize("doors", [1, 2], ids=["one process", "two processes"])
def test_two_writers_at_once_make_one_chain(database: Database, doors: int) -> None:
    each = 25
    opened = [database, *(Database(database.settings, PUBLIC_TABLES) for _ in range(doors - 1))]
    failures: list[BaseException] = []
    ready = threading.Barrier(2)

    def write(writer: int) -> None:
        ready.wait()
        try:
            for number in range(each):
                with opened[writer % doors].write() as session:
                    publish(session.connection(), f"afspraak-{writer}-{number}", said())
        except BaseException as failure:  # whatever it is, the test must say so
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in opened[1:]:
        other.close()
    assert failures == []
    with database.read() as session:
        connection = session.connection()
        assert chain.verify(connection) == []
        rows = connection.execute(select(publication).order_by(publication.c.seq)).all()
        assert [row.seq for row in rows] == list(range(1, 2 * each + 1))
        assert {row.record for row in rows} == {f"afspraak-{w}-{n}" for w in range(2) for n in range(each)}
        assert sorted(row.reference for row in rows) == [f"NLVL-2023-{n:03d}" for n in range(1, 2 * each + 1)]
        assert [row.time for row in rows] == sorted(row.time for row in rows)


def test_a_reader_sees_one_moment(database: Database) -> None:
    """What is published while somebody reads appears to the next reader, not halfway through a page."""
    with database.public() as connection:
        before = connection.scalar(select(func.count()).select_from(publication))
        with database.write() as session:
            publish(session.connection(), "sluizen", said())
        assert connection.scalar(select(func.count()).select_from(card)) == before == 0
    with database.public() as connection:
        assert connection.scalar(select(func.count()).select_from(card)) == 1


def counts(database: Database) -> dict[str, int]:
    """How many rows there are in the tables that one entry touches, and how far the head is."""
    with database.read() as session:
        connection = session.connection()
        tables = (publication, card, link, numbering)
        rows = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
        return rows | {"head": connection.scalar(select(head.c.seq)) or 0}


def snapshot(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return projection.snapshot(session.connection())


def found(database: Database, words: str) -> list[str]:
    with database.public() as connection:
        return factories.found(connection, words)
