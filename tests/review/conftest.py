"""A register with two published agreements, people of both sides, and texts that wait."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from register.db import Database
from register.guards import people as guarded
from register.ledger.documents import Update
from register.models import Account, Draft, Proposal
from register.publishing import proposing
from register.words.work import Mode
from tests import factories
from tests.accounts.conftest import app, client, clock, make_app, people, settings, sign_in
from tests.workers import Clock, WorkClient, let_in

__all__ = ["app", "client", "clock", "make_app", "people", "settings", "sign_in"]

EVIDENCE = ({"title": "Verslag", "url": "https://verslag.example/1"},)


@pytest.fixture(autouse=True)
def _published(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        for topic in ("water", "lucht"):
            factories.publish(connection, topic, factories.body("topic", topic.title(), short=topic))
        factories.publish(connection, "rws", factories.body("organisation", "Rijkswaterstaat", side="nl"))
        factories.publish(connection, "vmm", factories.body("organisation", "Milieumaatschappij", side="vl"))
        factories.publish(connection, "sluizen", factories.body("agreement", "Sluizen"))
        factories.publish(connection, "kanalen", factories.body("agreement", "Kanalen", topics=["water", "lucht"]))


@pytest.fixture
def submitted(database: Database, clock: Clock) -> Callable[..., Proposal]:
    """Submits a report: `submitted(author, text="…", mode="joint", about="kanalen")`. Gives the proposal."""

    def submit(
        author: Account,
        text: str | None = "De sluizen gaan open.",
        *,
        mode: str = "own",
        about: str = "sluizen",
        status: str | None = "ongoing",
        embargo: datetime | None = None,
        translations: dict[str, dict[str, str]] | None = None,
        draft_id: str = "",
        **said: Any,
    ) -> Proposal:
        with database.write() as session:
            session.expire_on_commit = False
            person = guarded.person(session, session.get_one(Account, author.id), clock.now.date())
            draft = session.get_one(Draft, draft_id) if draft_id else Draft(
                about_kind="agreement", about_record=about, mode=mode, side=author.side, author_id=author.id,
                language="nl", typed="{}", created_at=clock.now, changed_at=clock.now,
            )  # fmt: skip
            session.add(draft)
            session.flush()
            report = Update.model_validate(
                {
                    "about": {"kind": "agreement", "id": about},
                    "as_of": {"edtf": "2026-10", "words": "oktober 2026"},
                    "sides": proposing.sides_of(Mode(mode), author.side),
                    "status": status,
                    "text": text,
                    "evidence": EVIDENCE,
                    **said,
                }
            )
            made = proposing.submit(session, draft, report, translations or {}, person, clock.now, embargo)
            session.flush()
            session.expunge_all()
        return made

    return submit


@pytest.fixture
def browser(app: Flask) -> Callable[..., WorkClient]:
    """Gives a browser in which a person is signed in: `browser(account)`, `browser(account, fresh=False)`."""

    def open_for(account: Account, fresh: bool = True) -> WorkClient:
        made: WorkClient = app.test_client()  # type: ignore[assignment]
        let_in(made, account, fresh=fresh)
        return made

    return open_for
