"""Passkeys (WebAuthn, level 3): asking a browser to make or use one, and judging what it sends.

A passkey is discoverable, so that signing in needs no name first, and always checks who holds it (by PIN, finger or
face), so that it counts as two factors at once.

The library is imported where it is used: with what comes with it, it would be a tenth of what a worker holds in memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from register.errors import SchakelError

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

_LONGEST = 20_000  # signs of what a browser sends; real ones stay under four thousand
_PATIENCE = 5 * 60 * 1000  # milliseconds that a person gets to find their key


class PasskeyRefused(SchakelError):
    """What the browser sent proves nothing; the message says why, for the log and not for the person."""


@dataclass(frozen=True)
class Site:
    """Where passkeys are valid: `origin` such as `https://schakel.example`, and the host that they are bound to."""

    origin: str
    rp_id: str

    @classmethod
    def at(cls, base_url: str) -> "Site":
        """The site of an address such as SCHAKEL_URL. Raises ValueError when it names no host."""
        parts = urlsplit(base_url)
        if not parts.scheme or not parts.hostname:
            raise ValueError(f"no address of a site: {base_url!r}")
        usual = {"https": 443, "http": 80}.get(parts.scheme)
        port = "" if parts.port in (None, usual) else f":{parts.port}"  # browsers leave the usual one out
        return cls(f"{parts.scheme}://{parts.hostname}{port}", parts.hostname)


@dataclass(frozen=True)
class Options:
    """What the browser is asked: `text` is JSON for passkeys.js; `challenge` is to be kept until it answers."""

    text: str
    challenge: str


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that was made: what to keep of it. `synced` tells that its holder's other devices have it too."""

    credential_id: str
    public_key: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True)
class Claimed:
    """What an answer says of itself, to look up what it must be judged by; nothing of it is proved yet."""

    credential_id: str
    challenge: str


@dataclass(frozen=True)
class Known:
    """A kept passkey and the account that it belongs to."""

    account_id: str
    credential_id: str
    public_key: bytes
    sign_count: int


def ask_new(site: Site, account_id: str, email: str, name: str, existing: Iterable[str] = ()) -> Options:
    """Ask for a new passkey for an account; `existing` are the ids of those it has, so that none is made twice."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Schakel",
        user_id=account_id.encode(),
        user_name=email,
        user_display_name=name,
        timeout=_PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_described(existing),
    )
    return Options(options_to_json(options), bytes_to_base64url(options.challenge))


def ask_known(site: Site, allowed: Iterable[str] = ()) -> Options:
    """Ask for a passkey that exists: any of this site, or one of `allowed` (ids) when it is known who must answer."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site.rp_id,
        timeout=_PATIENCE,
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Options(options_to_json(options), bytes_to_base64url(options.challenge))


def accept_new(site: Site, challenge: str, credential: str) -> NewPasskey:
    """The passkey that the browser made when asked with `challenge`. Raises PasskeyRefused.

    `credential` is the form field that static/js/passkeys.js fills. Where the authenticator came from is not asked
    (no attestation): people bring their own.
    """
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json

    _bounded(credential)
    try:
        said = parse_registration_credential_json(credential)
        made = verify_registration_response(
            credential=said,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        _in_own_window(said.response.client_data_json)
    except Exception as error:  # the library raises far more than it names when the JSON or CBOR is malformed
        raise PasskeyRefused(f"no new passkey: {error}") from error
    return NewPasskey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        synced=made.credential_backed_up,
    )


def claimed(credential: str) -> Claimed:
    """Which passkey and which challenge an answer is about. Raises PasskeyRefused when it is no answer at all."""
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json, parse_client_data_json

    _bounded(credential)
    try:
        said = parse_authentication_credential_json(credential)
        client = parse_client_data_json(said.response.client_data_json)
    except Exception as error:  # as above
        raise PasskeyRefused(f"not the answer of a passkey: {error}") from error
    return Claimed(bytes_to_base64url(said.raw_id), bytes_to_base64url(client.challenge))


def accept_known(site: Site, challenge: str, credential: str, known: Known) -> int:
    """The new sign count of `known`, which the browser used when asked with `challenge`: it is to be kept.

    Raises PasskeyRefused: also for the passkey of another account, and for a count that does not rise, by which a
    copied authenticator shows (WebAuthn, 6.1.1). Synced passkeys do not count: theirs stays 0.
    """
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json

    _bounded(credential)
    try:
        said = parse_authentication_credential_json(credential)
        proved = verify_authentication_response(
            credential=said,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
        _in_own_window(said.response.client_data_json)
        holder = said.response.user_handle
    except Exception as error:  # as above
        raise PasskeyRefused(f"no proof: {error}") from error
    if bytes_to_base64url(proved.credential_id) != known.credential_id:
        raise PasskeyRefused("another passkey than the one it is judged by")
    if holder is not None and holder != known.account_id.encode():
        raise PasskeyRefused("the passkey names another account")
    return proved.new_sign_count


def _described(ids: Iterable[str]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(name)) for name in ids]


def _in_own_window(client_data: bytes) -> None:
    from webauthn.helpers import parse_client_data_json

    if parse_client_data_json(client_data).cross_origin:  # the library leaves this to us
        raise PasskeyRefused("asked from within a page of another site")


def _bounded(credential: str) -> None:
    if len(credential) > _LONGEST:
        raise PasskeyRefused("longer than any answer of a passkey")
