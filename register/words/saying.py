"""Dates in words: which dates a text names, what somebody means by a date that they type, and how it is said back.

Reading never guesses: what is not understood as a whole is not understood.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from register.words.dates import read_edtf

LANGUAGES = ("nl", "en")
MONTHS = {
    "nl": "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
    "en": "january|february|march|april|may|june|july|august|september|october|november|december",
}
_SEASONS = {
    "nl": {"voorjaar": 21, "lente": 21, "zomer": 22, "najaar": 23, "herfst": 23, "winter": 24},
    "en": {"spring": 21, "summer": 22, "autumn": 23, "winter": 24},
}
# Words that make a date approximate: EDTF has no word for a part of a year, so that within a text only "about" stays.
_ABOUT = {
    "nl": "eind|einde|begin|midden|medio|rond|omstreeks|circa",
    "en": "(?:the )?(?:end|beginning|start|middle) of|late|early|mid|around|about|circa",
}
_OF = {"nl": "(?:van )?", "en": "(?:of )?"}

# What a part of a year is when somebody types it: about these months. The last is how it is said, in each language.
_PARTS = {
    "begin": ((1, 3), {"nl": "begin {}", "en": "beginning of {}"}),
    "middle": ((5, 8), {"nl": "medio {}", "en": "middle of {}"}),
    "end": ((10, 12), {"nl": "eind {}", "en": "end of {}"}),
}
_PART_WORDS = {
    "begin": r"begin|(?:the )?(?:beginning|start) of|early",
    "middle": r"midden|medio|(?:the )?middle of|mid",
    "end": r"einde?|(?:the )?end of|late",
}
_DAYS = {"nl": {"vandaag": 0, "nu": 0, "gisteren": 1}, "en": {"today": 0, "now": 0, "yesterday": 1}}
_SHORT = {
    "nl": "jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec",
    "en": "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec",
}
_UNTIL = {"nl": r"t/m|tot en met|tot", "en": r"to|until|through"}
_FROM = {"nl": r"(?:van|vanaf) ", "en": r"from "}
_QUARTER = re.compile(
    r"(?:q(?P<q>[1-4])|(?P<word>eerste|tweede|derde|vierde|first|second|third|fourth|[1-4](?:e|de|st|nd|rd|th)?)"
    r" (?:kwartaal|quarter))(?: (?:van|of))? (?P<year>\d{4})"
)
_ORDER = {name: place for words in ("eerste|tweede|derde|vierde", "first|second|third|fourth")
          for place, name in enumerate(words.split("|"), 1)}  # fmt: skip


class Understood(NamedTuple):
    """A date that somebody typed: its EDTF, and the words for it in each language."""

    edtf: str
    words: dict[str, str]


def _pattern(language: str) -> re.Pattern[str]:
    """One date in running words: `31 januari 2023`, `maart 2023`, `voorjaar van 2023`, `eind 2023`, `2023`."""
    seasons = "|".join(_SEASONS[language])
    within = rf"(?:(?:(?P<day>\d{{1,2}}) )?(?P<month>{MONTHS[language]}) |(?P<season>{seasons}) ){_OF[language]}"
    about = rf"(?:(?P<about>{_ABOUT[language]})[ -](?:{_OF[language]}))?"
    return re.compile(rf"(?<![\w]){about}(?:{within})?(?P<year>\d{{4}})(?!\d)", re.IGNORECASE)


_PATTERNS = {language: _pattern(language) for language in LANGUAGES}


def named(words: str, language: str) -> list[str]:
    """The dates that `words` name, each as EDTF, in their order."""
    return [_edtf(found, language) for found in _PATTERNS[language].finditer(" ".join(words.split()))]


def read(words: str, language: str, today: date) -> str | None:
    """What somebody means who types `words` as a date in `language`, as EDTF; None when that is not sure.

    A day, month, season or year, in words or numbers (day first), part of a year (about these months), a quarter, a
    day counted from today, or two of them with `tot` or `to` between.
    """
    plain = _plain(words, language)
    first, last = plain, ""
    if found := re.fullmatch(rf"(?:{_FROM[language]})?(.+?) (?:{_UNTIL[language]}|–|-) (.+)", plain):
        first, last = found[1], found[2]
        if not re.search(r"\d{4}", first) and (year := re.search(r"\d{4}$", last)):  # "maart tot juni 2024"
            first = f"{first} {year[0]}"
    one = _one(first, language, today)
    other = _one(last, language, today) if last else None
    if one is None or (last and (other is None or "/" in one + other)):
        return None
    edtf = f"{one}/{other}" if other else one
    try:
        reading = read_edtf(edtf)
    except ValueError:
        return None
    return edtf if reading.first.year >= 1900 and reading.last.year < 2200 else None


def understood(words: str, language: str, today: date) -> Understood | None:
    """What is meant by a date typed in `language` or in another one, with the words for it in every language.

    Words of a day count as they were typed only where they will still be true tomorrow.
    """
    for spoken in sorted(LANGUAGES, key=lambda other: other != language):
        edtf = read(words, spoken, today)
        if edtf is not None:
            said = {other: say(edtf, other) for other in LANGUAGES}
            if _PATTERNS[spoken].fullmatch(" ".join(words.split())):
                said[spoken] = " ".join(words.split())
            return Understood(edtf, said)
    return None


def say(edtf: str, language: str) -> str:
    """The plain words for a date in EDTF: `31 januari 2023`, `eind 2023`, `rond maart 2023`, `2023`."""
    first, _, last = edtf.partition("/")
    if not last:
        around = {"nl": "rond {}", "en": "around {}"}[language] if "~" in first else "{}"
        return around.format(_said(first.rstrip("~"), language))
    if "~" in first and "~" in last and first[:4] == last[:4]:
        months = first[5:7], last[5:7]
        for (begin, end), told in _PARTS.values():
            if months == (f"{begin:02}", f"{end:02}") and len(first) == len(last) == len("2023-10~"):
                return told[language].format(first[:4])
    return f"{say(first, language)} {'tot en met' if language == 'nl' else 'to'} {say(last, language)}"


def _plain(words: str, language: str) -> str:
    plain = " ".join(words.casefold().split()).removesuffix(".")
    short, full = _SHORT[language].split("|"), MONTHS[language].split("|")
    months = dict(zip(short, full, strict=True)) | {"sept": "september"}
    ordinal = r"(?<=\d)(?:e|de|ste|st|nd|rd|th)(?= [a-z])" if "quarter" not in plain and "kwartaal" not in plain else ""
    plain = re.sub(ordinal, "", plain) if ordinal else plain
    return re.sub(r"\b[a-z]+\b\.?", lambda found: months.get(found[0].rstrip("."), found[0]), plain)


def _one(plain: str, language: str, today: date) -> str | None:
    if plain in _DAYS[language]:
        return (today - timedelta(days=_DAYS[language][plain])).isoformat()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", plain):
        return _numbers(found[1], found[2], found[3])
    if found := re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", plain):
        return _numbers(found[4], found[3], found[1])
    if found := _QUARTER.fullmatch(plain):
        number = int(found["q"] or _ORDER.get(found["word"]) or found["word"][0])
        return f"{found['year']}-{number * 3 - 2:02}/{found['year']}-{number * 3:02}"
    for name, part in _PART_WORDS.items():
        if found := re.fullmatch(rf"(?:{part})[ -]{_OF[language]}(\d{{4}})", plain):
            begin, end = _PARTS[name][0]
            return f"{found[1]}-{begin:02}~/{found[1]}-{end:02}~"
    whole = _PATTERNS[language].fullmatch(plain)
    return _edtf(whole, language) if whole else None


def _numbers(year: str, month: str, day: str | None) -> str | None:
    """Numbers as EDTF; no number of a season, which nobody types."""
    if not 1 <= int(month) <= 12:
        return None
    return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")


def _edtf(found: re.Match[str], language: str) -> str:
    edtf = found["year"]
    if found["month"]:
        edtf += f"-{MONTHS[language].split('|').index(found['month'].lower()) + 1:02}"
    if found["day"]:
        edtf += f"-{int(found['day']):02}"
    if found["season"]:
        edtf += f"-{_SEASONS[language][found['season'].lower()]}"
    return edtf + ("~" if found["about"] else "")


def _said(edtf: str, language: str) -> str:
    year, *rest = edtf.split("-")
    if not rest:
        return year
    if int(rest[0]) > 12:
        names = {number: name for name, number in reversed(_SEASONS[language].items())}
        return f"{names[int(rest[0])]} {year}"
    month = MONTHS[language].split("|")[int(rest[0]) - 1]
    month = month.title() if language == "en" else month
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"
