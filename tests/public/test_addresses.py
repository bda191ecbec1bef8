"""Addresses without a language, and where a reader comes out who asks for what is not there."""

import pytest
from flask.testing import FlaskClient

from register.db import Database
from register.i18n import KINDS, LANGUAGES, PATHS, path
from tests import pages

ENGLISH, DUTCH = "en-GB,en;q=0.9,nl;q=0.5", "nl-BE,nl;q=0.9,en;q=0.5"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (ENGLISH, "en"),
        (DUTCH, "nl"),
        ("en-US", "en"),
        ("fr-FR,fr;q=0.9", "nl"),
        ("", "nl"),
        ("*", "nl"),
        (";;q=", "nl"),
    ],
)
def test_the_front_door_opens_in_the_language_of_the_reader(client: FlaskClient, asked: str, language: str) -> None:
    answer = client.get("/", headers={"Accept-Language": asked})
    assert (answer.status_code, answer.location) == (302, f"/{language}/")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(("asked", "language"), [(ENGLISH, "en"), (DUTCH, "nl"), ("de", "nl")])
@pytest.mark.parametrize("kind_of_record", KINDS)
def test_a_lasting_identifier_leads_to_the_page(
    client: FlaskClient, seeded: Database, kind_of_record: str, asked: str, language: str
) -> None:
    reference = pages.references(seeded, kind_of_record)[0]
    answer = client.get(f"/id/{kind_of_record}/{reference}", headers={"Accept-Language": asked})
    assert (answer.status_code, answer.location) == (303, path(language, KINDS[kind_of_record], reference))
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert client.get(answer.location).status_code == 200


def test_a_lasting_identifier_keeps_the_version(client: FlaskClient) -> None:
    asked = {"Accept-Language": ENGLISH}
    answer = client.get("/id/agreement/NLVL-2023-001?version=1", headers=asked)
    assert (answer.status_code, answer.location) == (303, "/en/agreements/NLVL-2023-001?version=1")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "address", ["/id/agreement/NLVL-1900-001", "/id/update/UPD-2023-001", "/id/colour/red", "/id/agreement"]
)
def test_an_unknown_identifier_is_not_found(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Accept-Language": ENGLISH})
    assert answer.status_code == 404
    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind_of_record", KINDS)
def test_an_unknown_reference_is_not_found_and_there_is_a_way_onward(
    client: FlaskClient, language: str, kind_of_record: str
) -> None:
    room = KINDS[kind_of_record]
    answer = client.get(path(language, room, "NLVL-1900-001"))
    assert answer.status_code == 404
    assert "NLVL-1900-001" in answer.text
    onward = answer.text.partition('class="onward"')[2].partition("</ul>")[0]
    assert f'href="{path(language, room)}"' in onward
    assert f'href="{path(language)}"' in onward


def test_a_reference_of_another_kind_is_not_found(client: FlaskClient) -> None:
    assert client.get("/nl/sessies/NLVL-2023-001").status_code == 404
    assert client.get("/nl/afspraken/SES-2023-001").status_code == 404


def test_path_words_are_in_the_language_of_the_path(client: FlaskClient) -> None:
    for words in PATHS.values():
        if words["nl"] != words["en"]:
            assert client.get(f"/en/{words['nl']}").status_code == 404
            assert client.get(f"/nl/{words['en']}").status_code == 404


def test_the_accessibility_statement_is_where_the_law_looks_for_it(client: FlaskClient) -> None:
    answer = client.get("/toegankelijkheid", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/nl/toegankelijkheid")


def test_the_sign_of_life(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")


def test_a_slash_too_many_or_too_few_does_no_harm(client: FlaskClient) -> None:
    for address in ("/nl", "/nl/afspraken/", "/nl/afspraken/NLVL-2023-001/", "/nl//afspraken"):
        assert client.get(address, follow_redirects=True).status_code == 200, address
