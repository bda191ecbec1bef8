"""Changing one's own password and address: only shortly after showing who one is, and never more than that."""

from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from register.accounts import passwords
from register.db import Database
from register.models import Account, Attempt, AuditEntry, SignIn, Ticket
from tests.accounts import SQLITE
from tests.accounts.post import Post
from tests.workers import CHEAP, PASSWORD, Clock, People, WorkClient, forms, let_in

pytestmark = SQLITE
NEW = "een schaap op de dijk van Lillo"
ADDRESS, PASS = "/en/work/my-account/address", "/en/work/my-account/password"
TYPED = {"current_password": PASSWORD, "new_password": NEW, "new_password_again": NEW}


@pytest.fixture
def window(mailing: Flask) -> WorkClient:
    """A browser on a register that sends mail."""
    return mailing.test_client()  # type: ignore[return-value]


@pytest.fixture
def me(window: WorkClient, people: People) -> Account:
    """A person with a password, signed in."""
    account = people("diplomat", password=PASSWORD, name="Anna de Vries")
    let_in(window, account)
    return account


def now(database: Database, account: Account) -> Account:
    with database.read() as session:
        found = session.get_one(Account, account.id)
        session.expunge_all()
        return found


def rows(database: Database, model: type[Any]) -> list[Any]:
    with database.read() as session:
        found = list(session.exec(select(model)))
        session.expunge_all()
        return found


def fits(database: Database, account: Account, password: str) -> bool:
    return passwords.hasher(CHEAP).verify(password, now(database, account).password)


class TestPassword:
    def test_is_changed_other_sign_ins_end_and_a_message_says_so(
        self, window: WorkClient, me: Account, mailing: Flask, database: Database, post: Post
    ) -> None:
        other: Any = mailing.test_client()
        let_in(other, me)
        answer = window.submit(window.get(PASS), TYPED)
        assert (answer.status_code, answer.location) == (303, "/en/work/my-account?done=password")
        assert window.get(answer.location).status_code == 200
        assert other.get("/en/work").status_code == 303
        assert fits(database, me, NEW)
        letter = post.one()
        assert (letter.to, letter.subject) == (me.email, "Your password for Schakel was changed")
        assert "Every other sign-in was ended" in letter.text
        [entry] = rows(database, AuditEntry)
        assert (entry.deed, entry.actor, entry.about, entry.detail) == (
            "password_set", me.id, me.id, '{"means": "password"}',
        )  # fmt: skip

    def test_links_for_a_new_password_are_dead_afterwards(
        self, window: WorkClient, me: Account, database: Database, clock: Clock
    ) -> None:
        times = {"created_at": clock.now, "expires_at": clock.now.replace(hour=23)}
        with database.write() as session:
            session.add(Ticket(kind="reset", token="t", account_id=me.id, email=me.email, made_by=me.id, **times))
        window.submit(window.get(PASS), TYPED)
        assert rows(database, Ticket)[0].withdrawn_at == clock.now

    @pytest.mark.parametrize(
        ("typed", "field", "told"),
        [
            ({"current_password": "something else"}, "current_password", "This is not your current password."),
            ({"new_password_again": NEW + "!"}, "new_password_again", "This differs from the new password above"),
            ({"new_password": PASSWORD, "new_password_again": PASSWORD}, "new_password", "the password you have now"),
            ({"new_password": "short", "new_password_again": "short"}, "new_password", "at least 12 characters"),
            ({"new_password": "annadevries2026", "new_password_again": "annadevries2026"}, "new_password", "your own"),
            ({"new_password": ""}, "new_password", "Fill in this field."),
        ],
    )
    def test_is_refused_with_the_reason_at_the_field_and_nothing_shown_again(
        self, window: WorkClient, me: Account, database: Database, typed: dict[str, str], field: str, told: str
    ) -> None:
        answer = window.submit(window.get(PASS), {**TYPED, **typed})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert told in answer.text
        for secret in (PASSWORD, NEW, typed.get(field, "")):
            assert not secret or f'value="{secret}"' not in answer.text
        assert fits(database, me, PASSWORD)
        assert now(database, me).version == me.version

    def test_the_reason_is_in_the_language_of_the_page(self, window: WorkClient, me: Account) -> None:
        english = window.submit(window.get(PASS), {**TYPED, "new_password": "kort", "new_password_again": "kort"})
        dutch = window.post(
            "/nl/werk/mijn-account/wachtwoord", data={**TYPED, "new_password": "kort", "new_password_again": "kort"}
        )
        assert (english.status_code, dutch.status_code) == (422, 422)
        assert me.language == "en"

    def test_the_current_one_cannot_be_guessed(
        self, window: WorkClient, me: Account, database: Database, clock: Clock
    ) -> None:
        page = window.get(PASS)
        for _ in range(CHEAP.attempts_account):
            assert window.submit(page, {**TYPED, "current_password": "guess"}).status_code == 422
        answer = window.submit(page, TYPED)
        assert answer.status_code == 429
        assert "Try again from 24 November 2026 at 12:15" in answer.text
        assert fits(database, me, PASSWORD)
        assert {row.deed for row in rows(database, AuditEntry)} == {"sign_in_refused"}
        clock.forward(minutes=15)
        with database.write() as session:  # the proof is too old by then as well; that is not what this is about
            session.exec(select(SignIn)).one().proved_at = clock.now
        assert window.submit(page, TYPED).status_code == 303
        assert len(rows(database, Attempt)) == CHEAP.attempts_account  # those of the network

    def test_is_not_asked_of_who_has_none(self, window: WorkClient, people: People, database: Database) -> None:
        account = people("diplomat", factor="passkey")
        let_in(window, account)
        page = window.get(PASS)
        assert "current_password" not in forms(page)[0].fields
        assert window.submit(page, {"new_password": NEW, "new_password_again": NEW}).status_code == 303
        assert fits(database, account, NEW)

    @pytest.mark.parametrize("path", [PASS, ADDRESS, "/en/work/my-account/data"])
    def test_needs_a_fresh_proof(
        self, window: WorkClient, people: People, database: Database, path: str, post: Post
    ) -> None:
        account = people("diplomat", password=PASSWORD)
        let_in(window, account, fresh=False)
        for answer in (window.get(path), window.post(path, data={**TYPED, "email": "new@x.example"})):
            assert (answer.status_code, answer.location) == (303, f"/en/work/sign-in-again?next={path}")
        assert fits(database, account, PASSWORD)
        assert post.empty
        assert rows(database, Ticket) == []


