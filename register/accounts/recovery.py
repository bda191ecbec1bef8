"""Recovery codes: the way in for who has lost their second factor. Each works once; only digests are kept."""

import hmac
import re
import secrets
import unicodedata

MANY = 10
_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: none that is taken for another
_LENGTH, _GROUP = 16, 4  # 80 bits, in groups that are easily read aloud
_READ_AS = str.maketrans("oil", "011")


def make() -> tuple[str, ...]:
    """Ten new codes, such as `7k2m-9xqp-03ht-w6bn`, to be shown once."""
    return tuple("-".join(_group() for _ in range(_LENGTH // _GROUP)) for _ in range(MANY))


def digest(installation: str, account_id: str, code: str) -> str:
    """What is kept of a code, and compared: an HMAC-SHA-256 under the installation's secret, for this account.

    Capitals, spaces, hyphens, and the letters O, I and L for digits make no difference. What cannot be a code has a
    digest too, which no code has.
    """
    message = f"schakel recovery 1 {account_id} {_normal(code)}"
    return hmac.digest(installation.encode(), message.encode("utf-8", "surrogatepass"), "sha256").hex()


def _group() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_GROUP))


def _normal(code: str) -> str:
    plain = unicodedata.normalize("NFKC", code[:100]).casefold()
    return re.sub(r"[\W_]", "", plain).translate(_READ_AS)
