"""Passkeys: an authenticator in software that really signs, and everything it may get wrong."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from register.accounts import passkeys
from register.accounts.passkeys import Known, PasskeyRefused, Site
from tests.accounts.authenticator import PRESENT, VERIFIED, Authenticator

SITE = Site("https://schakel.example", "schakel.example")
ACCOUNT = "account-of-jan"


def ask_new() -> passkeys.Options:
    return passkeys.ask_new(SITE, ACCOUNT, "jan@voorbeeld.example", "Jan de Wit")


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(SITE.origin, SITE.rp_id)


@pytest.fixture
def known(device: Authenticator) -> Known:
    """What is kept of the device's passkey."""
    options = ask_new()
    made = passkeys.accept_new(SITE, options.challenge, device.create(options.text))
    return Known(ACCOUNT, made.credential_id, made.public_key, made.sign_count)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://schakel.example", SITE),
        ("https://Schakel.Example:443/pad", SITE),
        ("http://localhost:8000", Site("http://localhost:8000", "localhost")),
    ],
)
def test_a_site_is_known_by_its_address(address: str, site: Site) -> None:
    assert Site.at(address) == site


@pytest.mark.parametrize("address", ["", "schakel.example", "https://"])
def test_an_address_without_a_host_is_no_site(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Site.at(address)


def test_a_new_passkey_is_discoverable_and_checks_its_holder() -> None:
    options = passkeys.ask_new(SITE, ACCOUNT, "jan@voorbeeld.example", "Jan de Wit", ["AAEC"])
    asked = json.loads(options.text)
    assert asked["rp"] == {"id": "schakel.example", "name": "Schakel"}
    assert base64url_to_bytes(asked["user"]["id"]) == ACCOUNT.encode()
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    assert [one["id"] for one in asked["excludeCredentials"]] == ["AAEC"]
    assert asked["challenge"] == options.challenge


def test_a_known_passkey_checks_its_holder() -> None:
    options = passkeys.ask_known(SITE, ["AAEC"])
    asked = json.loads(options.text)
    assert (asked["rpId"], asked["userVerification"]) == ("schakel.example", "required")
    assert [one["id"] for one in asked["allowCredentials"]] == ["AAEC"]
    assert json.loads(passkeys.ask_known(SITE).text).get("allowCredentials", []) == []


def test_every_challenge_is_another_and_long() -> None:
    challenges = {ask_new().challenge, ask_new().challenge, passkeys.ask_known(SITE).challenge}
    assert len(challenges) == 3
    assert min(len(base64url_to_bytes(challenge)) for challenge in challenges) >= 32


def test_a_passkey_is_made_and_signs_in(device: Authenticator, known: Known) -> None:
    for expected in (1, 2):
        options = passkeys.ask_known(SITE)
        answer = device.get(options.text)
        claimed = passkeys.claimed(answer)
        assert (claimed.credential_id, claimed.challenge) == (known.credential_id, options.challenge)
        count = passkeys.accept_known(SITE, options.challenge, answer, known)
        assert count == expected
        known = replace(known, sign_count=count)


def test_a_synced_passkey_that_does_not_count_signs_in_again_and_again(device: Authenticator, known: Known) -> None:
    device.counts = False
    for _ in range(2):
        options = passkeys.ask_known(SITE)
        assert passkeys.accept_known(SITE, options.challenge, device.get(options.text), known) == 0


MISBEHAVIOURS: list[dict[str, Any]] = [
    {"origin": "https://schakel.example.evil"},
    {"origin": "http://schakel.example"},
    {"origin": "https://sub.schakel.example"},
    {"rp_id": "evil.example"},
    {"flags": PRESENT},  # nobody checked who holds it
    {"flags": VERIFIED},  # nobody touched it
    {"client": {"type": "webauthn.other"}},
    {"client": {"challenge": "AAAA"}},
    {"client": {"crossOrigin": True}},
]


@pytest.mark.parametrize("fields", MISBEHAVIOURS, ids=str)
def test_a_new_passkey_that_is_not_as_asked_is_refused(device: Authenticator, fields: dict[str, Any]) -> None:
    options = ask_new()
    with pytest.raises(PasskeyRefused):
        passkeys.accept_new(SITE, options.challenge, replace(device, **fields).create(options.text))


@pytest.mark.parametrize(
    "fields",
    [
        *MISBEHAVIOURS,
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"credential_id": b"another"},
        {"user_handle": b"x"},
    ],
    ids=lambda fields: ",".join(fields),
)
def test_an_answer_that_is_not_as_asked_is_refused(device: Authenticator, known: Known, fields: dict[str, Any]) -> None:
    options = passkeys.ask_known(SITE)
    answer = replace(device, **fields).get(options.text)
    with pytest.raises(PasskeyRefused):
        passkeys.accept_known(SITE, options.challenge, answer, known)


