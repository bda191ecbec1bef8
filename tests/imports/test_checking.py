"""Each rule of `seed check`: one thing broken gives one fault, at its place; a whole seed gives none."""

import os
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from register import create_app
from register.config import Settings
from register.i18n import today
from register.imports import checking
from register.imports.dating import disagreement
from register.imports.passages import words

if TYPE_CHECKING:
    from tests.imports.conftest import Seed

ROOT = Path(__file__).resolve().parent.parent.parent


def both(dutch: str, english: str) -> dict[str, str]:
    return {"nl": dutch, "en": english}


def cited(numbers: str, paragraph: int | None = 1, section: str | None = "a", **more: Any) -> list[dict[str, Any]]:
    placed = {"section": section, "paragraph": paragraph} | more
    return [{"source": "statement-file", "lines": numbers} | {k: v for k, v in placed.items() if v is not None}]


def test_a_whole_seed_has_no_faults(seed: "Seed") -> None:
    assert seed.faults() == []
    assert seed.faults(with_sources=False) == []


def test_the_founding_seed_is_whole_and_checked_in_time() -> None:
    sources = os.environ.get("SOURCES")
    start = time.perf_counter()
    assert checking.check(ROOT / "seed", Path(sources) if sources else None, today()).faults == []
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("topics.yaml", "water"),
        ("places.yaml", "oever"),
        ("organisations.yaml", "dienst"),
        ("sources.yaml", "rapport"),
        ("agreements.yaml", "lampen"),
        ("structures.yaml", "overleg"),
        ("actions.yaml", "kopen"),
        ("sessions.yaml", "avond"),
        ("requests.yaml", "vraag"),
        ("updates.yaml", "rooster-klaar"),
    ],
)
def test_every_record_is_cited(seed: "Seed", file: str, key: str) -> None:
    seed.change(file, key, {"citations": None})
    assert seed.places() == [(file, key, "citations")]


@pytest.mark.parametrize(
    ("citation", "field", "message"),
    [
        (cited("7-22", 2), "lines", "16 lines wide"),
        (cited("9-7", 2), "lines", "no range"),
        (cited("0", None, None), "lines", "no range"),
        (cited("3-7", 1), "lines", "runs over 2 paragraphs"),
        (cited("2", None, None), "lines", "no text"),
        (cited("7-9", 1), "paragraph", "are a, 2"),
        (cited("7-9", 2, "b"), "section", "are a, 2"),
        (cited("7-9", None), "paragraph", "are a, 2"),
        (cited("29-31", 2), "lines", "beyond the 30 lines"),
        ([{"source": "letter-file", "lines": "3-4"}], "lines", "beyond the 3 lines"),
        ([{"source": "letter-file"}], "lines", "is missing"),
    ],
)
def test_citations_name_a_passage(seed: "Seed", citation: list[dict[str, Any]], field: str, message: str) -> None:
    seed.change("actions.yaml", "kopen", {"citations": citation})
    [fault] = seed.faults()
    assert fault[:3] == ("actions.yaml", "kopen", f"citations.0.{field}")
    assert message in fault.message


def test_a_heading_belongs_to_no_paragraph(seed: "Seed") -> None:
    seed.change("topics.yaml", "water", {"citations": cited("1", None, None)})
    assert seed.faults() == []
    seed.change("topics.yaml", "water", {"citations": cited("1", 1)})
    assert seed.places() == [("topics.yaml", "water", "citations.0.paragraph")]


def test_what_needs_the_texts_is_silent_without_them(seed: "Seed") -> None:
    seed.change("actions.yaml", "kopen", {"citations": [{"source": "letter-file", "lines": "3-4"}]})
    assert seed.faults(with_sources=False) == []


