"""Whatever stands in an address, the answer is a checked page and never an internal error."""

from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from register import i18n
from register.db import Database
from register.i18n import KINDS, ROOMS
from register.ledger.filters import FILTERS, SORTS
from tests.pages import references

_KNOWN = ("", "pfas", "NLVL-2023-001", "NLVL-2023-999", "ongoing", "title", "1", "\0", "a~b")
_NAMES = (*FILTERS["agreement"], "sort", "after", "before", "version", "state", "side", "type", "colour")
_SENT = ("Accept-Language", "Accept", "Accept-Encoding", "If-None-Match", "HX-Request", "Cookie", "Range", "Host")
_TEXT = st.text(max_size=30) | st.sampled_from(_KNOWN)
_NAME = st.sampled_from(_NAMES) | st.text(max_size=8)
_WORDS = {
    name: st.sampled_from([word.value for word in words] if words else ["water", "nl"])
    for name, words in FILTERS["agreement"].items()
    if words or name == "q"
}
_QUERY = st.lists(st.tuples(_NAME, _TEXT), max_size=5).map(lambda pairs: urlencode(_encodable(pairs)))
_RAW = st.binary(max_size=40).map(lambda raw: quote(raw, safe="&=%+;#"))
_LISTS = [i18n.path(language, room) for language in i18n.LANGUAGES for room in ROOMS]
_RECORDS = [i18n.path(language, room) for language in i18n.LANGUAGES for room in KINDS.values()] + ["/id/agreement"]

_HARD = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def agreements(seeded: Database) -> list[str]:
    """The references of all agreements."""
    return references(seeded, "agreement")


def _encodable(pairs: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(errors="replace"), value.encode(errors="replace")) for name, value in pairs]


@_HARD
@given(address=st.sampled_from(_LISTS), query=_QUERY | _RAW, fragment=st.booleans())
@example(address="/nl/afspraken", query="q=" + "a+" * 99, fragment=False)
@example(address="/nl/afspraken", query="q=%F0%9F%87%B3%F0%9F%87%B1", fragment=True)
def test_every_list_survives_every_query(app: Flask, address: str, query: str, fragment: bool) -> None:
    headers = {"HX-Request": "true"} if fragment else {}
    assert app.test_client().get(f"{address}?{query}", headers=headers).status_code in (200, 400)


@_HARD
@given(
    values=st.fixed_dictionaries({}, optional=_WORDS),
    sort=st.sampled_from(SORTS["agreement"]),
    backwards=st.booleans(),
    place=st.integers(0, 999),
)
def test_what_the_form_can_say_is_always_answered(
    app: Flask, agreements: list[str], values: dict[str, str], sort: str, backwards: bool, place: int
) -> None:
    key = {"before" if backwards else "after": agreements[place % len(agreements)]}
    assert app.test_client().get(i18n.path("nl", "agreements", sort=sort, **values, **key)).status_code == 200


@_HARD
@given(address=st.sampled_from(_RECORDS), reference=_TEXT | _RAW, query=_QUERY | _RAW)
def test_every_record_room_survives_every_reference(app: Flask, address: str, reference: str, query: str) -> None:
    place = f"{address}/{quote(reference.encode(errors='replace'), safe='%')}?{query}"
    assert app.test_client().get(place).status_code in (200, 303, 308, 400, 404)


@_HARD
@given(path=st.text(max_size=40) | _RAW, method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "DELETE"]))
def test_every_path_gets_an_answer(app: Flask, path: str, method: str) -> None:
    address = "/" + quote(path.encode(errors="replace"), safe="%/")
    assert app.test_client().open(address, method=method).status_code < 500


@_HARD
@given(
    headers=st.dictionaries(
        st.sampled_from(_SENT), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
    )
)
def test_every_header_is_survived(app: Flask, headers: dict[str, str]) -> None:
    for address in ("/", "/en/how-to-read"):
        assert app.test_client().get(address, headers=headers).status_code < 500
