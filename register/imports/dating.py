"""Whether a date as said and its reading as EDTF say the same."""

import re

from register.words.dates import read_edtf

_MONTHS = {
    "nl": "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
    "en": "january|february|march|april|may|june|july|august|september|october|november|december",
}
_SEASONS = {
    "nl": {"voorjaar": 21, "lente": 21, "zomer": 22, "najaar": 23, "herfst": 23, "winter": 24},
    "en": {"spring": 21, "summer": 22, "autumn": 23, "winter": 24},
}
# Words that make a date approximate: the part of the year is not written down, for EDTF has no word for it.
_ABOUT = {
    "nl": "eind|einde|begin|midden|medio|rond|omstreeks|circa",
    "en": "(?:the )?(?:end|beginning|start|middle) of|late|early|mid|around|about|circa",
}
# Words that only bound a date. There the last day of the EDTF must be the last day that the words name.
_BOUND = {
    "nl": re.compile(r"\buiterlijk\b|\bzonder eigen datum\b|\bdatum\b.*\bniet (?:genoemd|gegeven|bekend)\b"),
    "en": re.compile(r"\bno later than\b|\bwithout a date of its own\b|\bdate\b.*\bnot (?:given|known|mentioned)\b"),
}
_OF = {"nl": "(?:van )?", "en": "(?:of )?"}


def _pattern(language: str) -> re.Pattern[str]:
    """One date in running words: `31 januari 2023`, `maart 2023`, `voorjaar van 2023`, `eind 2023`, `2023`."""
    seasons = "|".join(_SEASONS[language])
    within = rf"(?:(?:(?P<day>\d{{1,2}}) )?(?P<month>{_MONTHS[language]}) |(?P<season>{seasons}) ){_OF[language]}"
    about = rf"(?:(?P<about>{_ABOUT[language]})[ -](?:{_OF[language]}))?"
    return re.compile(rf"(?<![\w]){about}(?:{within})?(?P<year>\d{{4}})(?!\d)", re.IGNORECASE)


_PATTERNS = {language: _pattern(language) for language in _MONTHS}


def named(words: str, language: str) -> list[str]:
    """The dates that `words` name, each as EDTF, in their order."""
    return [_edtf(found, language) for found in _PATTERNS[language].finditer(" ".join(words.split()))]


def _edtf(found: re.Match[str], language: str) -> str:
    edtf = found["year"]
    if found["month"]:
        edtf += f"-{_MONTHS[language].split('|').index(found['month'].lower()) + 1:02}"
    if found["day"]:
        edtf += f"-{int(found['day']):02}"
    if found["season"]:
        edtf += f"-{_SEASONS[language][found['season'].lower()]}"
    return edtf + ("~" if found["about"] else "")


def disagreement(edtf: str, words: str, language: str) -> str | None:
    """What is wrong between `edtf` and `words`, or None when they agree.

    One date must be the EDTF itself, two must be the ends of an interval. Words that say that a date is only a
    bound or not given (`uiterlijk …`, `no later than …`, `datum niet genoemd`, `date not given`) must end on the
    EDTF's last day.
    """
    dates = named(words, language)
    if not dates:
        return f"names no date that the register can read: {words}"
    if _BOUND[language].search(words):
        try:
            same = read_edtf(dates[-1]).last == read_edtf(edtf).last
        except ValueError:
            same = False
        return None if same else f"ends on {dates[-1]}, not where {edtf} ends: {words}"
    said = "/".join(dates)
    return None if said == edtf else f"says {said}, not {edtf}: {words}"
