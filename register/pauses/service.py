"""Declaring a pause and ending it early: entries of the ledger, in facts only, so that there is no text to confirm.

A pause cannot begin in the past and never grows longer: a side cannot undo time that has run (docs/decisions/0011).
"""

from datetime import date, timedelta

from register import workflow
from register.audit import Trail
from register.errors import FieldError, NotHere
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger import append, notices
from register.ledger.notices import Pause
from register.models import Account
from register.words.people import Deed


def declare(trail: Trail, account: Account, begins: str, ends: str, reason: str) -> int:
    """Declare a pause of the account's side, from one ISO day up to and including another; gives its entry.

    Raises FieldError when the days do not fit, or touch a pause that the side has declared already.
    """
    if begins < _today(trail).isoformat():
        raise FieldError("begins", _("A pause cannot begin in the past."))
    if ends < begins:
        raise FieldError("ends", _("The last day comes before the first."))
    if (date.fromisoformat(ends) - date.fromisoformat(begins)).days >= workflow.LONGEST_PAUSE:
        raise FieldError("ends", _("A pause lasts a year at most. Declare another one when it is over."))
    connection = trail.session.connection()
    append.lock(connection)
    for other in notices.pauses(connection, begins):
        if other.side == account.side and other.begins <= ends:
            raise FieldError("begins", _("Your side has declared a pause in that time already."))
    side = account.side
    seq = append.note(connection, notices.PAUSE, "side", side, side, begins=begins, ends=ends, reason=reason)
    trail.add(Deed.PAUSE_DECLARED, account, begins=begins, ends=ends)
    return seq


def open_pause(trail: Trail, side: str, seq: str) -> Pause:
    """A pause of this side that is not over. Raises NotHere."""
    number = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else 0
    for pause in notices.pauses(trail.session.connection(), _today(trail).isoformat()):
        if pause.seq == number and pause.side == side:
            return pause
    raise NotHere


def end(trail: Trail, account: Account, seq: str) -> None:
    """End a pause of the account's side: yesterday was its last day. Raises NotHere when there is no such pause."""
    append.lock(trail.session.connection())
    pause = open_pause(trail, account.side, seq)
    last = (_today(trail) - timedelta(days=1)).isoformat()
    side = account.side
    append.note(trail.session.connection(), notices.PAUSE_ENDED, "side", side, side, target=pause.seq, ends=last)
    trail.add(Deed.PAUSE_ENDED, account, begins=pause.begins, ends=last)


def _today(trail: Trail) -> date:
    found: date = trail.now.astimezone(ZONE).date()
    return found
