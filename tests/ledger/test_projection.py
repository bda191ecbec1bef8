"""The projection is disposable: made anew from the publications it is what it was, row for row."""

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from register.db import Database
from register.ledger import PUBLIC_TABLES, append, chain, clocks, filters, lists, projection, read, search
from register.ledger.lexicon import synonym
from register.ledger.tables import card, link, projection_state
from register.sources import service as sources
from tests import factories
from tests.conftest import Command
from tests.factories import BOTH, NL, VL, body, designation, found, move, publish, redact, report


def history(connection: Connection) -> None:
    """All that can happen to a register so far, twice over where order could matter."""
    publish(connection, "water", body("topic", "Water"))
    publish(connection, "schelde", body("place", "Schelde"))
    publish(connection, "dienst", body("organisation", "Dienst der Sluizen"))
    publish(connection, "verklaring", body("source", "Verklaring"))
    publish(connection, "sas", body("term", "Sas", flemish="sluis (sas)", synonyms={"nl": ["schutsluis"]}))
    publish(connection, "lang", body("term", "Een begrip van meer dan vier woorden lang"))
    sources.attach(connection, "verklaring", "Eerste regel\nTweede regel")
    cited = [{"source": "verklaring", "lines": "1-2"}]
    publish(connection, "sluizen", body("agreement", "Sluizen", places=["schelde"], citations=cited), *BOTH)
    publish(connection, "bruggen", body("agreement", "Bruggen", addressed=["dienst"]))
    publish(connection, "kades", body("agreement", "Kades", made={"edtf": "2024", "words": "2024"}))
    publish(connection, "meten", body("action", agreements=["sluizen", "bruggen"]))
    publish(connection, "seminar", body("session", agreements=["sluizen"]))
    publish(connection, "een", report("agreement/sluizen", "ongoing", "2023-05", *BOTH), *BOTH)
    publish(connection, "twee", report("agreement/sluizen", "completed", "2024", NL), NL)
    publish(connection, "drie", report("agreement/bruggen", "ongoing", "2024", VL, citations=cited))
    publish(connection, "sluizen", body("agreement", "Alle sluizen", places=["schelde"], topics=["water"]))
    publish(connection, "twee", report("agreement/sluizen", "postponed", "2024", NL), NL)  # changed
    publish(connection, "drie", report("agreement/kades", "ongoing", "2024", VL))  # and moved to another record
    named = [(NL, "dienst", "2024"), (VL, "dienst", "2023"), (NL, "raad", "2025-02")]
    for number, (side, who, on) in enumerate(named):
        publish(connection, f"wie-{number}", designation("agreement/sluizen", side, who, on), side)
    publish(connection, "later", move("agreement/sluizen", None, "2026", "2024-03"), *BOTH)
    gone = publish(connection, "nog-later", move("agreement/sluizen", "2026", "2028", "2024-06"), *BOTH)
    hidden = publish(connection, "actie-later", move("action/meten", None, "2026-05", "2024-06"), *BOTH)
    publish(connection, "sluizen", body("agreement", "Alle sluizen samen", places=["schelde"], topics=["water"]))
    append.note(connection, "withdrawal", "move", "nog-later", "MOVE-2024-002", target=gone, side="nl")
    append.note(
        connection, "hiding", "move", "actie-later", "MOVE-2024-003", target=hidden, side="nl", ground="privacy"
    )
    vier = publish(connection, "vier", report("action/meten", "completed", "2025", third="dienst"))
    publish(connection, "schelde", body("place", "Westerschelde"))
    publish(connection, "sas", body("term", "Sas", synonyms={"nl": ["kolk"]}))
    publish(connection, "bruggen", body("agreement", "Bruggen en viaducten"))
    append.note(connection, "hiding", "update", "vier", "UPD-2025-001", target=vier, side="nl", ground="privacy")
    publish(connection, "vijf", report("agreement/bruggen", "ongoing", "2025", NL), NL)
    publish(connection, "zes", report("agreement/bruggen", "completed", "2025", VL), VL)
    bridges = ("agreement", "bruggen", "NLVL-2023-002")
    at = append.note(connection, "response_asked", *bridges, side="nl", since="2025-02-03")
    append.note(connection, "response_asked", *bridges, side="vl", since="2025-02-03")
    append.note(connection, "response_closed", *bridges, target=at)
    paused = {"begins": "2025-06-01", "ends": "2025-08-31", "reason": "elections"}
    at = append.note(connection, "pause", "side", "vl", "vl", **paused)
    append.note(connection, "pause_ended", "side", "vl", "vl", target=at, ends="2025-07-15")
    append.note(connection, "readings_differ", *bridges, updates=["vijf", "zes"])
    publish(connection, "zeven", report("agreement/bruggen", "ongoing", "2025-06", VL), VL)  # and they agree again
    append.note(connection, "founding_closed", "register", "register", "register")


