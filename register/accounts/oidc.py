"""Signing in at the service of one's side: OpenID Connect Core 1.0, code flow, with PKCE (RFC 7636), state and nonce.

Needs the extra `oidc`. Both steps talk to the service over the network: call them outside any transaction.
"""

import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError, InvalidURL
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry

from register.accounts import fetching
from register.config import Provider
from register.errors import SchakelError
from register.words.people import Refusal

log = logging.getLogger("schakel")

# Only what is signed with a key that the service alone holds: never `none`, never a secret that we know as well.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY = 60  # seconds by which the clocks of two organisations may differ
_SCOPE = "openid email profile"
_DENIED = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})


class SignInRefused(SchakelError):
    """Nobody is signed in. `reason` carries the message for the person; `detail` is for the log, never for a page."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Begun:
    """A sign-in under way. Send the browser to `url`; keep the rest on the server, for one use by the same browser."""

    url: str
    issuer: str
    state: str
    nonce: str
    verifier: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    client_authentication: str
    says_issuer: bool
    proved_since: int

    def to_json(self) -> str:
        """For keeping."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Begun":
        """What was kept."""
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Claims:
    """Whom the service vouches for. `email` is empty unless the service says that it has verified the address."""

    issuer: str
    subject: str
    email: str
    name: str
    methods: tuple[str, ...]