def test_a_source_that_is_not_in_the_folder_is_a_fault(seed: "Seed") -> None:
    (seed.sources / "letter-file.txt").unlink()
    assert seed.places() == [("sources.yaml", "brief", "file")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_edtf_agrees_with_the_words_of_each_language(seed: "Seed", language: str) -> None:
    said = both("vanaf maart 2023", "from March 2023") | {language: "april 2023"}
    seed.change("agreements.yaml", "rooster", {"due": {"edtf": "2023-03", "words": said}})
    assert seed.places() == [("agreements.yaml", "rooster", f"due.words.{language}")]


@pytest.mark.parametrize(
    ("edtf", "dutch", "english"),
    [
        ("2023-01-31", "31 januari 2023", "31 January 2023"),
        ("2023-03", "in maart 2023", "in March 2023"),
        ("2023-21", "voorjaar van 2023", "spring 2023"),
        ("2024-23", "najaar 2024", "autumn 2024"),
        ("2023~", "eind 2023", "end of 2023"),
        ("2024~", "medio 2024", "mid-2024"),
        ("2020", "in 2020", "in 2020"),
        ("2023/2024", "in de loop van 2023-2024", "in the course of 2023-2024"),
        ("2023-05-09/2023-11", "tussen 9 mei 2023 en november 2023", "between 9 May 2023 and November 2023"),
        ("2022-12-05/2023-01-31", "uiterlijk 31 januari 2023", "no later than 31 January 2023"),
        ("2023", "genoemd in 2023, datum niet genoemd", "mentioned in 2023, date not given"),
    ],
)
def test_dates_that_say_the_same(edtf: str, dutch: str, english: str) -> None:
    assert disagreement(edtf, dutch, "nl") is None
    assert disagreement(edtf, english, "en") is None


@pytest.mark.parametrize(
    ("edtf", "dutch"),
    [
        ("2023", "eind 2023"),
        ("2023~", "2023"),
        ("2023-22", "voorjaar 2023"),
        ("2023-01-30", "31 januari 2023"),
        ("2022-12-05/2023-01-31", "31 januari 2023"),
        ("2023-02", "uiterlijk 31 januari 2023"),
        ("2023", "binnenkort"),
    ],
)
def test_dates_that_do_not_say_the_same(edtf: str, dutch: str) -> None:
    assert disagreement(edtf, dutch, "nl") is not None


def test_a_report_from_the_future_is_a_fault(seed: "Seed") -> None:
    later = {"edtf": "2026-01-02", "words": both("2 januari 2026", "2 January 2026")}
    seed.change("updates.yaml", "rooster-klaar", {"as_of": later})
    assert seed.places() == [("updates.yaml", "rooster-klaar", "as_of")]


def test_a_lead_body_is_named_in_its_passage(seed: "Seed") -> None:
    lead = {"side": "nl", "organisation": "havenmeester", "basis": "named", "citation": cited("4-5")[0]}
    seed.change("agreements.yaml", "rooster", {"leads": [lead]})
    [fault] = seed.faults()
    assert fault[:3] == ("agreements.yaml", "rooster", "leads.0")
    assert "havenmeester" in fault.message


def test_an_abbreviation_names_a_lead_body(seed: "Seed") -> None:
    lead = {"side": "nl", "organisation": "havenmeester", "basis": "named", "citation": cited("4-5")[0]}
    seed.change("agreements.yaml", "rooster", {"leads": [lead]})
    seed.change("organisations.yaml", "havenmeester", {"abbreviation": "DDS"})
    assert seed.faults() == []


def test_titles_have_at_most_twelve_words(seed: "Seed") -> None:
    twelve = "Een twee drie vier vijf zes zeven acht negen tien elf twaalf"
    seed.change("actions.yaml", "kopen", {"title": both(f"{twelve} & 3", "Buying lamps")})
    assert seed.faults() == []
    seed.change("actions.yaml", "kopen", {"title": both(f"{twelve} dertien", "Buying lamps")})
    assert seed.places() == [("actions.yaml", "kopen", "title.nl")]


def test_titles_of_a_kind_differ(seed: "Seed") -> None:
    seed.change("agreements.yaml", "lampen", {"title": both("Voor de sluizen: één rooster", "Lamps on the bridges")})
    [fault] = seed.faults()
    assert fault[:3] == ("agreements.yaml", "lampen", "title.nl")
    assert "rooster" in fault.message
    seed.change("agreements.yaml", "lampen", {"title": both("Lampen kopen", "Lamps on the bridges")})
    assert seed.faults() == []  # an action has that title


def test_texts_differ_between_the_languages(seed: "Seed") -> None:
    seed.change("actions.yaml", "kopen", {"summary": both("Lampen.", "Lampen.")})
    seed.change("places.yaml", "oever", {"title": both("Oever", "Oever")})  # a name may be the same
    assert seed.places() == [("actions.yaml", "kopen", "summary")]


def test_no_text_is_empty(seed: "Seed") -> None:
    seed.change("actions.yaml", "kopen", {"summary": both("Samen lampen kopen.", " ")})
    assert seed.places() == [("actions.yaml", "kopen", "summary.en")]


def test_no_sentence_is_copied(seed: "Seed") -> None:
    """Capitals, punctuation and a word broken at the end of a line do not hide a copy; seven words are no copy."""
    eight = "Zij gaan hun rooster op elkaar afstemmen; en dat, ELK jaar."
    seed.change("actions.yaml", "kopen", {"summary": both(eight, "Buying lamps together.")})
    [fault] = seed.faults()
    assert fault[:3] == ("actions.yaml", "kopen", "summary.nl")
    assert "hun rooster op elkaar afstemmen en dat elk" in fault.message
    seven = "Hun rooster op elkaar afstemmen en dat gebeurt nu."
    seed.change("actions.yaml", "kopen", {"summary": both(seven, "Buying lamps together.")})
    assert seed.faults() == []


def test_words_of_names_are_not_counted_as_copied(seed: "Seed") -> None:
    said = both("Samen aan de schippers laten zien, de Dienst der Sluizen.", "Buying lamps together.")
    seed.change("actions.yaml", "kopen", {"summary": said})
    assert seed.faults() == []
    seed.change("organisations.yaml", "dienst", {"title": both("Sluizen", "Locks Service")})
    assert [place for place in seed.places() if place[0] == "actions.yaml"] == [("actions.yaml", "kopen", "summary.nl")]


def test_words_leave_the_noise_of_files_out() -> None:
    page = "wordt Infrastructuur en\nWaterstaat\ningezet op ken-\n14\nnis[footnoteRef:2] van minister-\n\npresidenten"
    assert words(page) == ["wordt", "ingezet", "op", "kennis", "van", "ministerpresidenten"]
    assert words("Eén thema’s Minister-presidenten") == ["een", "themas", "ministerpresidenten"]


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        ("announced", "ongoing", True),
        ("ongoing", "completed", True),
        ("ongoing", "postponed", True),
        ("completed", "completed", True),
        ("standing", "discontinued", True),
        ("ongoing", "announced", False),
        ("completed", "ongoing", False),
        ("standing", "ongoing", False),
        ("ongoing", "standing", False),
    ],
)
def test_updates_do_not_take_things_back(seed: "Seed", before: str, after: str, right: bool) -> None:
    seed.change("updates.yaml", "rooster-loopt", {"status": before})
    seed.change("updates.yaml", "rooster-klaar", {"status": after})
    assert seed.places() == ([] if right else [("updates.yaml", "rooster-klaar", "status")])