def state(database: Database) -> dict[str, object]:
    """The whole projection, and what is found by the words of the history."""
    with database.read() as session:
        rows = projection.snapshot(session.connection())
    words = (
        "sluis",
        "alle sluizen",
        "brug",
        "viaduct",
        "schelde",
        "westerschelde",
        "sas",
        "kolk",
        "schutsluis",
        "kade",
    )
    with database.public() as connection:
        return {**rows, "found": {word: found(connection, word) for word in words}}


@pytest.fixture
def told(database: Database) -> Database:
    """A register with a history."""
    with database.write() as session:
        history(session.connection())
    return database


def test_the_history_touches_every_table_of_the_projection(told: Database) -> None:
    assert {name for name, rows in state(told).items() if not rows} == set()


def test_a_rebuild_changes_nothing(told: Database, command: Command) -> None:
    before = state(told)
    result = command(told, "ledger", "rebuild")
    assert result.exit_code == 0, result.output
    assert state(told) == before


def test_a_moved_date_is_the_term_until_the_move_is_taken_back(database: Database, command: Command) -> None:
    def due() -> tuple[str | None, str | None]:
        with database.public() as connection:
            row = factories.standing(connection, "agreement/sluizen")
        return row.due, row.due_edtf

    def then(clock: clocks.Clock) -> str | None:
        with database.public() as connection:
            return read.published(connection, "nl", "agreement", "NLVL-2023-001", None, clock).stand.due

    with database.write() as session:
        connection = session.connection()
        agreed = body("agreement", "Sluizen", due={"edtf": "2023", "words": "2023"})
        publish(connection, "sluizen", agreed, *BOTH)
        first = publish(connection, "een", move("agreement/sluizen", "2023", "2025-06", "2023-11"), *BOTH)
        last = publish(connection, "twee", move("agreement/sluizen", "2025-06", "2027", "2025-05"), *BOTH)
    assert due() == ("2027-12-31", "2027")
    days = ("2023-11-29", "2023-11-30", "2025-06-01")
    assert [then(clocks.Clock("as_of", day)) for day in days] == ["2023-12-31", "2025-06-30", "2027-12-31"]
    assert then(clocks.Clock("published_on", "2026-01-01", first)) == "2025-06-30"
    with database.write() as session:
        connection = session.connection()
        publish(connection, "sluizen", body("agreement", "De sluizen", due={"edtf": "2023", "words": "2023"}), *BOTH)
    assert due() == ("2027-12-31", "2027")  # another text of the record moves no date
    with database.write() as session:
        at = {"target": last, "side": "nl", "ground": "privacy"}
        append.note(session.connection(), "hiding", "move", "twee", "MOVE-2025-001", **at)
    assert due() == ("2025-06-30", "2025-06")
    with database.write() as session:
        append.note(session.connection(), "showing", "move", "twee", "MOVE-2025-001", target=last)
    assert due() == ("2027-12-31", "2027")
    with database.write() as session:
        redact(session.connection(), last)
        at = {"target": first, "side": "nl", "ground": "mistake"}
        append.note(session.connection(), "withdrawal", "move", "een", "MOVE-2023-001", **at)
    assert due() == ("2023-12-31", "2023")
    assert command(database, "ledger", "rebuild").exit_code == 0
    assert due() == ("2023-12-31", "2023")


def test_a_rebuild_mends_what_was_damaged(told: Database, command: Command) -> None:
    before = state(told)
    with told.write() as session:
        connection = session.connection()
        connection.execute(update(card).values(title_nl="x", status="completed"))
        connection.execute(delete(link))
        connection.execute(insert(synonym).values(record="x", phrase="y"))
        connection.execute(text(f"DELETE FROM {search.TABLES[0]}"))
    assert state(told) != before
    assert command(told, "ledger", "rebuild").exit_code == 0
    assert state(told) == before


