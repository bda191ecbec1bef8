"""What the pages of reports read. Drafts come through `access.visible` and nothing else: each side has its own."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, literal, select, tuple_
from sqlmodel import Session, col

from register import access
from register.access import Person
from register.drafting.service import entitled
from register.errors import BadParameter, NotHere
from register.ledger.tables import card, link, position
from register.models import Draft
from register.publishing.proposing import REPORTED_ON
from register.words.vocabulary import SIDES, Status
from register.words.work import DraftState

PAGE_SIZE = 25
MOST_STILL = 50  # items on one page of "no change"
OPEN = (DraftState.DRAFT, DraftState.RETURNED, DraftState.WAITING, DraftState.EMBARGOED)


class Record(NamedTuple):
    """A published record that is reported on. `last`: the status that each side gave last, where it gave one.

    Without a title it is published no more.
    """

    kind: str
    record: str
    reference: str
    title: str
    status: str
    last: dict[str, Status]


class Listed(NamedTuple):
    """A draft in a list, with what it is about: reference and title, empty when that is not published.

    Of a new record the title is the one that was typed.
    """

    draft: Draft
    reference: str
    title: str


class Item(NamedTuple):
    """A record of which there may be nothing new: what my side said last, and whether something of it waits already."""

    kind: str
    record: str
    reference: str
    title: str
    status: Status
    as_of: str
    waits: bool


def record(session: Session, language: str, kind: str, reference: str) -> Record:
    """The published record with this reference. Two queries. Raises NotHere."""
    found = _record(session, language, kind, card.c.reference == reference)
    if not found.title:
        raise NotHere
    return found


def record_of(session: Session, language: str, draft: Draft) -> Record:
    """What a draft is about, published or no more. Two queries."""
    return _record(session, language, draft.about_kind, card.c.record == draft.about_record, draft.about_record)


def begun(session: Session, person: Person, about: Record) -> Sequence[Draft]:
    """What the person's side is already writing or has submitted on a record, newest first. One query."""
    wanted = select(Draft).where(
        access.visible(Draft, person),
        col(Draft.makes) == "update",
        col(Draft.about_kind) == about.kind,
        col(Draft.about_record) == about.record,
        col(Draft.state).in_(OPEN),
    )
    return session.scalars(wanted.order_by(col(Draft.changed_at).desc(), col(Draft.id)).limit(5)).all()


def mine(session: Session, person: Person, language: str, after: str = "") -> tuple[list[Listed], str]:
    """What the person wrote, last changed first, and the key of the next page. One query, one more for a page key.

    Raises BadParameter for a page key that is no draft of theirs.
    """
    own = and_(access.visible(Draft, person), col(Draft.author_id) == person.id)
    wanted = listed(language).where(own, col(Draft.state) != DraftState.DROPPED.value)
    if after:
        key = session.execute(select(col(Draft.changed_at), col(Draft.id)).where(own, col(Draft.id) == after)).first()
        if key is None:
            raise BadParameter("after", after[:40], "key")
        begins = select(col(Draft.changed_at)).where(col(Draft.id) == after).scalar_subquery()
        wanted = wanted.where(tuple_(col(Draft.changed_at), col(Draft.id)) < tuple_(begins, key[1]))
    rows = session.execute(
        wanted.order_by(col(Draft.changed_at).desc(), col(Draft.id).desc()).limit(PAGE_SIZE + 1)
    ).all()
    found = [Listed(row[0], row.reference or "", row.title or entitled(row[0].typed)) for row in rows[:PAGE_SIZE]]
    return found, found[-1].draft.id if len(rows) > PAGE_SIZE else ""


def listed(language: str) -> Any:
    """Drafts with reference and title of what they are about."""
    about = and_(card.c.kind == Draft.about_kind, card.c.record == Draft.about_record, card.c.pub_to.is_(None))
    title = card.c[f"title_{language}"].label("title")
    return select(Draft, card.c.reference, title).outerjoin(card, about)


def on_topics(topics: frozenset[str] | None) -> ColumnElement[bool]:
    """The current cards on these topics; None: on all."""
    here = and_(card.c.pub_to.is_(None), card.c.kind.in_(REPORTED_ON))
    if topics is None:
        return here
    named = exists().where(
        link.c.from_kind == card.c.kind,
        link.c.from_record == card.c.record,
        link.c.role == "topics",
        link.c.to_kind == "topic",
        link.c.to_record.in_(sorted(topics)),
        link.c.pub_to.is_(None),
    )
    return and_(here, named)