def test_what_one_side_takes_back_the_other_did_not_say(seed: "Seed") -> None:
    seed.change("updates.yaml", "rooster-loopt", {"sides": ["vl"], "status": "completed"})
    seed.change("updates.yaml", "rooster-klaar", {"status": "ongoing"})
    assert seed.faults() == []


def test_one_day_has_one_status(seed: "Seed") -> None:
    seed.change("updates.yaml", "rooster-klaar", {"as_of": seed.read("updates.yaml")[0]["as_of"]})
    assert seed.places() == [("updates.yaml", "rooster-klaar", "status")]


def test_lines_that_nobody_cites_are_a_fault(seed: "Seed") -> None:
    for file, key in (("agreements.yaml", "lampen"), ("actions.yaml", "kopen"), ("sessions.yaml", "avond")):
        seed.change(file, key, {"citations": cited("7-21", 2)})
    seed.change("requests.yaml", "vraag", {"citations": cited("24", 2)})
    assert seed.places() == [("agreements.yaml", "22-23", "citations"), ("agreements.yaml", "25-30", "citations")]
    assert "Brug 22 krijgt een lamp. Brug 23 krijgt …" in seed.faults()[0].message


def test_explained_lines_are_reported_and_no_fault(seed: "Seed") -> None:
    found = checking.check(seed.folder, seed.sources, date(2026, 1, 1))
    assert [str(stretch) for stretch in found.untouched] == ["1 (Verklaring van de twee oevers): the title"]
    seed.write("context.yaml", "")
    assert seed.places() == [("agreements.yaml", "1-1", "citations")]


