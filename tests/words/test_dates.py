"""Dates as said: which EDTF strings are read, as what, and that everything else is refused."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.words.dates import read_edtf

READINGS = {
    "2023": ("2023-01-01", "2023-12-31", "year", False),
    "2023~": ("2023-01-01", "2023-12-31", "year", True),
    "2023-11": ("2023-11-01", "2023-11-30", "month", False),
    "2024-02": ("2024-02-01", "2024-02-29", "month", False),
    "2023-11~": ("2023-11-01", "2023-11-30", "month", True),
    "2023-11-30": ("2023-11-30", "2023-11-30", "day", False),
    "2023-11-30~": ("2023-11-30", "2023-11-30", "day", True),
    "2024-02-29": ("2024-02-29", "2024-02-29", "day", False),
    "2023-21": ("2023-03-01", "2023-05-31", "season", False),
    "2023-22": ("2023-06-01", "2023-08-31", "season", False),
    "2023-23": ("2023-09-01", "2023-11-30", "season", False),
    "2023-24": ("2023-12-01", "2023-12-31", "season", False),  # as the library has it: within the year named
    "2023-21~": ("2023-03-01", "2023-05-31", "season", True),
    "2023/2024": ("2023-01-01", "2024-12-31", "interval", False),
    "2023-11/2024-02": ("2023-11-01", "2024-02-29", "interval", False),
    "2023-01-31/2023-02-01": ("2023-01-31", "2023-02-01", "interval", False),
    "2023-21/2023-22": ("2023-03-01", "2023-08-31", "interval", False),
    "2023~/2024": ("2023-01-01", "2024-12-31", "interval", True),
    "2023-11-30/2023-11-30": ("2023-11-30", "2023-11-30", "interval", False),
    "0001": ("0001-01-01", "0001-12-31", "year", False),
    "9999-12-31": ("9999-12-31", "9999-12-31", "day", False),
}

REFUSED = {
    "empty": "",
    "words": "eind 2023",
    "month 13": "2023-13",
    "month 0": "2023-00",
    "no 29 February": "2023-02-29",
    "no 31 November": "2023-11-31",
    "a part of the year that is no season": "2023-37",
    "a season of the other half of the world": "2023-25",
    "a day in a season": "2023-21-05",
    "year 0": "0000",
    "short year": "23",
    "short month": "2023-1",
    "a time": "2023-11-30T10:00",
    "uncertain": "2023?",
    "uncertain and approximate": "2023%",
    "unspecified digits": "202X",
    "a set": "[2023,2024]",
    "open end": "2023/..",
    "unknown end": "2023/",
    "open beginning": "../2023",
    "end before beginning": "2024/2023",
    "three ends": "2022/2023/2024",
    "space before": " 2023",
    "line end": "2023\n",
    "other digits": "２０２３",
    "more than one tilde": "2023~~",
    "tilde within": "2023~-11",
    "before year 0": "-2023",
}


@pytest.mark.parametrize("text", READINGS)
def test_a_date_stands_for_its_first_and_last_day(text: str) -> None:
    first, last, precision, approximate = READINGS[text]
    read = read_edtf(text)
    assert (read.first.isoformat(), read.last.isoformat(), read.precision, read.approximate) == (
        first,
        last,
        precision,
        approximate,
    )


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|season|end"):
        read_edtf(text)


@settings(deadline=None)  # a machine that is busy is not at fault
@given(
    st.one_of(
        st.text(),
        st.text("0123456789-/~", max_size=24),
        st.from_regex(re.compile(r"\d{4}(-\d{2}){0,2}~?(/\d{4}(-\d{2}){0,2}~?)?", re.ASCII), fullmatch=True),
    )
)
def test_a_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        read = read_edtf(text)
    except ValueError:
        return
    assert read.first <= read.last
    assert read.precision in {"day", "month", "season", "year", "interval"}
