"""What a document may say: the rules of each kind, its words, and the records it names."""

from typing import Any

import pytest
from pydantic import ValidationError

from register.ledger.documents import BODIES
from register.ledger.parts import Mention, mentions, texts
from tests.factories import MADE, NL, body, report

CITED = {"source": "verklaring", "section": "3c", "paragraph": 4, "lines": "12-15"}
LEAD = {"side": "nl", "organisation": "dienst", "basis": "named", "citation": CITED}

REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown field": ("agreement", {"colour": "blue"}, "Extra inputs"),
    "a word that is none": ("agreement", {"nature": "promise"}, "nature"),
    "no topic": ("agreement", {"topics": []}, "topics"),
    "a key that is none": ("agreement", {"topics": ["Water!"]}, "topics"),
    "an empty title": ("agreement", {"title": "  "}, "title"),
    "a date that is none": ("agreement", {"made": {"edtf": "eind 2023", "words": "eind 2023"}}, "not a date"),
    "one-sided without a side": ("agreement", {"nature": "one_sided"}, "one_sided names the side"),
    "a side without one-sided": ("agreement", {"one_sided": "nl"}, "one_sided names the side"),
    "a lead named nowhere": ("agreement", {"leads": [LEAD | {"citation": None}]}, "needs the citation"),
    "a lead designated never": (
        "agreement",
        {"leads": [LEAD | {"basis": "designated", "citation": None}]},
        "needs the date",
    ),
    "lines that are none": ("agreement", {"citations": [CITED | {"lines": "12 tot 15"}]}, "lines"),
    "a national measure of nobody": ("action", {"character": "national"}, "side names the side"),
    "a joint action of one side": ("action", {"side": "nl"}, "side names the side"),
    "a status of its own": ("agreement", {"status": "ongoing"}, "Extra inputs"),
}


@pytest.mark.parametrize(("kind", "said", "why"), REFUSED.values(), ids=REFUSED)
def test_a_document_that_breaks_a_rule_is_refused(kind: str, said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        body(kind, **said)


@pytest.mark.parametrize(
    ("status", "sides", "third", "why"),
    [
        (None, (NL,), None, "a status, a text or both"),
        ("unknown", (NL,), None, "absence of updates"),
        ("ongoing", (), None, "word of one side"),
        ("ongoing", (NL,), "commissie", "word of one side"),
    ],
)
def test_a_report_is_somebodys_word_on_something(status: Any, sides: Any, third: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        report("agreement/sluizen", status, "2023", *sides, third=third)


def test_a_document_does_not_change_once_it_is_made() -> None:
    made = body("agreement")
    with pytest.raises(ValidationError, match="frozen"):
        made.title = "Bruggen"  # type: ignore[attr-defined]


def test_the_words_of_a_document_are_told_by_where_they_stand() -> None:
    session = body(
        "session",
        outcomes=[{"kind": "decision", "text": "Zij besluiten."}, {"kind": "action", "text": "Zij gaan meten."}],
        citations=[CITED],
    )
    assert texts(session) == {
        "title": "Sluizen",
        "summary": "Zij spreken elkaar.",
        "date.words": MADE["words"],
        "outcomes.0.text": "Zij besluiten.",
        "outcomes.1.text": "Zij gaan meten.",
    }


def test_the_records_that_a_document_names() -> None:
    agreement = body(
        "agreement",
        topics=["water", "lucht"],
        leads=[LEAD, LEAD | {"side": "vl", "organisation": "agentschap"}],
        participants=["belgie"],
        addressed=["belgie", "frankrijk"],
        places=["schelde"],
        citations=[CITED, CITED | {"lines": "20"}],
        relations=[{"type": "elaborates", "kind": "agreement", "target": "bruggen"}],
    )
    assert mentions(agreement) == [
        Mention("citations", "source", "verklaring"),
        Mention("topics", "topic", "water"),
        Mention("topics", "topic", "lucht"),
        Mention("leads", "organisation", "dienst"),
        Mention("leads", "organisation", "agentschap"),
        Mention("participants", "organisation", "belgie"),
        Mention("addressed", "organisation", "belgie"),
        Mention("addressed", "organisation", "frankrijk"),
        Mention("places", "place", "schelde"),
        Mention("elaborates", "agreement", "bruggen"),
    ]
    assert mentions(report("action/meten", "ongoing", "2023", third="commissie")) == [
        Mention("third", "organisation", "commissie"),
        Mention("about", "action", "meten"),
    ]


def test_every_kind_that_can_be_named_has_a_document() -> None:
    """A field that names a record names one of a kind that exists."""
    named = {mark.kind for kind in BODIES for mark in marks(kind)}
    assert named <= set(BODIES)
    assert {"topic", "organisation", "source", "agreement", "place", "session", "action"} <= named


def marks(kind: str) -> list[Any]:
    from register.ledger.parts import Ref, _marks

    return [mark for field in BODIES[kind].model_fields.values() for mark in _marks(field) if isinstance(mark, Ref)] + (
        [Ref("source")] if "citations" in BODIES[kind].model_fields else []
    )
