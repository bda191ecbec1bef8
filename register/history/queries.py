"""What the workspace knows of how a record came to be. What was submitted comes through `access.visible`."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, or_, select, tuple_
from sqlmodel import Session, col

from register import access
from register.access import Person, Thing
from register.errors import BadParameter, NotHere
from register.ledger import taking
from register.ledger.tables import link, publication, taken
from register.models import Account, Draft, Proposal
from register.publishing.withdrawing import TAKEN_BACK
from register.words.taking import OUT_OF_VIEW, Taking
from register.words.work import DraftState

PAGE_SIZE = 25
ABOUT = ("update", "designation", "move")  # kinds of document that are about another


class Entry(NamedTuple):
    """An entry of the ledger: a version of the record, or what was said about it, with what was taken back of it.

    `text` is what it says in short; empty once its words are erased. `may`: the reader may take it back.
    """

    kind: str
    reference: str
    version: int
    time: str
    text: str
    sides: tuple[str, ...]
    keys: tuple[str, ...]
    taken: Sequence[Any]
    may: bool


class Step(NamedTuple):
    """A text that was submitted, and what became of it; `author` is empty once they are gone."""

    proposal: Proposal
    author: str
    text: str


class Begun(NamedTuple):
    """A text that is being written: its draft, who writes it, and what it says until now in short."""

    draft: Draft
    author: str
    text: str


class Record(NamedTuple):
    """A record, published once, in view or not."""

    kind: str
    record: str
    reference: str
    title: str
    topics: frozenset[str]


def record(session: Session, kind: str, reference: str) -> Record:
    """The record of this reference. One query. Raises NotHere."""
    wanted = select(publication).where(
        publication.c.entry == "document", publication.c.kind == kind, publication.c.reference == reference
    )
    row = session.execute(wanted.order_by(publication.c.version.desc()).limit(1)).first()
    if row is None:
        raise NotHere
    body = json.loads(row.document)["body"] if row.document else {}
    return Record(kind, row.record, reference, body.get("title") or "", frozenset(body.get("topics") or ()))


def entries(session: Session, person: Person, about: Record, below: int | None) -> tuple[list[Entry], int | None]:
    """A page of the versions of a record and the reports on it, newest first, and the key of the next page.

    Two queries. `below` is a position in the ledger.
    """
    own = and_(publication.c.kind == about.kind, publication.c.record == about.record)
    linked = exists().where(
        link.c.seq == publication.c.seq,
        link.c.from_kind.in_(ABOUT),
        link.c.to_kind == about.kind,
        link.c.to_record == about.record,
    )
    gone = exists().where(
        taken.c.target == publication.c.seq, taken.c.about_kind == about.kind, taken.c.about_record == about.record
    )
    wanted = select(publication).where(publication.c.entry == "document", or_(own, linked, gone))
    if below is not None:
        wanted = wanted.where(publication.c.seq < below)
    rows = session.execute(wanted.order_by(publication.c.seq.desc()).limit(PAGE_SIZE + 1)).all()
    back = taking.around(session.connection(), about.kind, about.record)
    found = [_entry(row, person, about, back) for row in rows[:PAGE_SIZE]]
    return found, rows[PAGE_SIZE - 1].seq if len(rows) > PAGE_SIZE else None


def steps(session: Session, person: Person, about: Record, after: str) -> tuple[list[Step], str]:
    """A page of what was submitted about a record and may be seen, newest first, and the key of the next page.

    One query, one more for a page key. Raises BadParameter for a key that is no text one may see.
    """
    mine = and_(
        access.visible(Proposal, person),
        or_(
            and_(col(Draft.about_kind) == about.kind, col(Draft.about_record) == about.record),
            and_(col(Proposal.kind) == about.kind, col(Proposal.record) == about.record),
        ),
    )
    wanted = (
        select(Proposal, col(Account.name))
        .join(Draft, col(Draft.id) == col(Proposal.draft_id))
        .join(Account, col(Account.id) == col(Proposal.author_id))
        .where(mine)
    )
    if after:
        key = session.execute(wanted.where(col(Proposal.id) == after)).first()
        if key is None:
            raise BadParameter("after", after[:40], "key")
        here = select(col(Proposal.submitted_at)).where(col(Proposal.id) == after).scalar_subquery()
        wanted = wanted.where(tuple_(col(Proposal.submitted_at), col(Proposal.id)) < tuple_(here, after))
    newest = (col(Proposal.submitted_at).desc(), col(Proposal.id).desc())
    rows = session.execute(wanted.order_by(*newest).limit(PAGE_SIZE + 1)).all()
    found = [Step(row[0], row.name or "", _short(json.loads(row[0].core)["body"])) for row in rows[:PAGE_SIZE]]
    return found, found[-1].proposal.id if len(rows) > PAGE_SIZE else ""


def begun(session: Session, person: Person, about: Record, after: str) -> tuple[list[Begun], str]:
    """A page of what is being written about a record and may be seen, last changed first, and the key of the next page.

    One query, one more for a page key. Raises BadParameter for a key that is no draft one may see.
    """
    wanted = (
        select(Draft, col(Account.name))
        .join(Account, col(Account.id) == col(Draft.author_id))
        .where(
            access.visible(Draft, person),
            col(Draft.state) == DraftState.DRAFT.value,
            col(Draft.about_kind) == about.kind,
            col(Draft.about_record) == about.record,
        )
    )
    if after:
        key = session.execute(wanted.where(col(Draft.id) == after)).first()
        if key is None:
            raise BadParameter("draft", after[:40], "key")
        here = select(col(Draft.changed_at)).where(col(Draft.id) == after).scalar_subquery()
        wanted = wanted.where(tuple_(col(Draft.changed_at), col(Draft.id)) < tuple_(here, after))
    newest = (col(Draft.changed_at).desc(), col(Draft.id).desc())
    rows = session.execute(wanted.order_by(*newest).limit(PAGE_SIZE + 1)).all()
    found = [Begun(row[0], row.name or "", _short(json.loads(row[0].typed))) for row in rows[:PAGE_SIZE]]
    return found, found[-1].draft.id if len(rows) > PAGE_SIZE else ""


def _entry(row: Any, person: Person, about: Record, back: Sequence[Any]) -> Entry:
    body = json.loads(row.document)["body"] if row.document else {}
    mine = [each for each in back if each.target == row.seq]
    unconfirmed = {each.side for each in mine if each.what == Taking.UNCONFIRMED}
    keys = tuple(key["side"] for key in json.loads(row.header)["confirmations"] if key["side"] not in unconfirmed)
    sides = tuple(side for side in body.get("sides") or () if side not in unconfirmed)
    word = keys or sides or (("nl", "vl") if row.kind not in ABOUT else ())
    thing = Thing("record", person.side if person.side in word else "", "", "", about.topics)
    final = any(each.what in OUT_OF_VIEW and each.what != Taking.HIDDEN for each in mine)
    may = bool(body) and not final and row.kind in TAKEN_BACK and access.can(person, "withdraw", thing)
    return Entry(row.kind, row.reference, row.version, row.time, _short(body), sides, keys, mine, may)


def _short(body: dict[str, Any]) -> str:
    return str(body.get("title") or body.get("text") or body.get("reason") or "")
