"""The search page: what it marks, how it says what it cannot read, and what it offers while somebody types."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from register.i18n import path
from register.ledger.query import Wanted, Way
from register.public.marking import Marker
from tests import factories
from tests.public.conftest import Small
from tests.public.lists import FRAGMENT

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)


@SQLITE
def test_the_words_are_marked_and_nothing_else_becomes_markup(small: Small) -> None:
    said = factories.body("agreement", "Rivieren <b>open</b>", summary="Elke rivier gaat open & dicht.")
    small.publish("sluizen", said)
    html = small.html("search", q="rivier")
    assert "<mark>Rivieren</mark> &lt;b&gt;open&lt;/b&gt;" in html
    assert "Elke <mark>rivier</mark> gaat open &amp; dicht." in html


@SQLITE
def test_a_report_leads_to_its_record(small: Small) -> None:
    small.publish("sluizen", factories.body("agreement", "Kades"))
    told = factories.report("agreement/sluizen", None, "2024", factories.NL, text="De vuurtoren brandt.")
    small.publish("bericht", told, factories.NL)
    assert f'href="{path("nl", "agreements", "NLVL-2023-001")}"' in small.html("search", q="vuurtoren")


@SQLITE
def test_a_list_without_hits_leads_to_the_search(client: FlaskClient) -> None:
    html = client.get(path("nl", "agreements", q="harbours", status="ongoing")).text
    assert f'href="{path("nl", "search", q="harbours")}"' in html
    assert path("en", "search", q="harbours") in client.get(path("nl", "search", q="harbours")).text
    assert path("nl", "search", q="haven") not in client.get(path("nl", "agreements", q="haven")).text


@SQLITE
def test_the_page_takes_few_queries(
    app: Flask, client: FlaskClient, queries: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    for said in ("water", "PFAS Westerschelde", "zzzz", "pfas schelde ijskoud zzzz", "", "de -het"):
        client.get(path("nl", "search", q=said))
        with queries(app) as made:
            html = client.get(path("nl", "search", q=said)).text
        assert len(made) <= (8 if "niets gevonden" not in html.lower() else 10), said


@SQLITE
@pytest.mark.parametrize(("said", "nearest"), [('"open', "open"), ("a*b", "a b"), ("-water", "water"), ('"" x', "x")])
@pytest.mark.parametrize("room", ["search", "agreements"])
def test_what_cannot_be_read_is_said_with_what_can(client: FlaskClient, room: str, said: str, nearest: str) -> None:
    answer = client.get(path("nl", room, q=said))
    assert answer.status_code == 400
    assert f'href="{path("nl", room, q=nearest)}"' in unescape(answer.text)
    assert client.get(path("nl", room, q=nearest)).status_code == 200


@SQLITE
def test_while_somebody_types_there_are_offers_and_no_errors(client: FlaskClient) -> None:
    for said in ("micropl", '"micropl', "-", "a*b"):
        answer = client.get(path("nl", "search", q=said, typing="1"), headers=FRAGMENT)
        assert answer.status_code == 200, said
        assert ("microplastics" in answer.text.lower()) == (said == "micropl"), said
        assert "<h1" not in answer.text
    assert client.get(path("nl", "search", q="x", typing="2")).status_code == 400
    assert client.get(path("nl", "search", colour="red")).status_code == 400


def test_what_is_said_in_several_words_is_marked_where_they_stand_together() -> None:
    ways = (Way(("pfas",)), Way(("poly", "en", "perfluor")), Way(("schon", "wat"), beginning=True))
    marker = Marker("nl", [Wanted(ways)])
    said = "PFAS en lucht: poly- en perfluor, schone waters en schone lucht"
    shown = "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in marker.marked(said))
    assert shown == "[PFAS] en lucht: [poly]- [en] [perfluor], [schone] [waters] en schone lucht"
