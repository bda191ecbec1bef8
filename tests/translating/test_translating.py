"""Translating: from the list of what is missing to a translation that the public reads, by the keys that it needs."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from register.db import Database
from register.guards import people as guarded
from register.i18n import path
from register.ledger import append, chain, read
from register.models import Account, Translation, TranslationKey
from register.telling import finding
from register.words.vocabulary import Basis
from tests import factories
from tests.reports.conftest import app, browser, client, clock, make_app, people, settings, sign_in
from tests.workers import Clock, WorkClient

__all__ = ["app", "browser", "client", "clock", "make_app", "people", "settings", "sign_in"]

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
LIST = path("en", "translations")
ROOM = path("en", "translations", "agreement/NLVL-2023-001")
Browser = Callable[[Account], WorkClient]
People = Callable[..., Account]
WORDS = {"words-title": "Locks", "words-summary": "They agree on hours.", "words-made-words": "31 January 2023"}


def alone(database: Database, record: str, part: Any, language: str = "nl") -> int:
    """Publish a version without any translation."""
    with database.write() as session:
        core = append.freeze(part.kind, record, language, part)
        return append.publish(session.connection(), core, {}, Basis.CONFIRMED, [factories.key(core, "nl")])


@pytest.fixture(autouse=True)
def _published(database: Database) -> None:
    with database.write() as session:
        factories.publish(session.connection(), "water", factories.body("topic", "Water"))
    alone(database, "sluizen", factories.body("agreement", "Sluizen"))


def rows(database: Database, model: type[Any] = Translation) -> list[Any]:
    with database.read() as session:
        session.expire_on_commit = False
        return list(session.scalars(select(model).order_by(model.id)))


def write(me: WorkClient, act: str = "submit", standing: str = "working", **typed: str) -> Any:
    said = WORDS | {name.replace("__", "-"): value for name, value in typed.items()}
    return me.submit(me.get(ROOM), {**said, "standing": standing, "act": act}, form=0)


def confirm(me: WorkClient, row: Any, digest: str | None = None) -> Any:
    where = path("en", "translations", f"text/{row.id}/confirm")
    return me.post(where, data={"digest": row.digest if digest is None else digest})


def title(database: Database) -> tuple[str, str]:
    with database.public() as connection:
        found = read.published(connection, "en", "agreement", "NLVL-2023-001")
    return found.body["title"], found.standing


def test_a_working_translation_takes_a_second_colleague(database: Database, people: People, browser: Browser) -> None:
    author = browser(people("diplomat", mandates=[""]))
    assert "Sluizen" in author.get(LIST).text
    refused = write(author, words__summary="")
    assert (refused.status_code, "Fill in this field." in refused.text) == (422, True)
    assert json.loads(rows(database)[0].typed)["title"] == "Locks"  # kept as it was typed
    assert write(author).status_code == 303
    (row,) = rows(database)
    assert (row.state, title(database)) == ("waiting", ("Sluizen", "missing"))
    other, unmandated = browser(people("diplomat", side="vl", mandates=[""])), browser(people(topics=["water"]))
    text = path("en", "translations", f"text/{row.id}")
    assert (other.get(text).status_code, unmandated.get(text).status_code) == (404, 200)  # nobody else's business yet
    for nobody in (author, other, unmandated):
        assert confirm(nobody, row).status_code == 404
    colleague = browser(people("diplomat", mandates=["water"]))
    assert "waits for you" in colleague.get(LIST).text
    assert confirm(colleague, row, "0" * 64).status_code == 409
    assert confirm(colleague, row).status_code == 303
    assert confirm(colleague, row).status_code in (303, 404)  # twice is once
    assert (rows(database)[0].state, title(database)) == ("published", ("Locks", "working"))
    with database.read() as session:
        assert chain.verify(session.connection()) == []
    public = colleague.get(path("en", "agreements", "NLVL-2023-001")).text
    assert "This page shows the working translation." in public


@SQLITE
def test_an_agreed_translation_takes_a_key_of_each_side(
    database: Database, people: People, browser: Browser, clock: Clock
) -> None:
    writer, first = people(side="joint", topics=["water"]), people("diplomat", mandates=[""])
    author = browser(writer)

    def told(account: Account) -> list[str]:
        with database.read() as session:
            person = guarded.person(session, session.get_one(Account, account.id), clock.now.date())
            items = finding.items(session, account, person, "en", clock.now, {})
            return [item.what for item in items if item.room == "translations"]

    assert 'value="working"' not in author.get(ROOM).text  # a joint body writes for both
    write(author, standing="agreed")
    (row,) = rows(database)
    one, two = browser(first), browser(people("diplomat", side="vl", mandates=[""]))
    desk = path("en", "desk")
    assert "1 translation waits for you to confirm" in two.get(desk).text
    assert (told(first), told(writer)) == (["translation-waiting"], [])
    back = path("en", "translations", f"text/{row.id}/send-back")
    assert confirm(one, row).status_code == 303
    assert "waits for you to confirm</a>" not in one.get(desk).text
    assert told(first) == []
    assert two.post(back, data={"reason": ""}).status_code == 422
    assert two.post(back, data={"reason": "Schutten is niet locks."}).status_code == 303
    assert "Schutten is niet locks." in author.get(ROOM).text
    assert "Schutten is niet locks." in author.get(desk).text
    assert told(writer) == ["translation-returned"]
    write(author, standing="agreed", words__title="Sluices")
    (row,) = rows(database)
    assert not rows(database, TranslationKey)  # the old key counts no more
    for each in (one, two):
        assert title(database) == ("Sluizen", "missing")
        assert confirm(each, row).status_code == 303
    assert title(database) == ("Sluices", "agreed")
    assert told(writer) == ["translation-published"]
    assert write(author, standing="agreed", words__title="Sluices").status_code == 422  # nothing was changed


@SQLITE
def test_nothing_typed_is_lost_when_the_text_or_the_translation_changes_meanwhile(
    database: Database, people: People, browser: Browser
) -> None:
    me = browser(people("diplomat"))
    page = me.get(ROOM)
    write(me, "save", words__title="Locks and sluices")
    late = me.submit(page, WORDS | {"words-title": "Gates", "standing": "working", "act": "save"}, form=0)
    assert (late.status_code, "Gates" in late.text, "Locks and sluices" in late.text) == (409, True, True)
    assert me.submit(late, {"act": "save"}, form=0).status_code == 303
    assert json.loads(rows(database)[0].typed)["title"] == "Gates"
    page = me.get(ROOM)
    alone(database, "sluizen", factories.body("agreement", "Alle sluizen"))
    late = me.submit(page, {"words-title": "All gates", "act": "submit"}, form=0)
    assert (late.status_code, "Alle sluizen" in late.text, "All gates" in late.text) == (409, True, True)
    assert me.submit(late, {"act": "submit"}, form=0).status_code == 303
    (row,) = rows(database)
    assert row.state == "waiting"
    alone(database, "sluizen", factories.body("agreement", "Nieuwe sluizen"))
    answer = confirm(browser(people("diplomat", mandates=[""])), row)
    assert (answer.status_code, "published anew" in answer.text) == (409, True)
    assert title(database) == ("Nieuwe sluizen", "missing")
    assert me.post(path("en", "translations", f"text/{row.id}/drop")).status_code == 303
    assert (rows(database)[0].state, rows(database)[0].typed) == ("dropped", "{}")


@SQLITE
def test_what_was_taken_back_is_neither_read_nor_translated(
    database: Database, people: People, browser: Browser
) -> None:
    me, colleague = browser(people("diplomat")), browser(people("diplomat", mandates=[""]))
    write(me)
    (row,) = rows(database)
    with database.write() as session:
        facts = {"target": row.target, "side": "nl", "ground": "mistaken"}
        append.note(session.connection(), "withdrawal", "agreement", "sluizen", "NLVL-2023-001", **facts)
    text = path("en", "translations", f"text/{row.id}")
    shown = colleague.get(text)
    assert "is not in public view now" in shown.text
    assert ("Sluizen" in shown.text, "Zij stemmen af." in shown.text) == (False, False)
    assert me.get(ROOM).status_code == 404
    assert "Sluizen" not in me.get(LIST).text
    answer = confirm(colleague, row)
    assert (answer.status_code, "is not in public view now" in answer.text) == (409, True)


@SQLITE
def test_the_list_says_what_is_to_be_done_in_a_fixed_number_of_queries(
    app: Flask,
    database: Database,
    people: People,
    browser: Browser,
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
) -> None:
    me, counts = browser(people("diplomat")), []
    with queries(app) as made:
        me.get(LIST)
    counts.append(len(made))
    for number in range(30):
        alone(database, f"a{number}", factories.body("agreement", f"Afspraak {number}"))
    alone(database, "bericht", factories.report("agreement/sluizen", "ongoing", "2024", "nl", text="Het loopt."))
    with queries(app) as made:
        page = me.get(LIST)
    counts.append(len(made))
    assert counts[0] == counts[1] <= 10
    assert "UPD-2024-001" in page.text
    last = me.get(re.findall(r'rel="next" href="([^"]+)"', page.text)[0].replace("&amp;", "&"))
    assert ("NLVL-2023-001" in last.text, 'rel="next"' in last.text) == (True, False)
    only = me.get(f"{LIST}?standing=working&topic=water").text
    assert ("Water" in only, "Afspraak" in only) == (True, False)
    assert "UPD-2024-001" in me.get(f"{LIST}?kind=update&standing=missing").text
    for asked in ("standing=best", "topic=nowhere", "kind=x", "after=x", "more=1", "kind=term&kind=topic"):
        assert me.get(f"{LIST}?{asked}").status_code == 400
