"""What the desk shows: each list in one query, capped, with how many there are in all."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, literal, select, tuple_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from register import access
from register.access import Person
from register.drafting.service import entitled
from register.ledger import notices, read, taking, wording
from register.ledger.filters import DUE_SOON
from register.ledger.read import Published
from register.ledger.tables import card, position, publication
from register.models import Draft, Proposal, RecoveryCode, Translation, TurnedKey
from register.publishing import asking
from register.reports.queries import my_topics, on_topics
from register.review import queries as review
from register.review import requests
from register.review.requests import Request
from register.telling import finding
from register.translating import queries as translating
from register.words.vocabulary import SIDES, Basis, Status
from register.words.work import DraftState
from register.words.workdays import Span

CAP = 6  # of each list; the rest is a link away
LATELY = timedelta(days=30)
TEXT, VOIDED = "text", "voided"  # what waits to be confirmed, and what was confirmed and changed; beside requests


class Line(NamedTuple):
    """One line of a list: where it leads, what it is about, and what there is to say of it."""

    id: str
    kind: str
    reference: str
    title: str
    when: str = ""
    status: str = ""
    mode: str = ""
    makes: str = "update"
    reason: str = ""
    held: str | None = None  # when the public was not shown its record: then the time to respond stands still
    anew: bool = False  # submitted again since it was changed


class Some(NamedTuple):
    """The first of a list, and how many there are in all."""

    rows: list[Line]
    total: int


class News(NamedTuple):
    """What a side published on a record."""

    said: Published
    line: Line


class Waits(NamedTuple):
    """What waits for the person's side: texts that they may confirm, and requests that they may answer.

    `changed`: what they had confirmed, and its author has changed since.
    """

    texts: Some
    changed: Some
    requests: list[Request]
    asked: int


def waiting(session: Session, person: Person, language: str) -> Waits:
    """What waits for the person, the oldest of each sort first. One query."""
    about = and_(card.c.kind == Draft.about_kind, card.c.record == Draft.about_record, card.c.pub_to.is_(None))
    kind, reference, title = _named(language)
    texts = (
        select(literal(TEXT).label("what"), col(Proposal.id).label("id"), col(Proposal.id).label("on"),
               col(Proposal.submitted_at).label("when"), col(Proposal.side).label("side"),
               col(Draft.typed).label("typed"), kind.label("kind"), reference.label("reference"), title,
               col(Proposal.mode).label("mode"), col(Draft.makes).label("makes"), col(Draft.about_kind).label("about"),
               finding.held())
        .join(Draft, col(Draft.id) == col(Proposal.draft_id))
        .outerjoin(card, about)
        .where(review.for_me(person))
    )  # fmt: skip
    asked = requests.waiting(person, language)
    both = union_all(texts, _voided(person, language), select(asked, *[literal("")] * 4)).subquery()
    sort = case((both.c.what.in_((TEXT, VOIDED)), both.c.what), else_="")
    place = func.row_number().over(partition_by=sort, order_by=(both.c.when, both.c.id))
    total = func.count().over(partition_by=sort)
    listed = select(both, place.label("place"), total.label("total")).subquery()
    rows = session.execute(select(listed).where(listed.c.place <= CAP).order_by(listed.c.place)).all()
    mine, void = ([row for row in rows if row.what == what] for what in (TEXT, VOIDED))
    others = [row for row in rows if row.what not in (TEXT, VOIDED)]
    lines = [_line(row, row.id, row.when.isoformat())._replace(held=row.held) for row in mine]
    changed = [_line(row, row.on, row.when.isoformat())._replace(anew=row.on != row.id) for row in void]
    return Waits(
        Some(lines, mine[0].total if mine else 0),
        Some(changed, void[0].total if void else 0),
        [requests.request(row) for row in others],
        others[0].total if others else 0,
    )


def _voided(person: Person, language: str) -> Select[Any]:
    """What the person had confirmed and its author has changed, as rows of `waiting`: told until it is settled.

    It is settled once the new text has a key of the person's side, is sent back, or is given up. `on` is what there is
    to read: the new text once it was submitted, until then the one that counts no more.
    """
    anew, newer, answer, earlier = aliased(Proposal), aliased(Proposal), aliased(TurnedKey), aliased(TurnedKey)
    about = and_(card.c.kind == Draft.about_kind, card.c.record == Draft.about_record, card.c.pub_to.is_(None))
    kind, reference, title = _named(language)
    answered = select(col(answer.id)).where(
        col(answer.proposal_id) == col(anew.id), col(answer.side) == person.side, col(answer.void_at).is_(None)
    )
    later = (
        select(col(newer.id))
        .join(earlier, and_(col(earlier.proposal_id) == col(newer.id), col(earlier.account_id) == person.id))
        .where(col(newer.draft_id) == col(Draft.id), col(newer.state) == "void",
               tuple_(col(newer.decided_at), col(newer.id)) > tuple_(col(Proposal.decided_at), col(Proposal.id)))
    )  # fmt: skip
    return (
        select(literal(VOIDED).label("what"), col(Proposal.id).label("id"),
               func.coalesce(col(anew.id), col(Proposal.id)).label("on"), col(Proposal.decided_at).label("when"),
               col(Proposal.side).label("side"), col(Draft.typed).label("typed"), kind.label("kind"),
               reference.label("reference"), title, col(Proposal.mode).label("mode"), col(Draft.makes).label("makes"),
               col(Draft.about_kind).label("about"), literal("").label("held"))
        .join(TurnedKey, and_(col(TurnedKey.proposal_id) == col(Proposal.id), col(TurnedKey.account_id) == person.id))
        .join(Draft, col(Draft.id) == col(Proposal.draft_id))
        .outerjoin(anew, and_(col(anew.draft_id) == col(Draft.id), col(anew.state) == "waiting"))
        .outerjoin(card, about)
        .where(access.visible(Proposal, person), col(Proposal.state) == "void",
               col(Draft.state).in_((DraftState.DRAFT.value, DraftState.WAITING.value)),
               ~answered.exists(), ~later.exists())
    )  # fmt: skip


def written(session: Session, person: Person, language: str) -> dict[str, Some]:
    """What the person wrote and has not finished: drafts, and what was sent back with the reason. One query."""
    about = and_(card.c.kind == Draft.about_kind, card.c.record == Draft.about_record, card.c.pub_to.is_(None))
    reason = (
        select(col(Proposal.reason))
        .where(col(Proposal.draft_id) == col(Draft.id), col(Proposal.state) == "returned")
        .order_by(col(Proposal.decided_at).desc(), col(Proposal.id))
        .limit(1)
        .scalar_subquery()
    )
    newest = (col(Draft.changed_at).desc(), col(Draft.id))
    place = func.row_number().over(partition_by=col(Draft.state), order_by=newest)
    listed = (
        select(col(Draft.id).label("id"), col(Draft.changed_at).label("when"), col(Draft.mode).label("mode"),
               col(Draft.makes).label("makes"), col(Draft.about_kind).label("about"), col(Draft.typed).label("typed"),
               col(Draft.state).label("state"), reason.label("reason"), *_named(language), place.label("place"),
               func.count().over(partition_by=col(Draft.state)).label("total"))
        .outerjoin(card, about)
        .where(access.visible(Draft, person), col(Draft.author_id) == person.id,
               col(Draft.state).in_((DraftState.DRAFT.value, DraftState.RETURNED.value)))
        .subquery()
    )  # fmt: skip
    rows = session.execute(select(listed).where(listed.c.place <= CAP).order_by(listed.c.place)).all()
    found = {}
    for state in (DraftState.DRAFT.value, DraftState.RETURNED.value):
        here = [row for row in rows if row.state == state]
        lines = [_line(row, row.id, row.when.isoformat())._replace(reason=row.reason or "") for row in here]
        found[state] = Some(lines, here[0].total if here else 0)
    return found


def due(session: Session, person: Person, language: str, today: date) -> dict[str, Some]:
    """Open agreements and actions on the person's topics: those due within 30 days, and those whose date has passed.

    One query.
    """
    now, soon = today.isoformat(), (today + DUE_SOON).isoformat()
    which = case((card.c.due < now, "passed"), else_="soon").label("which")
    place = func.row_number().over(partition_by=which, order_by=(card.c.due, card.c.kind, card.c.by_reference))
    listed = (
        select(*_named(language), card.c.due.label("when"), card.c.status.label("status"), which, place.label("place"),
               func.count().over(partition_by=which).label("total"))
        .where(on_topics(my_topics(person)), card.c.status_open == 1, card.c.due <= soon)
        .subquery()
    )  # fmt: skip
    rows = session.execute(select(listed).where(listed.c.place <= CAP).order_by(listed.c.place)).all()
    found = {}
    for name in ("soon", "passed"):
        here = [row for row in rows if row.which == name]
        lines = [_line(row, "", row.when)._replace(status=Status(row.status)) for row in here]
        found[name] = Some(lines, here[0].total if here else 0)
    return found


def others(session: Session, person: Person, language: str, now: datetime) -> list[News]:
    """What the other side published lately on the person's topics; for a joint body what either did. One query."""
    sides = [side for side in SIDES if side != person.side]
    since = (now - LATELY).isoformat(timespec="seconds")
    rows = session.execute(
        select(publication, taking.unconfirmed, wording.now(language),
               *(column.label(f"about_{column.name}") for column in _named(language)))
        .join(position, position.c.seq == publication.c.seq)
        .join(card, and_(card.c.kind == position.c.kind, card.c.record == position.c.record))
        .where(on_topics(my_topics(person)), position.c.side.in_(sides), position.c.pub_to.is_(None),
               publication.c.document.is_not(None), publication.c.basis == Basis.CONFIRMED,
               publication.c.time >= since)
        .order_by(publication.c.seq.desc())
        .limit(CAP * len(sides))
    ).all()  # fmt: skip
    found: dict[int, News] = {}
    for row in rows:
        line = Line("", row.about_kind, row.about_reference, row.about_title)
        found.setdefault(row.seq, News(read.decode(row, language), line))
    return list(found.values())[:CAP]


