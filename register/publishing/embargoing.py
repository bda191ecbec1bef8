"""Moving an embargo or lifting it: one asks, and a person of the other side agrees; until then the old moment holds.

For one side's own report it is a second colleague. Whoever agrees could confirm the text; the author of a report may
ask, and never agrees. What is lifted is published in the transaction of who agrees.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from register import access, workflow
from register.access import Person
from register.errors import FieldError, NotHere
from register.i18n import mark as _
from register.models import EmbargoChange, Proposal
from register.publishing import confirming
from register.words.work import Mode


def asked(session: Session, proposal_id: str) -> EmbargoChange | None:
    """What is asked about the embargo of a text and waits for an answer. One query."""
    mine = col(EmbargoChange.proposal_id) == proposal_id, col(EmbargoChange.state) == "asked"
    return session.scalars(select(EmbargoChange).where(*mine)).first()


def may_ask(proposal: Proposal, person: Person) -> bool:
    """Whether the person may ask for another moment: who could confirm the text, or wrote their own side's report."""
    wrote = proposal.mode == Mode.OWN and proposal.author_id == person.id and person.side == proposal.side
    return proposal.state == "embargoed" and (wrote or _could_confirm(proposal, person))


def may_agree(proposal: Proposal, change: EmbargoChange, person: Person) -> bool:
    """Whether the person may agree: of the side that did not ask, or another colleague where there is only one."""
    needed = workflow.WHO_CONFIRMS[Mode(proposal.mode)].of(proposal.side)
    theirs = person.side != change.side if len(needed) > 1 else person.id != change.asked_by
    return proposal.state == "embargoed" and theirs and _could_confirm(proposal, person)


def agreeable(person: Person) -> ColumnElement[bool]:
    """What is asked and `may_agree` says yes to, as a condition on changes that are joined to their texts."""
    others = [
        and_(
            col(Proposal.mode) == mode.value,
            col(EmbargoChange.side) != person.side
            if len(keys.of(person.side)) > 1
            else col(EmbargoChange.asked_by) != person.id,
        )
        for mode, keys in workflow.WHO_CONFIRMS.items()
    ]
    waits = col(Proposal.state) == "embargoed", col(EmbargoChange.state) == "asked"
    return and_(access.visible(Proposal, person), access.confirmable(person), *waits, or_(*others))


def ask(session: Session, proposal_id: str, until: datetime | None, person: Person, now: datetime) -> EmbargoChange:
    """Ask for another moment (None: no embargo any more), instead of what was asked before.

    Raises NotHere when the person may not, FieldError for a moment that has passed.
    """
    proposal = _held(session, proposal_id)
    if not may_ask(proposal, person):
        raise NotHere
    if until is not None and until <= now:
        raise FieldError("day", _("This moment has passed. To publish at once, lift the embargo."))
    if before := asked(session, proposal_id):
        _decide(session, before, "dropped", person, now)
    made = EmbargoChange(proposal_id=proposal_id, side=person.side, asked_by=person.id, asked_at=now, until=until)
    session.add(made)
    session.flush()
    return made


def agree(session: Session, proposal_id: str, change_id: str, person: Person, now: datetime) -> Proposal:
    """Agree to what is asked: the embargo is moved, or lifted and the text published.

    Raises NotHere when the person may not, FieldError when something else is asked by now.
    """
    proposal, change = _held(session, proposal_id), asked(session, proposal_id)
    if change is None or not may_agree(proposal, change, person):
        raise NotHere
    if change.id != change_id:
        raise FieldError("", _("Something else is asked by now. Read it before you agree."))
    _decide(session, change, "agreed", person, now)
    proposal.embargo = change.until or now
    session.add(proposal)
    session.flush()
    if proposal.embargo <= now:
        confirming.publish_due(session, now)
    return proposal


def _could_confirm(proposal: Proposal, person: Person) -> bool:
    return access.can(person, "confirm", confirming.thing(proposal, person.side))


def _held(session: Session, proposal_id: str) -> Proposal:
    found = confirming.lock(session, [proposal_id])
    if not found:
        raise NotHere
    return found[0]


def _decide(session: Session, change: EmbargoChange, state: str, person: Person, now: datetime) -> None:
    change.state, change.decided_by, change.decided_at = state, person.id, now
    session.add(change)
