"""Authenticator apps: codes of RFC 6238, each good once; the QR code; the secret encrypted."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pyotp
import pytest

from register.accounts import totp
from register.web.headers import CONTENT_POLICY
from tests.page_checks import parse

NOW = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)
NOW_STEP = int(NOW.timestamp()) // 30
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238; a fixed one, so that no chance makes two codes alike


def code(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B: the last six of its eight digits
    for seconds, expected in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.verify(SECRET, expected, 0, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_secrets_are_long_and_each_is_another() -> None:
    made = {totp.make_secret() for _ in range(5)}
    assert {len(secret) for secret in made} == {32}
    assert len(made) == 5


@pytest.mark.parametrize(("seconds", "aside"), [(-30, -1), (0, 0), (30, 1)])
def test_a_clock_may_be_one_step_aside(seconds: int, aside: int) -> None:
    assert totp.verify(SECRET, code(NOW + timedelta(seconds=seconds)), 0, NOW) == NOW_STEP + aside


@pytest.mark.parametrize("seconds", [-90, -60, 60, 90])
def test_a_code_of_long_ago_or_to_come_is_refused(seconds: int) -> None:
    assert totp.verify(SECRET, code(NOW + timedelta(seconds=seconds)), 0, NOW) is None


def test_a_code_works_once() -> None:
    used = totp.verify(SECRET, code(NOW), 0, NOW)
    assert used is not None
    assert totp.verify(SECRET, code(NOW), used, NOW) is None
    assert totp.verify(SECRET, code(NOW), used, NOW + timedelta(seconds=20)) is None
    later = NOW + timedelta(seconds=30)
    assert totp.verify(SECRET, code(later), used, later) == used + 1


def test_a_code_older_than_the_last_one_used_is_refused() -> None:
    assert totp.verify(SECRET, code(NOW - timedelta(seconds=30)), NOW_STEP, NOW) is None


def test_spaces_and_wide_digits_make_no_difference() -> None:
    right = code(NOW)
    for typed in (f"{right[:3]} {right[3:]}", f" {right}\n", right.translate({48 + n: 0xFF10 + n for n in range(10)})):
        assert totp.verify(SECRET, typed, 0, NOW) == NOW_STEP


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "\udcff", "1" * 10_000])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert totp.verify(SECRET, typed, 0, NOW) is None


def test_the_address_for_the_app_names_the_register_and_the_person() -> None:
    uri = urlsplit(totp.provisioning_uri(SECRET, "jan@voorbeeld.example", "schakel.example:8000"))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == "/Schakel schakel.example 8000:jan@voorbeeld.example"
    assert parse_qs(uri.query) == {"secret": [SECRET], "issuer": ["Schakel schakel.example 8000"]}


def test_the_qr_code_stands_in_a_page_as_it_is() -> None:
    svg = totp.qr_svg(totp.provisioning_uri(SECRET, "jan@voorbeeld.example", "schakel.example"), 'Code voor "<app>"')
    root = ElementTree.fromstring(svg)
    assert (root.tag, root.get("role"), root.findtext("title")) == ("svg", "img", 'Code voor "<app>"')
    assert {element.tag for element in root.iter()} == {"svg", "title", "path"}
    names = {name for element in root.iter() for name in element.attrib}
    assert "unsafe" not in CONTENT_POLICY
    assert not {name for name in names if name == "style" or name.startswith("on") or "href" in name}
    _, errors = parse(svg, fragment=True)
    assert errors == []


def test_the_secret_can_be_typed_by_hand() -> None:
    assert totp.readable("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_a_sealed_secret_opens_only_here_and_for_the_same_account() -> None:
    sealed = totp.seal("the secret of the installation", "account-1", SECRET)
    assert SECRET not in sealed
    assert totp.unseal("the secret of the installation", "account-1", sealed) == SECRET
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for installation, account, text in (
        ("another secret", "account-1", sealed),
        ("the secret of the installation", "account-2", sealed),
        ("the secret of the installation", "account-1", changed),
        ("the secret of the installation", "account-1", "no token"),
    ):
        with pytest.raises(totp.Unreadable):
            totp.unseal(installation, account, text)
