"""What the register fetches from a sign-in service: bounded, and from nowhere else."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from register.accounts import fetching, oidc
from register.accounts.oidc import Refusal
from register.config import Provider
from tests.accounts import service
from tests.accounts.service import KEY, Answer, Proxy
from tests.accounts.signing import BACK, finish, refused, sign_in


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://another.example"),
        ("issuer", None),
        ("token_endpoint", "http://another.example/token"),
        ("token_endpoint", None),
        ("jwks_uri", "file:" + "///etc/passwd"),
        ("jwks_uri", 7),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("userinfo_endpoint", "http://[broken"),
        ("token_endpoint_auth_methods_supported", ["private_key_jwt"]),
    ],
)
def test_a_discovery_document_that_leads_astray_is_refused(
    provider: Provider, proxy: Proxy, name: str, value: object
) -> None:
    proxy.tamper("/.well-known/openid-configuration", lambda found: {**found, name: value})
    assert refused(lambda: oidc.begin(provider, BACK))[0] == Refusal.UNTRUSTED


@pytest.mark.parametrize(
    "issuer", ["http://sign-in.example", "sign-in.example", "ftp://localhost", "http://[broken", ""]
)
def test_an_issuer_must_be_reached_over_https(provider: Provider, issuer: str) -> None:
    assert refused(lambda: oidc.begin(replace(provider, issuer=issuer), BACK))[0] == Refusal.UNTRUSTED


def test_the_exception_is_for_this_machine_only() -> None:
    assert fetching.trusted("http://localhost:1/x", "http://127.0.0.1:2")
    assert not fetching.trusted("http://localhost:1/x", "https://sign-in.example")
    assert not fetching.trusted("http://another.example", "http://localhost:1")
    assert fetching.trusted("https://keys.example/x", "https://sign-in.example")


PATHS = ["/.well-known/openid-configuration", "/oauth2/token", "/jwks"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"broken"),
        (302, {"Location": "http://localhost:1/elsewhere"}, b""),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b"[" * 100_000),
        (200, service.JSON, b'{"padding": "' + b"x" * fetching.MOST + b'"}'),
        (200, {"Content-Encoding": "gzip"}, gzip.compress(b'{"padding": "' + b"x" * 1_000_000 + b'"}')),
    ],
    ids=["broken", "redirect", "html", "list", "deep", "large", "packed"],
)
def test_an_answer_that_is_none_is_refused(provider: Provider, proxy: Proxy, path: str, answer: Answer) -> None:
    proxy.tampering[path] = lambda _: answer
    assert refused(lambda: sign_in(provider))[0] == Refusal.UNREACHABLE


@pytest.mark.parametrize("path", [PATHS[0], "/jwks"])
def test_what_comes_with_an_error_is_not_believed(provider: Provider, proxy: Proxy, path: str) -> None:
    proxy.tampering[path] = lambda answer: (500, *answer[1:])
    assert refused(lambda: sign_in(provider)) == (Refusal.UNREACHABLE, f"{path} answers 500")


def test_nobody_is_followed_elsewhere(provider: Provider, proxy: Proxy) -> None:
    keys = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()
    proxy.sign_anew()
    proxy.tampering["/jwks"] = lambda _: (302, {"Location": f"{proxy.issuer}/moved"}, b"")
    proxy.tampering["/moved"] = lambda _: (200, service.JSON, keys)
    assert refused(lambda: sign_in(provider)) == (Refusal.UNREACHABLE, "/jwks answers 302")


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": 7}, {"keys": [7, {"kty": "oct", "k": "AAAA"}]}], ids=str)
def test_a_service_without_keys_signs_nobody_in(provider: Provider, proxy: Proxy, keys: dict[str, Any]) -> None:
    proxy.tamper("/jwks", lambda _: keys)
    assert refused(lambda: sign_in(provider)) == (Refusal.UNREACHABLE, "no keys")


def test_a_service_that_is_not_there_is_said_to_be_unreachable(provider: Provider) -> None:
    away = replace(provider, issuer="http://localhost:1")
    assert refused(lambda: oidc.begin(away, BACK))[0] == Refusal.UNREACHABLE


def test_nobody_waits_for_a_service_that_says_nothing(
    provider: Provider, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(answer: Answer) -> Answer:
        proxy.released.wait(10)
        return answer

    monkeypatch.setattr(fetching, "SILENCE", 0.1)
    proxy.tampering["/.well-known/openid-configuration"] = silent
    assert refused(lambda: oidc.begin(provider, BACK))[0] == Refusal.UNREACHABLE
    proxy.released.set()


def test_a_service_that_only_drips_is_left(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LONGEST", -1.0)
    assert refused(lambda: oidc.begin(provider, BACK))[0] == Refusal.UNREACHABLE


def test_what_is_refused_does_not_give_away_secrets(provider: Provider, proxy: Proxy) -> None:
    proxy.tampering["/oauth2/token"] = lambda _: (500, {}, b"a secret of the client")
    begun = oidc.begin(provider, BACK)
    query = service.sign_in(begun.url)
    _, detail = refused(lambda: finish(provider, begun, query))
    for secret in (provider.client_secret, begun.verifier, begun.nonce, query["code"]):
        assert secret not in detail
