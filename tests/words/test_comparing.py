"""Comparing word by word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.words.comparing import BREAK, Span, compare

TEXTS = st.lists(st.sampled_from(["de", "sluis", "is", "klaar", "niet", "open.", "\n"]), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("before", "after", "spans"),
    [
        ("", "", ()),
        ("", "Het loopt.", (Span("new", "Het loopt."),)),
        ("Het loopt.", "", (Span("gone", "Het loopt."),)),
        ("Het loopt.", "Het  loopt. ", (Span("same", "Het loopt."),)),
        (
            "De sluis is klaar.",
            "De sluis is bijna klaar.",
            (Span("same", "De sluis is"), Span("new", "bijna"), Span("same", "klaar.")),
        ),
        (
            "De sluis loopt goed",
            "De haven loopt goed",
            (Span("same", "De"), Span("gone", "sluis"), Span("new", "haven"), Span("same", "loopt goed")),
        ),
        ("Een.\n\nTwee.", "Een.\n\nTwee.", (Span("same", "Een.\n\nTwee."),)),
        ("Een. Twee.", "Een.\nTwee.", (Span("same", "Een."), Span("new", BREAK), Span("same", "Twee."))),
    ],
)
def test_what_goes_and_what_comes(before: str, after: str, spans: tuple[Span, ...]) -> None:
    assert compare(before, after) == spans


@given(TEXTS, TEXTS)
def test_the_spans_are_the_two_texts(before: str, after: str) -> None:
    spans = compare(before, after)
    for text, other in ((before, "new"), (after, "gone")):
        words = " ".join(span.text for span in spans if span.how != other).replace(BREAK, "").split()
        assert words == text.split()


@pytest.mark.parametrize("most", [190, 2000])
@pytest.mark.parametrize("words", ["a b", "b a", "a", "a b c a", "a. b. c.", "a\n"])
def test_long_texts_of_few_words_do_not_take_long(words: str, most: int) -> None:
    before, after = (" ".join((text.split(" ") * most)[:most]) for text in (words, "b a c"))
    began = time.process_time()
    spans = compare(before, after)
    assert time.process_time() - began < 2
    assert " ".join(span.text for span in spans if span.how != "new").replace(BREAK, "").split() == before.split()


def test_where_words_repeat_too_often_sentences_are_compared() -> None:
    often = "De sluis is open en de sluis is dicht en de sluis is stuk. " * 40
    spans = compare(often + "Eind van het bericht.", often + "Slot van het bericht.")
    assert spans[1:] == (Span("gone", "Eind van het bericht."), Span("new", "Slot van het bericht."))
