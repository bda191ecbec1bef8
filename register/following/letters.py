"""Letters to those who follow by mail: one for each address, with all that is new in what it follows.

A run claims an address before it writes to it, so that two at once never write the same; what was told moves the
address's place in the ledger and in the calendar, so that nothing is told twice. A mail that failed leaves both where
they were.
"""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlmodel import Session, col

from register import i18n
from register.config import Settings
from register.db import Database
from register.errors import MailFailed
from register.following import finding, messages, service
from register.ledger import read
from register.mail import Mailer, Message
from register.models import Followed, Follower
from register.words.people import Frequency

MOST_LETTERS = 500  # in one run; the rest goes out with the next one
MOST_LOOKED_AT = 5000
MOST_FAILURES = 5  # in a row: then the mail server is not there, and the next run tries again
FORGOTTEN = timedelta(hours=1)  # a claim that no run holds any more
DAYS = {Frequency.AT_ONCE: 0, Frequency.WEEKLY: 7, Frequency.MONTHLY: 30}  # between two letters
log = logging.getLogger("schakel")


class Looked(NamedTuple):
    """An address, what is new for it, and up to which position of the ledger and which day that was looked for."""

    follower: Follower
    news: finding.News
    seq: int
    day: str


def send(database: Database, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Write to every address that follows something in which there is news. Gives letters sent, and not sent."""
    mailer, settings = Mailer(database.settings), database.settings
    if not mailer.configured or not settings.base_url:  # a letter without its links would help nobody
        return 0, 0
    sent = failed = row = 0
    quiet: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for follower_id in _due(database, clock()):
        if sent >= MOST_LETTERS or row >= MOST_FAILURES:
            break
        looked = _look(database, follower_id, clock())
        if looked is None:
            continue
        if not looked.news.number:
            quiet.setdefault((looked.seq, looked.day), []).append((follower_id, looked.follower.seq))
            continue
        if not _claim(database, looked.follower, clock()):
            continue
        looked = _look(database, follower_id, clock())  # in a snapshot of its own: what was withdrawn is not told
        if looked is None:
            continue
        try:
            if looked.news.number:
                mailer.send(_written(looked, settings))
        except MailFailed as error:
            log.error("a letter to somebody who follows was not sent: %s", error)
            _end(database, follower_id, claimed_at=None, failures=looked.follower.failures + 1)
            failed, row = failed + 1, row + 1
        else:
            _end(database, follower_id, claimed_at=None, failures=0, seq=looked.seq, day=looked.day, last_at=clock())
            sent, row = sent + 1, 0
    _move(database, quiet)
    return sent, failed


def _due(database: Database, now: datetime) -> list[str]:
    """The addresses whose time it is and for whom there may be news, first those that mail reaches.

    There may be news where the ledger has grown, and where a day has ended, on which a date may have passed.
    """
    today = now.astimezone(i18n.ZONE).date()
    due = []
    for frequency, days in DAYS.items():
        begins = datetime.combine(today - timedelta(days=days - 1), time(), i18n.ZONE)  # of the day after the last
        due.append(and_(col(Follower.frequency) == frequency.value, col(Follower.last_at) < begins if days else true()))
    with database.public() as connection:
        head = read.revision(connection).seq
    with database.read() as session:
        behind = or_(col(Follower.seq) < head, col(Follower.day) < today.isoformat())
        wanted = select(col(Follower.id)).where(behind, or_(*due), _free(now))
        order = col(Follower.failures), col(Follower.seq), col(Follower.id)
        return list(session.scalars(wanted.order_by(*order).limit(MOST_LOOKED_AT)))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Follower.claimed_at).is_(None), col(Follower.claimed_at) <= now - FORGOTTEN)


def _look(database: Database, follower_id: str, now: datetime) -> Looked | None:
    """What there is to tell; None when the address was forgotten meanwhile."""
    with database.read() as session:
        follower, followed = _loaded(session, follower_id)
    if follower is None:
        return None
    today = now.astimezone(i18n.ZONE).date()
    with database.public() as connection:
        seq = read.revision(connection).seq
        news = finding.news(connection, follower.language, followed, follower.seq, follower.day, today)
        return Looked(follower, news, seq, today.isoformat())


def _loaded(session: Session, follower_id: str) -> tuple[Follower | None, list[Followed]]:
    follower = session.get(Follower, follower_id)
    followed = list(service.of(session, follower)) if follower else []
    session.expunge_all()
    return follower, followed


def _claim(database: Database, follower: Follower, now: datetime) -> bool:
    """Whether this run may write to the address: nobody else is at it, nor was since it was looked at."""
    with database.write() as session:
        same = col(Follower.id) == follower.id, col(Follower.seq) == follower.seq, col(Follower.day) == follower.day
        claimed = session.execute(
            update(Follower).where(*same, _free(now)).values(claimed_at=now).returning(col(Follower.id))
        )
        return claimed.first() is not None


def _end(database: Database, follower_id: str, **values: object) -> None:
    with database.write() as session:
        session.execute(update(Follower).where(col(Follower.id) == follower_id).values(**values))


def _move(database: Database, quiet: dict[tuple[int, str], list[tuple[str, int]]]) -> None:
    """Note that there was nothing to tell up to here, unless another run has told something meanwhile."""
    if not quiet:
        return
    with database.write() as session:
        for (seq, day), looked in quiet.items():
            for follower_id, before in looked:
                same = col(Follower.id) == follower_id, col(Follower.seq) == before
                session.execute(update(Follower).where(*same).values(seq=seq, day=day))


def _written(looked: Looked, settings: Settings) -> Message:
    """The letter as plain text, in the language in which the address asked, with the links to change and to stop it."""
    follower, base = looked.follower, settings.base_url
    token = service.token(follower.id, settings.secret)
    stop = base + i18n.path(follower.language, "follow-stop", token)
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return messages.made(
        "following",
        follower.language,
        follower.email,
        headers,
        news=looked.news,
        base=base,
        own=base + i18n.path(follower.language, "follow-own", token),
        stop=stop,
    )
