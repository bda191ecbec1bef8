"""What tests of the workspace share: a clock that stands still, a client that fills in forms, and people to be.

A test of a page behind signing in makes its people with `People` and lets one in with `let_in`: that writes the row of
a sign-in and hands out the cookie, so that nothing has to be hashed. Only tests of signing in itself go by the door.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from xml.etree.ElementTree import Element

import pyotp
from flask import Flask
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import TestResponse

from register.accounts import passwords, recovery, totp
from register.config import Limits, Settings
from register.db import Database
from register.guards import signing
from register.guards.serving import COOKIE
from register.models import Account, AccountRole, Mandate, Passkey, RecoveryCode, Totp
from tests.page_checks import PageClient, parse

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # noon in Amsterdam and Brussels
SECRET = "of-this-test-run-and-of-nothing-else-0123456789"
CHEAP = Limits(argon_time=1, argon_memory=8)
PASSWORD = "de vuurtoren van Westkapelle"
APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # what the authenticator app of every test person holds
RECOVERY = "0000-1111-2222-3333"
_BUILT = "as_it_was_built"
_spare: dict[str, list[Flask]] = {}  # applications that no test has now, by their settings


@dataclass
class Clock:
    """The hour, which moves only when a test says so. Goes into `app.config["CLOCK"]`."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> datetime:
        """Let time go by: `clock.forward(minutes=5)`. Gives the new hour."""
        self.now += timedelta(**time)
        return self.now

    def code(self, secret: str = APP) -> str:
        """What an authenticator app shows now."""
        return pyotp.TOTP(secret).at(self.now)


class WorkClient(PageClient):
    """Fetches and checks pages as `PageClient` does, and sends forms as a browser would.

    A POST carries the Origin of the site and the mark of the sign-in; give `headers` or `csrf` to send something else.
    `csrf=None` among the data leaves the mark out.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send and check."""
        if kwargs.get("method", "GET").upper() == "POST" and args and isinstance(args[0], str):
            kwargs["headers"] = headers = Headers(kwargs.get("headers") or ())
            headers.setdefault("Origin", "http://localhost")
            kwargs["data"] = self._marked(kwargs.get("data"))
        return super().open(*args, **kwargs)

    def submit(self, page: TestResponse, changes: dict[str, Any] | None = None, *, form: int = -1) -> TestResponse:
        """Send a form of `page` as it stands there, with `changes` typed in. `form`: which one in main, if several."""
        found = forms(page)[form]
        sent = {**{name: list(values) for name, values in found.fields.items()}, **(changes or {})}
        data = MultiDict(
            (name, value) for name, given in sent.items() for value in (given if isinstance(given, list) else [given])
        )
        return self.post(found.action or page.request.full_path.rstrip("?"), data=data)

    @property
    def token(self) -> str:
        """The token of the sign-in that this client has, or nothing."""
        found = self.get_cookie(COOKIE)
        return found.value if found else ""

    def _marked(self, data: Any) -> Any:
        if data is not None and not isinstance(data, dict):
            return data
        sent = MultiDict(data or {})
        if "csrf" not in sent and self.token:
            sent["csrf"] = signing.csrf(self.token, SECRET)
        if sent.get("csrf", "") is None:
            del sent["csrf"]
        return sent


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


def forms(page: TestResponse) -> list[Form]:
    """The forms in the main part of a page, with the values that their fields have now."""
    root, _ = parse(page.text)
    return [_form(found) for found in root.findall(".//main//form")]


def _form(found: Element) -> Form:
    made = Form(found.get("action", ""))
    for name, value in _values(found):
        made.fields.setdefault(name, []).append(value)
    return made


def _values(found: Element) -> Iterator[tuple[str, str]]:
    for element in found.iter():
        name = element.get("name", "")
        if not name or element.tag == "button":
            continue
        if element.tag == "textarea":
            yield name, (element.text or "").removeprefix("\n")
        elif element.tag == "select":
            chosen = [option for option in element.iter("option") if "selected" in option.attrib]
            for option in chosen or list(element.iter("option"))[:1]:
                yield name, option.get("value", option.text or "")
        elif element.get("type") not in ("checkbox", "radio") or "checked" in element.attrib:
            yield name, element.get("value", "")


