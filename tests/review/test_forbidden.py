"""What nobody gets by asking: the other side, the author, a joint body, an ended mandate, an old digest, a race."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from register import i18n
from register.db import Database
from register.errors import FieldError, NotHere
from register.guards import people as guarded
from register.i18n import path
from register.ledger import chain
from register.ledger.tables import publication
from register.models import Account, Mandate, Proposal, TurnedKey
from register.publishing import confirming
from register.review import queries
from tests.workers import NOON, Clock, People, WorkClient

Browser = Callable[..., WorkClient]
Submitted = Callable[..., Proposal]


def one(proposal: Proposal, *parts: str) -> str:
    return path("en", "review", "/".join((proposal.id, *parts)))


def published(database: Database) -> int:
    with database.public() as connection:
        return len(connection.execute(select(publication.c.seq).where(publication.c.kind == "update")).all())


@pytest.fixture
def author(people: People) -> Account:
    """A coordinator of the Netherlands, who may confirm what others write."""
    return people(topics=("water",), mandates=("",), organisation="rws")


@pytest.fixture
def nobodies(people: People, author: Account) -> dict[str, Account]:
    """Everybody who may not confirm an own report of the Netherlands on water."""
    return {
        "author": author,
        "other side": people("diplomat", side="vl", mandates=("",)),
        "joint body": people("diplomat", side="joint"),
        "no mandate": people("diplomat"),
        "another topic": people("diplomat", mandates=("lucht",)),
        "no second factor": people("diplomat", mandates=("",), factor=""),
        "administrator": people("administrator"),
    }


def test_none_of_them_confirms_or_sends_back(
    database: Database, browser: Browser, submitted: Submitted, author: Account, nobodies: dict[str, Account]
) -> None:
    proposal = submitted(author)
    for who, account in nobodies.items():
        client = browser(account)
        for address, data in (
            (one(proposal, "confirm"), {"digest": proposal.digest}),
            (one(proposal, "send-back"), {"reason": "Nee."}),
            (path("en", "review-together"), {"chosen": f"{proposal.id}:{proposal.digest}"}),
        ):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.post(address, data=data, headers=headers)
                assert answer.status_code == 404, (who, address)
    with database.read() as session:
        assert session.get_one(Proposal, proposal.id).state == "waiting"
        assert session.scalars(select(TurnedKey)).all() == []
    assert published(database) == 0


def test_the_other_side_cannot_tell_an_own_report_from_none(
    database: Database, browser: Browser, submitted: Submitted, author: Account, nobodies: dict[str, Account]
) -> None:
    proposal = submitted(author, "Alleen van ons.")
    for who in ("other side", "joint body", "administrator"):
        client = browser(nobodies[who])
        for address in (one(proposal), one(proposal, "confirm"), one(proposal, "send-back")):
            answer, none = client.get(address), client.get(address.replace(proposal.id, "n" * len(proposal.id)))
            assert (answer.status_code, none.status_code) == (404, 404)
            assert answer.text.replace(proposal.id, "") == none.text.replace("n" * len(proposal.id), "")
        if who != "administrator":
            queue = client.get(path("en", "review"))
            assert "Alleen van ons." not in queue.text
            assert proposal.id not in queue.text
            assert "0 texts" in queue.text
            assert client.get(path("en", "review", "", after=proposal.id)).status_code == 400
    with database.read() as session:
        for who in ("other side", "joint body"):
            person = guarded.person(session, nobodies[who], NOON.date())
            assert queries.waiting(session, person) == 0


def test_both_sides_and_a_joint_body_see_a_joint_text(
    browser: Browser, submitted: Submitted, people: People, nobodies: dict[str, Account]
) -> None:
    writer = people("coordinator", side="joint", topics=("water",))
    proposal = submitted(writer, "Samen opgeschreven.", mode="joint")
    for account in (writer, nobodies["other side"], nobodies["joint body"], nobodies["no mandate"]):
        assert "Samen opgeschreven." in browser(account).get(one(proposal)).text
    refused = browser(nobodies["joint body"]).post(one(proposal, "confirm"), data={"digest": proposal.digest})
    assert refused.status_code == 404


def test_an_old_digest_confirms_nothing(
    database: Database, browser: Browser, submitted: Submitted, author: Account, people: People
) -> None:
    colleague = people("diplomat", mandates=("",))
    old = submitted(author, "Eerst dit.")
    new = submitted(author, "Toch dit.", draft_id=old.draft_id)
    client = browser(colleague)
    assert client.post(one(new, "confirm"), data={"digest": old.digest}).status_code == 409
    assert client.post(one(old, "confirm"), data={"digest": old.digest}).status_code == 409
    assert client.post(one(old, "confirm"), data={"digest": new.digest}).status_code == 409
    assert client.post(one(new, "confirm"), data={}).status_code == 409
    assert client.post(one(new, "confirm"), data={"digest": new.digest, "side": "vl"}).status_code == 400
    assert published(database) == 0


def test_nobody_turns_two_keys(
    database: Database, browser: Browser, submitted: Submitted, author: Account, people: People
) -> None:
    colleague = people("diplomat", mandates=("",))
    proposal = submitted(author, mode="joint")
    client = browser(colleague)
    for _ in range(2):
        client.post(one(proposal, "confirm"), data={"digest": proposal.digest})
    with database.read() as session:
        assert [key.side for key in session.scalars(select(TurnedKey))] == ["nl"]
    second = browser(people("diplomat", mandates=("",)))
    assert second.post(one(proposal, "confirm"), data={"digest": proposal.digest}).status_code == 409
    assert published(database) == 0


def test_a_status_that_can_no_longer_follow_is_refused(
    database: Database, browser: Browser, submitted: Submitted, author: Account, people: People
) -> None:
    colleague = browser(people("diplomat", mandates=("",)))
    first = submitted(author, status="announced")
    second = submitted(author, status="completed")
    assert colleague.post(one(second, "confirm"), data={"digest": second.digest}).status_code == 303
    answer = colleague.post(one(first, "confirm"), data={"digest": first.digest})
    assert answer.status_code == 409
    assert "This status cannot follow what was published meanwhile." in answer.text
    assert published(database) == 1


def test_what_may_be_confirmed_is_what_the_table_says(
    database: Database, submitted: Submitted, author: Account, people: People, nobodies: dict[str, Account]
) -> None:
    """The condition for lists and the question about one text give the same answer for everybody."""
    flemish = people(topics=("water",), side="vl")
    texts = [submitted(writer, about=about, mode=mode) for writer in (author, flemish) for mode in ("own", "joint")
             for about in ("sluizen", "kanalen")]  # fmt: skip
    everybody = [*nobodies.values(), people("diplomat", mandates=("lucht", "water")), people(mandates=("water",))]
    with database.read() as session:
        for account in everybody:
            person = guarded.person(session, account, NOON.date())
            listed = {row.proposal.id for row in queries.page(session, person, "nl").rows}
            asked = {
                text.id for text in texts if confirming.may_turn(session, session.get_one(Proposal, text.id), person)
            }
            assert listed == asked
            assert queries.waiting(session, person) == len(listed)


@pytest.mark.parametrize("mode", ["own", "joint"])
def test_of_two_who_confirm_at_the_same_moment_one_turns_the_key(
    database: Database, submitted: Submitted, author: Account, people: People, clock: Clock, mode: str
) -> None:
    pairs = [people("diplomat", mandates=("",)) for _ in range(2)] + [people("diplomat", side="vl", mandates=("",))]
    proposal = submitted(author, mode=mode)
    start = threading.Barrier(len(pairs))

    def turn(account: Account) -> None:
        start.wait()
        with suppress(FieldError, NotHere), database.write() as session:
            person = guarded.person(session, account, clock.now.date())
            confirming.confirm(session, proposal.id, proposal.digest, person, clock.now)

    _together([lambda account=account: turn(account) for account in pairs])
    with database.read() as session:
        sides = sorted(key.side for key in session.scalars(select(TurnedKey)))
        assert sides == (["nl"] if mode == "own" else ["nl", "vl"])
        assert chain.verify(session.connection()) == []
    assert published(database) == 1


def test_confirming_crosswise_neither_waits_for_ever_nor_publishes_twice(
    database: Database, browser: Browser, submitted: Submitted, author: Account, people: People
) -> None:
    texts = [submitted(author, f"Bericht {number}.") for number in range(4)]
    chosen = [f"{text.id}:{text.digest}" for text in texts]
    clients = [browser(people("diplomat", mandates=("",))) for _ in range(2)]
    start = threading.Barrier(2)
    answers: list[int] = []

    def send(client: WorkClient, order: list[str]) -> None:
        start.wait()
        answers.append(client.post(path("en", "review-together"), data={"chosen": order}).status_code)

    _together([lambda: send(clients[0], chosen), lambda: send(clients[1], chosen[::-1])])
    assert sorted(answers) == [303, 409]
    assert published(database) == 4


def test_a_mandate_that_ends_while_one_waits_does_not_count(
    database: Database, browser: Browser, submitted: Submitted, author: Account, people: People
) -> None:
    """The text is held by somebody else while the mandate ends: who comes after finds it ended."""
    if not database.settings.postgresql:
        pytest.skip("SQLite lets one writer in at a time, from the door on")
    colleague = people("diplomat", mandates=("",))
    proposal = submitted(author)
    client = browser(colleague)
    answers: list[int] = []

    def send() -> None:
        answers.append(client.post(one(proposal, "confirm"), data={"digest": proposal.digest}).status_code)

    with database.write() as session:
        confirming.lock(session, [proposal.id])
        sender = threading.Thread(target=send)
        sender.start()
        with database.owner.connect() as watcher:
            while not watcher.exec_driver_sql("SELECT 1 FROM pg_locks WHERE NOT granted").first():
                watcher.rollback()
        with database.write() as other:
            for mandate in other.scalars(select(Mandate).where(Mandate.account_id == colleague.id)):  # type: ignore[arg-type]
                mandate.ended_at = mandate.given_at
    sender.join()
    assert answers == [404]
    assert published(database) == 0


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_door_of_the_room_is_closed_to_who_only_keeps_house(
    browser: Browser, people: People, language: str
) -> None:
    client = browser(people("administrator"))
    assert client.get(path(language, "review")).status_code == 404
    assert path(language, "review") not in client.get(path(language, "desk")).text


def _together(does: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=do) for do in does]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
