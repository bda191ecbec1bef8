"""Passwords: kept as Argon2id, judged by length and by how easily they are guessed (NIST SP 800-63B, 3.1.1).

There are no rules about kinds of signs. A password is normalised (NFKC) in the same way when it is set and when it
is tried, so that it does not matter which keyboard or system typed it.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from register.config import Limits
from register.errors import SchakelError
from register.words.vocabulary import P_, Word

SHORTEST, LONGEST = 12, 200
_JUDGED = 24  # signs that are judged; what it costs to judge grows fast, and a weak beginning is weak enough
_GUESSES = 10**9  # fewer than these are tried soon by whoever has stolen the hashes
_HOUSE_WORDS = ("schakel", "wachtwoord", "welkom", "geheim", "nederland", "vlaanderen", "belgie", "denhaag", "brussel")
_PATTERNS = frozenset({"repeat", "sequence", "spatial", "bruteforce"})
_LEFT_OVER = 4  # a password that keeps fewer signs than these, without the person's own words, is made of them


class Weakness(Word):
    """Why a password is not taken."""

    SHORT = "short", P_("password", "Use at least 12 characters. A short sentence works well.")
    LONG = "long", P_("password", "Use at most 200 characters.")
    COMMON = "common", P_("password", "This password is used a lot, or looks like one that is. Choose another one.")
    PERSONAL = "personal", P_("password", "This password is made of your own name or address. Choose another one.")
    PATTERN = "pattern", P_("password", "This password repeats itself or follows the keyboard. Choose another one.")


class WeakPassword(SchakelError):
    """A password that is not taken; `reason` says why and carries the message for the person."""

    def __init__(self, reason: Weakness) -> None:
        super().__init__(f"weak password: {reason.value}")
        self.reason = reason


class Hasher:
    """Makes and tries Argon2id hashes (RFC 9106) at the cost that the settings ask. Made once, used by all threads."""

    def __init__(self, limits: Limits) -> None:
        self._argon2 = PasswordHasher(limits.argon_time, limits.argon_memory, limits.argon_lanes)
        # Of a password that nobody has: trying it costs the same, so that time does not tell who has an account.
        self._nobody = self._argon2.hash(secrets.token_bytes(32))

    def hash(self, password: str) -> str:
        """The text to keep of a password, its salt and parameters in it."""
        return self._argon2.hash(_bytes(password))

    def verify(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one that `kept` was made of.

        Give None or an empty text for an account that does not exist or has no password: the answer is False, after
        the same work.
        """
        try:
            fits = self._argon2.verify(kept or self._nobody, _bytes(password))
        except VerificationError:
            return False
        except InvalidHashError:  # damaged in the database: nobody's, and as slow
            return self.verify(password, None)
        return fits and bool(kept) and len(password) <= LONGEST * 4

    def needs_rehash(self, kept: str) -> bool:
        """Whether `kept` was made at another cost than the settings now ask, so that it should be made anew."""
        return self._argon2.check_needs_rehash(kept)


@cache
def hasher(limits: Limits) -> Hasher:
    """The one Hasher of these limits."""
    return Hasher(limits)


def check(password: str, context: Iterable[str] = ()) -> None:
    """Raise WeakPassword unless `password` may be used by the person whose name, address and so on are `context`."""
    if len(password) > LONGEST * 4:
        raise WeakPassword(Weakness.LONG)
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise WeakPassword(Weakness.SHORT)
    if len(normal) > LONGEST:
        raise WeakPassword(Weakness.LONG)
    if _made_of(normal, context):
        raise WeakPassword(Weakness.PERSONAL)
    _judge(normal)


def _judge(password: str) -> None:
    from zxcvbn import zxcvbn  # imported when first needed: its word lists take time and memory, signing in needs none

    # No words of the person are given here: the library keeps them for all threads at once.
    found = zxcvbn(password[:_JUDGED], user_inputs=_HOUSE_WORDS)
    if found["guesses"] < _GUESSES:
        patterns = {match["pattern"] for match in found["sequence"]}
        raise WeakPassword(Weakness.PATTERN if patterns <= _PATTERNS else Weakness.COMMON)


def _made_of(password: str, context: Iterable[str]) -> bool:
    """Whether little else than digits is left of the password once the person's own words are taken out."""
    whole = [_plain(text) for text in (*context, "schakel")]
    parts = {part for text in whole for part in (_joined(text), *re.split(r"[\W_]+", text))}
    words = {part for part in parts if len(part) > 1}
    left = _joined(_plain(password))
    if not any(word in left for word in words):
        return False
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return len(re.sub(r"\d", "", left)) < _LEFT_OVER


def _joined(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _plain(text: str) -> str:
    """In small letters, without accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    # Cut before normalising, so that nobody makes the register chew on a book; what is cut never verifies.
    return _normal(password[: LONGEST * 4]).encode("utf-8", "surrogatepass")
