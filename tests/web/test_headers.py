"""The headers that every answer carries: pages, errors, redirects, static files, and the page that cannot fail."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from register import create_app
from register.db import Database
from register.web import rendering
from register.web.headers import HEADERS

EVERYWHERE = ["/", "/nl/", "/nl/afspraken", "/nl/nowhere", "/nl/afspraken?colour=red", "/id/agreement/NLVL-2023-001",
              "/static/favicon.svg", "/static/nothing.css", "/healthz", "/nl//afspraken"]  # fmt: skip


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


def test_the_page_that_cannot_fail_carries_them_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "environment", None)
    answer = client.get("/nl/")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_but_our_own(client: FlaskClient) -> None:
    policy = client.get("/nl/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("base-uri") == rules.pop("frame-ancestors") == "'none'"
    assert set(rules.values()) == {"'self'"}
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("base", "strict"), [("https://schakel.example", True), ("http://schakel.example", False), ("", False)]
)
def test_https_is_insisted_on_where_it_is_used(seeded: Database, base: str, strict: bool) -> None:
    app: Flask = create_app(replace(seeded.settings, base_url=base))
    answer = app.test_client().get("/nl/afspraken?topic=pfas")
    assert ("Strict-Transport-Security" in answer.headers) == strict
    address = (base or "http://localhost") + "/nl/afspraken?topic=pfas"
    assert f'<link rel="canonical" href="{address}">' in answer.text


def test_a_host_that_somebody_made_up_does_not_get_into_the_page(seeded: Database) -> None:
    app: Flask = create_app(replace(seeded.settings, base_url="https://schakel.example"))
    assert "elsewhere" not in app.test_client().get("/nl/", headers={"Host": "elsewhere.example"}).text
    bare: Flask = create_app(replace(seeded.settings, base_url=""))
    text = bare.test_client().get("/nl/", headers={"Host": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text
