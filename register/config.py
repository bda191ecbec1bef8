"""Settings, all from the environment. Secrets have no defaults."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from register.errors import SettingError

_POSTGRESQL = ("postgresql://", "postgresql+psycopg://")
_MAIL = ("smtp://", "smtps://", "smtp+starttls://")
_SHORTEST_SECRET = 32
TOLD_FOR = 61  # days in which mail may tell of one date: a month before it, and one after
MB = 1_000_000
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Limits:
    """How long things last and how often they may be tried. Those that an operator sets are read from the environment.

    Argon2id costs what RFC 9106 recommends where memory is scarce, on one lane: a sign-in uses one core, not all.
    """

    idle: timedelta = timedelta(hours=8)  # a sign-in that is not used
    absolute: timedelta = timedelta(days=7)  # a sign-in that is
    proof: timedelta = timedelta(minutes=15)  # how long showing again who one is counts
    second_step: timedelta = timedelta(minutes=10)  # between the password and the second factor
    seen: timedelta = timedelta(minutes=5)  # how often at most the register writes when a sign-in was last used
    challenge: timedelta = timedelta(minutes=5)
    invitation: timedelta = timedelta(days=7)
    reset: timedelta = timedelta(hours=2)
    attempts_account: int = 10
    attempts_network: int = 100
    attempts_window: timedelta = timedelta(minutes=15)
    mails_account: int = 5
    mails_window: timedelta = timedelta(hours=1)
    keep_sign_ins: timedelta = timedelta(days=90)
    keep_attempts: timedelta = timedelta(days=1)
    keep_audit: timedelta = timedelta(days=730)
    keep_removed: timedelta = timedelta(days=90)
    keep_forms: timedelta = timedelta(days=7)
    keep_tickets: timedelta = timedelta(days=30)
    keep_follow_requests: timedelta = timedelta(days=3)
    keep_told: timedelta = timedelta(days=90)
    evidence_file: int = 10_000_000  # bytes of one file
    evidence_report: int = 25_000_000  # bytes of all files of one report
    argon_time: int = 3
    argon_memory: int = 65536  # KiB
    argon_lanes: int = 1


@dataclass(frozen=True)
class Provider:
    """The sign-in service of one side (OpenID Connect)."""

    side: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """What the operator chose. `database_url` empty means SQLite in the data folder."""

    data: Path
    database_url: str = ""
    public_url: str = ""
    owner_url: str = ""
    base_url: str = ""
    seed: Path = ROOT / "seed"
    secret: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    providers: Mapping[str, Provider] = field(default_factory=lambda: MappingProxyType({}))
    own_side_notes: bool = True
    hosted_by: str = ""
    security_contact: str = ""
    proxies: int = 0
    limits: Limits = Limits()

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
        secret = environment.get("SCHAKEL_SECRET", "")
        if secret and len(secret) < _SHORTEST_SECRET:
            raise SettingError("SCHAKEL_SECRET", f"must have at least {_SHORTEST_SECRET} random signs")
        smtp, sender = _mail(environment.get("SMTP_URL", ""), environment.get("MAIL_FROM", ""))
        own_notes = environment.get("OWN_SIDE_NOTES", "") or "yes"
        if own_notes not in ("yes", "no"):
            raise SettingError("OWN_SIDE_NOTES", "must be yes or no")
        return cls(
            data=Path(environment.get("SCHAKEL_DATA", "") or "instance").resolve(),
            database_url=url,
            public_url=public,
            owner_url=owner,
            base_url=base,
            secret=secret,
            smtp_url=smtp,
            mail_from=sender,
            providers=_providers(environment),
            own_side_notes=own_notes == "yes",
            security_contact=_contact(environment.get("SECURITY_CONTACT", "")),
            hosted_by=environment.get("HOSTED_BY", "").strip(),
            proxies=_whole("PROXIES", environment.get("PROXIES", ""), 0, 0, 9),
            limits=_limits(environment),
        )

    def with_secret(self) -> "Settings":
        """These settings with a secret: the one given, else the one in the data folder, made there the first time.

        Raises SettingError when the file cannot be made or holds too little.
        """
        if self.secret:
            return self
        file = self.data / "secret"
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                own = file.with_name(
                    f"secret-{secrets.token_hex(6)}"
                )  # whole before it has its name: none is half read
                try:
                    own.touch(mode=0o600)
                    own.write_text(secrets.token_urlsafe(48), encoding="ascii")
                    with suppress(FileExistsError):  # another process was first: its secret is everybody's
                        os.link(own, file)
                finally:
                    own.unlink(missing_ok=True)
            found = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError("SCHAKEL_SECRET", f"is not set, and none can be kept in {file}: {error}") from error
        if len(found) < _SHORTEST_SECRET:
            raise SettingError("SCHAKEL_SECRET", f"is not set, and {file} holds no secret; remove that file")
        return replace(self, secret=found)

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


def _contact(address: str) -> str:
    """Where weaknesses are reported, as given. Raises SettingError where it is no address that RFC 9116 allows."""
    if address and (not address.startswith(("mailto:", "https://", "tel:")) or any(map(str.isspace, address))):
        raise SettingError("SECURITY_CONTACT", "must begin with mailto:, https:// or tel:")
    return address


def _mail(url: str, sender: str) -> tuple[str, str]:
    """The mail server and the sender, as given. Raises SettingError when one does not fit or is missing."""
    if not url:
        return "", sender
    try:
        parts = urlsplit(url)
        complete = bool(parts.hostname and (parts.port is None or parts.port))
    except ValueError:
        complete = False
    if not url.startswith(_MAIL) or not complete:
        raise SettingError(
            "SMTP_URL", f"must be an address such as {_MAIL[0]}host:25, or begin with {' or '.join(_MAIL[1:])}"
        )
    if "@" not in sender or any(sign in sender for sign in "\r\n"):
        raise SettingError("MAIL_FROM", "is needed with SMTP_URL: the address that mail is sent from")
    return url, sender


def _providers(environment: Mapping[str, str]) -> Mapping[str, Provider]:
    """The sign-in service of each side that has one. Raises SettingError when one is described by half."""
    given = {
        "nl": (
            environment.get("OIDC_NL_ISSUER", ""),
            environment.get("OIDC_NL_CLIENT_ID", ""),
            environment.get("OIDC_NL_CLIENT_SECRET", ""),
        ),
        "vl": (
            environment.get("OIDC_VL_ISSUER", ""),
            environment.get("OIDC_VL_CLIENT_ID", ""),
            environment.get("OIDC_VL_CLIENT_SECRET", ""),
        ),
    }
    found = {}
    for side, (issuer, client_id, client_secret) in given.items():
        if not (issuer or client_id or client_secret):
            continue
        name = f"OIDC_{side.upper()}_ISSUER"
        if not (issuer and client_id and client_secret):
            raise SettingError(name, "needs its CLIENT_ID and CLIENT_SECRET, and they need it")
        if not _guarded(issuer):
            raise SettingError(name, "must begin with https://, unless it runs on this machine")
        found[side] = Provider(side, issuer, client_id, client_secret)
    return MappingProxyType(found)


def _guarded(issuer: str) -> bool:
    """Whether nobody on the way can pose as this service: https, or on this machine."""
    try:
        parts = urlsplit(issuer)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))
        )
    except ValueError:
        return False


def _limits(environment: Mapping[str, str]) -> Limits:
    """The limits, with those that the operator chose. Raises SettingError for one that is no number that fits."""
    usual = Limits()

    def days(name: str, said: str, kept: timedelta) -> timedelta:
        return timedelta(days=_whole(name, said, kept.days, 1, 3660))

    idle = _whole("SIGN_IN_IDLE", environment.get("SIGN_IN_IDLE", ""), int(usual.idle.total_seconds()) // 60, 5, 10_080)
    hours = int(usual.absolute.total_seconds()) // 3600
    absolute = _whole("SIGN_IN_ABSOLUTE", environment.get("SIGN_IN_ABSOLUTE", ""), hours, 1, 720)
    file = _whole("EVIDENCE_FILE", environment.get("EVIDENCE_FILE", ""), usual.evidence_file // MB, 1, 50)
    report = _whole("EVIDENCE_REPORT", environment.get("EVIDENCE_REPORT", ""), usual.evidence_report // MB, 1, 150)
    return replace(
        usual,
        evidence_file=file * MB,
        evidence_report=report * MB,
        idle=timedelta(minutes=idle),
        absolute=timedelta(hours=absolute),
        keep_sign_ins=days("KEEP_SIGN_INS", environment.get("KEEP_SIGN_INS", ""), usual.keep_sign_ins),
        keep_attempts=days("KEEP_ATTEMPTS", environment.get("KEEP_ATTEMPTS", ""), usual.keep_attempts),
        keep_audit=days("KEEP_AUDIT", environment.get("KEEP_AUDIT", ""), usual.keep_audit),
        keep_removed=days("KEEP_REMOVED", environment.get("KEEP_REMOVED", ""), usual.keep_removed),
        keep_forms=days("KEEP_FORMS", environment.get("KEEP_FORMS", ""), usual.keep_forms),
        keep_tickets=days("KEEP_TICKETS", environment.get("KEEP_TICKETS", ""), usual.keep_tickets),
        keep_follow_requests=days(
            "KEEP_FOLLOW_REQUESTS", environment.get("KEEP_FOLLOW_REQUESTS", ""), usual.keep_follow_requests
        ),
        keep_told=timedelta(
            days=_whole("KEEP_TOLD", environment.get("KEEP_TOLD", ""), usual.keep_told.days, TOLD_FOR, 3660)
        ),
    )


def _whole(name: str, said: str, usual: int, lowest: int, highest: int) -> int:
    """The whole number said, or the usual one when nothing is said. Raises SettingError when it does not fit."""
    if not said:
        return usual
    if not (said.isascii() and said.isdigit() and lowest <= int(said) <= highest):
        raise SettingError(name, f"must be a whole number from {lowest} to {highest}")
    return int(said)
