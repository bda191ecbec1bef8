"""The real server, without a browser in between: what it makes of addresses that no browser would send."""

import socket
from http.client import HTTPConnection
from urllib.parse import urlsplit

import brotli
import pytest

from register.web.headers import HEADERS


def send(base_url: str, line: bytes, *headers: bytes) -> bytes:
    """Send a request as it stands and give back the whole answer."""
    parts = urlsplit(base_url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=20) as connection:
        connection.sendall(b"\r\n".join((line, b"Host: localhost", b"Connection: close", *headers, b"", b"")))
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/nl/afspraken?q=%ff", 400),
        (b"/nl/afspraken?q=%00", 400),
        (b"/nl/afspraken/%ff", 400),
        (b"/nl/afspraken/%00", 400),
        (b"/nl/%ff", 404),
        (b"/nl/" + b"x" * 20_000, 404),
        (b"/nl/afspraken?q=" + b"x" * 20_000, 400),
        (b"/static/..%2f..%2fapp.py", 404),
        (b"/static/%2e%2e/%2e%2e/app.py", 404),
        (b"/nl/afspraken?topic=pfas", 200),
    ],
    ids=lambda value: str(value)[:40],
)
def test_strange_addresses_get_our_own_answer(base_url: str, target: bytes, status: int) -> None:
    answer = send(base_url, b"GET " + target + b" HTTP/1.1")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    for name, value in HEADERS.items():
        assert f"{name}: {value}".lower().encode() in head.lower()
    assert b"Schakel" in body


@pytest.mark.parametrize(
    "line",
    [b"GET /nl/\xff HTTP/1.1", b"GET /nl/ HTTP/9.9", b"GET", b"\0", b"GET /" + b"x" * 200_000 + b" HTTP/1.1"],
    ids=lambda line: str(line)[:20],
)
def test_what_is_no_request_is_refused_and_the_server_lives(base_url: str, line: bytes) -> None:
    try:
        answer = send(base_url, line)
    except ConnectionError:
        answer = b""
    assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 5"))
    assert send(base_url, b"GET /healthz HTTP/1.1").endswith(b"ok\n")


def test_a_large_form_is_refused(base_url: str) -> None:
    answer = send(base_url, b"POST /nl/afspraken HTTP/1.1", b"Content-Length: 3000000000")
    assert answer.split()[1] in (b"405", b"413")


def test_pages_and_static_files_travel_compressed(base_url: str) -> None:
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=20)
    for address in ("/nl/", "/static/css/base.css", "/static/vendor/htmx.min.js"):
        connection.request("GET", address, headers={"Accept-Encoding": "br, gzip"})
        answer = connection.getresponse()
        packed = answer.read()
        assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br")
        assert len(brotli.decompress(packed)) > len(packed)
        connection.request("HEAD", address, headers={"Accept-Encoding": "br, gzip"})
        again = connection.getresponse()
        assert (again.status, again.read()) == (200, b"")
        assert again.headers["Content-Length"] == str(len(packed))
    connection.close()


def test_what_was_sent_is_not_sent_again(base_url: str) -> None:
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=20)
    connection.request("GET", "/en/agreements")
    first = connection.getresponse()
    assert len(first.read()) > 1000
    connection.request("GET", "/en/agreements", headers={"If-None-Match": first.headers["ETag"]})
    second = connection.getresponse()
    assert (second.status, second.read()) == (304, b"")
    connection.close()
