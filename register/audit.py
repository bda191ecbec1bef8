"""Writing and reading the audit trail. It holds no secret and no text of a note: `detail` takes listed names only."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from register.access import Person
from register.models import Account, AuditEntry
from register.models.audit import OPERATOR
from register.words.people import Deed

# What a detail may say. Neither a password, a code, a token, nor anything that somebody wrote to be read.
DETAILS = frozenset(
    {"roles", "topics", "was", "now", "topic", "begins", "ends", "substitute", "from", "until", "factor", "means",
     "why", "visibility", "record", "count", "organisation", "mandate"}
)  # fmt: skip


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
