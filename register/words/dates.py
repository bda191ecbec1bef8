"""Dates as said: reading EDTF (ISO 8601-2), level 1 as far as the register needs it.

A fuzzy date stands for all the days it may be; where one day is needed, it is the latest one
(design rule 9). No day is ever made up for display.
"""

import re
from datetime import date
from functools import lru_cache
from time import struct_time
from typing import Any, NamedTuple

from edtf import Date, Interval, parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from edtf.parser.parser_classes import Season

# What the register reads: YYYY, YYYY-MM (21 to 24: seasons), YYYY-MM-DD, each perhaps approximate, or two of them.
_ONE = r"\d{4}(?:-\d{2}){0,2}~?"
_LEVEL = re.compile(rf"{_ONE}(?:/{_ONE})?")
_SEASONS = frozenset({"21", "22", "23", "24"})


class DateReading(NamedTuple):
    """What an EDTF string stands for. `precision` is one of day, month, season, year, interval."""

    first: date
    last: date
    precision: str
    approximate: bool


@lru_cache(maxsize=4096)
def read_edtf(text: str) -> DateReading:
    """The reading of an EDTF string: a day, month, season or year, approximate or not, or a closed interval.

    Raises ValueError for anything else, open intervals and impossible dates among them.
    """
    if not _LEVEL.fullmatch(text):
        raise ValueError(f"not a date the register can read: {text!r}")
    try:
        parsed = parse_edtf(text.replace("~", ""))  # the library reads no approximate seasons
        first, last = _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, ValueError, OverflowError, AttributeError, TypeError) as error:
        raise ValueError(f"not a date the register can read: {text!r}") from error
    if last < first:
        raise ValueError(f"the end lies before the beginning: {text!r}")
    if isinstance(parsed, Season) and text[5:7] not in _SEASONS:
        raise ValueError(f"not a season: {text!r}")
    return DateReading(first, last, _precision(parsed), "~" in text)


def _precision(parsed: Any) -> str:
    if isinstance(parsed, Interval):
        return "interval"
    if isinstance(parsed, Season):
        return "season"
    if isinstance(parsed, Date):
        return str(parsed.precision)
    raise ValueError(f"not a date the register can read: {parsed}")


def _day(value: struct_time | float) -> date:
    if not isinstance(value, struct_time):
        raise ValueError("an open end is not a date")
    return date(value.tm_year, value.tm_mon, value.tm_mday)
