"""Writing and reading the audit trail. It holds no secret and no text of a note: `detail` takes listed names only."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from register import access
from register.access import Person
from register.models import Account, AuditEntry
from register.models.audit import OPERATOR
from register.words.people import Deed

# What a detail may say. Neither a password, a code, a token, nor anything that somebody wrote to be read.
DETAILS = frozenset(
    {"roles", "topics", "was", "now", "topic", "begins", "ends", "substitute", "from", "until", "factor", "means",
     "why", "visibility", "record", "count", "organisation", "mandate"}
)  # fmt: skip


PAGE_SIZE = 50


class Entries(NamedTuple):
    """One page of the trail, newest first. `newer` and `older` are the keys of the pages beside it; None: no such."""

    rows: Sequence[AuditEntry]
    newer: int | None
    older: int | None


def entries(
    session: Session,
    person: Person,
    *,
    about: str = "",
    deed: str = "",
    newer: int | None = None,
    older: int | None = None,
) -> Entries:
    """What `person` may see of the trail, in one query. `about`: deeds by or about that account; `deed`: of that sort.

    `newer` and `older` are keys that an earlier page gave: numbers of entries, which count those of every side, so
    that whoever shows them hides them first.
    """
    wanted = select(AuditEntry).where(access.visible(AuditEntry, person))
    if about:
        wanted = wanted.where(or_(col(AuditEntry.actor) == about, col(AuditEntry.about) == about))
    if deed:
        wanted = wanted.where(col(AuditEntry.deed) == deed)
    number = col(AuditEntry.id)
    if newer is not None:
        wanted = wanted.where(number > newer).order_by(number)
    else:
        wanted = (wanted if older is None else wanted.where(number < older)).order_by(number.desc())
    found = list(session.scalars(wanted.limit(PAGE_SIZE + 1)))
    more, rows = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if newer is not None:
        rows.reverse()
    has_newer, has_older = (more, True) if newer is not None else (older is not None, more)
    return Entries(rows, rows[0].id if rows and has_newer else None, rows[-1].id if rows and has_older else None)


def of_account(session: Session, account_id: str) -> Sequence[AuditEntry]:
    """Every entry by or about an account, oldest first: what the trail keeps of one person, for that person."""
    mine = or_(col(AuditEntry.actor) == account_id, col(AuditEntry.about) == account_id)
    return session.scalars(select(AuditEntry).where(mine).order_by(col(AuditEntry.id))).all()


class Trail:
    """Writes deeds in the transaction of `session`. `keep_days` is how long an entry may not be deleted."""

    def __init__(
        self, session: Session, now: datetime, keep_days: int, person: Person | None = None, sign_in: str = ""
    ) -> None:
        self.session, self.now, self.person, self.sign_in = session, now, person, sign_in
        self.keep_until = now + timedelta(days=keep_days)

    def add(self, deed: Deed, account: Account, *, actor: str | None = None, **detail: Any) -> None:
        """Write that `deed` was done to or about `account`, by the person of this request unless `actor` is given.

        Raises ValueError for a detail that nobody listed.
        """
        if unknown := set(detail) - DETAILS:
            raise ValueError(f"not for the audit trail: {sorted(unknown)}")
        by = actor if actor is not None else (self.person.id if self.person else OPERATOR)
        self.session.add(
            AuditEntry(
                at=self.now,
                side=account.side,
                actor=by,
                deed=deed.value,
                about=account.id,
                sign_in=self.sign_in,
                detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
                keep_until=self.keep_until,
            )
        )
