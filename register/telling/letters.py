"""Mail about what there is to tell: each person in their own measure, each thing once, with a link to the very thing.

What is told is claimed in a transaction of its own before the mail goes out, so that two runs at once never tell the
same; a claim whose mail did not go is given back, and one that a run left behind is free again after a while.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from jinja2 import Environment
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from register import i18n
from register.config import Settings
from register.db import Database
from register.errors import MailFailed
from register.guards import people
from register.mail import Mailer, Message
from register.models import Account, Told
from register.publishing import asking
from register.telling import finding, stopping
from register.telling.finding import Item
from register.web.rendering import environment
from register.words.people import AccountState, MailChoice

MOST_ITEMS = 50  # in one letter; the rest is in the next one
MOST_LETTERS = 500  # in one run; the rest goes out with the next one
MOST_FAILURES = 5  # in a row: then the mail server is not there, and the next run tries again
FORGOTTEN = timedelta(hours=1)  # a claim that no run holds any more
_APART = {MailChoice.AT_ONCE: 0, MailChoice.DAILY: 1, MailChoice.WEEKLY: 7}  # days between two letters
log = logging.getLogger("schakel")


class Letter(NamedTuple):
    """What one person is told, claimed for them."""

    account: Account
    items: list[Item]


def send(database: Database, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Write to everybody to whom there is something to tell. Gives how many letters went out, and how many did not."""
    mailer, settings = Mailer(database.settings), database.settings
    if not mailer.configured or not settings.base_url:  # a letter without its links would help nobody
        return 0, 0
    with database.read() as session:
        wanted = select(col(Account.id)).where(
            col(Account.state) == AccountState.ACTIVE.value, col(Account.mail) != MailChoice.NONE.value
        )
        waiting = list(session.scalars(wanted.order_by(col(Account.id))))
    sent = failed = row = 0
    for account_id in waiting:
        if sent >= MOST_LETTERS or row >= MOST_FAILURES:
            break
        letter = _claim(database, account_id, clock())
        if letter is None:
            continue
        try:
            mailer.send(_written(letter, settings))
        except MailFailed as error:
            log.error("a digest was not sent: %s", error)
            _give_back(database, letter)
            failed, row = failed + 1, row + 1
        else:
            _done(database, letter, clock())
            sent, row = sent + 1, 0
    return sent, failed


def _claim(database: Database, account_id: str, now: datetime) -> Letter | None:
    """What this person is to be told now, claimed; None where there is nothing, or another run is at it."""
    with database.read() as session:  # most have nothing new: look before asking everybody else to wait
        if not _new(session, account_id, now):
            return None
    try:
        with database.write() as session:
            held = select(Account).where(col(Account.id) == account_id).with_for_update()
            session.scalars(held.execution_options(populate_existing=True)).one()
            left = col(Told.account_id) == account_id, col(Told.sent_at).is_(None)
            session.execute(delete(Told).where(*left, col(Told.claimed_at) <= now - FORGOTTEN))
            items = _new(session, account_id, now)
            session.add_all(
                Told(account_id=account_id, what=item.what, about=item.about, claimed_at=now) for item in items
            )
            session.flush()
            account = session.get_one(Account, account_id)
            session.expunge_all()
    except IntegrityError:
        return None
    return Letter(account, items) if items else None


def _new(session: Session, account_id: str, now: datetime) -> list[Item]:
    """What there is to tell this person that they were not told, if it is time for a letter."""
    account = session.get(Account, account_id)
    if account is None or account.state != AccountState.ACTIVE or account.mail == MailChoice.NONE:
        return []
    today = now.astimezone(i18n.ZONE).date()
    mine = col(Told.account_id) == account_id
    last = session.scalar(select(func.max(col(Told.sent_at))).where(mine))
    if last is not None and (today - last.astimezone(i18n.ZONE).date()).days < _APART[MailChoice(account.mail)]:
        return []
    person = people.person(session, account, today)
    found = finding.items(session, account, person, account.language, now, asking.pauses(session))
    if not found:
        return []
    abouts = sorted({item.about for item in found})
    live = (col(Told.sent_at).is_not(None)) | (col(Told.claimed_at) > now - FORGOTTEN)
    told = {
        (row.what, row.about)
        for row in session.execute(
            select(col(Told.what), col(Told.about)).where(mine, col(Told.about).in_(abouts), live)
        )
    }
    unique = {(item.what, item.about): item for item in found if (item.what, item.about) not in told}
    return list(unique.values())[:MOST_ITEMS]


def _give_back(database: Database, letter: Letter) -> None:
    with database.write() as session:
        for item in letter.items:
            session.execute(delete(Told).where(*_row(letter.account, item), col(Told.sent_at).is_(None)))


def _done(database: Database, letter: Letter, now: datetime) -> None:
    with database.write() as session:
        for item in letter.items:
            session.execute(update(Told).where(*_row(letter.account, item)).values(sent_at=now))


def _row(account: Account, item: Item) -> tuple[ColumnElement[bool], ...]:
    return col(Told.account_id) == account.id, col(Told.what) == item.what, col(Told.about) == item.about


def _written(letter: Letter, settings: Settings) -> Message:
    """The letter as plain text, in the language of whoever gets it, with the link that stops such mail."""
    account, base = letter.account, settings.base_url
    stop = base + i18n.path(account.language, "stop-mail", stopping.token(account, settings.secret))
    text = (
        _environment(account.language)
        .get_template("mail/digest.txt")
        .render(
            account=account,
            items=letter.items,
            links=[base + i18n.path(account.language, item.room, item.rest) for item in letter.items],
            desk=base + i18n.path(account.language, "desk"),
            stop=stop,
        )
    )
    subject, _, body = text.strip().partition("\n")
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    body = re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n"
    return Message(account.email, subject.strip(), body, account.language, headers)


@cache
def _environment(language: str) -> Environment:
    """Like that of the pages, but plain text: nothing is escaped."""
    return environment(language).overlay(autoescape=False)
