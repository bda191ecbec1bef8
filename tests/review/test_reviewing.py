"""Reviewing in the browser: what one sees, confirms and sends back, and what comes of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.db import Database
from register.guards import people as guarded
from register.i18n import path
from register.ledger import append, chain
from register.ledger.canonical import digest
from register.ledger.tables import publication
from register.models import AuditEntry, Draft, Mandate, Note, Proposal, TurnedKey
from register.publishing import confirming
from register.review import queries
from register.words.vocabulary import Basis, Standing
from register.words.work import DraftState
from tests import factories
from tests.page_checks import parse, words
from tests.workers import NOON, Clock, People, WorkClient

Browser = Callable[..., WorkClient]
Submitted = Callable[..., Proposal]
QUEUE = path("en", "review")


def page(client: WorkClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return words(parse(answer.text)[0].find(".//main"))


def one(proposal: Proposal, *parts: str) -> str:
    return path("en", "review", "/".join((proposal.id, *parts)))


def state(database: Database, proposal: Proposal) -> str:
    with database.read() as session:
        return session.get_one(Proposal, proposal.id).state


def public(database: Database) -> list[Any]:
    with database.public() as connection:
        return list(connection.execute(select(publication).where(publication.c.kind == "update")).all())


@pytest.fixture
def author(people: People) -> Any:
    """A coordinator of the Netherlands."""
    return people(topics=("water",), name="Anna Auteur", organisation="rws")


@pytest.fixture
def dutch(people: People) -> Any:
    """Somebody of the Netherlands with a mandate on water."""
    return people("diplomat", mandates=("water",), organisation="rws")


@pytest.fixture
def flemish(people: People) -> Any:
    """Somebody of Flanders with a mandate on everything."""
    return people("diplomat", side="vl", mandates=("",), organisation="vmm")


def test_an_own_report_waits_for_a_colleague_and_is_public_at_once(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any
) -> None:
    proposal = submitted(author, "De sluizen gaan <b>open</b>.")
    client = browser(dutch)
    queue = page(client, QUEUE)
    assert "1 text that you may confirm" in queue
    assert "written by Anna Auteur" in queue
    shown = page(client, one(proposal))
    assert "added: De sluizen gaan <b>open</b>." in shown
    assert "read as 1 October 2026 to 31 October 2026" in shown
    assert "It waits for you" in shown
    assert proposal.digest[:16] in shown
    answer = client.submit(client.get(one(proposal)), form=0)
    assert (answer.status_code, answer.location) == (303, one(proposal) + "?done=confirmed")
    after = client.get(answer.location)
    assert "Your confirmation is recorded." in after.text
    assert "This text is public since" in after.text
    assert f'href="{path("en", "agreements", "NLVL-2023-001")}"' in after.text
    told = client.get(path("en", "agreements", "NLVL-2023-001")).text
    assert "according to the Netherlands" in told
    assert "De sluizen gaan &lt;b&gt;open&lt;/b&gt;." in told
    assert "Rijkswaterstaat" in told
    assert "Person" not in told
    assert 'href="https://verslag.example/1" rel="nofollow external"' in told
    with database.read() as session:
        assert chain.verify(session.connection()) == []
        assert session.get_one(Draft, proposal.draft_id).state == DraftState.PUBLISHED
        assert [row.deed for row in session.scalars(select(AuditEntry))] == ["confirmed"]
    assert "0 texts" in page(client, QUEUE)


def test_a_joint_report_says_whose_key_is_missing(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any, flemish: Any
) -> None:
    proposal = submitted(author, mode="joint")
    assert "1 text that you may confirm" in page(browser(flemish), QUEUE)
    client = browser(dutch)
    after = client.submit(client.get(one(proposal)), form=0)
    assert "The key of Flanders is still missing." in page(client, after.location)
    assert public(database) == []
    assert "0 texts" in page(client, QUEUE)
    other = browser(flemish)
    shown = page(other, one(proposal))
    assert "Netherlands confirmed on" in shown
    assert "Flanders has not confirmed yet" in shown
    other.submit(other.get(one(proposal)), form=0)
    told = page(other, path("en", "agreements", "NLVL-2023-001"))
    assert "jointly confirmed on 24 November 2026" in told
    (row,) = public(database)
    assert row.header.count('"side":') == 2


def test_the_comparison_is_with_what_the_side_said_last(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any, flemish: Any
) -> None:
    about = "agreement/sluizen"
    with database.write() as session:
        connection = session.connection()
        old = factories.report(about, "planned", "2025", "nl", text="De sluizen gaan later open.")
        factories.publish(connection, "oud", old, "nl")
        other = factories.report(about, "postponed", "2026-01", "vl", text="Vlaanderen wacht.")
        factories.publish(connection, "ander", other, "vl")
    joint = submitted(author, "De sluizen gaan nu open.", mode="joint", translations={"en": {"text": "Opening now."}})
    shown = page(browser(dutch), one(joint))
    assert "removed: planned added: ongoing" in shown
    assert "De sluizen gaan removed: later added: nu open." in shown
    assert "the report before it: 2025" in shown
    assert "The last word of Flanders that is public: postponed Vlaanderen wacht. (as of 2026-01)" in shown
    assert "Opening now." in shown
    shown = page(browser(flemish), one(joint))
    assert "removed: postponed added: ongoing" in shown
    assert "removed: Vlaanderen wacht. added: De sluizen gaan nu open." in shown


def test_sending_back_needs_a_reason_and_tells_it(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any, flemish: Any
) -> None:
    proposal = submitted(author, mode="joint")
    client = browser(flemish)
    client.submit(client.get(one(proposal)), form=0)
    other = browser(dutch)
    refused = other.submit(other.get(one(proposal)), {"reason": "  "}, form=1)
    assert refused.status_code == 422
    assert "Fill in this field." in refused.text
    assert state(database, proposal) == "waiting"
    answer = other.submit(refused, {"reason": "De datum klopt niet.\nKijk het na."}, form=1)
    assert answer.location == one(proposal) + "?done=sent-back"
    for reader in (other, client, browser(author)):
        shown = page(reader, one(proposal))
        assert "De datum klopt niet. Kijk het na." in shown
        assert "this counts no more" in shown
    with database.read() as session:
        assert session.get_one(Draft, proposal.draft_id).state == DraftState.RETURNED
        assert [key.void_at is not None for key in session.scalars(select(TurnedKey))] == [True]
    assert public(database) == []
    again = client.post(one(proposal, "confirm"), data={"digest": proposal.digest})
    assert again.status_code == 409
    assert public(database) == []


def test_confirming_asks_for_a_fresh_proof_and_comes_back(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any, clock: Clock
) -> None:
    proposal = submitted(author)
    client = browser(dutch, fresh=False)
    answer = client.submit(client.get(one(proposal)), form=0)
    assert answer.location.startswith(path("en", "prove"))
    assert public(database) == []
    proved = browser(dutch)
    back = proved.get(one(proposal, "confirm"))
    assert "You have shown who you are." in back.text
    assert proved.submit(back, form=0).status_code == 303
    assert len(public(database)) == 1


def test_what_one_wrote_waits_for_a_colleague(
    database: Database, browser: Browser, submitted: Submitted, people: People
) -> None:
    author = people("diplomat", topics=("water",), mandates=("",))
    proposal = submitted(author)
    client = browser(author)
    queue = page(client, QUEUE)
    assert "0 texts that you may confirm" in queue
    assert "Waits for a colleague" in queue
    assert "You wrote this: a colleague must confirm it." in queue
    assert "Confirm for my side" not in page(client, one(proposal))
    assert client.post(one(proposal, "confirm"), data={"digest": proposal.digest}).status_code == 404
    assert public(database) == []


def test_several_are_confirmed_at_once_each_by_its_digest(
    database: Database, browser: Browser, submitted: Submitted, author: Any, flemish: Any, people: People
) -> None:
    chief = people("diplomat", mandates=("",), organisation="rws")
    first, second, third = (submitted(author, f"Bericht {number}.") for number in range(3))
    client = browser(chief)
    queue = client.get(QUEUE)
    assert [f"Bericht {number}." in queue.text for number in range(3)] == [True] * 3
    chosen = [f"{each.id}:{each.digest}" for each in (first, third)]
    assert client.submit(queue, {"chosen": chosen}).location == QUEUE + "?done=confirmed-several"
    assert [state(database, each) for each in (first, second, third)] == ["published", "waiting", "published"]
    for unseen in (second.id, f"{second.id}:", f"{second.id}:{first.digest}", f"{second.id}:{'0' * 64}"):
        answer = client.post(path("en", "review-together"), data={"chosen": unseen})  # without the text's own mark
        assert (answer.status_code, state(database, second)) == (409, "waiting"), unseen
    refused = client.submit(client.get(QUEUE), {"chosen": []})
    assert refused.status_code == 422
    assert "Tick each text that you have read and confirm." in refused.text


def test_of_several_the_stale_one_is_named_and_the_others_are_confirmed(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any
) -> None:
    first, second = submitted(author, "Een."), submitted(author, "Twee.")
    client = browser(dutch)
    queue = client.get(QUEUE)
    again = submitted(author, "Anders.", draft_id=first.draft_id)
    chosen = [f"{each.id}:{each.digest}" for each in (first, second)]
    answer = client.submit(queue, {"chosen": chosen})
    assert answer.status_code == 409
    assert "Some could not be confirmed" in answer.text
    assert f'href="{one(first)}"' in answer.text
    assert [state(database, each) for each in (first, second, again)] == ["void", "published", "waiting"]
    assert "The author has changed the text since." in page(client, one(first))


def test_an_embargo_is_kept_until_the_clock_says_otherwise(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any, clock: Clock, app: Flask
) -> None:
    proposal = submitted(author, "Geheim tot morgen.", embargo=clock.now + timedelta(hours=3))
    client = browser(dutch)
    after = client.submit(client.get(one(proposal)), form=0)
    assert "It becomes public on 24 November 2026 at 15:00" in page(client, after.location)
    assert "Geheim" not in client.get(path("en", "agreements", "NLVL-2023-001")).text
    clock.forward(hours=3)
    with database.write() as session:
        assert len(confirming.publish_due(session, clock.now)) == 1
        assert confirming.publish_due(session, clock.now) == []
    assert "Geheim" in client.get(path("en", "agreements", "NLVL-2023-001")).text


@pytest.mark.usefixtures("_many")
class TestPages:
    """Pages of the queue; whatever the kind of database, the number of queries is the same."""

    @pytest.fixture
    def _many(self, submitted: Submitted, author: Any, clock: Clock) -> None:
        for number in range(28):
            submitted(author, f"Bericht {number:02}.")
            if number % 3:
                clock.forward(seconds=1)

    def test_all_of_them_are_found_once_by_going_on_and_back(self, browser: Browser, dutch: Any) -> None:
        client = browser(dutch)
        first = client.get(QUEUE)
        assert "28 texts that you may confirm" in first.text
        link = parse(first.text)[0].find(".//main//a[@rel='next']")
        assert link is not None
        second = client.get(link.get("href", ""))
        found = [f"Bericht {number:02}." for number in range(28) if f"Bericht {number:02}." in first.text]
        rest = [f"Bericht {number:02}." for number in range(28) if f"Bericht {number:02}." in second.text]
        assert (len(found), len(rest)) == (25, 3)
        assert sorted(found + rest) == [f"Bericht {number:02}." for number in range(28)]
        back = parse(second.text)[0].find(".//main//a[@rel='prev']")
        assert back is not None
        again = client.get(back.get("href", "")).text
        assert [text in again for text in found] == [True] * 25
        for query in ("after=nobody", "before=nobody", "x=1", "after=a&before=b"):
            assert client.get(f"{QUEUE}?{query}").status_code == 400

    def test_the_number_of_queries_does_not_grow(
        self,
        database: Database,
        browser: Browser,
        dutch: Any,
        people: People,
        submitted: Submitted,
        app: Flask,
        queries: Callable[[Flask], AbstractContextManager[list[str]]],
    ) -> None:
        joint = submitted(people("diplomat", topics=("water",)), mode="joint")
        theirs = people("diplomat", side="vl")
        with database.write() as session:
            for author, seen in ((dutch, "own"), (theirs, "both"), (theirs, "own")):
                note = Note(kind="agreement", reference="NLVL-2023-001", side=author.side, visibility=seen)
                note.author_id, note.text, note.created_at = author.id, "Bel even.", NOON
                session.add(note)
        client = browser(dutch)
        with queries(app) as made:
            queue = client.get(QUEUE)
        assert len(made) <= 10, "\n".join(made)
        assert "2 notes on this record" in queue.text
        assert "3 notes" not in queue.text
        assert "Notes on this record (2)" in page(client, one(joint))


def test_a_mandate_that_ended_no_longer_confirms(
    database: Database, browser: Browser, submitted: Submitted, author: Any, dutch: Any
) -> None:
    proposal = submitted(author)
    client = browser(dutch)
    shown = client.get(one(proposal))
    with database.write() as session:
        for mandate in session.scalars(select(Mandate)):
            mandate.ended_at = mandate.given_at
    assert client.submit(shown, form=0).status_code == 404
    assert public(database) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_text_is_compared_with_the_words_that_are_public_now(
    database: Database, submitted: Submitted, author: Any, dutch: Any
) -> None:
    """The last report was written in English, and came to be read in Dutch by a translation of its own."""
    said = factories.report("agreement/sluizen", "ongoing", "2024", "nl", text="The locks open.")
    with database.write() as session:
        connection = session.connection()
        core = append.freeze("update", "eerst", "en", said)
        seq = append.publish(connection, core, {}, Basis.CONFIRMED, [factories.key(core, factories.NL)])
        told = {"text": "De sluizen openen.", "as_of.words": "2024"}
        frozen = append.translate(connection, seq, "nl", Standing.AGREED, told)
        keys = [append.Confirmation(side, "Director", digest(frozen), "2026-01-01") for side in factories.BOTH]
        append.publish_translation(connection, seq, frozen, keys)
    made = submitted(author, "De sluizen gaan open.")
    with database.read() as session:
        person = guarded.person(session, dutch, NOON.date())
        assert queries.one(session, person, "nl", made.id).base.text == "De sluizen openen."