def test_after_a_redaction_a_rebuild_takes_the_text_out_of_view_and_is_stable(told: Database) -> None:
    with told.write() as session:
        connection = session.connection()
        redact(connection, read.versions(connection, "agreement", "bruggen")[0].seq)
        redact(connection, read.versions(connection, "term", "sas")[0].seq)
        redact(connection, read.versions(connection, "agreement", "kades")[0].seq)
    factories.rebuild(told)
    after = state(told)
    with told.public() as connection:
        assert factories.references(connection, "agreement") == ["NLVL-2023-001"]
        assert found(connection, "viaducten") == found(connection, "kade") == []
        assert connection.execute(select(synonym).where(synonym.c.record == "sas")).all() == []
        with pytest.raises(Exception, match="NLVL-2023-002"):
            read.published(connection, "nl", "agreement", "NLVL-2023-002")
        assert read.published(connection, "nl", "agreement", "NLVL-2023-002", 1).body["title"] == "Bruggen"
    factories.rebuild(told)
    assert state(told) == after
    with told.write() as session:  # a later version brings the record back, under its own reference
        publish(session.connection(), "bruggen", body("agreement", "Bruggen"))
    with told.public() as connection:
        assert factories.references(connection, "agreement") == ["NLVL-2023-001", "NLVL-2023-002"]
    after = state(told)
    factories.rebuild(told)
    assert state(told) == after
    with told.read() as session:
        assert chain.verify(session.connection()) == []


@pytest.mark.parametrize(
    ("gone", "left", "stands"),
    [("twee", "een", ("ongoing", "joint", "2023-05-31")), ("een", "twee", ("postponed", "one_side", "2024-12-31"))],
)
def test_a_redacted_report_no_longer_counts(told: Database, gone: str, left: str, stands: tuple[str, ...]) -> None:
    with told.write() as session:
        connection = session.connection()
        before = factories.standing(connection, "agreement/sluizen")
        assert (before.status, before.confirmation, before.updated_nl) == ("ongoing", "joint", "2024-12-31")
        redact(connection, read.versions(connection, "update", gone)[0].seq)
    factories.rebuild(told)
    with told.public() as connection:
        now = factories.standing(connection, "agreement/sluizen")
        assert (now.status, now.confirmation, now.updated_nl) == stands
        assert [said.record for said in read.updates_about(connection, "nl", "agreement", ["sluizen"])] == [left]


def test_each_span_of_the_ledger_has_one_card(told: Database) -> None:
    """At every position there is at most one card of a record, and none is missing between two others."""
    with told.public() as connection:
        spans: dict[tuple[str, str], list[tuple[int, int | None]]] = {}
        for row in connection.execute(select(card).order_by(card.c.kind, card.c.record, card.c.pub_from)):
            spans.setdefault((row.kind, row.record), []).append((row.pub_from, row.pub_to))
    assert len(spans[("agreement", "sluizen")]) > 3
    for record, parts in spans.items():
        ends, beginnings = [end for _, end in parts], [beginning for beginning, _ in parts]
        assert ends == [*beginnings[1:], None], record


def rebuilds(database: Database) -> bool:
    with database.owner.begin() as connection:
        rebuilt = projection.ensure(connection)
        database.grant(connection, PUBLIC_TABLES)
    return rebuilt


def test_the_projection_is_left_alone_while_it_is_right(told: Database) -> None:
    assert not rebuilds(told)


def test_the_projection_of_other_code_is_made_anew(told: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(told)
    monkeypatch.setattr(projection, "VERSION", "of later code")
    assert rebuilds(told)
    with told.read() as session:
        stands = session.connection().execute(select(projection_state)).one()
    assert stands.version == "of later code"
    assert not rebuilds(told)
    now = state(told)
    assert {name for name in before if before[name] != now[name]} == {"projection_state"}


def test_a_projection_that_is_missing_or_behind_is_made_anew(told: Database) -> None:
    before = state(told)
    with told.owner.begin() as connection:
        connection.execute(update(projection_state).values(seq=projection_state.c.seq - 1))
    assert rebuilds(told)
    with told.owner.begin() as connection:
        search.drop(connection)
        connection.execute(text("DROP TABLE projection_state"))
    assert rebuilds(told)
    assert state(told) == before


def test_titles_sort_without_case_accents_or_leading_signs(database: Database) -> None:
    titles = ["«Écluses»", "dammen", "Água", "bruggen", "Één kade", "'s-Gravendeel", "10 sluizen", "Zee"]
    with database.write() as session:
        for number, title in enumerate(titles):
            publish(session.connection(), f"term-{number}", body("term", title))
    with database.public() as connection:
        listing = filters.parse("term", "nl", {"sort": ["title"]}, lambda _: ())
        shown = [row.title_nl for row in lists.page(connection, listing, factories.TODAY).rows]
    expected = ["10 sluizen", "Água", "bruggen", "dammen", "«Écluses»", "Één kade", "'s-Gravendeel", "Zee"]
    assert shown == expected
