"""What there is to tell one person: found from how things stand, so that nothing needs to be noted when it happens.

Only the kind, title and reference of a public record are told, and what to do: never a word of a text that waits.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session, col

from register import access, workflow
from register.access import Person
from register.drafting.service import entitled
from register.i18n import KINDS, ZONE
from register.ledger import taking
from register.ledger.filters import DUE_SOON
from register.ledger.tables import card, position, publication
from register.models import Account, Difference, Draft, Proposal, Translation, TurnedKey
from register.publishing import differing
from register.reports.queries import my_topics, on_topics
from register.review import queries as review
from register.review import requests
from register.translating import queries as translating
from register.words.work import Mode
from register.words.workdays import Span
from register.workflow import Periods

LATELY = timedelta(days=30)  # what is older is on the desk, and no news
VERY_SOON = timedelta(days=7)
MOST = 100  # of each sort, in one look


class Item(NamedTuple):
    """One thing to tell: what it is (a name in templates/mail/digest.txt), of what, and where it is.

    `about` tells it apart from others of its sort; `day` is the day that it is about, ISO, if any. `periods`: of what
    waits for a confirmation; `joint`: of both sides.
    """

    what: str
    about: str
    kind: str
    reference: str
    title: str
    room: str
    rest: str
    day: str = ""
    side: str = ""
    status: str = ""
    periods: Periods | None = None
    joint: bool = False


def items(
    session: Session, account: Account, person: Person, language: str, now: datetime, paused: Mapping[str, list[Span]]
) -> list[Item]:
    """All that `person` could be told of now, told or not, what they must do first. At most seven queries."""
    today = now.astimezone(ZONE).date()
    found = _waiting(session, person, language, today, paused) if person.principal else []
    found += _requests(session, person, language) if person.principal else []
    found += _decided(session, account, language, now)
    found += _translations(session, person, language, now)
    if "coordinator" in person.roles or "diplomat" in person.roles or person.mandates:
        found += _differing(session, person, language, paused)
    if person.topics:
        found += _due(session, person, language, today)
    return found


def _named(language: str) -> tuple[Any, ...]:
    return card.c.kind, card.c.reference, card.c[f"title_{language}"].label("title")


def _about_draft() -> Any:
    return and_(card.c.kind == Draft.about_kind, card.c.record == Draft.about_record, card.c.pub_to.is_(None))


def _waiting(
    session: Session, person: Person, language: str, today: date, paused: Mapping[str, list[Span]]
) -> list[Item]:
    """What waits for the person's side and they may confirm; a reminder once its period is over."""
    rows = session.execute(
        select(col(Proposal.id), col(Proposal.submitted_at), col(Proposal.mode), col(Draft.typed), *_named(language),
               held())
        .join(Draft, col(Draft.id) == col(Proposal.draft_id))
        .outerjoin(card, _about_draft())
        .where(review.for_me(person))
        .order_by(col(Proposal.submitted_at), col(Proposal.id))
        .limit(MOST)
    )  # fmt: skip
    found = []
    for row in rows:
        since = row.submitted_at.astimezone(ZONE).date()
        late = today >= reminded(row.submitted_at.isoformat(), row.held, person, paused)
        what = "reminder" if late else "waiting"
        item = _item(what, row.id, row, "review", row.id, since.isoformat())
        found.append(item._replace(periods=workflow.periods(since), joint=row.mode == Mode.JOINT))
    return found


def held() -> ColumnElement[Any]:
    """Beside a row of `Draft`: when the public was not shown what it is about or changes, as `taking.held`."""
    return taking.held(col(Draft.about_kind), col(Draft.about_record)).label("held")


def reminded(submitted: str, unseen: str | None, person: Person, paused: Mapping[str, list[Span]]) -> date:
    """The day on which the person's side is reminded of what was submitted at that moment (ISO 8601).

    `unseen`: when it stood still since its record was not shown, as of `held`.
    """
    since = datetime.fromisoformat(submitted).astimezone(ZONE).date()
    still = [*paused.get(person.side, ()), *taking.spans(unseen)]
    return workflow.over(since, workflow.periods(since).reminded, still)


def period(submitted: str) -> Periods:
    """The periods that hold for what was submitted at that moment (ISO 8601)."""
    return workflow.periods(datetime.fromisoformat(submitted).astimezone(ZONE).date())


def _requests(session: Session, person: Person, language: str) -> list[Item]:
    """What is asked about embargoes and of published texts, as far as the person may answer it."""
    found = requests.page(session, person, language, size=MOST).rows
    return [Item(row.what, row.id, row.kind, row.reference, row.title, row.room, row.rest) for row in found]


def _decided(session: Session, account: Account, language: str, now: datetime) -> list[Item]:
    """What became lately of the texts that the person wrote or confirmed."""
    mine = _texts(language).where(
        col(Proposal.author_id) == account.id, col(Proposal.state).in_(("returned", "published"))
    )
    confirmed = or_(
        col(Proposal.state) == "published", and_(col(Proposal.state) == "void", col(TurnedKey.void_at).is_not(None))
    )
    others = _texts(language).join(TurnedKey, col(TurnedKey.proposal_id) == col(Proposal.id))
    others = others.where(col(TurnedKey.account_id) == account.id, confirmed)
    found = []
    for wanted in (mine, others):
        lately = wanted.where(col(Proposal.decided_at) >= now - LATELY)
        for row in session.execute(lately.order_by(col(Proposal.decided_at), col(Proposal.id)).limit(MOST)):
            day = row.decided_at.astimezone(ZONE).date().isoformat()
            if row.state == "published" and row.kind:
                found.append(_item("published", row.id, row, KINDS[row.kind], row.reference, day))
            elif row.state == "returned":
                room = "report" if row.makes == "update" else "propose"
                found.append(_item("returned", row.id, row, room, f"draft/{row.draft_id}", day))
            elif row.state == "void":
                found.append(_item("voided", row.id, row, "review", row.id, day))
    return found


