"""Signing in at the service of one's side: a real service over HTTP, and what the browser brings back."""

import base64
import hashlib
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from register.accounts import oidc
from register.accounts.oidc import Begun, Claims, Refusal
from register.config import Provider
from tests.accounts import service
from tests.accounts.service import Proxy
from tests.accounts.signing import BACK, finish, now, refused, sign_in


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
