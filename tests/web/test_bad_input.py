"""What cannot be understood gets a clear page that names it, in the reader's language: 400, never 500."""

from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from register import i18n
from register.db import Database
from register.i18n import ROOMS
from register.ledger.filters import FILTERS
from register.ledger.filters import SORTS as ORDERS
from register.web.parameters import SORTS, called
from tests import pages
from tests.page_checks import parse, words
from tests.public.lists import FRAGMENT

HEADINGS = {"nl": "Het register kan dit adres niet lezen", "en": "The register cannot read this address"}
# What is asked for (as it stands in the address), the parameter that the page must name, and part of what it says.
REFUSED = [
    ("colour=red", "colour", "no filter called"),
    ("Status=ongoing", "Status", "no filter called"),
    ("=red", "", "no filter called"),
    ("page=2", "page", "no filter called"),
    ("status=red", "status", "“red” is not something you can choose"),
    ("status=ONGOING", "status", "not something you can choose"),
    ("topic=nothing", "topic", "“nothing” is not something you can choose"),
    ("source=nothing", "source", "not something you can choose"),
    ("sort=colour", "sort", "“colour” is not something you can choose"),
    ("sort=date", "sort", "not something you can choose"),
    ("status=ongoing&status=planned", "status", "more than once"),
    ("q=a&q=", "q", "more than once"),
    ("sort=title&sort=title", "sort", "more than once"),
    ("after=x", "after", "a page that this list does not have"),
    ("after=NLVL-1900-001", "after", "a page that this list does not have"),
    ("before=SES-2023-001", "before", "a page that this list does not have"),
    ("after=NLVL-2023-001&before=NLVL-2023-002", "before", "a page that this list does not have"),
    ("after=2023-01-31~NLVL-2023-001", "after", "a page that this list does not have"),
    (f"q={'x' * 201}", "q", "too long"),
    (f"after={'x' * 201}", "after", "too long"),
    (f"topic={quote('é' * 201)}", "topic", "too long"),
    ("q=%ff", "q", "signs that cannot be read"),
    ("q=caf%e9", "q", "signs that cannot be read"),
    ("q=%ed%a0%80", "q", "signs that cannot be read"),
    ("q=%c0%af", "q", "signs that cannot be read"),
    ("q=%00", "q", "signs that cannot be read"),
    ("q=a%00b", "q", "signs that cannot be read"),
    ("q=%0d%0aX-Injected:1", "q", "signs that cannot be read"),
    ("q=%1b", "q", "signs that cannot be read"),
    ("q=%7f", "q", "signs that cannot be read"),
    ("q=%c2%85", "q", "signs that cannot be read"),
    ("q=%ef%bf%be", "q", "signs that cannot be read"),
    ("q=%ef%bf%bd", "q", "signs that cannot be read"),
    ("topic=%00", "topic", "signs that cannot be read"),
    ("after=%00", "after", "signs that cannot be read"),
    ("%ff=x", "", "signs that cannot be read"),
    ("%00=x", "", "no filter called"),
    ("colour=%00", "colour", "no filter called"),
]


@pytest.mark.parametrize(("asked", "name", "said"), REFUSED, ids=[asked[:40] for asked, *_ in REFUSED])
def test_a_list_refuses_what_it_does_not_understand(client: FlaskClient, asked: str, name: str, said: str) -> None:
    answer = client.get(f"/en/agreements?{asked}")
    assert answer.status_code == 400
    lead = words(parse(answer.text)[0].find(".//p[@class='lead']"))
    unknown = said == "no filter called"
    assert f"“{name if unknown else called('en', name)}" in lead
    assert said in lead
    assert words(parse(answer.text)[0].find(".//h1")) == HEADINGS["en"]

    dutch = client.get(f"/nl/afspraken?{asked}")
    assert dutch.status_code == 400
    assert words(parse(dutch.text)[0].find(".//h1")) == HEADINGS["nl"]
    assert f"‘{name if unknown else called('nl', name)}" in words(parse(dutch.text)[0].find(".//p[@class='lead']"))


def test_what_is_allowed_is_said_in_words_and_leads_there(client: FlaskClient) -> None:
    """In the reader's words, what comes near first, and with the other filters of the address."""

    def offered(asked: str) -> dict[str, str]:
        found = parse(client.get(f"/nl/afspraken?{asked}").text)[0].findall(".//ul[@class='allowed']/li/a")
        return {words(link): link.get("href") for link in found}

    known = parse(client.get("/nl/afspraken?thema=x").text)[0].findall(".//ul[@class='allowed']/li/code")
    names = [words(code) for code in known]
    assert names[0] == "topic"
    assert set(names) == {*FILTERS["agreement"], "sort", "as_of", "published_on"}
    assert set(offered("sort=colour")) == {i18n.translations("nl").gettext(SORTS[name]) for name in ORDERS["agreement"]}
    statuses = offered("status=gepland")
    assert (next(iter(statuses)), set(statuses)) == ("gepland", set(i18n.labels("nl")["Status"].values()))
    topics = offered("nature=intention&topic=pfs&after=NLVL-2023-001")
    assert next(iter(topics.values())) == "/nl/afspraken?nature=intention&topic=pfas"
    assert "Schelde en Maas: waterkwaliteit" in topics
    bodies = offered("organisation=rivmm")
    assert list(bodies.values()) == ["/nl/afspraken?organisation=rivm"]
    for address in (*list(topics.values())[:2], *bodies.values()):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("room", ROOMS)