def my_topics(person: Person) -> frozenset[str] | None:
    """The topics that somebody works on: coordinated or with a mandate. None, which is all: with a mandate on all, or
    for who has none of their own."""
    found = person.topics | person.mandates
    return None if "" in found or not found else found


def still(session: Session, person: Person, language: str, after: str = "") -> tuple[list[Item], str]:
    """The open agreements and actions on the person's topics of which their side gave a status, and the key of the next
    page. One query, one more for a page key. Raises BadParameter for a page key that is no record's."""
    wanted, said = _still(person, language)
    order = (said.c.as_of, card.c.kind, card.c.by_reference)
    if after:
        kind, _, reference = after.partition("/")
        here = wanted.add_columns(card.c.by_reference).where(card.c.kind == kind, card.c.reference == reference)
        key = session.execute(here).first()
        if key is None:
            raise BadParameter("after", after[:40], "key")
        wanted = wanted.where(tuple_(*order) > tuple_(literal(key.as_of), literal(kind), literal(key.by_reference)))
    rows = session.execute(wanted.order_by(*order).limit(MOST_STILL + 1)).all()
    found = [_item(row) for row in rows[:MOST_STILL]]
    return found, f"{found[-1].kind}/{found[-1].reference}" if len(rows) > MOST_STILL else ""


def still_of(session: Session, person: Person, language: str, chosen: Collection[tuple[str, str]]) -> list[Item]:
    """Of these kinds and references the items that `still` would show, always in the same order. One query."""
    wanted = _still(person, language)[0].where(tuple_(card.c.kind, card.c.reference).in_(list(chosen)))
    return [_item(row) for row in session.execute(wanted.order_by(card.c.kind, card.c.record))]


def _still(person: Person, language: str) -> tuple[Any, Any]:
    said = _said(person.side)
    waits = exists().where(
        col(Draft.about_kind) == card.c.kind,
        col(Draft.about_record) == card.c.record,
        col(Draft.makes) == "update",
        col(Draft.side) == person.side,
        col(Draft.state).in_((DraftState.WAITING.value, DraftState.EMBARGOED.value)),
    )
    wanted = (
        select(card.c.kind, card.c.record, card.c.reference, card.c[f"title_{language}"].label("title"), said.c.status,
               said.c.as_of, waits.label("waits"))
        .join(said, and_(said.c.kind == card.c.kind, said.c.record == card.c.record, said.c.place == 1))
        .where(on_topics(my_topics(person)), card.c.kind != "session", card.c.status_open == 1)
    )  # fmt: skip
    return wanted, said


def _item(row: Any) -> Item:
    return Item(row.kind, row.record, row.reference, row.title, Status(row.status), row.as_of, bool(row.waits))


def _said(side: str) -> Any:
    """What a side said of each record with a status, the last first: `place` 1."""
    last = func.row_number().over(
        partition_by=(position.c.kind, position.c.record), order_by=(position.c.as_of.desc(), position.c.seq.desc())
    )
    return (
        select(position.c.kind, position.c.record, position.c.status, position.c.as_of, last.label("place"))
        .where(position.c.side == side, position.c.pub_to.is_(None), position.c.status.is_not(None))
        .subquery()
    )


def _record(session: Session, language: str, kind: str, which: ColumnElement[bool], known: str = "") -> Record:
    if kind not in REPORTED_ON:
        raise NotHere
    shown = select(card.c.record, card.c.reference, card.c[f"title_{language}"].label("title"), card.c.status)
    row = session.execute(shown.where(card.c.kind == kind, which, card.c.pub_to.is_(None))).first()
    name = row.record if row else known
    said = (
        select(position.c.side, position.c.status)
        .where(
            position.c.kind == kind,
            position.c.record == name,
            position.c.side.in_(SIDES),
            position.c.pub_to.is_(None),
            position.c.status.is_not(None),
        )
        .order_by(position.c.as_of, position.c.seq)
    )
    last = {each.side: Status(each.status) for each in session.execute(said)}
    if row is None:
        return Record(kind, name, "", "", "", last)
    return Record(kind, name, row.reference, row.title, row.status, last)
