"""The desk and one's own account: who one is, what is still to be done, settings, and where one is signed in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from register import i18n
from register.db import Database
from register.models import Account, AuditEntry, Mandate, Note, SignIn
from tests.accounts import SQLITE, post
from tests.page_checks import parse
from tests.workers import Clock, People, WorkClient, forms, let_in

pytestmark = SQLITE
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
Entered = Callable[..., Account]
Queries = Callable[[Flask], AbstractContextManager[list[str]]]


def text(page: Any) -> str:
    """What a page says in its main part."""
    main = parse(page.text)[0].find(".//main")
    return " ".join(" ".join(main.itertext()).split()) if main is not None else ""


def now(database: Database, account: Account) -> Account:
    with database.read() as session:
        found = session.get_one(Account, account.id)
        session.expunge_all()
        return found


def sign_ins(database: Database, account: Account) -> list[SignIn]:
    with database.read() as session:
        found = list(session.exec(select(SignIn).where(SignIn.account_id == account.id)))
        session.expunge_all()
        return found


def deeds(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        return [(row.deed, row.actor, row.detail) for row in session.exec(select(AuditEntry))]


class TestDesk:
    def test_says_who_one_is(self, entered: Entered, client: WorkClient, database: Database) -> None:
        post.stock(database)
        entered("coordinator", topics=["water"], organisation="ministerie", name="Anna de Vries")
        said = text(client.get("/en/work/my-account"))
        for words_ in ("Anna de Vries", "Netherlands", "Ministerie", "Coordinator", "Waterkwaliteit"):
            assert words_ in said, words_
        assert "still have to do" not in said

    def test_names_what_the_ledger_does_not_know_by_its_id(self, entered: Entered, client: WorkClient) -> None:
        entered("coordinator", topics=["elsewhere"], organisation="nobody-knows")
        said = text(client.get("/en/work/my-account"))
        assert "elsewhere" in said
        assert "nobody-knows" in said

    def test_says_which_mandates_one_holds_and_until_when(
        self, entered: Entered, client: WorkClient, people: People, database: Database, clock: Clock
    ) -> None:
        post.stock(database)
        colleague = people("diplomat", name="Bea Jansen")
        me = entered("diplomat", mandates=["water"])
        stand_in = {"substitute_from": "2026-12-01", "substitute_until": "2026-12-24"}
        rest = {"side": "nl", "given_by": "", "given_at": clock.now}
        with database.write() as session:
            mine = session.exec(select(Mandate)).one()
            mine.ends, mine.substitute_id = "2027-01-31", colleague.id
            mine.substitute_from, mine.substitute_until = "2026-12-01", "2026-12-24"
            session.add(Mandate(account_id=colleague.id, begins="2026-01-01", substitute_id=me.id, **stand_in, **rest))
            session.add(Mandate(account_id=me.id, topic="energie", begins="2026-01-01", ends="2026-11-23", **rest))
            session.add(Mandate(account_id=me.id, topic="energie", begins="2026-01-01", ended_at=clock.now, **rest))
        said = text(client.get("/en/work/my-account"))
        assert "English Waterkwaliteit from 24 November 2026 up to and including 31 January 2027" in said
        assert "Bea Jansen is your substitute from 1 December 2026 up to and including 24 December 2026" in said
        assert "as substitute of Bea Jansen from 1 December 2026 up to and including 24 December" in said
        assert "Energie" not in said  # past and ended

    @pytest.mark.parametrize(
        ("roles", "mandates", "factor", "asked"),
        [
            (["administrator"], [], "", True),
            (["diplomat"], ["water"], "", True),
            (["administrator"], [], "app", False),
            (["diplomat"], ["water"], "passkey", False),
            (["diplomat"], [], "", False),
        ],
    )
    def test_asks_for_the_second_factor_of_who_needs_one(
        self, entered: Entered, client: WorkClient, roles: list[str], mandates: list[str], factor: str, asked: bool
    ) -> None:
        entered(*roles, mandates=mandates, factor=factor, codes=["x"])
        page = client.get("/en/work")
        assert ("Set up a second factor" in page.text) is asked
        assert ('href="/en/work/my-account/app"' in page.text) is asked

    def test_asks_for_recovery_codes_when_none_is_left(self, entered: Entered, client: WorkClient) -> None:
        entered("diplomat", factor="app")
        assert 'href="/en/work/my-account/recovery-codes"' in client.get("/en/work").text

    def test_shows_the_newest_notes_that_one_may_see(
        self, entered: Entered, client: WorkClient, people: People, database: Database, clock: Clock
    ) -> None:
        entered("diplomat")
        theirs, gone = people("diplomat", side="vl", name="Veerle"), people("diplomat", name="", state="removed")
        made = {"kind": "agreement", "created_at": clock.now}
        with database.write() as session:
            for number in range(7):
                note = {**made, "created_at": clock.forward(minutes=1), "author_id": gone.id, "side": "nl"}
                session.add(Note(reference=f"NLVL-{number}", visibility="own", text=f"<b>text {number}", **note))
            session.add(Note(reference="X1", side="vl", visibility="own", author_id=theirs.id, text="secret", **made))
            both = {**made, "created_at": clock.forward(minutes=1)}
            session.add(Note(reference="X2", side="vl", visibility="both", author_id=theirs.id, text="shared", **both))
        page = client.get("/en/work")
        said = text(page)
        assert "shared Veerle, 24 November 2026 at 12:08" in said
        assert "secret" not in said
        assert [number for number in range(7) if f"text {number}" in said] == [3, 4, 5, 6]
        assert "a person who has left" in said
        assert 'href="/en/work/notes/agreement/NLVL-6"' in page.text

    def test_says_nothing_of_notes_to_who_may_see_none(self, entered: Entered, client: WorkClient) -> None:
        entered("administrator")
        assert "notes" not in text(client.get("/en/work")).lower()

    def test_takes_as_many_queries_for_much_as_for_little(
        self, entered: Entered, client: WorkClient, database: Database, app: Flask, queries: Queries, clock: Clock
    ) -> None:
        post.stock(database)
        me = entered("coordinator", "diplomat", topics=["water"], mandates=["water"])

        def made() -> int:
            with queries(app) as found:
                client.get("/en/work")
            return len(found)

        before = made()
        rest = {"account_id": me.id, "side": "nl", "begins": "2026-11-24", "given_by": "", "given_at": clock.now}
        note = {"kind": "agreement", "side": "nl", "visibility": "own", "author_id": me.id, "created_at": clock.now}
        with database.write() as session:
            session.add_all(Mandate(topic=f"topic{number}", **rest) for number in range(9))
            session.add_all(Note(reference=f"N{number}", text="x", **note) for number in range(9))
        assert made() == before <= 12


class TestSettings:
    def test_are_changed_and_the_page_speaks_the_new_language(
        self, entered: Entered, client: WorkClient, database: Database
    ) -> None:
        me = entered("diplomat", language="en")
        page = client.get("/en/work/my-account/settings")
        answer = client.submit(page, {"language": "nl", "mail": "weekly"})
        assert (answer.status_code, answer.location) == (303, "/nl/werk/mijn-account/instellingen?done=saved")
        assert client.get(answer.location).status_code == 200
        assert (now(database, me).language, now(database, me).mail) == ("nl", "weekly")
        assert now(database, me).version == me.version  # nobody is signed out for this
        assert deeds(database) == [("own_settings_changed", me.id, "{}")]

    def test_nothing_is_written_when_nothing_is_changed(
        self, entered: Entered, client: WorkClient, database: Database
    ) -> None:
        entered("diplomat")
        client.submit(client.get("/en/work/my-account/settings"))
        assert deeds(database) == []

    @pytest.mark.parametrize(
        ("typed", "field"),
        [({"language": "fr"}, "language"), ({"mail": "hourly"}, "mail"), ({"language": ""}, "language")],
    )
    def test_refuse_what_is_not_offered(
        self, entered: Entered, client: WorkClient, database: Database, typed: dict[str, str], field: str
    ) -> None:
        me = entered("diplomat")
        answer = client.submit(client.get("/en/work/my-account/settings"), typed)
        assert answer.status_code == 422
        assert f'href="#{field}-0"' in answer.text
        assert now(database, me) == me

    def test_take_no_other_field(self, entered: Entered, client: WorkClient, database: Database) -> None:
        me = entered("diplomat")
        for name, value in (("side", "vl"), ("name", "X"), ("email", "x@x.eu"), ("state", "removed")):
            data = {"language": "nl", "mail": "none", name: value}
            assert client.post("/en/work/my-account/settings", data=data).status_code == 400
        assert now(database, me) == me


class TestSignIns:
    PATH = "/en/work/my-account/sign-ins"

    @pytest.fixture
    def browsers(self, app: Flask, people: People, clock: Clock) -> tuple[Account, list[WorkClient]]:
        """One person in three browsers."""
        me, found = people("diplomat"), []
        for agent in (FIREFOX, PHONE, "curl/8"):
            found.append(app.test_client())
            let_in(found[-1], me, agent=agent)  # type: ignore[arg-type]
            clock.forward(minutes=1)
        return me, found  # type: ignore[return-value]

    def test_are_listed_in_words_this_one_first(self, browsers: tuple[Account, list[WorkClient]]) -> None:
        said = text(browsers[1][1].get(self.PATH))
        assert "Safari on iPhone 24 November 2026 at 12:01 24 November 2026 at 12:01 This is where you are now." in said
        assert said.index("iPhone") < said.index("a browser that does not say which") < said.index("Firefox on Windows")

    def test_one_is_ended_and_its_browser_is_out(
        self, browsers: tuple[Account, list[WorkClient]], database: Database
    ) -> None:
        me, (first, second, third) = browsers
        page = first.get(self.PATH)
        found = {tuple(form.fields["end"]) for form in forms(page)}
        mine, others = sign_ins(database, me)[0].id, [row.id for row in sign_ins(database, me)[1:]]
        assert found == {(one,) for one in (*others, "others")}
        assert mine not in page.text
        answer = first.post(self.PATH, data={"end": others[0]})
        assert (answer.status_code, answer.location) == (303, f"{self.PATH}?done=sign-ins-ended")
        assert first.get("/en/work").status_code == third.get("/en/work").status_code == 200
        assert second.get("/en/work").status_code == 303
        assert deeds(database) == [("sign_ins_ended", me.id, '{"count": 1}')]
        first.post(self.PATH, data={"end": others[0]})  # again, from a page that was open still
        assert len(deeds(database)) == 1

    def test_all_others_are_ended(self, browsers: tuple[Account, list[WorkClient]], database: Database) -> None:
        me, (first, second, third) = browsers
        second.post(self.PATH, data={"end": "others"})
        assert [one.get("/en/work").status_code for one in (first, second, third)] == [303, 200, 303]
        assert deeds(database) == [("sign_ins_ended", me.id, '{"count": 2}')]
        assert "End all others" not in second.get(self.PATH).text

    def test_those_of_others_cannot_be_ended(
        self, browsers: tuple[Account, list[WorkClient]], entered: Entered, client: WorkClient, database: Database
    ) -> None:
        victim, (browser, *_) = browsers
        entered("administrator")
        for row in sign_ins(database, victim):
            client.post(self.PATH, data={"end": row.id})
        assert browser.get("/en/work").status_code == 200
        assert deeds(database) == []

    def test_those_that_do_not_hold_any_more_are_not_listed(
        self, browsers: tuple[Account, list[WorkClient]], clock: Clock
    ) -> None:
        first = browsers[1][0]
        clock.forward(hours=7, minutes=50)
        first.get("/en/work")  # used, so that it does not end by itself
        clock.forward(minutes=20)
        said = text(first.get(self.PATH))
        assert "Firefox on Windows" in said
        assert "iPhone" not in said


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_page_of_the_own_account_is_there_in_each_language(
    entered: Entered, client: WorkClient, language: str
) -> None:
    entered("administrator", "diplomat", mandates=[""], codes=["x"], language=language)
    for room in ("desk", "own", "own-settings", "own-address", "own-password", "own-sign-ins", "own-export"):
        assert client.get(i18n.path(language, room)).status_code == 200, room


def test_a_joint_body_is_told_what_it_is(entered: Entered, client: WorkClient) -> None:
    entered("coordinator", topics=["water"], side="joint")
    for room in ("desk", "own"):
        assert "confirms for neither" in client.get(i18n.path("en", room)).text