def begin(provider: Provider, redirect_uri: str, proved_since: datetime | None = None) -> Begun:
    """Begin a sign-in that comes back to `redirect_uri`. Raises SignInRefused.

    With `proved_since` the service must ask the person to show anew who they are, after that moment.
    """
    if not fetching.trusted(provider.issuer, provider.issuer):
        _refuse(Refusal.UNTRUSTED, "the issuer is no https address")
    with _client(provider, redirect_uri) as client:
        found = _fetch(client, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != provider.issuer:
            _refuse(Refusal.UNTRUSTED, f"the discovery document is of {found.get('issuer')!r}")
        # Discovery 1.0, 3: where nothing is said, Basic is meant.
        methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if not {"client_secret_basic", "client_secret_post"} & set(methods):
            _refuse(Refusal.UNTRUSTED, f"the service takes no client secret but {methods}")
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        anew = {"prompt": "login", "max_age": "0"} if proved_since else {}
        url, state = client.create_authorization_url(
            _endpoint(provider, found, "authorization_endpoint"),
            state=secrets.token_urlsafe(32),
            code_verifier=verifier,
            nonce=nonce,
            **anew,
        )
        return Begun(
            url=url,
            issuer=provider.issuer,
            state=state,
            nonce=nonce,
            verifier=verifier,
            token_endpoint=_endpoint(provider, found, "token_endpoint"),
            jwks_uri=_endpoint(provider, found, "jwks_uri"),
            userinfo_endpoint=_endpoint(provider, found, "userinfo_endpoint") if "userinfo_endpoint" in found else "",
            client_authentication=("client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"),
            says_issuer=found.get("authorization_response_iss_parameter_supported") is True,
            proved_since=int(proved_since.timestamp()) if proved_since else 0,
        )


def finish(provider: Provider, redirect_uri: str, begun: Begun, query: Mapping[str, str], now: datetime) -> Claims:
    """Who came back: `query` is what the browser brought to `redirect_uri`. Raises SignInRefused.

    `begun` must have been kept for this very browser and is used up, whatever comes of it.
    """
    if begun.issuer != provider.issuer:
        _refuse(Refusal.STALE, "begun at another service")
    if not hmac.compare_digest(query.get("state", "").encode("utf-8", "replace"), begun.state.encode()):
        _refuse(Refusal.STALE, "another state")
    if ("iss" in query or begun.says_issuer) and query.get("iss") != begun.issuer:  # RFC 9207, 2.4
        _refuse(Refusal.UNTRUSTED, "the answer names another issuer")
    if "error" in query:
        denied = query["error"] in _DENIED
        _refuse(Refusal.DENIED if denied else Refusal.UNREACHABLE, f"the service says {query['error'][:40]!r}")
    if not query.get("code"):
        _refuse(Refusal.STALE, "no code")
    with _client(provider, redirect_uri, begun.client_authentication) as client:
        token = _redeem(client, begun, query["code"])
        claims = _checked(token, _keys(_fetch(client, begun.jwks_uri)), provider, begun, now)
        # What a service does not write into the token it tells when asked with the token.
        more = {} if "email" in claims or not begun.userinfo_endpoint else _ask(client, begun, token)
    if more and more.get("sub") != claims["sub"]:
        _refuse(Refusal.UNTRUSTED, "the service tells about somebody else")
    return _claims(provider, {**more, **claims})


def _claims(provider: Provider, said: Mapping[str, Any]) -> Claims:
    email, name, methods = said.get("email"), said.get("name"), said.get("amr")
    verified = said.get("email_verified") is True
    return Claims(
        issuer=provider.issuer,
        subject=said["sub"],
        email=email if verified and isinstance(email, str) else "",
        name=name if isinstance(name, str) else "",
        methods=tuple(map(str, methods)) if isinstance(methods, list) else (),
    )


def _client(provider: Provider, redirect_uri: str, authentication: str = "client_secret_basic") -> OAuth2Client:
    return OAuth2Client(
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        token_endpoint_auth_method=authentication,
        scope=_SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        **fetching.options(provider.issuer),
    )


def _endpoint(provider: Provider, found: Mapping[str, Any], name: str) -> str:
    address = found.get(name)
    if not isinstance(address, str) or not fetching.trusted(address, provider.issuer):
        _refuse(Refusal.UNTRUSTED, f"{name} is no https address")
    return address


def _fetch(client: OAuth2Client, address: str, **headers: str) -> dict[str, Any]:
    """The JSON object at `address`."""
    try:
        answer = client.get(address, auth=None, headers=headers)
        if answer.status_code != 200:
            _refuse(Refusal.UNREACHABLE, f"{urlsplit(address).path} answers {answer.status_code}")
        found = answer.json()
    except (HTTPError, InvalidURL, fetching.TooMuch) as error:
        _refuse(Refusal.UNREACHABLE, f"{urlsplit(address).path}: {error!r}")
    except (ValueError, RecursionError):
        _refuse(Refusal.UNREACHABLE, f"{urlsplit(address).path} is no JSON")
    if not isinstance(found, dict):
        _refuse(Refusal.UNREACHABLE, f"{urlsplit(address).path} is no JSON object")
    return found


def _redeem(client: OAuth2Client, begun: Begun, code: str) -> dict[str, Any]:
    """The tokens that the service gives for a code."""
    try:
        token: dict[str, Any] = client.fetch_token(
            begun.token_endpoint, grant_type="authorization_code", code=code, code_verifier=begun.verifier
        )
    except OAuthError as error:
        stale = error.error == "invalid_grant"  # used before, expired, or of another client
        _refuse(Refusal.STALE if stale else Refusal.UNTRUSTED, f"the code is refused: {str(error.error)[:40]!r}")
    except (HTTPError, InvalidURL, fetching.TooMuch) as error:
        _refuse(Refusal.UNREACHABLE, f"no tokens: {error!r}")
    except (ValueError, TypeError, RecursionError):
        _refuse(Refusal.UNREACHABLE, "no tokens: no JSON object")
    return token


def _ask(client: OAuth2Client, begun: Begun, token: Mapping[str, Any]) -> dict[str, Any]:
    return _fetch(client, begun.userinfo_endpoint, Authorization=f"Bearer {token.get('access_token')}")


class _Registry(JWSRegistry):
    max_header_length = 8192  # some services put their certificates there


def _keys(found: Mapping[str, Any]) -> KeySet:
    """The public keys for signing in a JWKS; what is of another kind, or broken, is left out."""
    keys = []
    for given in found["keys"] if isinstance(found.get("keys"), list) else []:
        if isinstance(given, dict) and given.get("kty") in {"RSA", "EC"} and given.get("use", "sig") == "sig":
            try:
                keys.append(JWKRegistry.import_key(given))
            except (JoseError, ValueError, TypeError, KeyError):
                log.warning("a key of the sign-in service cannot be read")
    if not keys:
        _refuse(Refusal.UNREACHABLE, "no keys")
    return KeySet(keys)


def _checked(token: Mapping[str, Any], keys: KeySet, provider: Provider, begun: Begun, now: datetime) -> dict[str, Any]:
    """The claims of the identity token, once signature, issuer, audience, times and nonce are right (Core, 3.1.3.7)."""
    given = token.get("id_token")
    if not isinstance(given, str):
        _refuse(Refusal.UNTRUSTED, "no identity token")
    try:
        read = jwt.decode(given, keys, ALGORITHMS, _Registry(algorithms=ALGORITHMS, strict_check_header=False))
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": begun.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "nonce": {"essential": True},
            },
            {"nonce": begun.nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except ExpiredTokenError:
        _refuse(Refusal.STALE, "the identity token has expired")
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        _refuse(Refusal.UNTRUSTED, f"the identity token is refused: {error!r}")
    since = claims.get("auth_time", 0)
    if begun.proved_since and (not isinstance(since, int | float) or since < begun.proved_since - LEEWAY):
        _refuse(Refusal.UNTRUSTED, "the service did not ask anew who it is")
    return dict(claims)


def _refuse(reason: Refusal, detail: str) -> NoReturn:
    raise SignInRefused(reason, detail) from None
