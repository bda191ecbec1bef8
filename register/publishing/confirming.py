"""Turning keys: a person with a mandate confirms a frozen text by its digest, and what has all its keys is published.

The text is appended to the ledger in the transaction of the last key (design rules 1 to 5), or once its embargo ends.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from register import access, i18n, workflow
from register.access import Person, Thing
from register.errors import FieldError, NotHere
from register.i18n import mark as _
from register.ledger import append
from register.models import Account, Draft, Proposal, TurnedKey
from register.publishing import answering, evidence, fitting
from register.words.vocabulary import Basis
from register.words.work import DraftState, Mode
from register.workflow import Key


def thing(proposal: Proposal, side: str) -> Thing:
    """A proposal as the permission table sees it, for a key of `side`: of no side where it needs no key of that one."""
    needed = workflow.WHO_CONFIRMS[Mode(proposal.mode)].of(proposal.side)
    topics = frozenset(json.loads(proposal.topics))
    return Thing("record", side if side in needed else "", proposal.author_id, proposal.state, topics)


def lock(session: Session, proposal_ids: Collection[str]) -> list[Proposal]:
    """Hold these proposals until the transaction ends, as they stand now, in the order of their ids.

    Whoever needs several asks for all at once and before anything is published, so that two never wait for each other.
    """
    wanted = select(Proposal).where(col(Proposal.id).in_(proposal_ids)).order_by(col(Proposal.id))
    return list(session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def turned(session: Session, proposal_id: str) -> Sequence[TurnedKey]:
    """The keys turned on a proposal, in the order of their sides."""
    keys = select(TurnedKey).where(col(TurnedKey.proposal_id) == proposal_id, col(TurnedKey.void_at).is_(None))
    return session.scalars(keys.order_by(col(TurnedKey.side))).all()


def missing(session: Session, proposal: Proposal) -> frozenset[str]:
    """The sides whose key a proposal still needs."""
    return _missing(proposal, turned(session, proposal.id))


def may_turn(session: Session, proposal: Proposal, person: Person) -> bool:
    """Whether this person could turn the key of their side on this proposal now."""
    return (
        proposal.state == "waiting"
        and person.side in missing(session, proposal)
        and access.can(person, "confirm", thing(proposal, person.side))
    )


def confirm(session: Session, proposal_id: str, digest: str, person: Person, now: datetime) -> Proposal:
    """Turn the key of the person's side on the text of `digest`; publish when it was the last one needed.

    Raises NotHere when the person may not confirm this proposal, FieldError when the text is no longer the one they
    saw. A key turned twice by the same person is turned once.
    """
    proposal = _locked(session, proposal_id)
    if not access.can(person, "confirm", thing(proposal, person.side)):
        raise NotHere
    if proposal.digest != digest:
        raise FieldError("", _("The text has changed since you opened it. Read it again before you confirm."))
    keys = turned(session, proposal.id)
    if any(key.account_id == person.id for key in keys):
        return proposal
    if proposal.state != "waiting" or person.side not in _missing(proposal, keys):
        raise FieldError("", _("This text waits for no confirmation of your side."))
    _still_allowed(session, proposal)
    key = TurnedKey(
        proposal_id=proposal.id,
        digest=digest,
        side=person.side,
        account_id=person.id,
        function=person.organisation,
        at=now,
    )
    session.add(key)
    session.flush()
    answering.answered(session, [proposal.id], now, {person.side})
    if not _missing(proposal, [*keys, key]):
        if proposal.embargo is not None and proposal.embargo > now:
            _moved(session, proposal, "embargoed", DraftState.EMBARGOED)
        else:
            publish(session, proposal, now)
    return proposal


def send_back(session: Session, proposal_id: str, reason: str, person: Person, now: datetime) -> Proposal:
    """Send a text back to its author, with a reason. Raises NotHere or FieldError as `confirm` does."""
    proposal = _locked(session, proposal_id)
    if not access.can(person, "confirm", thing(proposal, person.side)):
        raise NotHere
    if proposal.state not in ("waiting", "embargoed"):
        raise FieldError("", _("This text waits for no confirmation of your side."))
    if not reason.strip():
        raise FieldError("reason", _("Say why, so that the author can mend it."))
    _return(session, proposal, reason, now)
    return proposal


def publish(session: Session, proposal: Proposal, now: datetime) -> int:
    """Append a text that has all its keys to the ledger; gives its position. ValueError when a key is missing."""
    held = turned(session, proposal.id)
    if absent := _missing(proposal, held):
        raise ValueError(f"not without the key of {', '.join(sorted(absent))}")
    needed = workflow.WHO_CONFIRMS[Mode(proposal.mode)].of(proposal.side)
    keys = [
        append.Confirmation(key.side, key.function, key.digest, key.at.isoformat())
        for key in held
        if key.side in needed
    ]
    core = append.Core(proposal.kind, proposal.record, proposal.core, proposal.digest)
    translations, files = json.loads(proposal.translations), evidence.take(session, proposal)
    proposal.seq = append.publish(session.connection(), core, translations, Basis.CONFIRMED, keys, files=files)
    proposal.decided_at = now
    _moved(session, proposal, "published", DraftState.PUBLISHED)
    evidence.drop(session, proposal.draft_id)
    return proposal.seq


def publish_due(session: Session, now: datetime) -> list[Proposal]:
    """Publish what was confirmed under an embargo that is over. Safe to run twice, and by two at once.

    What can no longer follow goes back to its author instead (`fitting`): a change of a record of which another version
    was published meanwhile, a status that the tables do not let follow the last one, a report on what was withdrawn.
    What is about a record that is hidden for a while waits until that is shown again.
    """
    over = select(col(Proposal.id)).where(col(Proposal.state) == "embargoed", col(Proposal.embargo) <= now)
    held = lock(session, session.scalars(over).all())
    found = [proposal for proposal in held if proposal.state == "embargoed"]  # another run may have published some
    found.sort(key=lambda proposal: (proposal.embargo or now, proposal.id))
    for proposal in found:
        append.lock(session.connection())
        obstacle = fitting.obstacle(session, proposal)
        if obstacle is None:
            publish(session, proposal, now)
        elif not obstacle.passing:
            _return(session, proposal, i18n.translations(_language(session, proposal)).gettext(obstacle.reason), now)
    return [proposal for proposal in found if proposal.state == "published"]


def _missing(proposal: Proposal, keys: Sequence[TurnedKey]) -> frozenset[str]:
    counted = [Key(key.side, key.account_id) for key in keys]
    return workflow.missing(Mode(proposal.mode), proposal.side, proposal.author_id, counted)


def _return(session: Session, proposal: Proposal, reason: str, now: datetime) -> None:
    for key in turned(session, proposal.id):
        key.void_at = now
    answering.answered(session, [proposal.id], now)
    proposal.reason, proposal.decided_at = reason, now
    _moved(session, proposal, "returned", DraftState.RETURNED)


def _language(session: Session, proposal: Proposal) -> str:
    author = session.get(Account, proposal.author_id)
    return author.language if author and author.language in i18n.LANGUAGES else i18n.LANGUAGES[0]


def _locked(session: Session, proposal_id: str) -> Proposal:
    found = lock(session, [proposal_id])
    if not found:
        raise NotHere
    return found[0]


def _still_allowed(session: Session, proposal: Proposal) -> None:
    """Raise FieldError when what was published or taken back since a text was submitted leaves no place for it."""
    append.lock(session.connection())  # nothing is published between this look and the next key
    if obstacle := fitting.obstacle(session, proposal):
        raise FieldError("", obstacle.told)


def _moved(session: Session, proposal: Proposal, state: str, draft_state: DraftState) -> None:
    proposal.state = state
    session.add(proposal)
    draft = session.get_one(Draft, proposal.draft_id)
    draft.state = draft_state.value
    session.add(draft)
    session.flush()
