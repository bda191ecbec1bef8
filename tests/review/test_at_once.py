"""Confirming while somebody else edits or takes back: whoever comes first, nothing is public that both did not mean."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from register.db import Database
from register.guards import people as guarded
from register.i18n import path
from register.ledger import chain
from register.ledger.tables import publication
from register.models import Account, Draft, Proposal, TurnedKey
from register.publishing import confirming, proposing, withdrawing
from register.words.taking import Ground, Taking
from tests.workers import Clock, People, WorkClient

Browser = Callable[..., WorkClient]
Submitted = Callable[..., Proposal]
LONGEST = 10  # seconds that one waits for another


def meanwhile(database: Database, first: Callable[[Session], Any], second: Callable[[], Any]) -> Any:
    """Do `second` when `first` has done its work and has not ended yet; gives what `second` gives."""
    found: list[Any] = []
    with database.write() as session:
        first(session)
        session.flush()
        thread = threading.Thread(target=lambda: found.append(second()))
        thread.start()
        if database.settings.postgresql:
            ends = time.monotonic() + LONGEST
            with database.owner.connect() as watcher:
                while not watcher.exec_driver_sql("SELECT 1 FROM pg_locks WHERE NOT granted").first():
                    assert time.monotonic() < ends, "the second waits for the first"
                    watcher.rollback()
        else:  # it stands at the door, as every other writer does
            time.sleep(0.1)
            assert not found
    thread.join()
    return found[0]


def entries(database: Database) -> list[str]:
    """The reports and what was hidden, in the order of the ledger."""
    with database.read() as session:
        assert chain.verify(session.connection()) == []
        rows = session.connection().execute(select(publication.c.entry, publication.c.kind).order_by(publication.c.seq))
        return [row.entry for row in rows if row.entry == "hiding" or row.kind == "update"]


def test_of_confirming_and_taking_back_the_first_counts(
    database: Database, browser: Browser, submitted: Submitted, people: People, clock: Clock
) -> None:
    author, nl, vl = people(topics=("water",)), *(
        people("diplomat", side=side, mandates=("",)) for side in ("nl", "vl")
    )  # fmt: skip
    texts = {about: submitted(author, about=about) for about in ("sluizen", "kanalen")}
    clients = {account.id: browser(account) for account in (nl, vl)}

    def hide(session: Session) -> None:
        found = withdrawing.target(session, "agreement", "NLVL-2023-001", 1)
        person = guarded.person(session, session.get_one(Account, vl.id), clock.now.date())
        until = clock.now.date() + timedelta(days=14)
        withdrawing.take(session, found, Taking.HIDDEN, person, "Een naam.", Ground.PRIVACY, until, clock.now)

    def turn(session: Session) -> None:
        person = guarded.person(session, session.get_one(Account, nl.id), clock.now.date())
        confirming.confirm(session, texts["kanalen"].id, texts["kanalen"].digest, person, clock.now)

    def confirm() -> int:
        where = path("en", "review", f"{texts['sluizen'].id}/confirm")
        return clients[nl.id].post(where, data={"digest": texts["sluizen"].digest}).status_code

    def take() -> int:
        where = path("en", "withdraw", "agreement/NLVL-2023-002/1")
        typed = {"what": "hidden", "reason": "Een naam.", "ground": "privacy"}
        return clients[vl.id].post(where, data=typed).status_code

    assert meanwhile(database, hide, confirm) == 409
    assert entries(database) == ["hiding"]
    assert meanwhile(database, turn, take) == 303
    assert entries(database) == ["hiding", "document", "hiding"]
    with database.read() as session:
        assert session.get_one(Proposal, texts["sluizen"].id).state == "waiting"


def test_of_confirming_and_editing_the_first_counts_and_nothing_typed_is_lost(
    database: Database, browser: Browser, submitted: Submitted, people: People, clock: Clock
) -> None:
    author, nl = people(topics=("water",)), people("diplomat", mandates=("",))
    writes, confirms = browser(author), browser(nl)
    first, second = submitted(author, "Eerst dit."), submitted(author, "Dan dit.", about="kanalen")

    def edit(session: Session) -> None:
        proposing.void(session, first.draft_id, clock.now)
        session.get_one(Draft, first.draft_id).state = "draft"

    def turn(session: Session) -> None:
        person = guarded.person(session, session.get_one(Account, nl.id), clock.now.date())
        confirming.confirm(session, second.id, second.digest, person, clock.now)

    def confirm() -> int:
        return confirms.post(path("en", "review", f"{first.id}/confirm"), data={"digest": first.digest}).status_code

    def save() -> tuple[int, bool]:
        typed = {"act": "save", "version": "1", "mode": "own", "language": "nl", "text": "Toch iets anders."}
        answer = writes.post(path("en", "report", f"draft/{second.draft_id}"), data=typed)
        return answer.status_code, "Toch iets anders." in answer.text

    assert meanwhile(database, edit, confirm) == 409
    assert entries(database) == []
    assert meanwhile(database, turn, save) == (409, True)
    assert entries(database) == ["document"]
    with database.read() as session:
        assert [key.proposal_id for key in session.scalars(select(TurnedKey))] == [second.id]
