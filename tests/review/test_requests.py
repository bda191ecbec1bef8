"""What is asked of a side stands on its desk, in its queue and in its mail; nobody else sees, counts or pages it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask import Flask

from register.db import Database
from register.guards import people as guarded
from register.i18n import path
from register.ledger.tables import publication
from register.models import Account, Proposal, Withdrawal
from register.publishing import confirming, embargoing
from register.telling import finding
from tests import factories
from tests.factories import BOTH, report
from tests.page_checks import parse
from tests.workers import Clock, People, WorkClient

DESK, QUEUE, LIST = path("en", "desk"), path("en", "review"), path("en", "review-requests")


def ask_embargo(database: Database, made: Proposal, clock: Clock, *confirmed: Account) -> None:
    """The first of those who confirm asks to lift the embargo."""
    for who in confirmed:
        with database.write() as session:
            person = guarded.person(session, session.get_one(Account, who.id), clock.now.date())
            confirming.confirm(session, made.id, made.digest, person, clock.now)
    with database.write() as session:
        person = guarded.person(session, session.get_one(Account, confirmed[0].id), clock.now.date())
        embargoing.ask(session, made.id, None, person, clock.now)


def ask_withdrawal(database: Database, clock: Clock, who: Account, number: int, kind: str, record: str) -> None:
    """A request as `withdrawing.take` leaves it."""
    with database.write() as session:
        wanted = publication.select().where(publication.c.kind == kind, publication.c.record == record)
        row = session.connection().execute(wanted).one()
        made = Withdrawal(target=row.seq, kind=kind, record=record, reference=row.reference, version=1)
        made.what, made.shared, made.topics, made.side, made.state = "withdrawn", 1, '["water"]', who.side, "asked"
        made.asked_by, made.function, made.reason = who.id, "x", "Geheim"
        made.asked_at = clock.now + timedelta(minutes=number)
        session.add(made)


def told(database: Database, who: Account, clock: Clock) -> list[tuple[str, str]]:
    """What mail would tell this person of requests: which sort, and the title."""
    with database.read() as session:
        account = session.get_one(Account, who.id)
        person = guarded.person(session, account, clock.now.date())
        items = finding.items(session, account, person, "en", clock.now, {})
    return [(item.what, item.title) for item in items if item.what in ("embargo", "withdrawal")]


def test_who_must_answer_finds_it_and_nobody_else_does(
    database: Database,
    app: Flask,
    submitted: Callable[..., Proposal],
    people: People,
    browser: Callable[..., WorkClient],
    clock: Clock,
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
) -> None:
    author = people(topics=["water"])
    nl, vl, elsewhere = (
        people("diplomat", side=side, mandates=[topic])
        for side, topic in (("nl", ""), ("vl", "water"), ("vl", "lucht"))
    )
    reads = people("diplomat", side="vl")
    until = clock.now + timedelta(days=9)
    ask_embargo(database, submitted(author, mode="joint", embargo=until), clock, nl, vl)
    with database.write() as session:
        for number in range(28):
            said = report("agreement/sluizen", None, "2024", *BOTH, text=f"Woord {number:02}.")
            factories.publish(session.connection(), f"u{number}", said, *BOTH)
        factories.publish(session.connection(), "dijk", factories.body("agreement", "Dijk"), *BOTH)
    ask_withdrawal(database, clock, nl, 1, "agreement", "dijk")
    for number in range(28):
        ask_withdrawal(database, clock, nl, 2 + number, "update", f"u{number}")

    client = browser(vl)
    for address in (DESK, QUEUE):
        with queries(app) as made:
            page = client.get(address)
        assert len(made) <= 10, "\n".join(made)
        assert "30 requests wait for your answer" in page.text
        section = page.text.partition('<section aria-labelledby="requests">')[2].partition("</section>")[0]
        assert section.count("<li>") == 6
        assert "The Netherlands asks to move or lift the embargo" in section
        assert section.index("lift the embargo") < section.index("withdraw a text together")
        assert "Geheim" not in page.text
    found, address = [], LIST
    for _ in range(2):
        root = parse(client.get(address).text)[0]
        found += [link.get("href", "") for link in root.findall(".//main//li/a")]
        following = root.find(".//main//a[@rel='next']")
        address = following.get("href", "") if following is not None else ""
    assert (len(found), len(set(found)), address) == (30, 30, "")
    assert [client.get(link).status_code for link in (found[0], found[1], found[-1])] == [200, 200, 200]
    titles = told(database, vl, clock)
    assert titles[:2] == [("embargo", "English Sluizen"), ("withdrawal", "English Dijk")]
    assert titles[2:] == [("withdrawal", "English Sluizen")] * 28

    for other in (nl, elsewhere, reads, author):
        visitor = browser(other)
        assert "for your answer" not in visitor.get(DESK).text + visitor.get(QUEUE).text
        assert told(database, other, clock) == []
    assert "Nothing waits for your answer." in browser(nl).get(LIST).text
    assert client.get(f"{LIST}?after=nobody").status_code == 400
