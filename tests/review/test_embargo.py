"""Moving an embargo and lifting it: by two, of both sides where both confirmed; until then the old moment holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from register.db import Database
from register.guards import people as guarded
from register.i18n import path
from register.ledger import chain
from register.models import Account, Proposal
from register.publishing import confirming
from tests.workers import Clock, People, WorkClient

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Submitted = Callable[..., Proposal]
Browser = Callable[[Account], WorkClient]


def turn(database: Database, made: Proposal, who: Account, clock: Clock) -> None:
    with database.write() as session:
        person = guarded.person(session, session.get_one(Account, who.id), clock.now.date())
        confirming.confirm(session, made.id, made.digest, person, clock.now)


def state(database: Database, made: Proposal) -> tuple[str, str]:
    with database.read() as session:
        found = session.get_one(Proposal, made.id)
        assert chain.verify(session.connection()) == []
        return found.state, found.embargo.isoformat() if found.embargo else ""


def test_of_a_joint_text_one_side_asks_and_the_other_agrees(
    database: Database, submitted: Submitted, people: People, browser: Browser, clock: Clock
) -> None:
    author = people(topics=["water"])
    nl, nl_too, vl = (people("diplomat", side=side, mandates=[""]) for side in ("nl", "nl", "vl"))
    until = clock.now + timedelta(days=9)
    made = submitted(author, "Verborgen.", mode="joint", embargo=until)
    ask, agree = (path("en", "review", f"{made.id}/{what}") for what in ("embargo", "embargo-agree"))
    turn(database, made, nl, clock)
    assert browser(nl).get(ask).status_code == 404  # not confirmed yet
    turn(database, made, vl, clock)
    assert browser(author).get(ask).status_code == 404  # a joint text: whoever confirms for a side asks for it
    asks = browser(nl)
    page = asks.get(ask)
    for given, fault in (
        ({}, "day-error"),
        ({"day": "2026-12-30", "hour": "noon"}, "hour-error"),
        ({"day": "2026-01-01", "hour": "12:00"}, "day-error"),
    ):
        refused = asks.submit(page, given)
        assert (refused.status_code, fault in refused.text) == (422, True), given
    assert asks.submit(page, {"day": "2026-12-30", "hour": "12:00"}).status_code == 303
    assert state(database, made) == ("embargoed", until.isoformat())
    for other in (nl, nl_too, author):
        assert browser(other).get(agree).status_code == 404
    agrees = browser(vl)
    shown = agrees.get(agree)
    asks.submit(asks.get(ask), {"lift": "lift"})
    assert agrees.submit(shown).status_code == 409  # something else is asked by now
    assert state(database, made) == ("embargoed", until.isoformat())
    asks.submit(asks.get(ask), {"day": "2026-12-30", "hour": "12:00"})
    assert agrees.submit(agrees.get(agree)).status_code == 303
    assert state(database, made) == ("embargoed", "2026-12-30T11:00:00+00:00")
    public = path("en", "agreements", "NLVL-2023-001")
    assert "Verborgen." not in agrees.get(public).text
    agrees.submit(agrees.get(ask), {"lift": "lift"})
    assert asks.submit(asks.get(agree)).status_code == 303
    assert state(database, made)[0] == "published"
    assert "Verborgen." in agrees.get(public).text


def test_of_an_own_report_a_second_colleague_agrees(
    database: Database, submitted: Submitted, people: People, browser: Browser, clock: Clock
) -> None:
    author, nl, vl = people(topics=["water"]), people("diplomat", mandates=[""]), people("diplomat", side="vl")
    made = submitted(author, "Verborgen.", embargo=clock.now + timedelta(days=9))
    turn(database, made, nl, clock)
    ask, agree = (path("en", "review", f"{made.id}/{what}") for what in ("embargo", "embargo-agree"))
    asks = browser(author)
    assert asks.submit(asks.get(ask), {"lift": "lift"}).status_code == 303
    assert [browser(other).get(agree).status_code for other in (author, vl)] == [404, 404]
    agrees = browser(nl)
    assert agrees.submit(agrees.get(agree)).status_code == 303
    assert state(database, made)[0] == "published"
