"""Passwords: what is taken, how it is kept, and that nobody learns whether an account exists."""

import time
import unicodedata

import pytest
from argon2 import PasswordHasher

from register.accounts.passwords import LONGEST, Hasher, Weakness, WeakPassword, check
from register.config import Limits

CHEAP = Limits(argon_time=1, argon_memory=8, argon_lanes=1)
PERSON = ("Jan-Willem de Wit", "jan.dewit@provincie.example")


@pytest.fixture
def hasher() -> Hasher:
    return Hasher(CHEAP)


def reason(password: str, context: tuple[str, ...] = PERSON) -> Weakness | None:
    try:
        check(password, context)
    except WeakPassword as weak:
        return weak.reason
    return None


@pytest.mark.parametrize(
    "password",
    [
        "de kat krabt de krollen van de trap",
        "correct horse battery staple",
        "appeltaart met slagroom",
        "x7Kp2mQ9vLw4",
        "zonder cijfers of hoofdletters",
        "водопад на площади",
        "🐟 zwemt in de Schelde 🐟",
        "Wit paard staat op de dijk",  # somebody's name may be a word among others
        "e" + "xtra lange zin met woorden " * 7,
    ],
)
def test_a_long_phrase_of_any_signs_is_taken(password: str) -> None:
    assert reason(password) is None


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", Weakness.SHORT),
        ("Kx9!mQ2vLw4", Weakness.SHORT),
        ("ﬁﬁﬁﬁﬁ", Weakness.SHORT),  # ten signs once normalised
        ("een zin " * 26, Weakness.LONG),
        ("x" * 1_000_000, Weakness.LONG),
        ("ﷺ" * 60, Weakness.LONG),  # each becomes eighteen signs
        ("password1234", Weakness.COMMON),
        ("P@ssw0rd1234", Weakness.COMMON),
        ("Wachtwoord2026!", Weakness.COMMON),
        ("Welkom2026!!", Weakness.COMMON),
        ("welkom123456", Weakness.COMMON),
        ("september2026", Weakness.COMMON),
        ("iloveyou123456", Weakness.COMMON),
        ("ｐａｓｓｗｏｒｄ１２３４", Weakness.COMMON),  # full-width signs are the same signs
        ("aaaaaaaaaaaa", Weakness.PATTERN),
        ("abcabcabcabc", Weakness.PATTERN),
        ("abcdefghijkl", Weakness.PATTERN),
        ("Jan-Willem de Wit", Weakness.PERSONAL),
        ("jan.dewit@provincie.example", Weakness.PERSONAL),
        ("JANWILLEMDEWIT", Weakness.PERSONAL),
        ("dewit.janwillem.2026", Weakness.PERSONAL),
        ("Schakel2026!", Weakness.PERSONAL),
        ("schakel-schakel", Weakness.PERSONAL),
        ("schakel-provincie-1", Weakness.PERSONAL),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, expected: Weakness) -> None:
    assert reason(password) == expected


def test_accents_do_not_hide_a_name() -> None:
    assert reason("Zoë.Müller.1988", ("Zoe Muller", "z@example.org")) == Weakness.PERSONAL


def test_no_kind_of_sign_is_asked_for() -> None:
    assert reason("vier paarden lopen langzaam") is None


def test_every_reason_has_its_own_message() -> None:
    assert len({weakness.message for weakness in Weakness}) == len(Weakness)


def test_judging_costs_little_whatever_is_sent() -> None:
    started = time.process_time()
    reason("4@8({[<369&#!1|$5+7%2" * 9)
    assert time.process_time() - started < 1.5


def test_a_hash_is_argon2id_with_the_parameters_of_the_settings(hasher: Hasher) -> None:
    kept = hasher.hash("de kat krabt de krollen")
    assert kept.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert kept != hasher.hash("de kat krabt de krollen")


def test_a_password_verifies_and_another_does_not(hasher: Hasher) -> None:
    kept = hasher.hash("de kat krabt de krollen")
    assert hasher.verify("de kat krabt de krollen", kept)
    assert not hasher.verify("De kat krabt de krollen", kept)
    assert not hasher.verify("", kept)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_it_does_not_matter_how_a_system_composes_signs(hasher: Hasher, form: str) -> None:
    kept = hasher.hash("één ﬁets op ｚee ½")
    assert hasher.verify(unicodedata.normalize(form, "één ﬁets op ｚee ½"), kept)  # type: ignore[arg-type]


@pytest.mark.parametrize("kept", [None, "", "damaged", "$argon2id$v=19$m=8,t=1,p=1$"])
def test_where_there_is_no_password_none_is_right(hasher: Hasher, kept: str | None) -> None:
    for password in ("", "de kat krabt de krollen", "\udcff", "x" * 100_000):
        assert not hasher.verify(password, kept)


def test_what_was_cut_off_does_not_verify(hasher: Hasher) -> None:
    kept = hasher.hash("x" * LONGEST * 4)
    assert not hasher.verify("x" * (LONGEST * 4 + 1), kept)


def test_an_account_that_does_not_exist_costs_the_same_work(hasher: Hasher, monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[str] = []
    real = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: bytes) -> bool:
        work.append(kept.rsplit("$", 2)[0])
        return bool(real(self, kept, password))

    kept = hasher.hash("de kat krabt de krollen")
    monkeypatch.setattr(PasswordHasher, "verify", counted)
    hasher.verify("verkeerd geraden", kept)
    hasher.verify("verkeerd geraden", None)
    assert work == ["$argon2id$v=19$m=8,t=1,p=1"] * 2


def test_a_hash_of_another_cost_is_made_anew(hasher: Hasher) -> None:
    kept = hasher.hash("de kat krabt de krollen")
    dearer = Hasher(Limits(argon_time=2, argon_memory=8, argon_lanes=1))
    assert not hasher.needs_rehash(kept)
    assert dearer.needs_rehash(kept)
    assert dearer.verify("de kat krabt de krollen", kept)