def test_every_list_refuses_alike(client: FlaskClient, seeded: Database, room: str) -> None:
    other = "agreements" if room == "sessions" else "sessions"
    foreign = pages.references(seeded, ROOMS[other])[0]
    for asked in ("colour=red", "sort=colour", f"after={foreign}", "after=%00", "q=%ff", "q=a&q=b"):
        answer = client.get(f"{i18n.path('nl', room)}?{asked}")
        assert answer.status_code == 400, asked


def test_what_is_long_enough_is_not_too_long(client: FlaskClient) -> None:
    for word in ("x", "é", "𝔵", " "):
        assert client.get("/nl/afspraken", query_string={"q": word * 200}).status_code == 200
        assert client.get("/nl/afspraken", query_string={"q": word * 201}).status_code == 400


# fmt: off
MEANINGFUL = [
    "", " ", "%", "_", "'", "NEAR(a b)", "a OR b", "a:b", "(", "\\", "&", "|", "!", "<->",
    "ſ", "İ", "ß", "１２", "ﬀ", "a\u0301", "\u00ad", "👩\u200d👩\u200d👧", "العربية", "漢字", "' OR 1=1 --",
]
SYNTAX = ['"', '""', "*", "a*", "-a"]  # begins to mean something, and does not end
VERSIONS = [
    ("0", 400), ("-1", 400), ("abc", 400), ("", 400), ("9999999999", 400), ("1.0", 400), ("٣", 400), ("²", 400),
    ("+1", 400), ("%20", 400), ("%ff", 400), ("%00", 400), ("1&version=1", 400), ("999999", 404), ("1", 200),
]
NOWHERE = [
    "/%ff", "/nl/%ff", "/nl/%00", "/%00", "/nl/afspraken/a/b", "/static/%00", "/static/%ff", "/static/../app.py",
    "/static/%2e%2e/app.py", "/nl/..%2f", "/nl/" + "x" * 20_000,
]
# fmt: on


@pytest.mark.parametrize("said", MEANINGFUL)
def test_signs_that_mean_something_elsewhere_are_words_here(client: FlaskClient, said: str) -> None:
    assert client.get("/nl/afspraken", query_string={"q": said}).status_code == 200


@pytest.mark.parametrize("said", SYNTAX)
def test_a_question_that_makes_no_sense_is_said_to_be_so(client: FlaskClient, said: str) -> None:
    answer = client.get("/nl/afspraken", query_string={"q": said})
    assert answer.status_code == 400
    assert said in unescape(answer.text)


@pytest.mark.parametrize(("version", "status"), VERSIONS)
def test_a_version_is_a_number_that_there_is(client: FlaskClient, version: str, status: int) -> None:
    answer = client.get(f"/en/agreements/NLVL-2023-001?version={version}")
    assert answer.status_code == status
    if status == 400:
        assert "“Version”" in answer.text
    elif status == 404:
        assert "has no version 999999. The latest one is version 1." in answer.text
        assert 'href="/en/agreements/NLVL-2023-001">' in answer.text


@pytest.mark.parametrize("reference", ["%ff", "%00", "a%00b", "%0a", "%ef%bf%bd", "caf%e9"])
@pytest.mark.parametrize("room", [*ROOMS, "topics"])
def test_a_reference_that_is_no_text_is_refused(client: FlaskClient, room: str, reference: str) -> None:
    answer = client.get(f"{i18n.path('en', room)}/{reference}")
    assert answer.status_code == 400
    assert "“Reference”" in answer.text
    assert client.get(f"/id/agreement/{reference}").status_code == 400
    assert client.get(f"/id/{reference}/x").status_code == 400


@pytest.mark.parametrize("address", NOWHERE, ids=lambda address: address[:30])
def test_an_address_that_leads_nowhere_is_not_found(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert 'class="onward"' in answer.text


@pytest.mark.parametrize(
    "reference", ["x" * 20_000, "'; DROP TABLE card; --", "<script>alert(1)</script>", "{{ 7*7 }}", "🜁"]
)
def test_a_strange_reference_is_just_unknown(client: FlaskClient, reference: str) -> None:
    answer = client.get(f"/nl/afspraken/{quote(reference, safe='')}")
    assert answer.status_code == 404
    assert len(answer.data) < 10_000


def test_what_is_shown_of_a_bad_request_is_short_and_harmless(client: FlaskClient) -> None:
    for asked in ({"x" * 5000: "y"}, {"q": "<script>alert(1)</script>" * 20}, {"topic": '"><img src=x onerror=1>'}):
        answer = client.get("/nl/afspraken", query_string=asked)
        assert answer.status_code == 400
        assert len(answer.data) < 20_000


def test_a_bad_request_by_htmx_gets_a_whole_page_to_take_the_main_part_from(client: FlaskClient) -> None:
    answer = client.get("/nl/afspraken?colour=red", headers=FRAGMENT)
    assert answer.status_code == 400
    assert '<main id="main"' in answer.text


def test_an_address_that_looks_like_another_host_stays_here(client: FlaskClient) -> None:
    answer = client.get("//elsewhere.example/x")
    assert answer.status_code in (308, 404)
    assert answer.headers.get("Location", "http://localhost/").startswith("http://localhost/")