@dataclass
class People:
    """Makes people straight in the database."""

    database: Database
    clock: Clock
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(
        self,
        *roles: str,
        side: str = "nl",
        topics: Iterable[str] = (),
        mandates: Iterable[str] = (),
        factor: str | None = None,
        password: str = "",
        codes: Iterable[str] = (),
        **given: Any,
    ) -> Account:
        """One person with these roles; `topics` make a coordinator of them, `mandates` begin today.

        `factor` is `app`, `passkey` or nothing; without it, whoever administers or confirms has an app. `given` are
        columns of the account. A password is hashed only when there is one.
        """
        number = next(self._numbers)
        mandates = tuple(mandates)
        if factor is None:
            factor = "app" if "administrator" in roles or mandates else ""
        given = {
            "name": f"Person {number}",
            "email": f"person{number}@{side}.example",
            "organisation": "example",
            "language": "en",
            "state": "active",
            "created_at": self.clock.now,
            "password": passwords.Hasher(CHEAP).hash(password) if password else "",
            **given,
        }
        account = Account(side=side, **given)
        rows: list[Any] = [AccountRole(account_id=account.id, role=role) for role in roles if role != "coordinator"]
        rows += [AccountRole(account_id=account.id, role="coordinator", topic=topic) for topic in topics]
        rows += [self._mandate(account, topic) for topic in mandates]
        rows += self._factors(account, factor, number)
        rows += [
            RecoveryCode(account_id=account.id, digest=recovery.digest(SECRET, account.id, code)) for code in codes
        ]
        with self.database.write() as session:
            session.expire_on_commit = False
            session.add(account)
            session.flush()
            session.add_all(rows)
            session.flush()
            session.expunge_all()
        return account

    def _mandate(self, account: Account, topic: str) -> Mandate:
        return Mandate(
            account_id=account.id,
            side=account.side,
            topic=topic,
            begins=self.clock.now.date().isoformat(),
            given_by="",
            given_at=self.clock.now,
        )

    def _factors(self, account: Account, factor: str, number: int) -> list[Any]:
        now = self.clock.now
        if factor == "app":
            return [Totp(account_id=account.id, secret=totp.seal(SECRET, account.id, APP), confirmed_at=now)]
        if factor == "passkey":
            key = {"credential_id": f"key-{number}", "public_key": b"key", "name": "key"}
            return [Passkey(account_id=account.id, created_at=now, **key)]
        return []


def let_in(
    client: WorkClient, account: Account, *, stage: signing.Stage = "full", fresh: bool = True, agent: str = "test"
) -> str:
    """Sign `account` in, as if by the door: the row and the cookie, without a password. Gives the token.

    `fresh`: whether they showed who they are just now.
    """
    app = client.application
    clock: Callable[[], datetime] = app.config["CLOCK"]
    database: Database = app.extensions["schakel_database"]
    with database.write() as session:
        row, token = signing.start(session, account, stage, agent, clock())
        if not fresh:
            row.proved_at = clock() - timedelta(days=1)
    client.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Lax")
    return token


def furnished(settings: Settings) -> Settings:
    """`settings` with the secret of the tests and with hashing that costs nothing."""
    return replace(settings, secret=SECRET, limits=CHEAP)


def application(settings: Settings, clock: Clock) -> Flask:
    """The whole application on the register of `settings`, with a clock and with clients for the workspace.

    Wiring it costs more than most tests do: one that was given back, for the very same settings, is taken again.
    """
    from register import create_app

    spare = _spare.get(_named(settings))
    app = spare.pop() if spare else create_app(settings)
    app.extensions[_BUILT] = dict(app.config), len(app.view_functions)
    app.config["CLOCK"] = clock
    app.test_client_class = WorkClient
    return app


def give_back(app: Flask) -> None:
    """The test is done with an application: close its doors; unless the test built on to it, the next may have it."""
    database: Database = app.extensions["schakel_database"]
    database.close()
    configured, views = app.extensions[_BUILT]
    if len(app.view_functions) == views:
        app.config.clear()
        app.config.update(configured)
        _spare.setdefault(_named(database.settings), []).append(app)


def _named(settings: Settings) -> str:
    """All that an application is made from, as one text."""
    shown = {each.name: getattr(settings, each.name) for each in fields(settings)}
    return repr(shown | {"providers": {side: asdict(provider) for side, provider in settings.providers.items()}})
