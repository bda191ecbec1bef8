"""Commands about the people of the register: `flask --app app user …`. For the operator, who may do so on every side.

A link that gives access goes by mail to the person it is for. Without mail it is printed here, for the operator to
pass on: the operator runs the machine and could do as much without it (docs/decisions/0008).
"""

import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlmodel import Session, col

from register import guards, i18n
from register.accounts import messages, people, queries
from register.accounts.messages import Sender
from register.accounts.people import Wanted
from register.audit import Trail
from register.errors import FieldError, MailFailed
from register.guards import signing
from register.imports import founded
from register.mail import Mailer, Message
from register.models import Account
from register.words.people import AccountSide, AccountState, Deed, Role

user = AppGroup("user", help="The people who work in the register.")
_HERE = frozenset({"", "127.0.0.1", "::1", "0.0.0.0", "::"})  # noqa: S104 — what HOST says for this machine
_EMAIL = click.option("--email", required=True, help="The e-mail address of the account.")
_PRINT = click.option("--print", "printed", is_flag=True, help="Print the link instead of mailing it.")


def init(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(user)


@user.command("invite")
@click.option("--side", type=click.Choice([side.value for side in AccountSide]), required=True)
@click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True)
@_EMAIL
@click.option("--topic", "topics", multiple=True, help="For a coordinator: the id of a topic. May be given again.")
@click.option("--name", help="Else what stands before the @; the person can correct it.")
@click.option("--organisation", default="", help="The id of an organisation.")
@click.option("--language", type=click.Choice(i18n.LANGUAGES), default=i18n.LANGUAGES[0])
@_PRINT
def invite(
    side: str,
    roles: tuple[str, ...],
    email: str,
    topics: tuple[str, ...],
    name: str | None,
    organisation: str,
    language: str,
    printed: bool,
) -> None:
    """Invite somebody, such as the first administrator of a side."""
    email = _address(email)
    wanted = Wanted(name or email.partition("@")[0], organisation, frozenset(roles), frozenset(topics))
    with _writing() as (session, trail):
        _known(session, "topic", wanted.topics)
        _known(session, "organisation", {organisation} - {""})
        try:
            limits = guards.database().settings.limits
            invited = people.invite(session, trail, side, email, language, wanted, "", limits)
        except FieldError as error:
            if error.field != "email":
                raise
            raise click.ClickException(f"Somebody of the side {side} has the address {email} already.") from error
        if invited.taken is not None:
            raise click.ClickException(f"{email} belongs to an account of another side: {invited.taken.side}.")
        message, link = _invitation(session, invited, trail.now)
    _deliver(message, link, printed)


@user.command("again")
@_EMAIL
@_PRINT
def again(email: str, printed: bool) -> None:
    """Make a new link for an invitation that was not accepted yet; the earlier one stops working."""
    with _writing() as (session, trail):
        account = _found(session, email, AccountState.INVITED)
        invited = people.again(session, trail, account, "", guards.database().settings.limits)
        message, link = _invitation(session, invited, trail.now)
    _deliver(message, link, printed)


@user.command("list")
@click.option("--side", type=click.Choice([side.value for side in AccountSide]), help="Of this side only.")
@click.option("--all", "everybody", is_flag=True, help="Also those who were removed.")
def listing(side: str | None, everybody: bool) -> None:
    """Everybody, with side, state, address, roles and name."""
    with founded.check(guards.database()).read() as session:
        wanted = select(Account)
        if side:
            wanted = wanted.where(col(Account.side) == side)
        if not everybody:
            wanted = wanted.where(col(Account.state) != AccountState.REMOVED.value)
        accounts = session.scalars(wanted).all()
        rows = queries.rows(session, [account.id for account in accounts], guards.clock())
        lines = sorted(
            (account.side, account.state, queries.shown(account.email), ", ".join(rows[account.id].roles), account.name)
            for account in accounts
        )
    for line in lines:
        click.echo("  ".join((f"{line[0]:5}", f"{line[1]:8}", f"{line[2]:32}", f"{line[3]:28}", line[4])).rstrip())
    click.echo("1 person." if len(lines) == 1 else f"{len(lines)} people.", err=True)


