"""The founding import: loading again changes nothing, a change is a new version, and confirmed texts are left alone."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from register.db import Database
from register.errors import Refused
from register.imports import founding
from register.imports.reading import SeedFaults
from register.ledger import append, chain, projection, read
from register.ledger.tables import publication
from register.publishing.founding import Outcome
from register.words.vocabulary import Basis
from tests import factories
from tests.factories import BOTH, Seed, body, publish

WORDS = {"nl": "Zij stemmen vaker af.", "en": "They agree on hours more often."}
RECORDS = 4


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    """A small seed, not written yet."""
    return Seed(tmp_path / "seed")


def load(database: Database, folder: Path) -> Outcome:
    with database.write() as session:
        return founding.load(session.connection(), folder)


def entries(database: Database, record: str | None = None) -> list[Any]:
    with database.read() as session:
        rows = session.connection().execute(select(publication).order_by(publication.c.seq)).all()
    return [row for row in rows if record in (None, row.record)]


def revision(database: Database) -> int:
    with database.public() as connection:
        return read.revision(connection).seq


def test_the_seed_is_published_without_keys_and_says_on_what_ground(database: Database, seed: Seed) -> None:
    with database.read() as session:
        assert founding.is_empty(session.connection())
    assert load(database, seed.write()) == Outcome(new=RECORDS, changed=0, same=0, held=[])
    with database.read() as session:
        assert not founding.is_empty(session.connection())
        assert chain.verify(session.connection()) == []
    found = entries(database)
    assert [(row.kind, row.record, row.basis) for row in found] == [
        ("topic", "water", "founding_register"),
        ("topic", "lucht", "founding_register"),
        ("source", "verklaring", "founding_register"),
        ("agreement", "sluizen", "founding_statement"),
    ]
    assert all(json.loads(row.header)["confirmations"] == [] for row in found)
    told = json.loads(found[-1].translations)["en"]
    assert (told["standing"], told["texts"]["title"]) == ("working", "Locks")
    assert json.loads(found[-1].document)["body"]["title"] == "Sluizen"


@pytest.mark.parametrize(
    ("source", "sides", "basis"),
    [
        ("verklaring", ["nl", "vl"], Basis.FOUNDING_STATEMENT),
        ("brief", ["nl"], Basis.FOUNDING_LETTER),
        ("brief", ["nl", "vl"], Basis.FOUNDING_STATEMENT),
    ],
)
def test_a_letter_is_the_word_of_one_side(
    database: Database, seed: Seed, source: str, sides: list[str], basis: Basis
) -> None:
    folder = seed.write()
    (folder / "updates.yaml").write_text(
        json.dumps(
            [
                {
                    "key": "bericht",
                    "about": {"kind": "agreement", "id": "sluizen"},
                    "as_of": {"edtf": "2023", "words": {"nl": "2023", "en": "2023"}},
                    "sides": sides,
                    "status": "ongoing",
                    "citations": [{"source": "verklaring"}] if source == "verklaring" else [],
                }
            ]
        ),
        encoding="utf-8",
    )
    load(database, folder)
    assert entries(database, "bericht")[0].basis == basis


def test_updates_come_last_and_in_the_order_of_their_dates(database: Database, seed: Seed) -> None:
    folder = seed.write()
    told = [
        {
            "key": key,
            "about": {"kind": "agreement", "id": "sluizen"},
            "as_of": {"edtf": edtf, "words": {"nl": edtf, "en": edtf}},
            "sides": ["nl"],
            "status": "ongoing",
        }
        for key, edtf in (("laatst", "2024"), ("eerst", "2023-01"), ("dan", "2024-06"), ("tegelijk", "2024-12-31"))
    ]
    (folder / "updates.yaml").write_text(json.dumps(told), encoding="utf-8")
    load(database, folder)
    assert [row.record for row in entries(database)][RECORDS:] == ["eerst", "dan", "laatst", "tegelijk"]


def test_loading_again_changes_nothing(database: Database, seed: Seed) -> None:
    load(database, seed.write())
    before = entries(database)
    assert load(database, seed.write()) == Outcome(new=0, changed=0, same=RECORDS, held=[])
    assert entries(database) == before
    assert revision(database) == RECORDS


@pytest.mark.parametrize(
    "change",
    [
        {"summary": {"nl": WORDS["nl"], "en": "They agree on hours."}},
        {"summary": {"nl": "Zij stemmen af.", "en": WORDS["en"]}},  # the translation alone
        {"topics": ["water", "lucht"]},
        {"topics": ["lucht"]},
        {"citations": [{"source": "statement-file", "lines": "1-3"}]},
        {"made": {"edtf": "2024-01-31", "words": {"nl": "31 januari 2024", "en": "31 January 2024"}}},
        {"language": "en"},
    ],
    ids=["text", "translation", "topic added", "other topic", "citation", "date", "authentic language"],
)
def test_what_changed_becomes_a_version_that_names_the_one_before(
    database: Database, seed: Seed, change: dict[str, Any]
) -> None:
    load(database, seed.write())
    assert load(database, seed.write(**change)) == Outcome(new=0, changed=1, same=RECORDS - 1, held=[])
    first, second = entries(database, "sluizen")
    assert (first.version, second.version, second.reference) == (1, 2, "NLVL-2023-001")
    assert json.loads(second.document)["replaces"] == json.loads(first.header)["document"]
    assert json.loads(first.document)["replaces"] is None
    assert load(database, seed.write(**change)).same == RECORDS
    assert load(database, seed.write()).changed == 1  # and back again
    assert [row.version for row in entries(database, "sluizen")] == [1, 2, 3]


@pytest.mark.parametrize("basis", [Basis.CONFIRMED, Basis.OPERATION])
def test_a_record_that_a_side_has_made_its_own_is_held_back(database: Database, seed: Seed, basis: Basis) -> None:
    load(database, seed.write())
    with database.write() as session:
        publish(
            session.connection(), "sluizen", body("agreement"), *(BOTH if basis is Basis.CONFIRMED else ()), basis=basis
        )
    before = entries(database)
    assert load(database, seed.write()) == Outcome(new=0, changed=0, same=RECORDS, held=[])
    outcome = load(database, seed.write(summary=WORDS))
    assert outcome == Outcome(new=0, changed=0, same=RECORDS - 1, held=["agreement sluizen"])
    assert entries(database) == before


def test_what_is_held_back_does_not_keep_the_rest(database: Database, seed: Seed) -> None:
    load(database, seed.write())
    with database.write() as session:
        publish(session.connection(), "sluizen", body("agreement"), *BOTH)
    folder = seed.write(summary=WORDS)
    topics = folder / "topics.yaml"
    topics.write_text(topics.read_text(encoding="utf-8").replace("Lucht", "Lucht en wind"), encoding="utf-8")
    assert load(database, folder) == Outcome(new=0, changed=1, same=RECORDS - 2, held=["agreement sluizen"])
    assert len(entries(database, "lucht")) == 2


def test_a_redacted_record_is_not_loaded_again(database: Database, seed: Seed) -> None:
    load(database, seed.write())
    with database.write() as session:
        factories.redact(session.connection(), entries(database, "sluizen")[0].seq)
    outcome = load(database, seed.write())
    assert (outcome.held, outcome.new, outcome.changed) == (["agreement sluizen"], 0, 0)
    assert len(entries(database, "sluizen")) == 2  # the redacted one, and the entry that says so


def test_after_the_founding_is_closed_nothing_is_loaded(database: Database, seed: Seed) -> None:
    load(database, seed.write())
    with database.write() as session:
        append.note(session.connection(), "founding_closed", "register", "register", "register")
    before = entries(database)
    assert load(database, seed.write()).same == RECORDS  # nothing to do is no offence
    with pytest.raises(Refused, match="closed"):
        load(database, seed.write(summary=WORDS))
    with pytest.raises(Refused, match="closed"):
        load(database, seed.write(key="bruggen"))
    assert entries(database) == before


def test_a_load_that_is_refused_halfway_leaves_nothing(database: Database, seed: Seed) -> None:
    load(database, seed.write())
    with database.read() as session:
        before = projection.snapshot(session.connection())
    (seed.folder / "places.yaml").write_text('[{"key": "oever", "title": {"nl": "Oever", "en": "Bank"}}]', "utf-8")

    def stop(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError):  # noqa: PT012
        publish_one = append.publish
        patch.setattr(append, "publish", lambda *given: publish_one(*given) if given[1].id != "sluizen" else stop())
        load(database, seed.write(summary=WORDS))
    with database.read() as session:
        assert projection.snapshot(session.connection()) == before
    assert revision(database) == RECORDS


BROKEN = {
    "a topic that is not there": ({"topics": ["vuur"]}, "agreements.yaml", "sluizen", "topics"),
    "a word that is none": ({"nature": "promise"}, "agreements.yaml", "sluizen", "nature"),
    "a field that is none": ({"colour": "blue"}, "agreements.yaml", "sluizen", "colour"),
    "a date that is none": (
        {"made": {"edtf": "2023-13", "words": {"nl": "x", "en": "x"}}},
        "agreements.yaml",
        "sluizen",
        "made",
    ),
    "no title": ({"title": None}, "agreements.yaml", "sluizen", "title"),
    "no English": ({"title": {"nl": "Sluizen"}}, "agreements.yaml", "sluizen", "title"),
    "a source that is not there": ({"citations": [{"source": "x"}]}, "agreements.yaml", "sluizen", "citations"),
    "whose statement it is": ({"nature": "one_sided"}, "agreements.yaml", "sluizen", "record"),
}


@pytest.mark.parametrize(("change", "file", "record", "field"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("before", [False, True], ids=["empty", "loaded"])
def test_a_broken_seed_loads_nothing_and_says_where(
    database: Database, seed: Seed, before: bool, change: dict[str, Any], file: str, record: str, field: str
) -> None:
    if before:
        load(database, seed.write())
    held = entries(database)
    with pytest.raises(SeedFaults) as found:
        load(database, seed.write(**change))
    assert [(fault.file, fault.record, fault.field.split(".")[0]) for fault in found.value.faults] == [
        (file, record, field)
    ]
    assert entries(database) == held


def test_all_faults_are_named_at_once(database: Database, seed: Seed) -> None:
    folder = seed.write(topics=["vuur"], citations=[{"source": "x"}])
    (folder / "places.yaml").write_text("- {", encoding="utf-8")
    (folder / "terms.yaml").write_text("sas", encoding="utf-8")
    with pytest.raises(SeedFaults) as found:
        load(database, folder)
    assert sorted({fault.file for fault in found.value.faults}) == ["agreements.yaml", "places.yaml", "terms.yaml"]
    assert len(found.value.faults) == 4
    assert entries(database) == []


def test_two_loads_at_once_publish_each_record_once(database: Database, seed: Seed) -> None:
    folder = seed.write()
    outcomes: list[Outcome] = []
    ready = threading.Barrier(2)

    def run() -> None:
        ready.wait()
        outcomes.append(load(database, folder))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.new for outcome in outcomes) == [0, RECORDS]
    assert revision(database) == RECORDS


def test_the_whole_seed_is_whole(seeded: Database) -> None:
    with seeded.read() as session:
        connection = session.connection()
        assert chain.verify(connection) == []
        outcome = connection.execute(select(publication.c.basis).where(publication.c.entry == "document")).scalars()
        assert {basis.split("_")[0] for basis in outcome} == {"founding"}
