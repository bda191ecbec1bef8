"""Reading what waits: whoever asks gets rows through `access` and nothing else, neither a count nor a page key.

Each function says how many queries it makes; that number never depends on how much waits.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, not_, select, tuple_
from sqlmodel import Session, col

from register import access, i18n, workflow
from register.access import Person
from register.errors import BadParameter, NotHere
from register.i18n import mark as _
from register.ledger import files, read, wording
from register.ledger.files import File, Kept
from register.ledger.tables import card, position, publication
from register.models import Account, Note, Proposal, TurnedKey
from register.models.moments import Moment
from register.publishing import confirming, evidence, fitting
from register.publishing.evidence import Sent
from register.publishing.fitting import Obstacle
from register.review import comparing
from register.review.describing import Change
from register.words.comparing import Span, compare
from register.words.dates import DateReading, read_edtf
from register.words.vocabulary import SIDES
from register.words.work import Mode
from register.workflow import Key

PAGE_SIZE = 25
MOST_OTHERS = 25


class Record(NamedTuple):
    """The record that a text is about, with its title in the reader's language; without a reference it is new."""

    kind: str
    reference: str
    title: str
    notes: int = 0  # those that the reader may see


class Now(NamedTuple):
    """What the public reads now as the last word of a side: its last report, and the last status it gave."""

    text: str = ""
    as_of: str = ""
    status: str = ""


class Waiting(NamedTuple):
    """A text with all that its page shows: who wrote it, what it says, what is public now, and whose keys it has."""

    proposal: Proposal
    author: str
    organisation: str
    record: Record
    body: dict[str, Any]
    language: str
    translations: dict[str, dict[str, str]]
    keys: tuple[TurnedKey, ...]
    missing: tuple[str, ...]
    now: dict[str, Now]
    files: dict[str, Sent | Kept]
    mine: bool
    may: bool
    may_return: bool
    changes: tuple[Change, ...] = ()  # of a record or a designation: every field; of a report none
    new: bool = False  # a record that was never published
    obstacle: Obstacle | None = None  # what keeps it from becoming public now, in the reader's language

    @property
    def base(self) -> Now:
        """What the text is compared with: the last word of the reader's side, else of the first that it speaks for."""
        return self.now[self.body["sides"][0]]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The words that are public now and those that would be, as one row."""
        return compare(self.base.text, self.body["text"] or "")

    @property
    def reading(self) -> DateReading:
        """The days that the date in words stands for."""
        return read_edtf(self.body["as_of"]["edtf"])


class Page(NamedTuple):
    """One page of what one may confirm, oldest first, with the keys of the pages beside it; and what waits besides."""

    rows: list[Waiting]
    before: str
    after: str
    total: int
    others: list[Waiting]


def waiting(session: Session, person: Person) -> int:
    """How many texts wait for the side of `person` that they may confirm. One query."""
    return session.scalar(select(func.count()).select_from(Proposal).where(for_me(person))) or 0


def page(session: Session, person: Person, language: str, after: str = "", before: str = "") -> Page:
    """What waits for the person's side, in at most eight queries, one more for a page key.

    Raises BadParameter for a key that names no text, or none that this person may see: the answer is the same.
    """
    mine = for_me(person)
    order = tuple_(col(Proposal.submitted_at), col(Proposal.id))
    count = select(func.count()).select_from(Proposal).where(mine).scalar_subquery()
    wanted = _selected().add_columns(count).where(mine)
    key = _key(session, person, after, before)
    if key is not None:
        wanted = wanted.where(order < key if before else order > key)
    oldest = (col(Proposal.submitted_at), col(Proposal.id))
    latest = (col(Proposal.submitted_at).desc(), col(Proposal.id).desc())
    found = session.execute(wanted.order_by(*(latest if before else oldest)).limit(PAGE_SIZE + 1)).all()
    more, rows = len(found) > PAGE_SIZE, list(found[:PAGE_SIZE])
    if before:
        rows.reverse()
    besides = and_(_for_side(person), not_(access.confirmable(person)))
    others = session.execute(_selected().where(besides).order_by(*oldest).limit(MOST_OTHERS)).all()
    shown = _shown(session, person, language, [*(row[:3] for row in rows), *(row[:3] for row in others)])
    has_before, has_after = (more, bool(rows)) if before else (key is not None and bool(rows), more)
    return Page(
        shown[: len(rows)],
        rows[0][0].id if has_before else "",
        rows[-1][0].id if has_after else "",
        rows[0][3] if rows else 0,
        shown[len(rows) :],
    )


def one(session: Session, person: Person, language: str, proposal_id: str) -> Waiting:
    """A text that `person` may see, in at most seven queries, six more while it is on its way. Raises NotHere."""
    wanted = _selected().where(access.visible(Proposal, person), col(Proposal.id) == proposal_id)
    found = session.execute(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotHere
    row = _shown(session, person, language, [tuple(found)])[0]
    if row.proposal.state not in ("waiting", "embargoed"):
        return row
    obstacle, said = fitting.obstacle(session, row.proposal), i18n.translations(language).gettext
    if obstacle is None:
        return row
    told = obstacle._replace(told=said(obstacle.told), reason=said(obstacle.reason))
    return row._replace(may=False, obstacle=told)


def file(session: Session, person: Person, proposal_id: str, sha256: str) -> File:
    """A file that a text names which `person` may see, until it is public. Raises NotHere."""
    wanted = select(Proposal).where(access.visible(Proposal, person), col(Proposal.id) == proposal_id)
    proposal = session.scalars(wanted).one_or_none()
    if proposal is None or sha256 not in evidence.named(proposal):
        raise NotHere
    return evidence.fetch(session, proposal.draft_id, sha256)


def _selected() -> Select[Proposal, str, str]:
    joined = select(Proposal, col(Account.name), col(Account.organisation))
    return joined.join(Account, col(Account.id) == col(Proposal.author_id))


def _for_side(person: Person) -> ColumnElement[bool]:
    """What waits for a key of the person's side. A joint body has no key, and sees all joint texts that wait."""
    turned = select(col(TurnedKey.id)).where(
        col(TurnedKey.proposal_id) == col(Proposal.id),
        col(TurnedKey.side) == person.side,
        col(TurnedKey.void_at).is_(None),
    )
    return and_(access.visible(Proposal, person), col(Proposal.state) == "waiting", not_(turned.exists()))


