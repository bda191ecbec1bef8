"""Whether a date as said and its reading as EDTF say the same."""

import re

from register.words.dates import read_edtf
from register.words.saying import named

# Words that only bound a date. There the last day of the EDTF must be the last day that the words name.
_BOUND = {
    "nl": re.compile(r"\buiterlijk\b|\bzonder eigen datum\b|\bdatum\b.*\bniet (?:genoemd|gegeven|bekend)\b"),
    "en": re.compile(r"\bno later than\b|\bwithout a date of its own\b|\bdate\b.*\bnot (?:given|known|mentioned)\b"),
}


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
