"""Requests that wait for an answer of one's side: for another embargo, or to withdraw a text together.

They come through the conditions of `embargoing` and `withdrawing`, so that nobody is shown, nor counts or pages, what
they may not answer.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, select, tuple_, union_all
from sqlmodel import Session, col

from register import access
from register.access import Person
from register.drafting.service import entitled
from register.errors import BadParameter
from register.ledger.tables import card, link
from register.models import Draft, EmbargoChange, Proposal, Withdrawal
from register.models.moments import Moment
from register.publishing import embargoing, withdrawing

PAGE_SIZE = 25
EMBARGO, WITHDRAWAL = "embargo", "withdrawal"


class Request(NamedTuple):
    """One request: what is asked, when and by which side, and of what; `on` is the text or the request to open.

    Without a title the record is not shown now.
    """

    what: str
    id: str
    on: str
    when: datetime
    side: str
    kind: str
    reference: str
    title: str

    @property
    def room(self) -> str:
        """The room in which it is answered."""
        return "review" if self.what == EMBARGO else "withdrawals"

    @property
    def rest(self) -> str:
        """The rest of the address in that room."""
        return f"{self.on}/embargo-agree" if self.what == EMBARGO else self.on


class Page(NamedTuple):
    """One page of requests, oldest first, the key of the next one, and how many there are in all."""

    rows: list[Request]
    after: str
    total: int


def waiting(person: Person, language: str) -> Subquery:
    """All that waits for the person's answer, a row for each, for `request` to read."""
    return union_all(_embargoes(person, language), _withdrawals(person, language)).subquery()


def request(row: Any) -> Request:
    """A row of `waiting`. What is new has no card: the title that was typed comes from its draft."""
    title = row.title or (entitled(row.typed) if row.typed else "")
    return Request(row.what, row.id, row.on, row.when, row.side, row.kind or "", row.reference or "", title)


def page(session: Session, person: Person, language: str, after: str = "", size: int = PAGE_SIZE) -> Page:
    """One page of requests. One query, one more for a page key.

    Raises BadParameter for a key that names no request that this person may see.
    """
    found = waiting(person, language)
    count = select(func.count()).select_from(found).scalar_subquery()
    wanted = select(found, count.label("total")).order_by(found.c.when, found.c.id).limit(size + 1)
    if after:
        wanted = wanted.where(tuple_(found.c.when, found.c.id) > _key(session, person, after))
    rows = session.execute(wanted).all()
    shown = [request(row) for row in rows[:size]]
    return Page(shown, shown[-1].id if len(rows) > size else "", rows[0].total if rows else 0)


def _embargoes(person: Person, language: str) -> Select[Any]:
    about = and_(card.c.kind == Draft.about_kind, card.c.record == Draft.about_record, card.c.pub_to.is_(None))
    return (
        select(literal(EMBARGO).label("what"), col(EmbargoChange.id).label("id"), col(Proposal.id).label("on"),
               col(EmbargoChange.asked_at).label("when"), col(EmbargoChange.side).label("side"),
               col(Draft.typed).label("typed"), func.coalesce(card.c.kind, col(Draft.about_kind)).label("kind"),
               card.c.reference.label("reference"), card.c[f"title_{language}"].label("title"))
        .join(Proposal, col(Proposal.id) == col(EmbargoChange.proposal_id))
        .join(Draft, col(Draft.id) == col(Proposal.draft_id))
        .outerjoin(card, about)
        .where(embargoing.agreeable(person))
    )  # fmt: skip


def _withdrawals(person: Person, language: str) -> Select[Any]:
    """A report, a designation and a moved date have no card: what they are about has, as long as they are in view."""

    def about(column: ColumnElement[str], itself: Any) -> ColumnElement[str]:
        named = select(column).where(
            link.c.from_kind == col(Withdrawal.kind), link.c.from_record == col(Withdrawal.record),
            link.c.role == "about", link.c.seq == col(Withdrawal.target),
        )  # fmt: skip
        return func.coalesce(named.limit(1).scalar_subquery(), itself)

    kind, record = about(link.c.to_kind, col(Withdrawal.kind)), about(link.c.to_record, col(Withdrawal.record))
    return (
        select(literal(WITHDRAWAL).label("what"), col(Withdrawal.id).label("id"), col(Withdrawal.id).label("on"),
               col(Withdrawal.asked_at).label("when"), col(Withdrawal.side).label("side"), literal("").label("typed"),
               func.coalesce(card.c.kind, col(Withdrawal.kind)).label("kind"),
               func.coalesce(card.c.reference, col(Withdrawal.reference)).label("reference"),
               card.c[f"title_{language}"].label("title"))
        .outerjoin(card, and_(card.c.kind == kind, card.c.record == record, card.c.pub_to.is_(None)))
        .where(withdrawing.answerable(person))
    )  # fmt: skip


def _key(session: Session, person: Person, after: str) -> ColumnElement[Any]:
    """Where the page begins; what was answered since still has its place."""
    changes = (
        select(col(EmbargoChange.asked_at), col(EmbargoChange.id))
        .join(Proposal, col(Proposal.id) == col(EmbargoChange.proposal_id))
        .where(access.visible(Proposal, person), col(EmbargoChange.id) == after)
    )
    asked = select(col(Withdrawal.asked_at), col(Withdrawal.id)).where(
        access.visible(Withdrawal, person), col(Withdrawal.id) == after
    )
    found = session.execute(union_all(changes, asked)).first()
    if found is None:
        raise BadParameter("after", after[:40], "key")
    return tuple_(literal(found[0], Moment), literal(found[1]))
