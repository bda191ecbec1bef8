"""Dates as somebody types them: what is understood, what is not, and how it is said back."""

from datetime import date

import pytest

from register.words.dates import read_edtf
from register.words.saying import read, say, understood

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("language", "words", "edtf"),
    [
        ("nl", "31 januari 2023", "2023-01-31"),
        ("nl", "  31  Januari 2023. ", "2023-01-31"),
        ("nl", "31-1-2023", "2023-01-31"),
        ("nl", "31/01/2023", "2023-01-31"),
        ("nl", "31.1.2023", "2023-01-31"),
        ("nl", "2023-01-31", "2023-01-31"),
        ("nl", "2023-01", "2023-01"),
        ("nl", "maart 2023", "2023-03"),
        ("nl", "mrt 2023", "2023-03"),
        ("nl", "3 mrt. 2023", "2023-03-03"),
        ("nl", "najaar 2024", "2024-23"),
        ("nl", "najaar van 2024", "2024-23"),
        ("nl", "eind 2023", "2023-10~/2023-12~"),
        ("nl", "Einde van 2023", "2023-10~/2023-12~"),
        ("nl", "begin 2023", "2023-01~/2023-03~"),
        ("nl", "medio 2025", "2025-05~/2025-08~"),
        ("nl", "eind maart 2023", "2023-03~"),
        ("nl", "rond 2023", "2023~"),
        ("nl", "2023", "2023"),
        ("nl", "vandaag", "2026-11-24"),
        ("nl", "gisteren", "2026-11-23"),
        ("nl", "derde kwartaal van 2024", "2024-07/2024-09"),
        ("nl", "4e kwartaal 2024", "2024-10/2024-12"),
        ("nl", "maart tot juni 2024", "2024-03/2024-06"),
        ("nl", "van maart 2023 tot en met juni 2024", "2023-03/2024-06"),
        ("en", "31 January 2023", "2023-01-31"),
        ("en", "31st January 2023", "2023-01-31"),
        ("en", "Autumn 2024", "2024-23"),
        ("en", "end of 2023", "2023-10~/2023-12~"),
        ("en", "the end of 2023", "2023-10~/2023-12~"),
        ("en", "late 2023", "2023-10~/2023-12~"),
        ("en", "mid-2025", "2025-05~/2025-08~"),
        ("en", "Q3 2024", "2024-07/2024-09"),
        ("en", "second quarter of 2024", "2024-04/2024-06"),
        ("en", "2nd quarter 2024", "2024-04/2024-06"),
        ("en", "today", "2026-11-24"),
        ("en", "from March 2023 to June 2024", "2023-03/2024-06"),
    ],
)
def test_what_people_type_is_understood(language: str, words: str, edtf: str) -> None:
    assert read(words, language, TODAY) == edtf


@pytest.mark.parametrize(
    "words",
    [
        "", "janurai 2023", "31 februari 2023", "31-2-2023", "2023-13", "2023-21", "1-31-2023", "31-1-23", "23",
        "ooit", "eind", "tot 2023", "uiterlijk 2023", "maart", "0000", "9999", "2024 tot 2023", "eind 2023 tot 2024",
        "31 januari 2023 en 1 maart 2023", "2023~", "2023-01-31/..", "morgen", "13e kwartaal 2024", "5e kwartaal 2024",
    ],
)  # fmt: skip
def test_what_is_not_sure_is_not_understood(words: str) -> None:
    assert read(words, "nl", TODAY) is None


@pytest.mark.parametrize(
    ("edtf", "nl", "en"),
    [
        ("2023-01-31", "31 januari 2023", "31 January 2023"),
        ("2023-03", "maart 2023", "March 2023"),
        ("2023-03~", "rond maart 2023", "around March 2023"),
        ("2024-21", "voorjaar 2024", "spring 2024"),
        ("2024-23", "najaar 2024", "autumn 2024"),
        ("2023-10~/2023-12~", "eind 2023", "end of 2023"),
        ("2023", "2023", "2023"),
        ("2024-07/2024-09", "juli 2024 tot en met september 2024", "July 2024 to September 2024"),
    ],
)
def test_a_date_is_said_back_in_words_that_mean_the_same(edtf: str, nl: str, en: str) -> None:
    assert (say(edtf, "nl"), say(edtf, "en")) == (nl, en)
    for language, words in (("nl", nl), ("en", en)):
        assert read(words, language, TODAY) == edtf


def test_the_end_of_a_year_is_its_last_months_about() -> None:
    reading = read_edtf(str(read("eind 2023", "nl", TODAY)))
    assert (reading.first, reading.last, reading.approximate) == (date(2023, 10, 1), date(2023, 12, 31), True)


def test_words_stay_as_typed_where_they_stay_true() -> None:
    typed = understood("het eind", "nl", TODAY)
    assert typed is None
    spoken = understood("Eind 2023", "nl", TODAY)
    assert spoken is not None
    assert spoken.words == {"nl": "Eind 2023", "en": "end of 2023"}
    today = understood("vandaag", "nl", TODAY)
    assert today is not None
    assert today.words == {"nl": "24 november 2026", "en": "24 November 2026"}


def test_either_language_is_understood_the_one_of_the_text_first() -> None:
    found = understood("end of 2023", "nl", TODAY)
    assert found is not None
    assert (found.edtf, found.words) == ("2023-10~/2023-12~", {"nl": "eind 2023", "en": "end of 2023"})
