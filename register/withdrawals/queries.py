"""Reading what was taken back or asked: through `access.visible` and nothing else."""

import json
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from register import access, workflow
from register.access import Person
from register.errors import BadParameter, NotHere
from register.ledger import taking
from register.ledger.tables import publication, taken
from register.models import Account, Withdrawal
from register.words.taking import Taking, TakingState

PAGE_SIZE = 25


class Listed(NamedTuple):
    """A withdrawal with the name of who asked, empty once they are gone, and what the text is called.

    `until`: the day on which what is hidden comes back; empty when it is not hidden any more.
    """

    row: Withdrawal
    author: str
    title: str
    until: str

    @property
    def waits(self) -> bool:
        """Whether it waits for the other side."""
        return self.row.state == TakingState.ASKED.value


def page(session: Session, person: Person, after: str = "") -> tuple[list[Listed], str]:
    """What the person may see, newest first, and the key of the next page. One query, one more for a page key.

    Raises BadParameter for a page key that is nothing they may see.
    """
    order = tuple_(col(Withdrawal.asked_at), col(Withdrawal.id))
    wanted = _selected(person)
    if after:
        key = session.scalars(
            select(Withdrawal).where(access.visible(Withdrawal, person), col(Withdrawal.id) == after)
        ).first()
        if key is None:
            raise BadParameter("after", after[:40], "key")
        here = select(col(Withdrawal.asked_at)).where(col(Withdrawal.id) == after).scalar_subquery()
        wanted = wanted.where(order < tuple_(here, key.id))
    newest = (col(Withdrawal.asked_at).desc(), col(Withdrawal.id).desc())
    rows = session.execute(wanted.order_by(*newest).limit(PAGE_SIZE + 1)).all()
    found = [_listed(row) for row in rows[:PAGE_SIZE]]
    return found, found[-1].row.id if len(rows) > PAGE_SIZE else ""


def one(session: Session, person: Person, row_id: str) -> Listed:
    """One of them. One query. Raises NotHere."""
    row = session.execute(_selected(person).where(col(Withdrawal.id) == row_id)).first()
    if row is None:
        raise NotHere
    return _listed(row)


class Beside(NamedTuple):
    """A text about a record, a report say, that stays public when the record leaves view; `mine`: of one's own side."""

    kind: str
    reference: str
    version: int
    mine: bool


def beside(session: Session, person: Person, kind: str, record: str) -> tuple[list[Beside], int]:
    """The newest texts about a record, and how many there are in all. Two queries."""
    connection = session.connection()
    wanted = select(publication, taking.unconfirmed).where(taking.about(kind, record))
    found = []
    for row in connection.execute(wanted.order_by(publication.c.seq.desc()).limit(PAGE_SIZE)):
        body = json.loads(row.document)["body"]
        word = frozenset() if body.get("third") else workflow.sides_of(row.kind, body) - {row.unconfirmed}
        found.append(Beside(row.kind, row.reference, row.version, person.side in word))
    return found, taking.staying(connection, kind, record)


def _selected(person: Person) -> Any:
    hides = (
        select(taken.c.until)
        .where(taken.c.seq == Withdrawal.seq, taken.c.what == Taking.HIDDEN.value, taken.c.ended.is_(None))
        .scalar_subquery()
    )
    return (
        select(Withdrawal, col(Account.name), publication.c.document, hides.label("until"))
        .join(Account, col(Account.id) == col(Withdrawal.asked_by))
        .join(publication, publication.c.seq == col(Withdrawal.target))
        .where(access.visible(Withdrawal, person))
    )


def _listed(row: Any) -> Listed:
    body = json.loads(row.document)["body"] if row.document else {}
    title = body.get("title") or body.get("text") or ""
    return Listed(row[0], row.name or "", title[:160], row.until or "")