def _translations(session: Session, person: Person, language: str, now: datetime) -> list[Item]:
    """Translations that wait for the person, and what became lately of those that they wrote."""
    about = and_(
        card.c.kind == col(Translation.kind), card.c.record == col(Translation.record), card.c.pub_to.is_(None)
    )
    lately = col(Translation.state).in_(("returned", "published")), col(Translation.changed_at) >= now - LATELY
    mine = and_(access.visible(Translation, person), col(Translation.author_id) == person.id, *lately)
    rows = session.execute(
        select(col(Translation.id), col(Translation.state), col(Translation.version), col(Translation.changed_at),
               col(Translation.kind), publication.c.reference,
               func.coalesce(card.c[f"title_{language}"], publication.c.reference).label("title"))
        .join(publication, publication.c.seq == col(Translation.target))
        .outerjoin(card, about)
        .where(or_(mine, translating.for_me(person)))
        .order_by(col(Translation.changed_at), col(Translation.id))
        .limit(MOST)
    )  # fmt: skip
    found = []
    for row in rows:
        what, day = f"translation-{row.state}", row.changed_at.astimezone(ZONE).date().isoformat()
        rest = f"{row.kind}/{row.reference}" if row.state == "returned" else f"text/{row.id}"
        found.append(_item(what, f"{row.id}@{row.version}", row, "translations", rest, day))
    return found


def _texts(language: str) -> Select[Any]:
    columns = col(Proposal.id), col(Proposal.state), col(Proposal.draft_id), col(Proposal.decided_at)
    joined = select(*columns, col(Draft.makes), col(Draft.typed), *_named(language)).join(
        Draft, col(Draft.id) == col(Proposal.draft_id)
    )
    return joined.outerjoin(card, _about_draft())


def _differing(session: Session, person: Person, language: str, paused: Mapping[str, list[Span]]) -> list[Item]:
    """Of which records the person's side has notice that the readings differ: what the other side reports, and when
    the register shows it."""
    return [
        _item("differs", f"{row.id}", row, KINDS[row.kind], row.reference, row.shows)._replace(
            side=row.other, status=row.status
        )
        for row in notices(session, person, language, paused)
    ]


class Notice(NamedTuple):
    """Readings that differ, of which the person's side has notice: what the other side says, and when it is shown."""

    id: str
    kind: str
    reference: str
    title: str
    other: str
    status: str
    shows: str


def notices(session: Session, person: Person, language: str, paused: Mapping[str, list[Span]]) -> list[Notice]:
    """The notices that run for the person's side, on their topics. One query."""
    return noticed(session.execute(running(person, language)).all(), paused)


def running(person: Person, language: str) -> Select[Any]:
    """The differences that the person's side has notice of, a row for each status that the other side gave."""
    said = and_(
        position.c.kind == card.c.kind, position.c.record == card.c.record, position.c.pub_to.is_(None),
        position.c.confirmed == 1, position.c.status.is_not(None), position.c.side != person.side,
    )  # fmt: skip
    mine = col(Difference.side) == person.side, col(Difference.seq).is_(None), col(Difference.ended_at).is_(None)
    return (
        select(col(Difference.id).label("id"), col(Difference.side).label("side"),
               col(Difference.noticed_on).label("noticed_on"), *_named(language), position.c.side.label("other"),
               position.c.status, position.c.as_of, position.c.seq,
               taking.held(card.c.kind, card.c.record).label("held"))
        .join(card, and_(card.c.kind == Difference.kind, card.c.record == Difference.record, card.c.pub_to.is_(None)))
        .join(position, said)
        .where(*mine, on_topics(my_topics(person)))
    )  # fmt: skip


def noticed(rows: Sequence[Any], paused: Mapping[str, list[Span]]) -> list[Notice]:
    """The notices that rows of `running` tell of, the oldest first: the last status of the other side counts."""
    found = {}
    for row in sorted(rows, key=lambda row: (row.noticed_on, row.id, row.as_of, row.seq)):
        day = differing.shows(row, paused, row.held).isoformat()
        found[row.id] = Notice(row.id, row.kind, row.reference, row.title, row.other, row.status, day)
    return list(found.values())[:MOST]


def _due(session: Session, person: Person, language: str, today: date) -> list[Item]:
    """Open agreements and actions on the topics that somebody coordinates: due in 30 days, in 7, or lately passed."""
    first, last = (today - LATELY).isoformat(), (today + DUE_SOON).isoformat()
    rows = session.execute(
        select(*_named(language), card.c.record, card.c.due)
        .where(on_topics(person.topics), card.c.status_open == 1, card.c.due >= first, card.c.due <= last)
        .order_by(card.c.due, card.c.kind, card.c.by_reference)
        .limit(MOST)
    )
    very_soon = (today + VERY_SOON).isoformat()
    found = []
    for row in rows:
        what = "passed" if row.due < today.isoformat() else "due-7" if row.due <= very_soon else "due-30"
        about = f"{row.kind}/{row.record}@{row.due}"
        found.append(_item(what, about, row, KINDS[row.kind], row.reference, row.due))
    return found


def _item(what: str, about: str, row: Any, room: str, rest: str, day: str) -> Item:
    """What is new has no card: the title that was typed comes from its draft."""
    typed = getattr(row, "typed", None)
    title = row.title or (entitled(typed) if typed else "")
    return Item(what, about, row.kind or "", row.reference or "", title, room, rest, day)
