"""Authenticator apps: codes of six digits that change every thirty seconds (RFC 6238)."""

import base64
import hmac
import re
import unicodedata
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

import pyotp

from register.errors import SchakelError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP = 30  # seconds that a code lasts
DIGITS = 6
_SIDEWAYS = (-1, 0, 1)  # steps by which the clock of a telephone may differ: RFC 6238, 5.2, advises one


class Unreadable(SchakelError):
    """A kept secret cannot be decrypted: SCHAKEL_SECRET is another than when it was kept, or the row was changed."""


def make_secret() -> str:
    """A new secret, base32, 160 bits (RFC 4226, requirement 6)."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str, host: str) -> str:
    """The `otpauth:` address that an app reads; it shows the code as one of Schakel on `host`."""
    issuer = f"Schakel {host}".replace(":", " ")  # a colon would part issuer and name
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=email, issuer_name=issuer)


def qr_svg(uri: str, title: str) -> str:
    """`uri` as a QR code: an `<svg>` to be put into a page as it is, named `title` for who cannot see it.

    It carries no style and no script, which the page's policy would refuse. It is dark on white in every colour
    scheme, since many cameras read nothing else. Its size is up to the style sheet (class `qr`).
    """
    import segno  # only here: few people ever see one

    made: str = segno.make(uri, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass="", title=title
    )
    return made.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)


def readable(secret: str) -> str:
    """The secret in groups of four, for typing it into an app by hand."""
    return " ".join(re.findall(".{1,4}", secret))


def verify(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """The step of time that `code` belongs to, or None when it is not right.

    The step is to be kept and given back next time as `last_step`: a code of that step or an earlier one is refused,
    so that none works twice (RFC 6238, 5.2).
    """
    typed = re.sub(r"[\s.-]", "", unicodedata.normalize("NFKC", code[:40]))
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", typed):
        return None
    current = int(now.timestamp()) // STEP
    app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    found = None
    for step in (current + aside for aside in _SIDEWAYS):
        if hmac.compare_digest(app.generate_otp(step), typed) and step > last_step:
            found = step
    return found


def seal(installation: str, account_id: str, secret: str) -> str:
    """`secret` encrypted for keeping, with a key that only this installation can make and only for this account."""
    return _key(installation, account_id).encrypt(secret.encode()).decode()


def unseal(installation: str, account_id: str, sealed: str) -> str:
    """What `seal` was given. Raises Unreadable when it was sealed elsewhere, for another account, or was changed."""
    from cryptography.fernet import InvalidToken

    try:
        return _key(installation, account_id).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("the secret of an authenticator app cannot be decrypted") from error


def _key(installation: str, account_id: str) -> "Fernet":
    # Imported here, since no public page needs what is large in memory.
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = f"schakel totp 1 {account_id}".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(installation.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