def _named(language: str) -> tuple[Any, ...]:
    return card.c.kind, card.c.reference, card.c[f"title_{language}"].label("title")


def _line(row: Any, name: str, when: str) -> Line:
    """One line. What is new has no card: its kind and the title that was typed come from its draft."""
    draft = hasattr(row, "makes")
    kind = row.kind or (row.about if draft else "")
    title = row.title or (entitled(row.typed) if draft else "")
    made = Line(name, kind, row.reference or "", title, when)
    return made._replace(mode=row.mode, makes=row.makes) if draft else made


class Beside(NamedTuple):
    """What stands beside the lists: pauses of both sides, notices for the person's own, and recovery codes left."""

    pauses: list[notices.Pause]
    differences: list[finding.Notice]
    codes: bool
    translations: int  # that wait for the person to confirm
    returned: list[Line]  # their own translations that were sent back, as many as the desk shows


def beside(session: Session, person: Person, language: str, spans: dict[str, list[Span]]) -> Beside:
    """Pauses, the notices of the person's side, translations, and whether a recovery code is left. One query.

    `spans` is filled with the pauses, for whoever counts working days.
    """
    running = finding.running(person, language).subquery()
    pauses = notices.every_pause().subquery()
    back = _returned(person, language).subquery()
    code = select(RecoveryCode).where(col(RecoveryCode.account_id) == person.id, col(RecoveryCode.used_at).is_(None))
    none = literal("")
    rows = session.execute(
        union_all(
            select(literal("notice").label("what"), running),
            select(literal("pause"), none, pauses.c.side, pauses.c.begins, none, none, none, none, pauses.c.reason,
                   pauses.c.ends, pauses.c.seq, none),
            select(literal("codes"), *[none] * 9, literal(0), none).where(code.exists()),
            select(literal("to confirm"), *[none] * 9, func.count(), none).select_from(Translation)
            .where(translating.for_me(person)),
            select(literal("returned"), none, none, none, back.c.kind, back.c.reference, back.c.title, none,
                   back.c.reason, none, literal(0), none),
        )
    ).all()  # fmt: skip
    paused = [
        notices.Pause(row.side, row.noticed_on, row.as_of, row.status, row.seq) for row in rows if row.what == "pause"
    ]
    spans.update(asking.spans(paused))
    differences = finding.noticed([row for row in rows if row.what == "notice"], spans)
    return Beside(
        sorted(paused, key=lambda pause: pause.begins),
        differences,
        any(row.what == "codes" for row in rows),
        sum(row.seq for row in rows if row.what == "to confirm"),
        [
            Line("", row.kind, row.reference, row.title or row.reference, makes="translation", reason=row.status)
            for row in rows
            if row.what == "returned"
        ],
    )


def _returned(person: Person, language: str) -> Select[Any]:
    """The person's translations that were sent back, the last first."""
    here = and_(card.c.kind == col(Translation.kind), card.c.record == col(Translation.record), card.c.pub_to.is_(None))
    return (
        select(col(Translation.kind).label("kind"), publication.c.reference, card.c[f"title_{language}"].label("title"),
               col(Translation.reason).label("reason"))
        .join(publication, publication.c.seq == col(Translation.target))
        .outerjoin(card, here)
        .where(access.visible(Translation, person), col(Translation.author_id) == person.id,
               col(Translation.state) == "returned")
        .order_by(col(Translation.changed_at).desc(), col(Translation.id))
        .limit(CAP)
    )  # fmt: skip
