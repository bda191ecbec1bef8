"""Error pages: in the reader's language, with a way onward; the page for our own faults cannot itself fail."""

import logging
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from register import door, i18n
from register.ledger import read
from register.web import errors, rendering
from tests.page_checks import parse, words


def broken(*_: object, **__: object) -> Any:
    """Stands for anything that fails without a warning."""
    raise ZeroDivisionError("a fault with <b>signs</b> and a secret")


@pytest.fixture
def kept(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged."""
    caplog.set_level(logging.ERROR)
    return caplog


@pytest.mark.parametrize(
    ("address", "language", "title"),
    [
        ("/nl/afspraken", "nl", "Er ging iets mis"),
        ("/en/agreements", "en", "Something went wrong"),
        ("/en", "en", "Something went wrong"),
        ("/nl/energie", "nl", "Er ging iets mis"),
    ],
)
@pytest.mark.parametrize("breaking", ["rendering", "database", "catalogue"])
def test_a_fault_of_ours_is_admitted_with_a_mark_that_is_in_the_log(
    client: FlaskClient,
    kept: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    language: str,
    title: str,
    breaking: str,
) -> None:
    monkeypatch.setattr(rendering, "environment", broken)  # not even an error page can be rendered
    if breaking == "database":
        monkeypatch.setattr(read, "revision", broken)
    if breaking == "catalogue":
        monkeypatch.setattr(i18n, "path", broken)
    answer = client.get(address)
    assert answer.status_code == 500
    assert f'<html lang="{language}">' in answer.text
    assert words(parse(answer.text)[0].find(".//h1")) == title
    mark = re.search(r"<code>([0-9a-f]{12})</code>", answer.text)
    assert mark
    (record,) = [record for record in kept.records if record.name == "schakel"]
    assert mark[1] in record.getMessage()
    assert address in record.getMessage()
    assert record.exc_info
    assert isinstance(record.exc_info[1], ZeroDivisionError)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_each_fault_has_a_mark_of_its_own(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "render", broken)
    assert client.get("/nl/").text != client.get("/nl/").text


def test_a_database_that_does_not_answer_is_a_fault_of_ours(
    client: FlaskClient, kept: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("postgresql://login:password@host"))

    monkeypatch.setattr(read, "revision", closed)
    answer = client.get("/en/")
    assert answer.status_code == 500
    assert "password" not in answer.text
    assert client.get("/healthz").status_code == 500


def test_an_undefined_variable_in_a_template_is_a_fault_and_no_empty_place(
    client: FlaskClient, kept: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poorer(template: str, language: str, **context: Any) -> str:
        return rendering.render(template, language, **{name: context[name] for name in context if name != "leading"})

    monkeypatch.setattr(door, "render", poorer)
    assert client.get("/nl/").status_code == 500


def test_an_error_page_that_fails_becomes_the_page_that_cannot(
    client: FlaskClient, kept: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "render", broken)
    for address in ("/nl/afspraken?colour=red", "/nl/afspraken/NLVL-1900-001", "/nl/nowhere"):
        answer = client.get(address)
        assert answer.status_code == 500
        assert "Er ging iets mis" in answer.text


@pytest.mark.parametrize(
    ("address", "asked", "language"),
    [
        ("/nl/nowhere", "en", "nl"),
        ("/en/nowhere", "nl", "en"),
        ("/nowhere", "en", "en"),
        ("/nowhere", "nl-BE", "nl"),
        ("/nowhere", "fr", "nl"),
        ("/nl/afspraken?colour=red", "en", "nl"),
        ("/en/agreements/NLVL-1900-001", "nl", "en"),
        ("/id/agreement/NLVL-1900-001", "en", "en"),
    ],
)
def test_an_error_page_is_in_the_language_of_the_address_else_of_the_reader(
    client: FlaskClient, address: str, asked: str, language: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": asked})
    assert answer.status_code in (400, 404)
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        (413, "That is too much at once"),
        (429, "Too many requests"),
        (503, "The register is not available just now"),
        (418, "This did not work"),
    ],
)
def test_other_errors_have_a_page_too(app: Flask, code: int, heading: str) -> None:
    with app.test_request_context("/en/"):
        answer = errors._page(code, None)
    assert answer.status_code == code
    assert words(parse(answer.get_data(as_text=True))[0].find(".//h1")) == heading


def test_a_method_that_is_not_allowed_is_told_so(client: FlaskClient) -> None:
    for address, language in (("/nl/afspraken", "nl"), ("/en/agreements/NLVL-2023-001", "en")):
        answer = client.post(address, data={"q": "x"})
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nl/", 200), ("/nl/afspraken?topic=pfas", 200), ("/nl/afspraken?colour=red", 400), ("/nl/afspraken/x", 404)],
)
def test_head_says_what_get_says_without_the_page(client: FlaskClient, address: str, status: int) -> None:
    head, get = client.head(address), client.get(address)
    assert (head.status_code, get.status_code, head.data) == (status, status, b"")
    same = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Content-Language", "Vary")
    assert [head.headers.get(name) for name in same] == [get.headers.get(name) for name in same]
