"""The commands about people: `flask --app app user …`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from register.config import Settings
from register.db import Database
from register.ledger import PUBLIC_TABLES
from register.models import Account, AccountRole, AuditEntry, SignIn, Ticket
from tests.accounts import SQLITE
from tests.accounts.post import Letter, stock
from tests.conftest import Command
from tests.mailbox import REFUSED, Mailbox
from tests.workers import Clock, People, application, furnished, let_in

pytestmark = SQLITE
INVITE = ("user", "invite", "--side", "nl", "--role", "administrator", "--email", "Jan@Ministerie.example")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A known secret, and hashing that costs nothing."""
    return furnished(settings)


@pytest.fixture(autouse=True)
def _nobody_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `make serve` would serve is not what the machine of the tests says."""
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def people(database: Database) -> People:
    """Makes people straight in the database."""
    return People(database, Clock())


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with Mailbox() as running:
        yield running


@pytest.fixture
def with_mail(database: Database, mailbox: Mailbox) -> Iterator[Database]:
    """The same register, with mail."""
    chosen = replace(
        database.settings, smtp_url=mailbox.url, mail_from="schakel@example.org", base_url="https://schakel.example"
    )
    opened = Database(chosen, PUBLIC_TABLES)
    yield opened
    opened.close()


def rows(database: Database, kind: Any) -> list[Any]:
    with database.read() as session:
        found = list(session.scalars(select(kind)))
        session.expunge_all()
        return found


def test_the_first_administrator_is_invited_and_the_link_printed(database: Database, command: Command) -> None:
    result = command(database, *INVITE)
    assert result.exit_code == 0, result.output
    link = result.stdout.strip()
    assert link.startswith("http://localhost:8000/nl/uitnodiging/")
    assert "to nobody else" in result.stderr
    (account,), (role,), (entry,) = rows(database, Account), rows(database, AccountRole), rows(database, AuditEntry)
    assert (account.side, account.email, account.state, account.name) == (
        "nl",
        "jan@ministerie.example",
        "invited",
        "jan",
    )
    assert role.role == "administrator"
    assert (entry.actor, entry.deed, entry.about) == ("", "invited", account.id)
    app = application(database.settings, Clock())
    app.config.pop("CLOCK")  # the command went by the real hour
    assert app.test_client().get(link.removeprefix("http://localhost:8000")).status_code == 200
    app.extensions["schakel_database"].close()


@pytest.mark.parametrize(
    ("host", "port", "begins"),
    [
        ("", "9123", "http://localhost:9123/"),
        ("127.0.0.1", "", "http://localhost:8000/"),
        ("::", "8001", "http://localhost:8001/"),
        ("register.intern.example", "8001", "http://register.intern.example:8001/"),
        ("fd00::7", "8001", "http://[fd00::7]:8001/"),
    ],
)
def test_the_link_leads_to_where_make_serve_serves(
    database: Database, command: Command, monkeypatch: pytest.MonkeyPatch, host: str, port: str, begins: str
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", port)
    result = command(database, *INVITE)
    assert result.stdout.startswith(begins)
    first, second = result.stderr.splitlines()
    assert "to nobody else" in first
    assert "Set SCHAKEL_URL as the server has it" in second


@pytest.mark.parametrize("port", ["0", "65536", "http", "²"])
def test_a_port_that_is_none_is_said_and_nobody_is_invited(
    database: Database, command: Command, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("PORT", port)
    result = command(database, *INVITE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"PORT={port} is not a number from 1 to 65535." in result.stderr
    assert rows(database, Account) == []


def test_with_mail_it_goes_to_the_person(with_mail: Database, mailbox: Mailbox, command: Command) -> None:
    result = command(with_mail, *INVITE, "--language", "en", "--name", "Jan Jansen")
    assert result.output == "A message with the link is on its way to jan@ministerie.example.\n"
    letter = Letter(mailbox.take())
    assert "The operator of the register invites you" in letter.text
    assert "needs a second way" in letter.text
    assert "https://schakel.example/en/invitation/" in letter.text
    assert letter.path.rpartition("/")[2] not in result.output
    printed = command(with_mail, "user", "again", "--email", "jan@ministerie.example", "--print")
    assert printed.stdout.startswith("https://schakel.example/en/invitation/")
    assert "SCHAKEL_URL" not in printed.stderr
    assert mailbox.empty
    tickets = rows(with_mail, Ticket)
    assert sorted(bool(ticket.withdrawn_at) for ticket in tickets) == [False, True]


def test_mail_that_does_not_go_says_what_to_do(with_mail: Database, command: Command) -> None:
    result = command(with_mail, *INVITE[:-1], REFUSED)
    assert result.exit_code == 1
    assert "Use --print for the link" in result.output
    assert command(with_mail, "user", "again", "--print", "--email", REFUSED).exit_code == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("--role", "coordinator"), "Choose the topics"),
        (("--topic", "water"), "Topics go with the role of coordinator"),
        (("--role", "coordinator", "--topic", "vuur"), "No topic is published with the id vuur"),
        (("--organisation", "niemand"), "No organisation is published with the id niemand"),
        (("--email", "jan"), "is not an e-mail address"),
        (("--side", "be"), "Invalid value for '--side'"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    database: Database, command: Command, changes: tuple[str, ...], said: str
) -> None:
    stock(database)
    result = command(database, *INVITE, *changes)
    assert result.exit_code in (1, 2)
    assert said in result.output
    assert rows(database, Account) == []


def test_a_coordinator_is_invited_for_topics_of_the_ledger(database: Database, command: Command) -> None:
    stock(database)
    result = command(
        database, "user", "invite", "--side", "vl", "--role", "coordinator", "--topic", "water", "--topic", "energie",
        "--email", "an@departement.example", "--organisation", "departement",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert {(row.role, row.topic) for row in rows(database, AccountRole)} == {
        ("coordinator", "water"),
        ("coordinator", "energie"),
    }


@pytest.mark.parametrize("side", ["nl", "vl"])
def test_an_address_that_is_known_is_refused(database: Database, command: Command, people: People, side: str) -> None:
    people("diplomat", side=side, email="jan@ministerie.example")
    result = command(database, *INVITE)
    assert result.exit_code == 1
    said = "belongs to an account of another side: vl." if side == "vl" else "already."
    assert result.output.strip().endswith(said)
    assert "jan@ministerie.example" in result.output
    assert "your side" not in result.output
    assert len(rows(database, Account)) == 1


def test_reset_prints_a_link_that_clears(database: Database, command: Command, people: People) -> None:
    them = people("administrator", email="jan@nl.example", language="en")
    result = command(database, "user", "reset", "--email", "jan@nl.example")
    assert result.stdout.startswith("http://localhost:8000/en/new-password/")
    (ticket,) = rows(database, Ticket)
    assert (ticket.kind, ticket.account_id, ticket.made_by) == ("reset", them.id, "")


def test_remove_takes_also_the_last_administrator(database: Database, command: Command, people: People) -> None:
    them = people("administrator", email="jan@nl.example")
    assert command(database, "user", "remove", "--email", "jan@nl.example").exit_code == 1  # nobody said yes
    assert rows(database, Account)[0].state == "active"
    result = command(database, "user", "remove", "--email", "jan@nl.example", "--yes")
    assert result.output == "jan@nl.example is removed.\n"
    assert (rows(database, Account)[0].id, rows(database, Account)[0].state) == (them.id, "removed")


def test_end_sessions(database: Database, command: Command, people: People) -> None:
    them = people("diplomat", email="jan@nl.example")
    app = application(database.settings, Clock())
    for _ in range(2):
        let_in(app.test_client(), them)  # type: ignore[arg-type]
    app.extensions["schakel_database"].close()
    assert command(database, "user", "end-sessions", "--email", "jan@nl.example").output == "2 sign-ins ended.\n"
    assert all(row.ended_at for row in rows(database, SignIn))


@pytest.mark.parametrize(("name", "state"), [("again", "active"), ("reset", "invited"), ("end-sessions", "invited")])
def test_a_state_that_does_not_fit_is_named(
    database: Database, command: Command, people: People, name: str, state: str
) -> None:
    people("diplomat", email="jan@nl.example", state=state)
    result = command(database, "user", name, "--email", "jan@nl.example")
    assert (result.exit_code, f"is {state}, not" in result.output) == (1, True)
    result = command(database, "user", name, "--email", "nobody@nl.example")
    assert "Nobody has the address nobody@nl.example" in result.output


def test_list(database: Database, command: Command, people: People) -> None:
    people("administrator", "diplomat", email="jan@nl.example", name="Jan")
    people("diplomat", email="an@vl.example", side="vl")
    people("diplomat", email="gone@nl.example", state="removed")
    lines = command(database, "user", "list").stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["nl", "active", "jan@nl.example"],
        ["vl", "active", "an@vl.example"],
    ]
    assert "diplomat, administrator" in lines[0]
    assert len(command(database, "user", "list", "--side", "vl").stdout.splitlines()) == 1
    assert len(command(database, "user", "list", "--all").stdout.splitlines()) == 3


def test_every_command_says_what_it_does(database: Database, command: Callable[..., Any]) -> None:
    listed = command(database, "user", "--help").output.partition("Commands:")[2]
    for name in ("invite", "again", "list", "reset", "remove", "end-sessions"):
        assert f"  {name} " in listed
    assert "side, state, address, roles and name" in listed