class TestAddress:
    def test_counts_once_its_link_was_opened_and_the_old_one_is_told(
        self, window: WorkClient, me: Account, database: Database, post: Post
    ) -> None:
        answer = window.submit(window.get(ADDRESS), {"email": " Anna@New.Example "})
        assert (answer.status_code, answer.location) == (303, f"{ADDRESS}?done=address-asked")
        assert window.get(answer.location).status_code == 200
        letter = post.one()
        assert (letter.to, now(database, me).email) == ("anna@new.example", me.email)
        confirmed = window.submit(window.get(letter.path))
        assert confirmed.status_code == 303
        assert now(database, me).email == "anna@new.example"
        assert post.one().to == me.email
        assert window.get("/en/work").status_code == 200
        assert "address_changed" in {row.deed for row in rows(database, AuditEntry)}

    @pytest.mark.parametrize("side", ["nl", "vl"])
    def test_never_tells_that_another_has_it(
        self, window: WorkClient, me: Account, people: People, database: Database, post: Post, side: str
    ) -> None:
        other = people("diplomat", side=side)
        free = window.submit(window.get(ADDRESS), {"email": "free@x.example"})
        letter = post.one()
        taken = window.submit(window.get(ADDRESS), {"email": other.email})
        assert (free.status_code, free.location, free.data) == (taken.status_code, taken.location, taken.data)
        told = post.one()
        assert (told.to, "://" in told.text) == (other.email, False)
        assert me.email not in told.text
        assert me.name not in told.text
        assert "://" in letter.text
        assert now(database, other).email == other.email

    @pytest.mark.parametrize("typed", ["", "no address", "a@b", "x@y.example\nBcc: z@y.example"])
    def test_must_be_one(self, window: WorkClient, me: Account, database: Database, post: Post, typed: str) -> None:
        answer = window.submit(window.get(ADDRESS), {"email": typed})
        assert answer.status_code == 422
        assert me.id
        assert rows(database, Ticket) == []
        assert post.empty

    def test_must_be_another(self, window: WorkClient, me: Account) -> None:
        answer = window.submit(window.get(ADDRESS), {"email": me.email})
        assert answer.status_code == 422
        assert "This is the address that you have now." in answer.text
        assert f'value="{me.email}"' in answer.text  # nothing typed is lost

    def test_is_asked_for_only_so_often(self, window: WorkClient, me: Account, post: Post) -> None:
        page = window.get(ADDRESS)
        for number in range(CHEAP.mails_account):
            assert window.submit(page, {"email": f"new{number}@x.example"}).status_code == 303
        answer = window.submit(page, {"email": "more@x.example"})
        assert answer.status_code == 429
        assert "Try again from 24 November 2026 at 13:00" in answer.text
        assert 'value="more@x.example"' in answer.text
        assert [post.one().to for _ in range(CHEAP.mails_account)][-1] == "new4@x.example"
        assert post.empty
        assert me.id

    def test_cannot_be_changed_where_no_mail_is_sent(
        self, client: WorkClient, people: People, database: Database
    ) -> None:
        let_in(client, people("diplomat"))
        page = client.get(ADDRESS)
        assert "sends no mail" in page.text
        assert forms(page) == []
        assert client.post(ADDRESS, data={"email": "new@x.example"}).status_code == 200
        assert rows(database, Ticket) == []