@pytest.mark.parametrize(
    ("entry", "record", "field"),
    [
        ({"lines": "5-6", "why": "no need"}, "5-6", "lines"),
        ({"lines": "2", "why": "no need"}, "2", "lines"),
        ({"lines": "90", "why": "no need"}, "90", "lines"),
        ({"lines": "9-7", "why": "no need"}, "{'lines': '9-7', 'why': 'no need'}", "-"),
        ({"lines": "7"}, "{'lines': '7'}", "-"),
    ],
)
def test_explanations_are_for_lines_that_nobody_cites(
    seed: "Seed", entry: dict[str, str], record: str, field: str
) -> None:
    seed.write("context.yaml", [{"lines": "1", "why": "the title"}, entry])
    assert seed.places() == [("context.yaml", record, field)]


@pytest.mark.parametrize("table", ["[1, 2]", "statement-file: {a: {1: x}}", "other-file: {a: {1: 3-5}}", "{"])
def test_a_paragraph_table_that_cannot_be_read_is_a_fault(seed: "Seed", table: str) -> None:
    seed.write("paragraphs.yaml", table)
    assert [place[0] for place in seed.places()] == ["paragraphs.yaml"]


def test_the_command_reports_coverage_and_fails_on_faults(
    seed: "Seed", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES", raising=False)
    runner = create_app(Settings(data=tmp_path, seed=seed.folder)).test_cli_runner()
    told = runner.invoke(args=["seed", "check"])
    assert (told.exit_code, told.output) == (0, "The seed is whole, as far as can be seen without the source texts.\n")
    told = runner.invoke(args=["seed", "check", "--sources", str(seed.sources)])
    assert told.exit_code == 0
    assert "  1 (Verklaring van de twee oevers): the title\n" in told.stdout
    seed.change("actions.yaml", "kopen", {"citations": [{"source": "letter-file", "lines": "3-4"}]})
    monkeypatch.setenv("SOURCES", str(seed.sources))
    told = runner.invoke(args=["seed", "check"])
    assert told.exit_code == 1
    assert "actions.yaml: kopen: citations.0.lines: ends beyond the 3 lines of the source: 3-4\n" in told.stderr


def test_several_faults_are_all_listed(seed: "Seed") -> None:
    seed.change("topics.yaml", "water", {"citations": None})
    seed.change("actions.yaml", "kopen", {"summary": both("Lampen.", "Lampen."), "citations": cited("7-22", 2)})
    seed.change("updates.yaml", "rooster-loopt", {"status": "completed"})
    seed.change("updates.yaml", "rooster-klaar", {"status": "ongoing"})
    seed.write("context.yaml", "")
    assert sorted(seed.places()) == [
        ("actions.yaml", "kopen", "citations.0.lines"),
        ("actions.yaml", "kopen", "summary"),
        ("agreements.yaml", "1-1", "citations"),
        ("topics.yaml", "water", "citations"),
        ("updates.yaml", "rooster-klaar", "status"),
    ]
