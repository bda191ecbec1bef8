"""Recovery codes: readable, forgiving, kept as digests only."""

import re

import pytest

from register.accounts import recovery


def test_ten_codes_that_can_be_read_aloud() -> None:
    codes = recovery.make()
    assert len(codes) == len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}", code) for code in codes)
    assert not set(codes) & set(recovery.make())


@pytest.mark.parametrize(
    "typed", ["0a1b-2c3d-4e5f-6g7h", "0A1B2C3D4E5F6G7H", " oAlb 2c3d–4e5f_6g7h\n", "Oaib.2C3D.4E5F.6G7H"]
)
def test_how_a_code_is_typed_makes_no_difference(typed: str) -> None:
    kept = recovery.digest("secret", "account", "0a1b-2c3d-4e5f-6g7h")
    assert recovery.digest("secret", "account", typed) == kept


def test_a_digest_is_of_one_code_one_account_and_one_installation() -> None:
    first, second = recovery.make()[:2]
    digests = {
        recovery.digest("secret", "account", first),
        recovery.digest("secret", "account", second),
        recovery.digest("secret", "another", first),
        recovery.digest("other", "account", first),
        recovery.digest("secret", "account", ""),
    }
    assert len(digests) == 5
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)
    assert re.fullmatch("[0-9a-f]{64}", recovery.digest("secret", "account", "\udcff\x00" * 1000))
