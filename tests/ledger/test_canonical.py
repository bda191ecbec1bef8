"""Canonical JSON and what is frozen: the same text has one form, and one digest."""

import json

import pytest

from register.ledger import append
from register.ledger.canonical import canonical, digest
from register.ledger.documents import BODIES
from tests import factories

# The example of RFC 8785, section 3.2.2.
EXAMPLE = (
    r'{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
    r'"string": "\u20ac$\u000F\u000aA' + "'" + r'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}'
)
EXPECTED = (
    r'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
    r'"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
)


def test_the_example_of_the_standard() -> None:
    assert canonical(json.loads(EXAMPLE)) == EXPECTED


def test_names_are_sorted_by_their_utf_16_code_units() -> None:
    # As in RFC 8785, section 3.2.3: a sign beyond the first plane sorts by its surrogates, before U+E000.
    shuffled = {"\ue000": 7, "\U0001f600": 6, "\u20ac": 5, "ö": 4, "1": 2, "\r": 1, "\u0080": 3}
    assert list(json.loads(canonical(shuffled)).values()) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("composed", ["coördinatie", "één", "Å"])
def test_words_typed_with_loose_accents_are_the_same_words(composed: str) -> None:
    import unicodedata

    loose = unicodedata.normalize("NFD", composed)
    assert loose != composed
    assert canonical({loose: [loose, {"in": (loose,)}]}) == canonical({composed: [composed, {"in": [composed]}]})


def test_the_order_of_fields_does_not_matter_and_the_order_of_a_list_does() -> None:
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    assert canonical([1, 2]) != canonical([2, 1])


def test_a_digest_is_sha_256_of_utf_8() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest("€") == "c4cc90ed3d26f12d4b08a75140970a7904035c31cbb4515a83f19b9003c00d1d"


def test_the_same_words_frozen_twice_cannot_be_told_from_their_digests() -> None:
    said = factories.body("agreement")
    one, other = (append.freeze("agreement", "sluizen", "nl", said) for _ in range(2))
    assert one.digest != other.digest
    ones, others = json.loads(one.text), json.loads(other.text)
    assert ones["salt"] != others["salt"]
    assert ones["proposal"] != others["proposal"]
    assert len(ones["salt"]) == 32  # 128 bits
    assert ones["body"] == others["body"]


@pytest.mark.parametrize("kind", [kind for kind in BODIES if kind not in ("update", "designation", "move")])
def test_a_core_holds_the_statements_and_nothing_derived(kind: str) -> None:
    said = factories.body(kind)
    core = append.freeze(kind, "sluizen", "nl", said, "f" * 64)
    told = json.loads(core.text)
    # Design rule 3, and `language` beside it: which language is the authentic one is part of what people confirm.
    assert set(told) == {"schema", "id", "kind", "replaces", "language", "proposal", "salt", "body"}
    assert told["body"] == said.model_dump(mode="json")
    assert set(told["body"]) == set(BODIES[kind].model_fields)
    assert (told["id"], told["kind"], told["replaces"], told["language"]) == ("sluizen", kind, "f" * 64, "nl")
    assert core.text == canonical(told)
    assert core.digest == digest(core.text)


def test_no_document_has_room_for_what_is_computed() -> None:
    derived = {"reference", "version", "seq", "time", "timeliness", "confirmation", "confirmations", "updated", "count"}
    for kind, document in BODIES.items():
        said = {"time"} if kind == "session" else set()  # the hours of a meeting are a statement
        assert derived & set(document.model_fields) == said, kind
    assert "status" not in BODIES["agreement"].model_fields
