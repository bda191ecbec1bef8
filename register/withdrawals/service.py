"""Taking back and answering, by somebody of whom it is asked again, in the transaction, whether they still may."""

from datetime import date, datetime

from sqlmodel import Session

from register import workflow
from register.access import Person
from register.audit import Trail
from register.guards import people
from register.i18n import ZONE
from register.models import Account, Withdrawal
from register.publishing import withdrawing
from register.publishing.withdrawing import Target
from register.withdrawals.forms import AGREE, DROP
from register.words import workdays
from register.words.people import Deed
from register.words.taking import Ground, Taking, TakingState


def until(now: datetime) -> date:
    """The day on which a text that is hidden now is shown again."""
    return workdays.after(now.astimezone(ZONE).date(), workflow.HIDDEN_FOR)


def take(trail: Trail, account: Account, target: Target, what: Taking, reason: str, ground: str) -> Withdrawal:
    """Take a text back, or ask for it. Raises NotHere and FieldError as `withdrawing.take` does."""
    person = _again(trail.session, account, trail.now)
    reasoned = Ground(ground) if ground else None
    made = withdrawing.take(trail.session, target, what, person, reason, reasoned, until(trail.now), trail.now)
    deed = Deed.WITHDREW if made.state == TakingState.DONE.value else Deed.ASKED_TO_WITHDRAW
    trail.add(deed, account, record=f"{made.kind}/{made.record}")
    return made


def answer(trail: Trail, account: Account, row_id: str, act: str, said: str) -> Withdrawal:
    """Agree, do not, or take the request back. Raises NotHere and FieldError as `withdrawing.answer` does."""
    person = _again(trail.session, account, trail.now)
    if act == DROP:
        made, deed = withdrawing.drop(trail.session, row_id, person, trail.now), Deed.DROPPED_WITHDRAWAL
    else:
        made = withdrawing.answer(trail.session, row_id, person, act == AGREE, said, trail.now)
        deed = Deed.AGREED_TO_WITHDRAW if act == AGREE else Deed.DECLINED_TO_WITHDRAW
    trail.add(deed, account, record=f"{made.kind}/{made.record}")
    return made


def _again(session: Session, account: Account, now: datetime) -> Person:
    """What the account may do at this moment."""
    return people.person(session, account, now.astimezone(ZONE).date())