def test_an_answer_to_another_challenge_is_refused(device: Authenticator, known: Known) -> None:
    first, second = passkeys.ask_known(SITE), passkeys.ask_known(SITE)
    with pytest.raises(PasskeyRefused):
        passkeys.accept_known(SITE, second.challenge, device.get(first.text), known)
    made = Authenticator(SITE.origin, SITE.rp_id).create(ask_new().text)
    with pytest.raises(PasskeyRefused):
        passkeys.accept_new(SITE, ask_new().challenge, made)


@pytest.mark.parametrize("count", [1, 7])
def test_a_count_that_does_not_rise_shows_a_copied_authenticator(
    device: Authenticator, known: Known, count: int
) -> None:
    options = passkeys.ask_known(SITE)
    with pytest.raises(PasskeyRefused, match="count"):
        passkeys.accept_known(SITE, options.challenge, device.get(options.text), replace(known, sign_count=count))


def test_a_passkey_of_somebody_else_is_refused(device: Authenticator, known: Known) -> None:
    options = passkeys.ask_known(SITE)
    with pytest.raises(PasskeyRefused, match="another account"):
        passkeys.accept_known(SITE, options.challenge, device.get(options.text), replace(known, account_id="other"))


def test_what_was_signed_cannot_be_changed(device: Authenticator, known: Known) -> None:
    options = passkeys.ask_known(SITE)
    answer = json.loads(device.get(options.text))
    counted = bytearray(base64url_to_bytes(answer["response"]["authenticatorData"]))
    counted[-1] += 1
    answer["response"]["authenticatorData"] = bytes_to_base64url(bytes(counted))
    with pytest.raises(PasskeyRefused, match="signature"):
        passkeys.accept_known(SITE, options.challenge, json.dumps(answer), known)


def test_an_answer_longer_than_any_is_not_even_read(device: Authenticator, known: Known) -> None:
    options = passkeys.ask_known(SITE)
    answer = device.get(options.text) + " " * 20_000
    with pytest.raises(PasskeyRefused, match="longer"):
        passkeys.accept_known(SITE, options.challenge, answer, known)
    with pytest.raises(PasskeyRefused, match="longer"):
        passkeys.claimed(answer)


def _broken() -> list[str]:
    options = ask_new()
    whole = json.loads(Authenticator(SITE.origin, SITE.rp_id).create(options.text))
    known = json.loads(Authenticator(SITE.origin, SITE.rp_id).get(options.text))
    made = ["", "{", "[]", "null", "1", '"x"', "{}", "[" * 5000, "\udcff", "x" * 30_000]
    for answer in (whole, known):
        for part in answer["response"]:
            for value in (None, 1, "", "A", "!!", "AAAA", answer["response"][part][:-9], [], {}):
                made.append(json.dumps({**answer, "response": {**answer["response"], part: value}}))
        for part in ("id", "rawId", "type", "response"):
            for value in (None, 1, "", "A", [], {}):
                made.append(json.dumps({**answer, part: value}))
    return made


def test_whatever_is_sent_is_refused_and_nothing_breaks(known: Known) -> None:
    options = ask_new()
    for answer in _broken():
        with pytest.raises(PasskeyRefused):
            passkeys.accept_new(SITE, options.challenge, answer)
        with pytest.raises(PasskeyRefused):
            passkeys.accept_known(SITE, options.challenge, answer, known)
        try:
            passkeys.claimed(answer)
        except PasskeyRefused:
            continue
