"""Mandates and substitutes, as the rows say and the days go by; and second factors, without which neither counts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from register import access
from register.access import Person
from register.db import Database
from register.guards import people as guarded
from register.models import Account, AccountRole, Mandate, Totp
from tests.accounts import SQLITE
from tests.test_access import NOW, account, record

pytestmark = SQLITE

DAY = date(2026, 11, 24)


def days(number: int) -> date:
    return DAY + timedelta(days=number)


@dataclass
class Given:
    """A mandate, and on which days from DAY each of two colleagues holds it; None: on none."""

    name: str
    row: dict[str, Any]
    holder: str
    substitute: str
    side: str = "nl"
    state: str = "active"


SUBSTITUTE = {"substitute_id": "substitute", "substitute_from": days(2), "substitute_until": days(4)}
MANDATES = [  # the days -1 … 9: x holds it, - does not
    Given("without an end", {}, "-xxxxxxxxxx", "-----------"),
    Given("with an end", {"ends": days(5)}, "-xxxxxx----", "-----------"),
    Given("one day", {"ends": days(0)}, "-x---------", "-----------"),
    Given("ended", {"ended_at": NOW}, "-----------", "-----------"),
    Given("with a substitute", SUBSTITUTE, "-xx---xxxxx", "---xxx-----"),
    Given("a substitute beyond the end", {"ends": days(3), **SUBSTITUTE}, "-xx--------", "---xx------"),
    Given("ended with a substitute", {"ended_at": NOW, **SUBSTITUTE}, "-----------", "-----------"),
    Given("of another side", {"side": "vl", **SUBSTITUTE}, "-----------", "-----------"),
    Given("of a joint body", SUBSTITUTE, "-----------", "-----------", side="joint"),
    Given("of a removed person", SUBSTITUTE, "-----------", "---xxx-----", state="removed"),
]


@pytest.mark.parametrize("given", MANDATES, ids=[given.name for given in MANDATES])
def test_a_mandate_counts_on_its_days_for_one_person(database: Database, given: Given) -> None:
    with database.write() as session:
        session.add(_account("holder", given.side, state=given.state))
        session.add(_account("substitute", given.side))
        session.flush()
        session.add_all(Totp(account_id=name, secret="x", confirmed_at=NOW) for name in ("holder", "substitute"))
        row = {
            name: value.isoformat() if isinstance(value, date) and name != "ended_at" else value
            for name, value in given.row.items()
        }
        session.add(
            Mandate(
                **{
                    "side": "nl",
                    "account_id": "holder",
                    "topic": "water",
                    "begins": DAY.isoformat(),
                    "given_by": "x",
                    "given_at": NOW,
                }
                | row
            )
        )
    with database.read() as session:
        found = {
            name: "".join(
                "x" if access.can(_person(session, name, days(at)), "confirm", record(given.side, "water")) else "-"
                for at in range(-1, 10)
            )
            for name in ("holder", "substitute")
        }
    assert found == {"holder": given.holder, "substitute": given.substitute}


@pytest.mark.parametrize(("confirmed", "enough"), [(None, False), (NOW, True)])
def test_only_a_confirmed_factor_counts(database: Database, confirmed: datetime | None, enough: bool) -> None:
    with database.write() as session:
        session.add(_account("head", "nl"))
        session.flush()
        session.add(AccountRole(account_id="head", role="administrator"))
        session.add(Totp(account_id="head", secret="x", confirmed_at=confirmed))
        session.add(Mandate(account_id="head", side="nl", topic="", begins="2026-01-01", given_by="x", given_at=NOW))
    with database.read() as session:
        head = _person(session, "head", DAY)
    assert access.can(head, "change", account("nl-other", "active")) is enough
    assert access.can(head, "confirm", record("nl", "water")) is enough


def _account(name: str, side: str, state: str = "active") -> Account:
    return Account(
        id=name, side=side, organisation="x", name=name, email=f"{name}@x.example", state=state, created_at=NOW
    )


def _person(session: Any, name: str, day: date) -> Person:
    return guarded.person(session, session.get(Account, name), day)
