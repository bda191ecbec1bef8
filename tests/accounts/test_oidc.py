"""Signing in at the service of one's side: a real service over HTTP, and a proxy that tampers with what it says."""

import base64
import gzip
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey

from register.accounts import fetching, oidc
from register.accounts.oidc import Begun, Claims, Refusal, SignInRefused
from register.config import Provider
from tests.accounts import service
from tests.accounts.service import KEY, Answer, Proxy

BACK = "https://schakel.example/nl/aanmelden/terug"


@pytest.fixture(scope="module")
def running() -> Iterator[Proxy]:
    with service.running() as proxy:
        yield proxy


@pytest.fixture
def proxy(running: Proxy) -> Proxy:
    running.reset()
    return running


@pytest.fixture
def provider(proxy: Proxy) -> Provider:
    return Provider("nl", proxy.issuer, "schakel", "a secret of the client")


def now() -> datetime:
    return datetime.now(UTC)


def finish(provider: Provider, begun: Begun, query: dict[str, str], at: datetime | None = None) -> Claims:
    return oidc.finish(provider, BACK, begun, query, at or now())


def sign_in(provider: Provider) -> Claims:
    begun = oidc.begin(provider, BACK)
    return finish(provider, begun, service.sign_in(begun.url))


def refused(act: Callable[[], object]) -> tuple[Refusal, str]:
    with pytest.raises(SignInRefused) as caught:
        act()
    return caught.value.reason, caught.value.detail


def test_a_person_signs_in(provider: Provider) -> None:
    assert sign_in(provider) == Claims(provider.issuer, "jan", "jan@voorbeeld.example", "Jan de Wit", ())


def test_what_is_asked_carries_state_nonce_and_the_proof_of_the_code(provider: Provider, proxy: Proxy) -> None:
    begun = oidc.begin(provider, BACK)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert asked == {
        "response_type": "code",
        "client_id": "schakel",
        "redirect_uri": BACK,
        "scope": "openid email profile",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
    }
    finish(provider, begun, service.sign_in(begun.url))
    form, headers = next((form, headers) for path, headers, form in proxy.seen if path == "/oauth2/token")
    proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert proof == asked["code_challenge"]
    assert form["redirect_uri"] == BACK
    assert headers["Authorization"].startswith("Basic ")
    assert "a secret of the client" not in form.values()


def test_every_sign_in_has_secrets_of_its_own(provider: Provider) -> None:
    first, second = oidc.begin(provider, BACK), oidc.begin(provider, BACK)
    for name in ("state", "nonce", "verifier"):
        assert getattr(first, name) != getattr(second, name)
        assert len(getattr(first, name)) >= 43


def test_what_is_under_way_can_be_kept(provider: Provider) -> None:
    begun = oidc.begin(provider, BACK)
    assert Begun.from_json(begun.to_json()) == begun


def test_a_service_may_want_the_secret_in_the_form(provider: Provider, proxy: Proxy) -> None:
    methods = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    proxy.tamper("/.well-known/openid-configuration", lambda found: {**found, **methods})
    assert sign_in(provider).subject == "jan"
    form, headers = next((form, headers) for path, headers, form in proxy.seen if path == "/oauth2/token")
    assert form["client_secret"] == "a secret of the client"
    assert "Authorization" not in headers


def test_the_proxy_can_sign_so_that_what_follows_proves_something(provider: Provider, proxy: Proxy) -> None:
    proxy.sign_anew()
    assert sign_in(provider).subject == "jan"


def test_an_address_counts_once_the_service_has_verified_it(provider: Provider, proxy: Proxy) -> None:
    proxy.sign_anew(email_verified=None)
    assert sign_in(provider).email == ""
    proxy.sign_anew(email_verified="true")
    assert sign_in(provider).email == ""


def test_the_factors_that_the_service_used_are_told(provider: Provider, proxy: Proxy) -> None:
    proxy.sign_anew(amr=["pwd", "otp"])
    assert sign_in(provider).methods == ("pwd", "otp")


