"""Taking back in the browser: what a side does by itself, what takes both, and what the public reads of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from register.db import Database
from register.i18n import path
from register.ledger import chain, projection
from register.models import Withdrawal
from register.publishing import withdrawing
from tests import factories
from tests.factories import BOTH, NL, body, publish, report
from tests.page_checks import parse, words
from tests.workers import Clock, People, WorkClient

Browser = Callable[..., WorkClient]
SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
PAGE = path("en", "agreements", "NLVL-2023-001")
SECRET = "Jansen uit Terneuzen"


@pytest.fixture(autouse=True)
def _published(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        publish(connection, "water", body("topic", "Water", short="Water"))
        publish(connection, "rws", body("organisation", "Rijkswaterstaat"))
        publish(connection, "vmm", body("organisation", "Milieumaatschappij", side="vl"))
        publish(connection, "sluizen", body("agreement", "Sluizen", summary=SECRET), *BOTH)
        publish(connection, "een", report("agreement/sluizen", "ongoing", "2024", NL, text=f"Volgens {SECRET}"), NL)
        publish(connection, "twee", report("agreement/sluizen", "completed", "2025", *BOTH, text="Samen."), *BOTH)
        publish(connection, "drie", report("agreement/sluizen", "ongoing", "2023", third="rws", text="Derde."))


@pytest.fixture
def dutch(people: People) -> Any:
    return people("diplomat", mandates=("water",), organisation="rws", name="Anna")


@pytest.fixture
def flemish(people: People) -> Any:
    return people("diplomat", side="vl", mandates=("",), organisation="vmm", name="Bert")


def read(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return words(parse(answer.text)[0].find(".//main"))


def take(client: WorkClient, what: str, *of: str, **typed: str) -> Any:
    address = path("en", "withdraw", "/".join(of))
    return client.submit(client.get(address), {"what": what, "reason": "Een naam.", **typed})


@SQLITE
def test_each_side_takes_back_its_own_word_and_both_what_both_said(
    database: Database, app: Flask, browser: Browser, people: People, dutch: Any, flemish: Any
) -> None:
    public, nl, vl = app.test_client(), browser(dutch), browser(flemish)
    assert f"Volgens {SECRET}" in read(public, PAGE)

    # An own report: of nobody else, not without a reason, and not of a third body's.
    assert vl.get(path("en", "withdraw", "update/UPD-2024-001/1")).status_code == 404
    assert nl.get(path("en", "withdraw", "update/UPD-2023-001/1")).status_code == 404
    assert browser(people(topics=("water",))).get(path("en", "withdraw", "update/UPD-2024-001/1")).status_code == 404
    refused = take(nl, "withdrawn", "update", "UPD-2024-001", "1", reason="")
    assert (refused.status_code, "Fill in this field." in refused.text) == (422, True)
    taken = take(nl, "withdrawn", "update", "UPD-2024-001", "1", ground="mistaken")
    assert taken.location.endswith("?done=taken-back")
    shown = read(public, PAGE)
    assert SECRET in shown  # the agreement's own text, still
    assert f"Volgens {SECRET}" not in shown
    assert "by the Netherlands (it was not right)." in shown
    assert "There is nothing that your side can do" in read(nl, path("en", "withdraw", "update/UPD-2024-001/1"))
    assert "Een naam." in read(nl, taken.location)
    assert vl.get(taken.location).status_code == 404  # why, is the business of its own side

    # One confirmation of a joint report: it is the word of the other side.
    assert take(vl, "unconfirmed", "update", "UPD-2025-001", "1").status_code == 303
    shown = read(public, PAGE)
    assert "according to the Netherlands" in shown
    assert "Flanders withdrew its confirmation on" in shown
    assert "Jointly confirmed by both sides" not in shown

    # The whole of what both confirmed: one asks, the other agrees; nobody agrees with themselves.
    beside = read(nl, path("en", "withdraw", "agreement/NLVL-2023-001/1"))
    assert "2 texts about it stay public" in beside  # the joint report, and that of a third body
    assert path("en", "withdraw", "update/UPD-2025-001/1") not in beside  # on which the Netherlands has no key left
    asked = take(nl, "withdrawn", "agreement", "NLVL-2023-001", "1")
    assert asked.location.endswith("?done=withdrawal-asked")
    again = take(nl, "withdrawn", "agreement", "NLVL-2023-001", "1")
    assert again.location == asked.location  # asked twice is asked once
    one = asked.location.partition("?")[0]
    assert nl.post(f"{one}/answer", data={"act": "agree"}).status_code == 404
    assert SECRET in read(public, PAGE)
    assert "Waits for your side" in read(vl, path("en", "withdrawals"))
    answer = vl.post(f"{one}/answer", data={"act": "agree", "answer": "Goed."})
    assert answer.location.endswith("?done=taken-back")
    gone = read(public, PAGE, 410)
    assert "by both sides together" in gone
    assert "2 texts about it stay in the ledger" in gone
    assert public.get("/id/update/UPD-2025-001.json").status_code == 200  # the word of Flanders
    assert SECRET not in gone
    for address in (path("en", "agreements"), path("en"), path("en", "history", "agreement/NLVL-2023-001")):
        assert SECRET not in public.get(address).text
    assert vl.post(f"{one}/answer", data={"act": "decline"}).status_code == 409

    with database.write() as session:
        before = projection.snapshot(session.connection())
        assert chain.verify(session.connection()) == []
    factories.rebuild(database)
    with database.read() as session:
        assert projection.snapshot(session.connection()) == before


def test_what_is_hidden_comes_back_by_the_clock(
    database: Database, app: Flask, browser: Browser, dutch: Any, flemish: Any, clock: Clock
) -> None:
    public, nl, vl = app.test_client(), browser(dutch), browser(flemish)
    refused = take(vl, "hidden", "agreement", "NLVL-2023-001", "1", ground="mistaken")
    assert "Choose privacy or security" in refused.text
    assert take(vl, "hidden", "agreement", "NLVL-2023-001", "1", ground="privacy").status_code == 303
    hidden = read(public, PAGE, 404)
    assert "at the request of Flanders (to protect people's privacy); shown again on 9 December 2026" in hidden
    assert SECRET not in hidden
    assert "had this text hidden" in read(nl, path("en", "withdrawals"))
    with database.write() as session:
        assert withdrawing.show_due(session, clock.now + timedelta(days=14)) == 0
        assert withdrawing.show_due(session, clock.now + timedelta(days=15)) == 1
        assert withdrawing.show_due(session, clock.now + timedelta(days=15)) == 0
    assert SECRET in read(public, PAGE)
    assert take(vl, "hidden", "agreement", "NLVL-2023-001", "1", ground="privacy").status_code == 422  # once a text
    # Hidden by the other side, and withdrawn by both meanwhile: it comes back no more.
    assert take(nl, "hidden", "agreement", "NLVL-2023-001", "1", ground="security").status_code == 303
    asked = take(vl, "withdrawn", "agreement", "NLVL-2023-001", "1").location.partition("?")[0]
    nl.post(f"{asked}/answer", data={"act": "agree"})
    with database.write() as session:
        assert withdrawing.show_due(session, clock.now + timedelta(days=60)) == 0
        assert chain.verify(session.connection()) == []
        assert set(session.scalars(select(Withdrawal.state))) == {"done"}
    assert "by both sides together" in read(public, PAGE, 410)


@SQLITE
def test_an_old_proof_of_who_one_is_and_a_request_taken_back(browser: Browser, dutch: Any, flemish: Any) -> None:
    address = path("en", "withdraw", "agreement/NLVL-2023-001/1")
    stale = browser(dutch, fresh=False).get(address)
    assert (stale.status_code, path("en", "prove") in stale.location) == (303, True)
    nl, vl = browser(dutch), browser(flemish)
    one = take(nl, "withdrawn", "agreement", "NLVL-2023-001", "1").location.partition("?")[0]
    assert vl.post(f"{one}/answer", data={"act": "drop"}).status_code == 404
    assert nl.post(f"{one}/answer", data={"act": "drop"}).location.endswith("?done=withdrawal-dropped")
    one = take(vl, "withdrawn", "agreement", "NLVL-2023-001", "1").location.partition("?")[0]
    assert nl.post(f"{one}/answer", data={"act": "decline", "answer": "Nee."}).status_code == 303
    assert "Nee." in read(vl, one)
    assert vl.get(path("en", "withdrawals") + "?after=nothing").status_code == 400
    assert vl.post(f"{one}/answer", data={"act": "x"}).status_code == 400
