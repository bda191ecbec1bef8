"""Page keys that say nothing: the number of an entry counts what the other side does too, so that nobody sees it."""

import base64
import binascii

_BYTES = 8


class PageKeys:
    """Hides and shows numbers for the pages of one `place` (of one side, say), under the installation's `secret`."""

    def __init__(self, secret: str, place: str) -> None:
        # Imported here, since no public page needs what is large in memory.
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(SHA256(), 64, salt=None, info=b"schakel page keys 1").derive(secret.encode())
        self._cipher, self._place = AESSIV(derived), [place.encode()]

    def hide(self, number: int | None) -> str:
        """The key for an address; empty for None."""
        if number is None:
            return ""
        hidden = self._cipher.encrypt(number.to_bytes(_BYTES, "big"), self._place)
        return base64.urlsafe_b64encode(hidden).decode()

    def show(self, key: str) -> int | None:
        """The number behind a key; None for what is no key of this place."""
        from cryptography.exceptions import InvalidTag

        try:
            hidden = base64.b64decode(key.encode(), altchars=b"-_", validate=True)
            return int.from_bytes(self._cipher.decrypt(hidden, self._place), "big")
        except (InvalidTag, binascii.Error, ValueError):
            return None