def test_what_is_not_in_the_token_is_asked_for(provider: Provider, proxy: Proxy) -> None:
    proxy.sign_anew(email=None, email_verified=None, name=None)
    assert (sign_in(provider).email, sign_in(provider).name) == ("jan@voorbeeld.example", "Jan de Wit")
    proxy.tamper("/userinfo", lambda found: {**found, "sub": "piet"})
    assert refused(lambda: sign_in(provider)) == (Refusal.UNTRUSTED, "the service tells about somebody else")


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


def test_a_code_works_once(provider: Provider) -> None:
    begun = oidc.begin(provider, BACK)
    query = service.sign_in(begun.url)
    finish(provider, begun, query)
    assert refused(lambda: finish(provider, begun, query)) == (Refusal.STALE, "the code is refused: 'invalid_grant'")


def test_a_code_of_another_sign_in_is_refused(provider: Provider) -> None:
    mine, theirs = oidc.begin(provider, BACK), oidc.begin(provider, BACK)
    query = service.sign_in(theirs.url)
    assert refused(lambda: finish(provider, mine, query)) == (Refusal.STALE, "another state")
    # And were the state right, the nonce in the token would not be.
    assert refused(lambda: finish(provider, mine, {**query, "state": mine.state}))[0] == Refusal.UNTRUSTED


@pytest.mark.parametrize("state", [None, "", "another", "ß", "\udcff"])
def test_another_state_is_refused(provider: Provider, state: str | None) -> None:
    begun = oidc.begin(provider, BACK)
    query = service.sign_in(begun.url) | {"state": state or ""}
    if state is None:
        del query["state"]
    assert refused(lambda: finish(provider, begun, query)) == (Refusal.STALE, "another state")


def test_the_answer_may_not_name_another_issuer(provider: Provider, proxy: Proxy) -> None:
    begun = oidc.begin(provider, BACK)
    query = service.sign_in(begun.url)
    assert refused(lambda: finish(provider, begun, {**query, "iss": "https://another.example"}))[0] == Refusal.UNTRUSTED
    says = {"authorization_response_iss_parameter_supported": True}
    proxy.tamper("/.well-known/openid-configuration", lambda found: {**found, **says})
    begun = oidc.begin(provider, BACK)
    query = service.sign_in(begun.url)
    assert refused(lambda: finish(provider, begun, query))[0] == Refusal.UNTRUSTED  # it promised to name itself
    assert finish(provider, begun, {**query, "iss": provider.issuer}).subject == "jan"


def test_what_was_begun_at_one_service_ends_at_no_other(provider: Provider) -> None:
    begun = oidc.begin(provider, BACK)
    other = replace(provider, issuer="https://another.example")
    assert refused(lambda: finish(other, begun, service.sign_in(begun.url))) == (
        Refusal.STALE,
        "begun at another service",
    )


def test_who_turns_back_is_not_signed_in(provider: Provider) -> None:
    begun = oidc.begin(provider, BACK)
    query = {"state": begun.state, "error": "access_denied"}
    assert service.sign_in(begun.url, action="deny")["error"] == "access_denied"
    assert refused(lambda: finish(provider, begun, query)) == (Refusal.DENIED, "the service says 'access_denied'")
    assert refused(lambda: finish(provider, begun, {**query, "error": "x" * 999}))[0] == Refusal.UNREACHABLE
    assert refused(lambda: finish(provider, begun, {"state": begun.state})) == (Refusal.STALE, "no code")


def test_a_person_can_be_asked_anew(provider: Provider, proxy: Proxy) -> None:
    def anew() -> Claims:
        begun = oidc.begin(provider, BACK, proved_since=now())
        asked = parse_qs(urlsplit(begun.url).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
        return finish(provider, begun, service.sign_in(begun.url))

    assert anew().subject == "jan"
    for told in (int(time.time()) - 3600, None, "now"):
        proxy.sign_anew(auth_time=told)
        assert refused(anew)[0] == Refusal.UNTRUSTED


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
