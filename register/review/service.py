"""Confirming and sending back, by somebody of whom it is asked again, once the text is held, whether they still may."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from register import access
from register.access import Person
from register.audit import Trail
from register.errors import FieldError, NotHere
from register.guards import people
from register.i18n import ZONE
from register.models import Account, Proposal
from register.publishing import confirming, embargoing
from register.words.people import Deed

MOST = 50  # texts in one go


class Refusal(NamedTuple):
    """A text that could not be confirmed with the others, and why."""

    proposal: Proposal
    error: FieldError


def confirm(trail: Trail, account: Account, proposal_id: str, digest: str) -> Proposal:
    """Turn the key of the account's side. Raises NotHere and FieldError as `confirming.confirm` does."""
    confirming.lock(trail.session, [proposal_id])
    return _confirm(trail, account, _again(trail.session, account, trail.now), proposal_id, digest)


def confirm_several(trail: Trail, account: Account, chosen: Sequence[tuple[str, str]]) -> list[Refusal]:
    """Confirm each of `chosen` (id and digest); gives those that a rule refused, while the others are confirmed.

    Raises NotHere, for all of them, when there is one that the person may not confirm at all.
    """
    if len(chosen) > MOST:
        raise NotHere
    held = {proposal.id: proposal for proposal in confirming.lock(trail.session, [each for each, _ in chosen])}
    person = _again(trail.session, account, trail.now)
    for proposal_id, _digest in chosen:
        if proposal_id not in held or not access.can(
            person, "confirm", confirming.thing(held[proposal_id], person.side)
        ):
            raise NotHere
    refused = []
    for proposal_id, digest in chosen:
        try:
            _confirm(trail, account, person, proposal_id, digest)
        except FieldError as error:
            refused.append(Refusal(held[proposal_id], error))
    return refused


def send_back(trail: Trail, account: Account, proposal_id: str, reason: str) -> Proposal:
    """Send a text back to its author. Raises NotHere and FieldError as `confirming.send_back` does."""
    confirming.lock(trail.session, [proposal_id])
    person = _again(trail.session, account, trail.now)
    found = confirming.send_back(trail.session, proposal_id, reason, person, trail.now)
    trail.add(Deed.SENT_BACK, account, record=f"{found.kind}/{found.record}")
    return found


def ask_embargo(trail: Trail, account: Account, proposal_id: str, until: datetime | None) -> None:
    """Ask for another embargo. Raises NotHere and FieldError as `embargoing.ask` does."""
    confirming.lock(trail.session, [proposal_id])
    person = _again(trail.session, account, trail.now)
    change = embargoing.ask(trail.session, proposal_id, until, person, trail.now)
    _told(trail, Deed.EMBARGO_ASKED, account, change.proposal_id)


def agree_embargo(trail: Trail, account: Account, proposal_id: str, change_id: str) -> None:
    """Agree to another embargo. Raises NotHere and FieldError as `embargoing.agree` does."""
    confirming.lock(trail.session, [proposal_id])
    person = _again(trail.session, account, trail.now)
    found = embargoing.agree(trail.session, proposal_id, change_id, person, trail.now)
    _told(trail, Deed.EMBARGO_AGREED, account, found.id)


def _told(trail: Trail, deed: Deed, account: Account, proposal_id: str) -> None:
    proposal = trail.session.get_one(Proposal, proposal_id)
    trail.add(deed, account, record=f"{proposal.kind}/{proposal.record}")


def _confirm(trail: Trail, account: Account, person: Person, proposal_id: str, digest: str) -> Proposal:
    again = any(key.account_id == person.id for key in confirming.turned(trail.session, proposal_id))
    found = confirming.confirm(trail.session, proposal_id, digest, person, trail.now)
    if again:  # a double click
        return found
    trail.add(Deed.CONFIRMED, account, record=f"{found.kind}/{found.record}")
    return found


def _again(session: Session, account: Account, now: datetime) -> Person:
    """What the account may do at this moment: a mandate that ended while we waited for the text does not count."""
    session.expire_all()
    return people.person(session, account, now.astimezone(ZONE).date())
