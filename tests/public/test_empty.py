"""A register in which nothing has been published yet."""

import pytest
from flask.testing import FlaskClient

from register.i18n import KINDS, LANGUAGES, ROOMS, path
from register.ledger.filters import FILTERS, SORTS
from tests.pages import STANDING_PAGES
from tests.public.lists import rows, total


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_empty_register_answers(empty_client: FlaskClient, language: str) -> None:
    for room in ("", "topics", *STANDING_PAGES):
        assert empty_client.get(path(language, room)).status_code == 200
    for room, kind in ROOMS.items():
        answer = empty_client.get(path(language, room))
        assert (answer.status_code, rows(answer.text), total(answer.text)) == (200, [], 0)
        for sort in SORTS[kind]:
            assert empty_client.get(path(language, room, sort=sort)).status_code == 200
        for name, words in FILTERS[kind].items():
            for word in words or ():
                assert empty_client.get(path(language, room, **{name: word.value})).status_code == 200
        if "q" in FILTERS[kind]:
            assert empty_client.get(path(language, room, q="water")).status_code == 200


def test_the_home_page_of_an_empty_register_says_so(empty_client: FlaskClient) -> None:
    assert "Nothing has been published yet." in empty_client.get("/en/").text


def test_an_empty_register_knows_no_record(empty_client: FlaskClient) -> None:
    for kind, room in KINDS.items():
        assert empty_client.get(path("nl", room, "NLVL-2023-001")).status_code == 404
        assert empty_client.get(f"/id/{kind}/NLVL-2023-001").status_code == 404
    assert empty_client.get("/nl/afspraken?topic=pfas").status_code == 400
    assert empty_client.get("/healthz").status_code == 200
