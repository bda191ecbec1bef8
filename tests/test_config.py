"""Settings from the environment: each one that does not fit is named, and nothing starts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from register import create_app, db
from register.config import Limits, Settings
from register.db import Database
from register.errors import SettingError
from register.ledger import PUBLIC_TABLES

APP, PUBLIC, OWNER = (f"postgresql://{login}@localhost/schakel" for login in ("app", "public", "owner"))

KEPT = {
    "KEEP_SIGN_INS": "keep_sign_ins",
    "KEEP_ATTEMPTS": "keep_attempts",
    "KEEP_AUDIT": "keep_audit",
    "KEEP_REMOVED": "keep_removed",
    "KEEP_FORMS": "keep_forms",
    "KEEP_TICKETS": "keep_tickets",
    "KEEP_FOLLOW_REQUESTS": "keep_follow_requests",
}


def _service(side: str, issuer: str) -> dict[str, str]:
    """The settings of a side's sign-in service."""
    name = f"OIDC_{side.upper()}"
    return {f"{name}_ISSUER": issuer, f"{name}_CLIENT_ID": "schakel", f"{name}_CLIENT_SECRET": "between us"}


BAD = {
    "another kind of database": ("DATABASE_URL", {"DATABASE_URL": "mysql://localhost/schakel"}),
    "another spelling": ("DATABASE_URL", {"DATABASE_URL": "postgres://localhost/schakel"}),
    "another driver": ("DATABASE_URL", {"DATABASE_URL": "postgresql+psycopg2://localhost/schakel"}),
    "a file name": ("DATABASE_URL", {"DATABASE_URL": "schakel.sqlite"}),
    "a slash too few": ("DATABASE_URL", {"DATABASE_URL": "sqlite://schakel.sqlite"}),
    "no file": ("DATABASE_URL", {"DATABASE_URL": "sqlite:///"}),
    "no database": ("DATABASE_URL", {"DATABASE_URL": "postgresql://app@localhost", "DATABASE_PUBLIC_URL": PUBLIC}),
    "no port": ("DATABASE_URL", {"DATABASE_URL": "postgresql://localhost:x/schakel", "DATABASE_PUBLIC_URL": PUBLIC}),
    "no login for the public": ("DATABASE_PUBLIC_URL", {"DATABASE_URL": APP}),
    "the application's login for the public": (
        "DATABASE_PUBLIC_URL",
        {"DATABASE_URL": APP, "DATABASE_PUBLIC_URL": APP},
    ),
    "the owner's login for the public": (
        "DATABASE_PUBLIC_URL",
        {"DATABASE_URL": APP, "DATABASE_PUBLIC_URL": OWNER, "DATABASE_OWNER_URL": OWNER},
    ),
    "a file for the public": ("DATABASE_PUBLIC_URL", {"DATABASE_URL": APP, "DATABASE_PUBLIC_URL": "sqlite:///x"}),
    "a file for the owner": (
        "DATABASE_OWNER_URL",
        {"DATABASE_URL": APP, "DATABASE_PUBLIC_URL": PUBLIC, "DATABASE_OWNER_URL": "sqlite:///x"},
    ),
    "no scheme": ("SCHAKEL_URL", {"SCHAKEL_URL": "schakel.example"}),
    "another scheme": ("SCHAKEL_URL", {"SCHAKEL_URL": "ftp://schakel.example"}),
    "a short secret": ("SCHAKEL_SECRET", {"SCHAKEL_SECRET": "31-signs-are-one-sign-too-few.."}),
    "mail without a scheme": ("SMTP_URL", {"SMTP_URL": "mail.example:25", "MAIL_FROM": "r@schakel.example"}),
    "mail to nowhere": ("SMTP_URL", {"SMTP_URL": "smtp://", "MAIL_FROM": "r@schakel.example"}),
    "mail to a port that is none": (
        "SMTP_URL",
        {"SMTP_URL": "smtp://mail.example:x", "MAIL_FROM": "r@schakel.example"},
    ),
    "mail to port 0": ("SMTP_URL", {"SMTP_URL": "smtp://mail.example:0", "MAIL_FROM": "r@schakel.example"}),
    "mail from nobody": ("MAIL_FROM", {"SMTP_URL": "smtp://mail.example"}),
    "mail from no address": ("MAIL_FROM", {"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "schakel"}),
    "mail from two lines": (
        "MAIL_FROM",
        {"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "r@a.example\nBcc: b@a.example"},
    ),
    "half a service": ("OIDC_NL_ISSUER", {"OIDC_NL_ISSUER": "https://in.example", "OIDC_NL_CLIENT_ID": "schakel"}),
    "a service without an address": ("OIDC_VL_ISSUER", {"OIDC_VL_CLIENT_ID": "schakel", "OIDC_VL_CLIENT_SECRET": "x"}),
    "a service without https": ("OIDC_NL_ISSUER", _service("nl", "http://in.example")),
    "a service that poses as this machine": ("OIDC_VL_ISSUER", _service("vl", "http://localhost.in.example")),
    "another that does": ("OIDC_VL_ISSUER", _service("vl", "http://localhost@in.example")),
    "a service without a host": ("OIDC_VL_ISSUER", _service("vl", "https://")),
    "a service at no address": ("OIDC_VL_ISSUER", _service("vl", "https://[in")),
    "perhaps": ("OWN_SIDE_NOTES", {"OWN_SIDE_NOTES": "perhaps"}),
    "half a proxy": ("PROXIES", {"PROXIES": "0.5"}),
    "too many proxies": ("PROXIES", {"PROXIES": "10"}),
    "other figures": ("PROXIES", {"PROXIES": "\u00b2"}),
    "no time at all": ("SIGN_IN_IDLE", {"SIGN_IN_IDLE": "0"}),
    "too long a sign-in": ("SIGN_IN_ABSOLUTE", {"SIGN_IN_ABSOLUTE": "721"}),
    **{name: (name, {name: "0"}) for name in KEPT},
}


@pytest.mark.parametrize(("name", "environment"), BAD.values(), ids=BAD)
def test_a_setting_that_does_not_fit_is_named(name: str, environment: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=f"^{name} ") as found:
        Settings.from_environment(environment)
    assert found.value.name == name


def test_nothing_set_is_sqlite_in_the_data_folder() -> None:
    chosen = Settings.from_environment({})
    assert not chosen.postgresql
    assert chosen.sqlite_file == Path("instance").resolve() / "schakel.sqlite"
    assert Settings.from_environment(dict.fromkeys(("DATABASE_URL", "SCHAKEL_DATA", "SCHAKEL_URL"), "")) == chosen


def test_the_settings_for_people() -> None:
    chosen = Settings.from_environment(
        {
            "SMTP_URL": "smtp+starttls://name:word@mail.example:587",
            "MAIL_FROM": "Schakel <register@schakel.example>",
            "OWN_SIDE_NOTES": "no",
            "HOSTED_BY": " Rijkswaterstaat ",
            "PROXIES": "2",
            "SIGN_IN_IDLE": "30",
            "SIGN_IN_ABSOLUTE": "12",
            **dict.fromkeys(KEPT, "11"),
            "KEEP_TOLD": "61",
            **_service("nl", "https://in.example/nl"),
            **_service("vl", "http://127.0.0.1:8080/vl"),
        }
    )
    assert (chosen.own_side_notes, chosen.hosted_by, chosen.proxies) == (False, "Rijkswaterstaat", 2)
    assert (chosen.limits.idle, chosen.limits.absolute) == (timedelta(minutes=30), timedelta(hours=12))
    assert {getattr(chosen.limits, name) for name in KEPT.values()} == {timedelta(days=11)}
    assert chosen.limits.keep_told == timedelta(days=61)
    assert [(side, found.side, found.issuer) for side, found in chosen.providers.items()] == [
        ("nl", "nl", "https://in.example/nl"),
        ("vl", "vl", "http://127.0.0.1:8080/vl"),
    ]
    usual = Settings.from_environment({})
    assert (usual.own_side_notes, usual.hosted_by, usual.proxies, usual.limits) == (True, "", 0, Limits())
    assert not usual.providers
    assert (usual.smtp_url, usual.secret) == ("", "")


def test_secrets_are_not_printed() -> None:
    secret = "of-this-test-and-of-nothing-else-at-all"
    environment = {
        "SCHAKEL_SECRET": secret,
        "SMTP_URL": "smtp://name:word-of-mail@mail.example",
        "MAIL_FROM": "r@a.example",
    }
    printed = repr(Settings.from_environment(environment | _service("nl", "https://in.example")))
    assert not [hidden for hidden in (secret, "word-of-mail", "between us") if hidden in printed]


def test_a_secret_is_made_once_and_for_all_who_start_together(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    together = Barrier(8)

    def start(_: int) -> str:
        together.wait()
        return settings.with_secret().secret

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(start, range(8)))
    file = tmp_path / "data" / "secret"
    assert found == {file.read_text()}
    assert len(file.read_text()) >= 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert settings.with_secret().secret == file.read_text()
    given = replace(settings, secret="of-this-test-and-of-nothing-else-at-all")
    assert given.with_secret() is given


@pytest.mark.parametrize("held", [b"", b"short", b"\xff" * 40])
def test_a_file_that_holds_no_secret_is_named(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "secret").write_bytes(held)
    with pytest.raises(SettingError, match=r"^SCHAKEL_SECRET is not set, and .*secret"):
        Settings(data=tmp_path).with_secret()


def test_a_secret_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"^SCHAKEL_SECRET is not set, and none can be kept in"):
        Settings(data=tmp_path / "file" / "data").with_secret()


def test_the_three_logins() -> None:
    environment = {"DATABASE_URL": APP, "DATABASE_PUBLIC_URL": PUBLIC, "DATABASE_OWNER_URL": OWNER}
    chosen = Settings.from_environment(environment)
    assert chosen.postgresql
    assert (chosen.database_url, chosen.public_url, chosen.owner_url) == (APP, PUBLIC, OWNER)
    del environment["DATABASE_OWNER_URL"]
    assert Settings.from_environment(environment).owner_url == APP


def test_a_file_and_a_folder_of_ones_own(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite", "SCHAKEL_DATA": str(tmp_path / "data")}
    chosen = Settings.from_environment(environment)
    assert (chosen.sqlite_file, chosen.data) == (tmp_path / "own.sqlite", tmp_path / "data")


def test_the_address_ends_without_a_slash() -> None:
    assert Settings.from_environment({"SCHAKEL_URL": "https://schakel.example/"}).base_url == "https://schakel.example"


@pytest.mark.parametrize("version", [(3, 51, 2), (3, 46, 1), (2, 8, 17)])
def test_a_library_that_can_corrupt_the_register_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    monkeypatch.setattr(db.sqlite, "sqlite_version_info", version)
    monkeypatch.setattr(db.sqlite, "sqlite_version", ".".join(map(str, version)))
    with pytest.raises(SettingError, match=r"too old: before 3\.51\.3 .*pysqlite3.*DATABASE_URL"):
        create_app(Settings(data=tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_the_oldest_library_that_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.sqlite, "sqlite_version_info", db.OLDEST_SQLITE)
    Database(Settings(data=tmp_path / "data"), PUBLIC_TABLES).close()


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("SCHAKEL_DATA", lambda file: Settings(data=file / "data")),
        ("DATABASE_URL", lambda file: Settings(data=file, database_url=f"sqlite:///{file}/data/own.sqlite")),
    ],
)
def test_a_folder_that_cannot_be_is_named(tmp_path: Path, name: str, settings: object) -> None:
    file = tmp_path / "file"
    file.touch()
    assert callable(settings)
    with pytest.raises(SettingError, match=f"^{name} is not a folder"):
        Database(settings(file), PUBLIC_TABLES)
