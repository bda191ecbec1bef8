"""Mandates to confirm: who gives them to whom, for how long, and who stands in."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.accounts import mandates as rules
from register.audit import Trail
from register.db import Database
from register.errors import FieldError
from register.guards import people as guarded
from register.models import Account, AuditEntry, Mandate
from tests.accounts import SQLITE
from tests.workers import Clock, People, WorkClient, let_in

pytestmark = SQLITE
TODAY = "2026-11-24"


@pytest.fixture
def app(mailing: Flask) -> Flask:
    """With topics."""
    return mailing


def only(database: Database) -> Mandate:
    with database.read() as session:
        found = session.scalars(select(Mandate)).one()
        session.expunge_all()
        return found


def version(database: Database, account: Account) -> int:
    with database.read() as session:
        return session.get_one(Account, account.id).version


def holds(database: Database, account: Account, clock: Clock, **later: int) -> frozenset[str]:
    """On which topics somebody may confirm, some days from now."""
    from datetime import timedelta

    with database.read() as session:
        mine = session.get_one(Account, account.id)
        return guarded.person(session, mine, (clock.now + timedelta(**later)).date()).mandates


def give(client: WorkClient, them: Account, **typed: str) -> Any:
    typed = {"topic": "water", "begins": TODAY, "ends": "2026-12-31", **typed}
    return client.submit(client.get(f"/en/work/people/give-mandate/{them.id}"), typed)


def stand_in(client: WorkClient, mandate: Mandate, other: Account | None, begins: str = "", until: str = "") -> Any:
    typed = {"substitute": other.id if other else "", "begins": begins, "until": until}
    return client.submit(client.get(f"/en/work/people/substitute/{mandate.id}"), typed)


def test_a_mandate_is_given_for_some_days(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, database: Database, clock: Clock
) -> None:
    me = entered("administrator")
    them = people("diplomat")
    theirs: Any = app.test_client()
    let_in(theirs, them)
    answer = give(client, them, begins="2026-12-01")
    assert answer.location == f"/en/work/people/{them.id}?done=mandate-given"
    made = only(database)
    assert (made.topic, made.begins, made.ends, made.side) == ("water", "2026-12-01", "2026-12-31", "nl")
    assert (made.given_by, made.given_at) == (me.id, clock.now)
    assert theirs.get("/en/work").location.startswith("/en/sign-in")  # the account changed
    assert [sorted(holds(database, them, clock, days=days)) for days in (6, 7, 37, 38)] == [
        [],
        ["water"],
        ["water"],
        [],
    ]
    page = client.get(f"/en/work/people/{them.id}").text
    assert "from 1 December 2026 until 31 December 2026" in page
    assert "Still to begin" in page


def test_a_mandate_on_all_topics_without_an_end(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, clock: Clock
) -> None:
    entered("administrator", side="vl")
    them = people("diplomat", side="vl")
    assert give(client, them, topic="all", ends="").status_code == 303
    assert holds(database, them, clock, days=3000) == {""}
    assert "All topics" in client.get(f"/en/work/people/{them.id}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"begins": "2026-11-23"}, "cannot begin in the past"),
        ({"begins": "2026-12-02", "ends": "2026-12-01"}, "The last day comes before the first"),
        ({"topic": "vuur"}, "Choose one of the list"),
        ({"topic": ""}, "Fill in this field"),
        ({"begins": "24-11-2026"}, "not a day of the calendar"),
        ({"begins": ""}, "Fill in this field"),
    ],
)
def test_what_does_not_fit_is_refused(
    client: WorkClient,
    entered: Callable[..., Account],
    people: People,
    database: Database,
    typed: dict[str, str],
    said: str,
) -> None:
    entered("administrator")
    them = people("diplomat")
    answer = give(client, them, **typed)
    assert (answer.status_code, said in answer.text) == (422, True)
    with database.read() as session:
        assert session.scalars(select(Mandate)).all() == []


@pytest.mark.parametrize(
    ("begins", "ends", "fits"),
    [
        ("2026-12-31", "2027-01-31", False),
        ("2026-11-24", "", False),
        ("2027-01-01", "2027-01-31", True),
        ("2027-01-01", "", True),
    ],
)
def test_no_two_mandates_on_one_topic_at_once(
    client: WorkClient, entered: Callable[..., Account], people: People, begins: str, ends: str, fits: bool
) -> None:
    entered("administrator")
    them = people("diplomat")
    assert give(client, them).status_code == 303
    assert give(client, them, topic="energie").status_code == 303
    answer = give(client, them, begins=begins, ends=ends)
    assert answer.status_code == (303 if fits else 422)


def test_joint_people_have_no_mandates(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator", side="joint")
    them = people("diplomat", side="joint")
    page = client.get(f"/en/work/people/{them.id}")
    assert "Mandates" not in page.text
    address = f"/en/work/people/give-mandate/{them.id}"
    assert client.get(address).status_code == 404
    data = {"version": str(them.version), "topic": "all", "begins": TODAY}
    assert client.post(address, data=data).status_code == 404
    with database.read() as session:
        assert session.scalars(select(Mandate)).all() == []


def test_a_substitute_has_it_instead_on_those_days(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, clock: Clock
) -> None:
    entered("administrator")
    holder, other = people("diplomat", mandates=("water",), name="Jan"), people("diplomat", name="Piet")
    answer = stand_in(client, only(database), other, "2026-12-01", "2026-12-03")
    assert answer.location == f"/en/work/people/{holder.id}?done=saved"
    days = (6, 7, 9, 10)
    assert [bool(holds(database, holder, clock, days=day)) for day in days] == [True, False, False, True]
    assert [bool(holds(database, other, clock, days=day)) for day in days] == [False, True, True, False]
    assert version(database, holder) == holder.version + 1
    assert version(database, other) == other.version + 1
    page = client.get(f"/en/work/people/{other.id}").text
    assert "In place of Jan" in page
    assert stand_in(client, only(database), None).status_code == 303
    assert only(database).substitute_id is None
    assert version(database, other) == other.version + 2
    with database.read() as session:
        deeds = session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)).all()  # type: ignore[arg-type]
        assert deeds == ["mandate_changed", "mandate_changed"]


@pytest.mark.parametrize(
    ("begins", "until", "said"),
    [
        ("2026-12-03", "2026-12-01", "The last day comes before the first"),
        ("2026-11-24", "", "Fill in this field"),
        ("", "2026-12-01", "Fill in this field"),
        ("2026-11-23", "2026-12-01", "The mandate does not stand on this day"),
        ("2026-12-01", "2027-01-01", "The mandate does not stand on this day"),
    ],
)
def test_the_days_of_a_substitute_must_fit(
    client: WorkClient,
    entered: Callable[..., Account],
    people: People,
    database: Database,
    begins: str,
    until: str,
    said: str,
) -> None:
    entered("administrator")
    holder, other = people("diplomat"), people("diplomat")
    give(client, holder)
    answer = stand_in(client, only(database), other, begins, until)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert only(database).substitute_id is None


@pytest.mark.parametrize("who", ["the other side", "joint", "removed", "invited", "the holder", "oneself"])
def test_who_cannot_stand_in(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, who: str
) -> None:
    """By a crafted request: the form does not offer them."""
    me = entered("administrator")
    holder = people("diplomat", mandates=("water",))
    other = {
        "the other side": lambda: people("diplomat", side="vl"),
        "joint": lambda: people("diplomat", side="joint"),
        "removed": lambda: people("diplomat", state="removed"),
        "invited": lambda: people("diplomat", state="invited"),
        "the holder": lambda: holder,
        "oneself": lambda: me,
    }[who]()
    assert f'value="{other.id}"' not in client.get(f"/en/work/people/substitute/{only(database).id}").text
    answer = stand_in(client, only(database), other, "2026-12-01", "2026-12-03")
    assert answer.status_code == 422
    assert only(database).substitute_id is None
    assert version(database, other) == other.version


def test_a_second_substitute_does_not_push_out_the_first(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, clock: Clock
) -> None:
    entered("administrator")
    people("diplomat", mandates=("water",))
    first, second = people("diplomat"), people("diplomat")
    assert stand_in(client, only(database), first, "2026-12-01", "2026-12-03").status_code == 303
    answer = stand_in(client, only(database), second, "2026-12-02", "2026-12-04")
    assert (answer.status_code, "Somebody else is named for this" in answer.text) == (422, True)
    assert stand_in(client, only(database), first, "2026-12-02", "2026-12-04").status_code == 303  # other days
    clock.forward(days=11)
    let_in(client, people("administrator"))
    assert stand_in(client, only(database), second, "2026-12-06", "2026-12-07").status_code == 303  # the first is over


def test_nobody_stands_in_while_somebody_stands_in_for_them(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database
) -> None:
    entered("administrator")
    one, two, three = (
        people("diplomat", mandates=("water",)),
        people("diplomat", mandates=("energie",)),
        people("diplomat"),
    )
    with database.read() as session:
        rows = {row.account_id: row for row in session.scalars(select(Mandate))}
        session.expunge_all()
    assert stand_in(client, rows[two.id], three, "2026-12-01", "2026-12-10").status_code == 303
    answer = stand_in(client, rows[one.id], two, "2026-12-10", "2026-12-12")
    assert (answer.status_code, "Somebody stands in for this person" in answer.text) == (422, True)
    assert stand_in(client, rows[one.id], two, "2026-12-11", "2026-12-12").status_code == 303
    stand_in(client, rows[two.id], None)
    answer = stand_in(client, rows[two.id], three, "2026-12-12", "2026-12-13")
    assert (answer.status_code, "stands in for somebody in that time" in answer.text) == (422, True)


def test_a_mandate_is_ended(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, clock: Clock
) -> None:
    entered("administrator")
    holder = people("diplomat", mandates=("water",))
    mandate = only(database)
    answer = client.submit(client.get(f"/en/work/people/end-mandate/{mandate.id}"))
    assert answer.location == f"/en/work/people/{holder.id}?done=mandate-ended"
    assert only(database).ended_at == clock.now
    assert holds(database, holder, clock) == frozenset()
    assert version(database, holder) == holder.version + 1
    assert client.get(f"/en/work/people/end-mandate/{mandate.id}").status_code == 404
    assert client.get(f"/en/work/people/substitute/{mandate.id}").status_code == 404


@pytest.mark.parametrize("room", ["substitute", "end-mandate"])
@pytest.mark.parametrize("whose", ["vl", "own"])
def test_mandates_of_another_side_and_ones_own_are_out_of_reach(
    client: WorkClient, entered: Callable[..., Account], people: People, database: Database, whose: str, room: str
) -> None:
    me = entered("administrator", mandates=("water",) if whose == "own" else ())
    them = me if whose == "own" else people("diplomat", side="vl", mandates=("water",))
    mandate = only(database)
    base = f"/en/work/people/{room}/"
    assert client.get(base + mandate.id).status_code == 404
    data = {"version": str(them.version), "substitute": "", "begins": "", "until": ""}
    answer = client.post(base + mandate.id, data=data if room == "substitute" else {"version": data["version"]})
    nobody = client.post(base + "x" * 16, data={})
    assert answer.status_code == 404
    assert answer.text.replace(mandate.id, "") == nobody.text.replace("x" * 16, "")
    assert only(database) == mandate


@pytest.mark.parametrize("room", ["give-mandate", "substitute", "end-mandate"])
def test_a_stale_form_is_refused_and_keeps_what_was_typed(
    app: Flask, client: WorkClient, entered: Callable[..., Account], people: People, database: Database, room: str
) -> None:
    entered("administrator")
    holder, other = people("diplomat", mandates=("water",)), people("diplomat", name="Piet")
    reference = holder.id if room == "give-mandate" else only(database).id
    page = client.get(f"/en/work/people/{room}/{reference}")
    colleague: Any = app.test_client()
    let_in(colleague, people("administrator"))
    assert give(colleague, holder, topic="energie").status_code == 303
    typed = {
        "give-mandate": {"topic": "all", "begins": "2026-12-05", "ends": ""},
        "substitute": {"substitute": other.id, "begins": "2026-12-05", "until": "2026-12-06"},
        "end-mandate": {},
    }[room]
    answer = client.submit(page, typed)
    assert answer.status_code == 409
    assert "Somebody changed this account in the meantime" in answer.text
    if typed:
        assert 'value="2026-12-05"' in answer.text
        assert "Energie" in answer.text  # how it stands now
    assert client.submit(answer).status_code == 303


@pytest.mark.parametrize("who", ["the other side", "invited", "the holder", "who asks"])
def test_the_rule_holds_without_the_form_too(people: People, database: Database, clock: Clock, who: str) -> None:
    holder, asks = people("diplomat", mandates=("water",)), people("administrator")
    others = {"the other side": people("diplomat", side="vl"), "invited": people("diplomat", state="invited")}
    other = {**others, "the holder": holder, "who asks": asks}[who]
    with database.read() as session:
        mandate = session.scalars(select(Mandate)).one()
        trail = Trail(session, clock.now, 1)
        with pytest.raises(FieldError) as refused:
            rules.substitute(session, trail, mandate, holder, other, "2026-12-01", "2026-12-02", asks.id)
    assert refused.value.field == "substitute"
