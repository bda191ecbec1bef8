"""Settings, all from the environment. Secrets have no defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from register.errors import SettingError

_POSTGRESQL = ("postgresql://", "postgresql+psycopg://")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """What the operator chose. `database_url` empty means SQLite in the data folder."""

    data: Path
    database_url: str = ""
    public_url: str = ""
    owner_url: str = ""
    base_url: str = ""
    seed: Path = ROOT / "seed"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings. Raises SettingError naming the variable that does not fit."""
        url = _database("DATABASE_URL", environment.get("DATABASE_URL", ""), (*_POSTGRESQL, "sqlite:///"))
        public = owner = ""
        if url.startswith("postgresql"):
            public = _database("DATABASE_PUBLIC_URL", environment.get("DATABASE_PUBLIC_URL", ""), _POSTGRESQL)
            owner = _database("DATABASE_OWNER_URL", environment.get("DATABASE_OWNER_URL", ""), _POSTGRESQL) or url
            if not public or make_url(public).username in {make_url(url).username, make_url(owner).username}:
                raise SettingError(
                    "DATABASE_PUBLIC_URL",
                    "is needed with PostgreSQL: a login of its own that reads the ledger's tables only",
                )
        base = environment.get("SCHAKEL_URL", "").rstrip("/")
        if base and not base.startswith(("https://", "http://")):
            raise SettingError("SCHAKEL_URL", "must begin with https:// or http://")
        return cls(
            data=Path(environment.get("SCHAKEL_DATA", "") or "instance").resolve(),
            database_url=url,
            public_url=public,
            owner_url=owner,
            base_url=base,
        )

    @property
    def postgresql(self) -> bool:
        """Whether the database is PostgreSQL rather than SQLite."""
        return self.database_url.startswith("postgresql")

    @property
    def sqlite_file(self) -> Path:
        """The SQLite file, in the data folder unless DATABASE_URL names another."""
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///")).resolve()
        return self.data / "schakel.sqlite"


def _database(name: str, url: str, beginnings: tuple[str, ...]) -> str:
    """The address of a database, as given. Raises SettingError when it is none, or of another kind."""
    wanted = " or ".join(beginning for beginning in beginnings if "+" not in beginning)
    if url and not url.startswith(beginnings):
        raise SettingError(name, f"must begin with {wanted}")
    try:
        named = make_url(url).database if url else "none needed"
    except (ArgumentError, ValueError) as error:
        raise SettingError(name, f"is not an address that begins with {wanted}: {error}") from error
    if not named:
        raise SettingError(name, f"names no database: it must begin with {wanted}")
    return url
