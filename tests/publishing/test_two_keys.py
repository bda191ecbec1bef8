"""Both sides through long random histories, clock and mandates included: what becomes public, and on whose word.

The rules are written anew in `two_keys/law.py`, from the design and not from the product. A longer run by hand:
`HISTORIES=2000 STEPS=60 pytest tests/publishing/test_two_keys.py`, each time with other histories.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from register import cli
from register.config import Settings
from register.db import Database
from register.ledger import PUBLIC_TABLES
from register.models import Account, AccountRole, Totp
from tests import factories
from tests.publishing.two_keys import law
from tests.publishing.two_keys.desks import CITED, PEOPLE, START, TOPICS
from tests.publishing.two_keys.history import TwoSides
from tests.publishing.two_keys.surfaces import WORD

HISTORIES, STEPS = int(os.environ.get("HISTORIES", 0)), int(os.environ.get("STEPS", 20))
DUE = {"sluizen": {"edtf": "2025", "words": "2025"}}  # the other agreement has no term


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with two agreements and people of both sides, to be copied for each history."""
    folder = tmp_path_factory.mktemp("two-keys")
    database = Database(Settings(data=folder), PUBLIC_TABLES)
    cli.upgrade(database)
    with database.write() as session:
        connection = session.connection()
        for topic in ("water", "lucht"):
            factories.publish(connection, topic, factories.body("topic", topic.title(), short=topic))
        factories.publish(connection, "rws", factories.body("organisation", "Rijkswaterstaat", side="nl"))
        factories.publish(connection, "vmm", factories.body("organisation", "Milieumaatschappij", side="vl"))
        factories.publish(connection, "verklaring", factories.body("source", "Verklaring"))
        for number, (record, topics) in enumerate(TOPICS.items()):
            told = {"topics": sorted(topics), "due": DUE.get(record), "citations": CITED}
            said = factories.body("agreement", f"{WORD} m0{number}x", **told)
            factories.publish(connection, record, said)
        for name in PEOPLE:
            mail = f"{name}@schakel.example"
            side = law.side(name)
            about: dict[str, Any] = {"name": name, "email": mail, "organisation": f"org-{side}"}
            session.add(Account(id=name, side=side, state="active", created_at=START, **about))
            session.flush()
            session.add(AccountRole(account_id=name, role="diplomat"))
            session.add(Totp(account_id=name, secret="", confirmed_at=START))
    database.close()
    return folder / "schakel.sqlite"


def test_the_rules_hold_through_any_history(template: Path, tmp_path: Path) -> None:
    class History(TwoSides):
        origin, folder = template, tmp_path

    chosen = settings(
        max_examples=HISTORIES or 4,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not HISTORIES,
        database=None,
        phases=[Phase.generate],  # a history that fails is shown as it is: making it shorter takes minutes
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(History, settings=chosen)
