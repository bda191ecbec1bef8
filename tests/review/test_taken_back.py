"""What waits about a record that is taken back meanwhile: held up while that is hidden, sent back once it is gone."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from register.db import Database
from register.guards import people as guarded
from register.i18n import path
from register.ledger import chain
from register.ledger.tables import publication
from register.models import Account, Draft, Proposal, Withdrawal
from register.publishing import proposing, redacting
from register.telling import running
from register.words.taking import Ground
from register.words.work import DraftState
from tests import factories
from tests.workers import Clock, People, WorkClient

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Submitted = Callable[..., Proposal]
TAKE = path("en", "withdraw", "agreement/NLVL-2023-001/1")


def change(database: Database, author: Account, clock: Clock) -> Proposal:
    """A change of the agreement that waits."""
    with database.write() as session:
        session.expire_on_commit = False
        public = proposing.public(session, "agreement", "sluizen")
        assert public is not None
        draft = Draft(
            makes="agreement", about_kind="agreement", about_record="sluizen", replaces=public.digest, mode="joint",
            side="nl", author_id=author.id, language="nl", typed=json.dumps(public.body), created_at=clock.now,
            changed_at=clock.now,
        )  # fmt: skip
        session.add(draft)
        session.flush()
        cited = factories.body("agreement", "Sluizen en bruggen", citations=({"source": "brief", "section": "1"},))
        person = guarded.person(session, session.get_one(Account, author.id), clock.now.date())
        return proposing.submit(session, draft, cited, {}, person, clock.now)


def test_a_text_about_what_is_hidden_waits_and_one_about_what_was_withdrawn_goes_back(
    database: Database, submitted: Submitted, people: People, browser: Callable[..., WorkClient], clock: Clock
) -> None:
    with database.write() as session:
        factories.publish(session.connection(), "brief", factories.body("source", "Brief"))
    author = people(topics=("water",), language="nl")
    two = {side: people("diplomat", side=side, mandates=("",), language="nl") for side in ("nl", "vl")}
    nl, vl = browser(two["nl"]), browser(two["vl"])
    own, joint = submitted(author, "Een."), submitted(author, "Twee.", mode="joint")
    soon, later = (submitted(author, f"Na {days}.", embargo=clock.now + timedelta(days=days)) for days in (3, 30))
    changed = change(database, author, clock)

    def confirm(client: WorkClient, text: Proposal, language: str = "en") -> tuple[int, str]:
        answer = client.post(path(language, "review", f"{text.id}/confirm"), data={"digest": text.digest})
        return answer.status_code, answer.text

    def states() -> dict[str, str]:
        with database.read() as session:
            assert chain.verify(session.connection()) == []
            texts = {"own": own, "joint": joint, "soon": soon, "later": later, "changed": changed}
            return {name: session.get_one(Proposal, text.id).state for name, text in texts.items()}

    assert [confirm(nl, text)[0] for text in (soon, later, joint)] == [303, 303, 303]
    vl.submit(vl.get(TAKE), {"what": "hidden", "reason": "Een naam.", "ground": "privacy"})
    for text in (own, changed):
        status, told = confirm(nl, text)
        assert (status, "is temporarily not shown to the public" in told) == (409, True)
    shown = nl.get(path("nl", "review", own.id)).text
    assert "wordt tijdelijk niet aan het publiek getoond. Bevestigen kan zodra het weer wordt getoond" in shown
    assert "/confirm" not in shown
    clock.forward(days=5)
    running.run(database, clock)
    assert states()["soon"] == "embargoed"  # its moment has come, and the page that it belongs on is not there
    shown = browser(two["nl"]).get(path("en", "review", soon.id)).text  # signed in anew
    assert "does not become public before that is shown again" in shown
    clock.forward(days=15)
    running.run(database, clock)
    assert states()["soon"] == "published"

    nl, vl = browser(two["nl"]), browser(two["vl"])
    vl.submit(vl.get(TAKE), {"what": "withdrawn", "reason": "Onjuist.", "ground": "mistaken"})
    with database.read() as session:
        asked = session.scalars(select(Withdrawal).where(col(Withdrawal.state) == "asked")).one().id
    answer = nl.post(path("en", "withdrawals", f"{asked}/answer"), data={"act": "agree", "answer": "Ja."})
    assert answer.status_code == 303
    for client, text in ((nl, own), (vl, joint), (nl, changed)):
        status, told = confirm(client, text)
        assert (status, "was taken back meanwhile" in told) == (409, True), told
    assert "is intussen teruggenomen. Daarom kan de tekst niet openbaar worden. Stuur de tekst terug." in confirm(
        vl, joint, "nl"
    )[1]  # fmt: skip
    assert vl.post(path("en", "review", f"{joint.id}/send-back"), data={"reason": "Weg."}).status_code == 303
    clock.forward(days=30)
    running.run(database, clock)
    assert states() == {
        "own": "waiting", "joint": "returned", "soon": "published", "later": "returned", "changed": "waiting",
    }  # fmt: skip
    with database.read() as session:
        assert "is intussen teruggenomen" in session.get_one(Proposal, later.id).reason
        assert session.get_one(Draft, later.draft_id).state == DraftState.RETURNED
    with database.write() as session:  # a change that waits begins with the words of what it changes
        entry = select(publication.c.seq).where(publication.c.record == "sluizen", publication.c.entry == "document")
        redacting.redact(session, session.connection().execute(entry).scalar_one(), Ground.PRIVACY)
    with database.read() as session:
        assert session.get(Proposal, changed.id) is None
        assert session.get_one(Draft, changed.draft_id).typed == "{}"
        assert session.get_one(Proposal, own.id).state == "waiting"
