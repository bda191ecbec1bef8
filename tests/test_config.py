"""Settings from the environment: each one that does not fit is named, and nothing starts."""

from pathlib import Path

import pytest

from register import create_app, db
from register.config import Settings
from register.db import Database
from register.errors import SettingError
from register.ledger import PUBLIC_TABLES

APP, PUBLIC, OWNER = (f"postgresql://{login}@localhost/schakel" for login in ("app", "public", "owner"))

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
