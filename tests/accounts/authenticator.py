"""An authenticator in software, that really signs: what a telephone or a security key does (WebAuthn, level 3)."""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key, for one site and one account. Change a field to make it misbehave."""

    origin: str
    rp_id: str
    credential_id: bytes = b"a credential of this test"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    flags: int = PRESENT | VERIFIED
    count: int = 0
    counts: bool = True
    user_handle: bytes | None = None
    client: dict[str, Any] = field(default_factory=dict)

    def create(self, options: str) -> str:
        """Answer to options for a new passkey, as static/js/passkeys.js sends it."""
        asked = json.loads(options)
        self.user_handle = base64url_to_bytes(asked["user"]["id"])
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + self._public()
        data = self._data(MADE) + attested
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked),
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        )

    def get(self, options: str) -> str:
        """Answer to options for a known passkey."""
        client = self._client("webauthn.get", json.loads(options))
        self.count += self.counts
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        handle = {} if self.user_handle is None else {"userHandle": self.user_handle}
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature, **handle)

    def _public(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})  # COSE, ES256

    def _data(self, flags: int = 0) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", self.flags | flags, self.count)

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **self.client}).encode()

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.credential_id)
        parts = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
