"""What the register says of itself, on the founding seed: nothing that is not so, and nothing twice."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from register.i18n import LANGUAGES, download, path
from tests import factories
from tests.page_checks import parse, words
from tests.public.conftest import Small

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)


@SQLITE
def test_no_text_of_the_register_is_called_authentic(client: FlaskClient) -> None:
    """The negotiated text goes first; the register's own is only the one that the other was translated from."""
    own = {"nl": "in de taal waarin hij is geschreven", "en": "working translation"}
    rooms = {"agreements": "NLVL-2023-200", "actions": "ACT-030", "terms": "stikstof", "places": "westerschelde"}
    for language in LANGUAGES:
        for room, reference in rooms.items():
            page = client.get(path(language, room, reference)).text.lower()
            assert (own[language] in page, "authenti" in page) == (True, False), (room, language)
        for page in (path(language, "reading"), path(language, "data"), download(language, "term", "csv")):
            assert "authenti" not in client.get(page).text.lower(), page
    table = client.get(download("nl", "term", "csv")).text
    assert "oorspronkelijke tekst van het register" in table


@SQLITE
def test_nothing_is_said_twice_or_as_a_term_that_is_none(client: FlaskClient) -> None:
    home = parse(client.get(path("nl")).text)[0]
    news = [link.get("href") for link in home.findall(".//section[@aria-labelledby='news']//li//a")]
    assert len(news) == len(set(news)) >= 4
    cited = parse(client.get(path("nl", "agreements", "NLVL-2023-200")).text)[0]
    passages = [words(each) for each in cited.findall(".//details//div[@class='cite']")]
    assert passages
    assert len(passages) == len(set(passages))
    ban = client.get(path("nl", "actions", "ACT-032")).text  # a measure that ends, and no term to do it by
    assert "tot 23 juli 2026" in ban
    assert "datum verstreken" not in ban.lower()


KINDS_AND_PARTS = [("requests", "toezegging"), ("requests", "motie"), ("agreements", "ammoniak"), ("terms", "partij")]


@SQLITE
@pytest.mark.parametrize(("room", "said"), KINDS_AND_PARTS)
def test_a_part_or_a_kind_is_no_synonym(client: FlaskClient, room: str, said: str) -> None:
    """A word stands for what means the same, not for what it is a kind of, a part of, or has to do with."""
    row = re.compile(rf'href="({path("nl", room)}/[^"?]+)"')
    plain, itself = (set(row.findall(client.get(path("nl", room, q=q)).text)) for q in (said, f'"{said}"'))
    assert plain == itself


@SQLITE
def test_a_server_that_sends_no_mail_says_so(client: FlaskClient) -> None:
    for language, said in (("nl", "Deze installatie stuurt"), ("en", "This installation sends no mail")):
        for room in ("follow", "privacy"):
            assert said in client.get(path(language, room)).text, room
    refused = client.get(path("nl", "follow", q="PFAS"))
    assert refused.status_code == 400
    assert path("nl", "follow") in re.findall(r'href="([^"]*)"', refused.text)


@SQLITE
def test_the_example_with_a_head_can_be_copied(client: FlaskClient) -> None:
    [head] = re.findall(r"ledger\.jsonl (\d+:[0-9a-f]{64})</code>", client.get(path("nl", "verify")).text)
    assert f'"seq":{head.partition(":")[0]}' in client.get("/data/ledger.jsonl").text.replace(" ", "")
    assert head.partition(":")[2] in client.get("/data/ledger.jsonl").text


NEAR = [
    ("agreements/nlvl-2023-200", ["agreements/NLVL-2023-200"]),
    ("agreements/NLVL-2023-20", [f"agreements/NLVL-2023-{number}" for number in ("020", "200", "201", "202", "203")]),
    ("agreements/NLVL-2023", [f"agreements/NLVL-2023-{number:03}" for number in range(1, 6)]),
    ("topics/PFAS", ["topics/pfas"]),
    ("topics/pfass", ["topics/pfas"]),
    ("follow?topic=pfass", ["follow?topic=pfas"]),
    ("organisations/zzzzzz", []),
]


@SQLITE
@pytest.mark.parametrize(("asked", "near"), NEAR, ids=[asked for asked, _ in NEAR])
def test_an_address_typed_wrongly_leads_to_what_comes_near(client: FlaskClient, asked: str, near: list[str]) -> None:
    answer = client.get(f"/en/{asked}")
    offered = answer.text.partition("What comes near</h2>")[2].partition("</ul>")[0]
    assert (answer.status_code, re.findall(r'href="/en/([^"]+)"', unescape(offered))) == (404, near)
    assert ("NLVL-2023-014" in answer.text) == asked.startswith("agreements")
    for address in near:
        assert client.get(f"/en/{address}").status_code == 200


@SQLITE
def test_what_is_not_shown_does_not_come_near(small: Small) -> None:
    """What was taken out of view is offered to nobody, nor is its number."""
    small.publish("sluizen", factories.body("agreement", "Sluizen"))
    at = small.publish("kades", factories.body("agreement", "Kades"))
    assert "NLVL-2023-002" in small.client.get("/nl/afspraken/nlvl-2023-002").text
    small.change(lambda connection: factories.redact(connection, at))
    gone = small.client.get("/nl/afspraken/nlvl-2023-002")
    assert "NLVL-2023-002" not in gone.text
    assert "NLVL-2023-001" in small.client.get("/nl/afspraken/nlvl-2023-01").text
