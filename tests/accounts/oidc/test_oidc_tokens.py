"""Identity tokens: a proxy on the way changes what the service itself cannot forge."""

import base64
import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from register.accounts import oidc
from register.accounts.oidc import Refusal
from register.config import Provider
from tests.accounts import service
from tests.accounts.service import KEY, Proxy
from tests.accounts.signing import BACK, finish, now, refused, sign_in


def test_the_proxy_can_sign_so_that_what_follows_proves_something(provider: Provider, proxy: Proxy) -> None:
    proxy.sign_anew()
    assert sign_in(provider).subject == "jan"


def test_a_key_of_an_elliptic_curve_is_as_good(provider: Provider, proxy: Proxy) -> None:
    key = ECKey.generate_key("P-256", {"kid": "curve"})
    proxy.tamper("/jwks", lambda _: {"keys": [{"kty": "strange"}, {"kty": "RSA"}, key.as_dict(private=False)]})
    proxy.token(lambda token: service.signed(service.payload(token), "ES256", key, kid="curve", typ="x" * 600))
    assert sign_in(provider).subject == "jan"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": "another", "azp": "schakel"},
        {"aud": ["schakel", "another"]},  # without saying for whom of them (azp)
        {"aud": ["schakel", "another"], "azp": "another"},
        {"aud": None},
        {"iss": "https://another.example"},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 99_999_999_999},
        {"nbf": 99_999_999_999},
        {"at_hash": "wrong"},
    ],
    ids=str,
)
def test_a_claim_that_is_not_as_it_must_be_is_refused(provider: Provider, proxy: Proxy, claims: dict[str, Any]) -> None:
    proxy.sign_anew(**claims)
    reason, detail = refused(lambda: sign_in(provider))
    assert reason == Refusal.UNTRUSTED
    assert detail.startswith("the identity token is refused")


def test_an_expired_token_is_refused(provider: Provider, proxy: Proxy) -> None:
    begun = oidc.begin(provider, BACK)
    query = service.sign_in(begun.url)
    later = now() + timedelta(hours=1, minutes=2)  # the service itself gives an hour
    assert refused(lambda: finish(provider, begun, query, later)) == (Refusal.STALE, "the identity token has expired")
    proxy.sign_anew(exp=int(time.time()) - oidc.LEEWAY - 5)
    assert refused(lambda: sign_in(provider)) == (Refusal.STALE, "the identity token has expired")
    proxy.sign_anew(exp=int(time.time()) - 5)  # two clocks
    assert sign_in(provider).subject == "jan"


def _wrong_signature(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def _other_claims(token: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{service.part({**service.payload(token), 'sub': 'piet'})}.{signature}"


def _foreign_key(token: str) -> str:
    return service.signed(service.payload(token), "ES256", ECKey.generate_key("P-256"))


def _own_key_along(token: str) -> str:
    return service.signed(service.payload(token), jwk=KEY.as_dict(private=False))


def _unsigned(token: str) -> str:
    return f"{service.part({'alg': 'none'})}.{service.part(service.payload(token))}."


def _hashed_with(secret: bytes) -> Callable[[str], str]:
    def change(token: str) -> str:
        message = f"{service.part({'alg': 'HS256', 'kid': 'of-the-proxy'})}.{service.part(service.payload(token))}"
        signature = hmac.digest(secret, message.encode(), "sha256")
        return f"{message}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    return change


@pytest.mark.parametrize(
    "change",
    [
        _wrong_signature,
        _other_claims,
        _foreign_key,
        _own_key_along,
        _unsigned,
        lambda token: token.rsplit(".", 1)[0] + ".",
        lambda token: "no token",
        lambda token: 7,
        lambda token: None,
    ],
)
def test_what_the_service_did_not_sign_is_refused(
    provider: Provider, proxy: Proxy, change: Callable[[str], str]
) -> None:
    proxy.token(change)
    assert refused(lambda: sign_in(provider))[0] == Refusal.UNTRUSTED


@pytest.mark.parametrize("kind", ["public key", "client secret", "shared key"])
def test_a_secret_that_others_know_signs_nothing(provider: Provider, proxy: Proxy, kind: str) -> None:
    secret = {
        "public key": KEY.as_pem(private=False),
        "client secret": provider.client_secret.encode(),
        "shared key": b"a key of thirty-two bytes or more.",
    }[kind]
    shared = {"kty": "oct", "kid": "of-the-proxy", "k": base64.urlsafe_b64encode(secret).rstrip(b"=").decode()}
    proxy.tamper("/jwks", lambda found: {"keys": [KEY.as_dict(private=False), *found["keys"], shared]})
    proxy.token(_hashed_with(secret))
    assert refused(lambda: sign_in(provider))[0] == Refusal.UNTRUSTED


def test_no_secret_is_ever_taken_for_a_signature() -> None:
    assert {name[:2] for name in oidc.ALGORITHMS} == {"RS", "PS", "ES"}