@user.command("reset")
@_EMAIL
@_PRINT
def reset(email: str, printed: bool) -> None:
    """Make a link with which somebody who lost their means of signing in begins again."""
    limits = guards.database().settings.limits
    with _writing() as (session, trail):
        account = _found(session, email, AccountState.ACTIVE)
        token = people.ask_reset(session, trail, account, "", limits)
        link = _link(account.language, "reset", token)
        message = messages.reset(account, Sender(), link, trail.now + limits.reset)
    _deliver(message, link, printed)


@user.command("remove")
@_EMAIL
@click.confirmation_option(prompt="Remove this account? It cannot be undone.")
def remove(email: str) -> None:
    """Remove somebody; also the last administrator of a side."""
    with _writing() as (session, trail):
        account = _found(session, email)
        queries.locked(session, account.side, account.id)
        people.remove(session, trail, account, None, by_operator=True)
    click.echo(f"{email} is removed.")


@user.command("end-sessions")
@_EMAIL
def end_sessions(email: str) -> None:
    """End every sign-in of somebody."""
    with _writing() as (session, trail):
        account = _found(session, email, AccountState.ACTIVE)
        ended = signing.end(session, account.id, trail.now)
        trail.add(Deed.SIGN_INS_ENDED, account, count=ended)
    click.echo("1 sign-in ended." if ended == 1 else f"{ended} sign-ins ended.")


@contextmanager
def _writing() -> Iterator[tuple[Session, Trail]]:
    """One transaction of the operator's; what a rule refuses becomes a message."""
    database = founded.check(guards.database())
    try:
        with database.write() as session:
            yield session, Trail(session, guards.clock(), database.settings.limits.keep_audit.days)
    except FieldError as error:
        raise click.ClickException(error.message % error.values) from error


def _address(email: str) -> str:
    found = unicodedata.normalize("NFC", email.strip()).lower()
    name, _, host = found.rpartition("@")
    if not name or "." not in host or any(sign.isspace() for sign in found):
        raise click.BadParameter("is not an e-mail address", param_hint="--email")
    return found


def _found(session: Session, email: str, state: AccountState | None = None) -> Account:
    """The account with this address. Raises ClickException when there is none, or it is in another state."""
    account = queries.by_email(session, _address(email))
    if account is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    if state is not None and account.state != state:
        raise click.ClickException(f"The account of {email} is {account.state}, not {state.value}.")
    return account


def _known(session: Session, kind: str, ids: "set[str] | frozenset[str]") -> None:
    if missing := ids - queries.titles(session, i18n.LANGUAGES[0], kind, ids).keys():
        raise click.ClickException(f"No {kind} is published with the id {', '.join(sorted(missing))}.")


def _invitation(session: Session, invited: people.Invited, now: datetime) -> tuple[Message, str]:
    account = invited.account
    row = queries.row(session, account, now)
    labels = i18n.labels(account.language)["Role"]
    link = _link(account.language, "invitation", invited.token)
    until = now + guards.database().settings.limits.invitation
    needs = people.needs_second_factor(row.roles, bool(row.mandates))
    roles = [labels[role] for role in row.roles]
    return messages.invitation(account, Sender(), roles, link, until, second_factor=needs), link


def _link(language: str, room: str, token: str) -> str:
    return (current_app.config["BASE_URL"] or _local()) + i18n.path(language, room, token)


def _local() -> str:
    """Where `make serve` serves with the same HOST and PORT. Raises ClickException when PORT is none."""
    host, port = os.environ.get("HOST", ""), os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise click.ClickException(f"PORT={port} is not a number from 1 to 65535.")
    if host in _HERE:
        host = "localhost"
    return f"http://[{host}]:{int(port)}" if ":" in host else f"http://{host}:{int(port)}"


def _deliver(message: Message, link: str, printed: bool) -> None:
    """Mail the message, or print the link: when asked, or when there is no mail."""
    mailer = Mailer(guards.database().settings)
    if mailer.configured and not printed:
        try:
            mailer.send(message)
        except MailFailed as error:
            raise click.ClickException(f"The message could not be sent ({error}). Use --print for the link.") from error
        click.echo(f"A message with the link is on its way to {message.to}.")
        return
    click.echo("Give this link to the person it is for, and to nobody else. It works once.", err=True)
    if not current_app.config["BASE_URL"]:
        click.echo("Is the server at another address than this link? Set SCHAKEL_URL as the server has it.", err=True)
    click.echo(link)
