"""Asking a silent side, in public: after its period the page of the record says since when a response was asked.

A side is asked from the moment that the other one has turned its key, so that no single person can have the other
government named. What was asked is never shown; silence is never consent (docs/decisions/0011).
"""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import literal, select
from sqlmodel import Session, col

from register import workflow
from register.i18n import ZONE
from register.ledger import append, notices, taking
from register.models import Asking, Proposal, TurnedKey
from register.publishing import answering, confirming, fitting
from register.words.workdays import Span

MOST = 500  # texts that one run looks at
OPEN = ("waiting",)


def pauses(session: Session) -> dict[str, list[Span]]:
    """The pauses of each side, as the periods leave them out. One query."""
    return spans(notices.pauses(session.connection()))


def spans(pauses: Iterable[notices.Pause]) -> dict[str, list[Span]]:
    """These pauses by side, as first and last day."""
    found: dict[str, list[Span]] = {}
    for each in pauses:
        found.setdefault(each.side, []).append((date.fromisoformat(each.begins), date.fromisoformat(each.ends)))
    return found


def about(proposal: Proposal) -> tuple[str, str]:
    """The kind and id of the record that a text is about: what a report or a moved date is of, else itself."""
    said = json.loads(proposal.core)["body"].get("about")
    return (said["kind"], said["id"]) if said else (proposal.kind, proposal.record)


def name(session: Session, now: datetime) -> int:
    """Say on the page of each record whose response is asked for longer than its period. Gives how many were named."""
    today, paused = now.astimezone(ZONE).date(), pauses(session)
    named = select(col(Asking.proposal_id)).where(
        col(Asking.proposal_id) == col(Proposal.id), col(Asking.side) != col(TurnedKey.side)
    )
    wanted = (
        select(col(Proposal.id))
        .join(TurnedKey, col(TurnedKey.proposal_id) == col(Proposal.id))
        .where(col(Proposal.state).in_(OPEN), col(TurnedKey.void_at).is_(None), ~named.exists())
        .order_by(col(TurnedKey.at))
        .limit(MOST)
    )
    made = 0
    for proposal in confirming.lock(session, list(dict.fromkeys(session.scalars(wanted)))):
        if proposal.state not in OPEN:  # answered while we waited for it
            continue
        keys, known = confirming.turned(session, proposal.id), _known(session, proposal.id)
        for side in sorted(confirming.missing(session, proposal) - known):
            others = [key.at.astimezone(ZONE).date() for key in keys if key.side != side]
            still = [*paused.get(side, ()), *_held(session, proposal)]
            over = bool(others) and today >= _over(max(others), still)
            if over and fitting.obstacle(session, proposal) is None:  # else the side could not confirm it if it would
                made += _named(session, proposal, side, max(others))
    return made


def sweep(session: Session, now: datetime) -> None:
    """Nobody need respond to a text that waits no more, by whatever way it went."""
    gone = select(Proposal).join(Asking, col(Asking.proposal_id) == col(Proposal.id))
    for proposal in session.scalars(gone.where(col(Asking.closed_at).is_(None), col(Proposal.state).not_in(OPEN))):
        answering.answered(session, [proposal.id], now)


def _known(session: Session, proposal_id: str) -> frozenset[str]:
    return frozenset(session.scalars(select(col(Asking.side)).where(col(Asking.proposal_id) == proposal_id)))


def _held(session: Session, proposal: Proposal) -> list[Span]:
    """When the public was not shown the record that a text is about. One query."""
    kind, record = about(proposal)
    return taking.spans(session.connection().scalar(select(taking.held(literal(kind), literal(record)))))


def _over(asked: date, paused: Collection[Span]) -> date:
    return workflow.over(asked, workflow.periods(asked).named, paused)


def _named(session: Session, proposal: Proposal, side: str, since: date) -> int:
    kind, record = about(proposal)
    reference = answering.reference(session, kind, record)
    if not reference:  # what is not published yet has no page to say it on
        return 0
    facts = {"side": side, "since": since.isoformat()}
    seq = append.note(session.connection(), notices.ASKED, kind, record, reference, **facts)
    session.add(Asking(proposal_id=proposal.id, side=side, seq=seq))
    session.flush()
    return 1