def for_me(person: Person) -> ColumnElement[bool]:
    """What waits for the person's side and they may confirm, as a condition."""
    return and_(_for_side(person), access.confirmable(person))


def _key(session: Session, person: Person, after: str, before: str) -> ColumnElement[Any] | None:
    """Where the page begins; a text that waits no more still has a place, unless one may not see it."""
    if not (after or before):
        return None
    wanted = select(col(Proposal.submitted_at), col(Proposal.id)).where(
        access.visible(Proposal, person), col(Proposal.id) == (before or after)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise BadParameter("before" if before else "after", (before or after)[:40], "key")
    return tuple_(literal(found[0], Moment), literal(found[1]))


def _shown(session: Session, person: Person, language: str, rows: Sequence[tuple[Proposal, str, str]]) -> list[Waiting]:
    """These texts as they are shown. Three queries, three more where there are records among them, none for no rows."""
    if not rows:
        return []
    cores = {proposal.id: json.loads(proposal.core) for proposal, _, _ in rows}
    about = {_about(core) for core in cores.values()}
    records = _records(session, person, language, about)
    public = _public(session, about)
    keys = _keys(session, cores.keys())
    changes = comparing.changes(session, language, [proposal for proposal, _, _ in rows])
    shown = _files(session, [proposal for proposal, _, _ in rows if evidence.named(proposal)])
    gone = i18n.translations(language).gettext(_("something that is not in view now"))
    found = []
    for proposal, author, organisation in rows:
        core = cores[proposal.id]
        kind, record = _about(core)
        turned = tuple(key for key in keys if key.proposal_id == proposal.id)
        standing = [Key(key.side, key.account_id) for key in turned if key.void_at is None]
        missing = workflow.missing(Mode(proposal.mode), proposal.side, proposal.author_id, standing)
        spoken = core["body"]["sides"] if core["kind"] == "update" else ()
        own = person.side if person.side in spoken else ""
        sides = sorted(spoken, key=lambda side, own=own: (side != own, SIDES.index(side)))
        allowed = access.can(person, "confirm", confirming.thing(proposal, person.side))
        found.append(
            Waiting(
                proposal,
                author,
                organisation,
                records.get((kind, record), Record(kind, "", core["body"].get("title") or gone)),
                core["body"] | {"sides": sides},
                core["language"],
                json.loads(proposal.translations),
                turned,
                tuple(side for side in SIDES if side in missing),
                {side: _now(public.get((kind, record, side), ()), core["language"]) for side in sides},
                shown.get(proposal.id, {}),
                proposal.author_id == person.id,
                allowed and proposal.state == "waiting" and person.side in missing,
                allowed and proposal.state in ("waiting", "embargoed"),
                changes.get(proposal.id, ()),
                "about" not in core["body"] and core["replaces"] is None,
            )
        )
    return found


def _about(core: dict[str, Any]) -> tuple[str, str]:
    """What a text is about: the record that it names, else itself."""
    about = core["body"].get("about")
    return (about["kind"], about["id"]) if about else (core["kind"], core["id"])


def _records(
    session: Session, person: Person, language: str, about: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Record]:
    """The records in view of these kinds and ids, each with how many notes beside it `person` may see. One query."""
    notes = (
        select(func.count())
        .select_from(Note)
        .where(access.visible(Note, person), col(Note.kind) == card.c.kind, col(Note.reference) == card.c.reference)
        .correlate(card)
        .scalar_subquery()
    )
    rows = session.execute(
        select(card.c.kind, card.c.record, card.c.reference, card.c[f"title_{language}"], notes).where(
            tuple_(card.c.kind, card.c.record).in_(list(about)), card.c.pub_to.is_(None)
        )
    )
    return {(kind, record): Record(kind, *told) for kind, record, *told in rows}


def _public(session: Session, about: Collection[tuple[str, str]]) -> dict[tuple[str, str, str], list[Row[Any]]]:
    """Of each side the last report with a status and the last one without, the later of the two last."""
    place = func.row_number().over(
        partition_by=(position.c.kind, position.c.record, position.c.side, position.c.status.is_(None)),
        order_by=(position.c.as_of.desc(), position.c.seq.desc()),
    )
    said = (
        select(
            position.c.kind, position.c.record, position.c.side, position.c.as_of, position.c.seq, place.label("place")
        )
        .where(
            tuple_(position.c.kind, position.c.record).in_(list(about)),
            position.c.side.in_(SIDES),
            position.c.pub_to.is_(None),
        )
        .subquery()
    )
    rows = session.connection().execute(
        select(
            said.c.kind.label("of_kind"), said.c.record.label("of_record"), said.c.side, publication, wording.other()
        )
        .join(publication, publication.c.seq == said.c.seq)
        .where(said.c.place == 1)
        .order_by(said.c.as_of, said.c.seq)
    )
    found: dict[tuple[str, str, str], list[Row[Any]]] = {}
    for row in rows:
        found.setdefault((row.of_kind, row.of_record, row.side), []).append(row)
    return found


def _now(rows: Sequence[Row[Any]], language: str) -> Now:
    said = [read.decode(row, language).body for row in rows if row.document is not None]
    status = next((body["status"] for body in reversed(said) if body["status"]), "")
    return Now(said[-1]["text"] or "", said[-1]["as_of"]["words"], status) if said else Now()


def _files(session: Session, proposals: Sequence[Proposal]) -> dict[str, dict[str, Sent | Kept]]:
    """The files that texts name, by text and SHA-256. Two queries, none where no file is named."""
    sent = evidence.of_drafts(session, {proposal.draft_id for proposal in proposals})
    kept = files.of_entries(session.connection(), {proposal.seq for proposal in proposals if proposal.seq is not None})
    return {
        proposal.id: {
            sha256: found
            for sha256 in evidence.named(proposal)
            if (found := kept.get((proposal.seq or 0, sha256)) or sent.get((proposal.draft_id, sha256)))
        }
        for proposal in proposals
    }


def _keys(session: Session, proposal_ids: Collection[str]) -> list[TurnedKey]:
    wanted = select(TurnedKey).where(col(TurnedKey.proposal_id).in_(proposal_ids)).order_by(col(TurnedKey.side))
    return list(session.scalars(wanted))
