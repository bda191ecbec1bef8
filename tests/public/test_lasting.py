"""Lasting identifiers in every form, how to cite a record, and what search engines are told."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from register.config import Settings
from register.db import Database
from register.ledger.canonical import canonical, digest
from register.public.describing import escaped
from tests.factories import BOTH, body
from tests.page_checks import parse
from tests.pages import references
from tests.public.conftest import Small

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
NAME = "/id/agreement/NLVL-2023-001"


@SQLITE
def test_a_lasting_identifier_gives_what_is_asked_for(small: Small) -> None:
    title = "50% van {A} & </script> \\ ~_^#$"
    small.publish("sluizen", body("agreement"), *BOTH)
    small.publish("sluizen", body("agreement", title), *BOTH)
    client = small.client

    def sees(accept: str, address: str = NAME, language: str = "nl") -> str | None:
        answer = client.get(address, headers={"Accept": accept, "Accept-Language": language})
        assert {"Accept", "Accept-Language"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
        return answer.location

    assert sees("text/html,application/xhtml+xml,*/*;q=0.8", language="en") == "/en/agreements/NLVL-2023-001"
    assert sees("*/*") == "/nl/afspraken/NLVL-2023-001"
    assert sees("application/json", NAME + "?version=1") == NAME + ".json?version=1"
    assert sees("application/ld+json, text/html;q=0.5") == NAME + ".jsonld"
    assert sees("application/atom+xml") == "/feeds/nl/agreement/NLVL-2023-001.atom"
    assert sees("text/calendar", "/id/topic/water", "en") == "/cal/en/topic/water.ics"
    none = client.get(NAME, headers={"Accept": "image/png", "Accept-Language": "en"})
    assert none.status_code == 406
    assert re.findall(r'href="(/[^"]+)">\w+/', none.text.partition("<main")[2]) == [
        "/en/agreements/NLVL-2023-001", NAME + ".json", NAME + ".jsonld", "/feeds/en/agreement/NLVL-2023-001.atom"
    ]  # fmt: skip
    for address in ("?version=x", "?version=1&version=2", ".json?version=0", "?colour=red", ".json?colour=red"):
        assert client.get(NAME + address).status_code == 400, address
    for address in (NAME + ".json?version=3", "/id/agreement/NLVL-1900-001.jsonld", "/id/colour/red.json"):
        assert client.get(address).status_code == 404, address

    # What was published can be checked by anybody.
    for version in (1, 2):
        said = client.get(f"{NAME}.json?version={version}").json
        assert said is not None
        header = json.loads(said["header"])
        assert hashlib.sha256(said["header"].encode()).hexdigest() == said["hash"]
        assert hashlib.sha256(said["document"].encode()).hexdigest() == header["document"]
        told = json.loads(said["translations"])
        assert {language: digest(canonical(value)) for language, value in told.items()} == header["translations"]
        assert header["version"] == version

    # The page says the same of itself, and how to cite it, whatever signs are in it.
    page = small.html("agreements", "NLVL-2023-001")
    root, _ = parse(page)
    data = [one.text for one in root.iter("script") if one.get("type") == "application/ld+json"]
    described = json.loads(data[0])
    assert described == json.loads(client.get(NAME + ".jsonld", headers={"Accept-Language": "nl"}).text)
    assert (described["name"], described["@id"]) == (title, "http://localhost" + NAME)
    graph = {one.get("property"): one.get("content") for one in root.iter("meta")}
    assert (graph["og:title"], graph["og:url"]) == (title, "http://localhost/nl/afspraken/NLVL-2023-001")
    cited = next(root.iter("pre"))
    bibtex = "".join(cited.itertext())
    assert "title = {{" + escaped(title) + "}}" in bibtex
    assert f"url = {{http://localhost{NAME}?version=2}}" in bibtex
    assert said["hash"] in bibtex


def test_no_sign_means_anything_to_tex() -> None:
    assert escaped("50% {A} & \\ ~_^#$ é") == (
        r"50\% \{A\} \& \textbackslash{} \textasciitilde{}\_\textasciicircum{}\#\$ é"
    )


@SQLITE
def test_the_map_of_the_site_holds_every_record_in_both_languages(client: FlaskClient, seeded: Database) -> None:
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}

    def read(address: str) -> Any:
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/xml")
        return etree.fromstring(answer.data)

    parts = [loc.text.removeprefix("http://localhost") for loc in read("/sitemap.xml").iterfind(".//s:loc", spaces)]
    urls = [url for part in parts for url in read(part).iterfind("s:url", spaces)]
    found = {url.find("s:loc", spaces).text.removeprefix("http://localhost") for url in urls}
    assert {f"/nl/afspraken/{reference}" for reference in references(seeded, "agreement")} <= found
    assert {f"/en/glossary/{reference}" for reference in references(seeded, "term")} <= found
    assert len(found) == len(urls)
    for url in urls:
        assert [link.get("hreflang") for link in url.iterfind("x:link", spaces)] == ["nl", "en", "x-default"]
    assert client.get(f"/sitemap-{len(parts)}.xml").status_code == 404
    robots = client.get("/robots.txt").text
    assert "Disallow: /nl/werk\n" in robots
    assert robots.endswith("Sitemap: http://localhost/sitemap.xml\n")


@SQLITE
def test_where_to_report_a_weakness(
    settings: Settings, database: Database, make_client: Callable[[Database], FlaskClient]
) -> None:
    address = "/.well-known/security.txt"
    assert make_client(database).get(address).status_code == 404
    database.settings = replace(settings, security_contact="mailto:veilig@schakel.example")
    answer = make_client(database).get(address)
    assert answer.text.startswith("Contact: mailto:veilig@schakel.example\nExpires: 20")
