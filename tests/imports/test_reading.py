"""Faults of form: a broken seed gives no records, and every fault by file, record and field."""

from typing import TYPE_CHECKING, Any

import pytest

from register.imports.reading import SeedFaults, read_seed

if TYPE_CHECKING:
    from tests.imports.conftest import Seed


def places(seed: "Seed") -> list[tuple[str, str, str]]:
    with pytest.raises(SeedFaults) as caught:
        read_seed(seed.folder)
    return [fault[:3] for fault in caught.value.faults]


def test_a_whole_seed_is_read_in_the_order_of_its_files(seed: "Seed") -> None:
    records = read_seed(seed.folder)
    assert [record.key for record in records][:3] == ["water", "oever", "dienst"]
    roster = next(record for record in records if record.key == "rooster")
    assert (roster.kind, roster.language, roster.file) == ("agreement", "nl", "agreements.yaml")
    assert getattr(roster.body, "title", "") == "Eén rooster voor de sluizen"
    assert roster.translations["en"]["title"] == "One roster for the locks"
    assert roster.translations["en"]["due.words"] == "from March 2023"


def test_a_citation_by_file_becomes_one_by_key(seed: "Seed") -> None:
    roster = next(record for record in read_seed(seed.folder) if record.key == "rooster")
    assert [citation.source for citation in getattr(roster.body, "citations", ())] == ["verklaring"]


def test_a_file_that_is_not_there_holds_no_records(seed: "Seed") -> None:
    (seed.folder / "terms.yaml").unlink()
    assert "term" not in {record.kind for record in read_seed(seed.folder)}


@pytest.mark.parametrize("content", ["- {", "key: one", "- one\n- two"])
def test_a_file_that_is_no_list_of_records(seed: "Seed", content: str) -> None:
    seed.write("terms.yaml", content)
    assert places(seed) == [("terms.yaml", "-", "-")]


def test_a_record_without_a_key(seed: "Seed") -> None:
    seed.add("terms.yaml", {"title": {"nl": "brug", "en": "bridge"}})
    assert places(seed) == [("terms.yaml", "-", "key")]


def test_a_key_that_is_used_twice(seed: "Seed") -> None:
    seed.add("terms.yaml", seed.read("terms.yaml")[0])
    assert places(seed) == [("terms.yaml", "sluis", "key")]


@pytest.mark.parametrize(
    ("file", "key", "fields", "place"),
    [
        ("terms.yaml", "sluis", {"colour": "red"}, "colour"),
        ("terms.yaml", "sluis", {"definition": None}, "definition"),
        ("terms.yaml", "sluis", {"title": {"nl": "sluis"}}, "title"),
        ("terms.yaml", "sluis", {"title": {"en": "lock"}}, "title"),
        ("terms.yaml", "sluis", {"flemish": {"nl": "sas", "en": "lock"}}, "flemish"),
        ("agreements.yaml", "lampen", {"nature": "promise"}, "nature"),
        ("agreements.yaml", "lampen", {"nature": "one_sided"}, "record"),
        ("agreements.yaml", "lampen", {"made": {"edtf": "2023-13", "words": {"nl": "x", "en": "y"}}}, "made"),
        ("agreements.yaml", "lampen", {"topics": ["vuur"]}, "topics"),
        ("agreements.yaml", "lampen", {"citations": [{"source": "elders"}]}, "citations"),
        ("updates.yaml", "rooster-klaar", {"status": "unknown"}, "record"),
        ("updates.yaml", "rooster-klaar", {"about": {"kind": "agreement", "id": "weg"}}, "about"),
        ("updates.yaml", "rooster-klaar", {"sides": []}, "record"),
    ],
)
def test_a_record_that_does_not_fit(seed: "Seed", file: str, key: str, fields: dict[str, Any], place: str) -> None:
    seed.change(file, key, fields)
    assert places(seed) == [(file, key, place)]


def test_all_faults_are_listed_and_the_check_stops_at_form(seed: "Seed") -> None:
    seed.change("terms.yaml", "sluis", {"colour": "red"})
    seed.change("agreements.yaml", "lampen", {"topics": ["vuur"]})
    seed.change("actions.yaml", "kopen", {"citations": None})
    assert sorted(places(seed)) == [("agreements.yaml", "lampen", "topics"), ("terms.yaml", "sluis", "colour")]
    assert sorted(seed.places()) == sorted(places(seed))
