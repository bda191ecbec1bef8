"""What the register stops keeping, and when. The periods are settings (config.Limits); the operator runs it each day.

A person who left loses name, address and means of signing in. Their notes and deeds stay, since others rely on them,
under an id that names nobody.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlmodel import Session, col

from register.audit import Trail
from register.config import Limits
from register.models import (
    Account,
    AccountRole,
    Attempt,
    AuditEntry,
    Challenge,
    Draft,
    FollowRequest,
    Identity,
    KeptForm,
    Passkey,
    RecoveryCode,
    SignIn,
    Ticket,
    Told,
    Totp,
    Upload,
)
from register.publishing import evidence
from register.words.people import AccountState, Deed
from register.words.work import DraftState

# The database looks at its own clock before it lets an entry go; it may be a little behind ours.
_CLOCKS_APART = timedelta(hours=1)
# What hangs on an account and goes when the person is forgotten. Mandates stay: they say for whom something was done.
_PERSONAL: tuple[Any, ...] = (AccountRole, Identity, KeptForm, Passkey, RecoveryCode, SignIn, Ticket, Told, Totp)


_UNSENT = (DraftState.DRAFT.value, DraftState.RETURNED.value)


class Gone(NamedTuple):
    """How much was taken away, of each sort; `people` are those whose name and address were erased."""

    sign_ins: int
    attempts: int
    challenges: int
    tickets: int
    requests: int
    forms: int
    audit: int
    people: int
    files: int
    told: int


def run(session: Session, now: datetime, limits: Limits) -> Gone:
    """Take away all that was kept long enough. Run twice, the second time finds nothing."""
    overwrite(session)
    people = _forget(session, now, limits)
    return Gone(
        sign_ins=_delete(session, SignIn, _over(now, limits)),
        attempts=_delete(session, Attempt, col(Attempt.at) <= now - limits.keep_attempts),
        challenges=_delete(session, Challenge, col(Challenge.expires_at) <= now),
        tickets=_delete(session, Ticket, _dead(now - limits.keep_tickets)),
        requests=_delete(session, FollowRequest, col(FollowRequest.asked_at) <= now - limits.keep_follow_requests),
        forms=_delete(session, KeptForm, col(KeptForm.at) <= now - limits.keep_forms),
        audit=_delete(session, AuditEntry, col(AuditEntry.keep_until) <= now - _CLOCKS_APART),
        people=people,
        files=_delete(session, Upload, evidence.orphans(now - limits.keep_forms)),
        told=_delete(session, Told, col(Told.sent_at) <= now - limits.keep_told),
    )


def _over(now: datetime, limits: Limits) -> ColumnElement[bool]:
    """Sign-ins that hold no longer, and were last used longer ago than they are kept."""
    started, used, ended = col(SignIn.created_at), col(SignIn.seen_at), col(SignIn.ended_at)
    by_itself = or_(started <= now - limits.absolute, used <= now - limits.idle)
    return and_(used <= now - limits.keep_sign_ins, or_(ended.is_not(None), by_itself))


def _dead(before: datetime) -> ColumnElement[bool]:
    """Links that were used, withdrawn or expired before then."""
    return or_(col(Ticket.expires_at) <= before, col(Ticket.used_at) <= before, col(Ticket.withdrawn_at) <= before)


def _forget(session: Session, now: datetime, limits: Limits) -> int:
    """Erase who the people were that were removed long enough ago. Gives how many."""
    leaving = select(Account).where(
        col(Account.state) == AccountState.REMOVED.value,
        col(Account.removed_at) <= now - limits.keep_removed,
        col(Account.name) != "",
    )
    trail = Trail(session, now, limits.keep_audit.days)
    found = list(session.scalars(leaving.with_for_update()))
    for account in found:
        for model in _PERSONAL:
            session.execute(delete(model).where(col(model.account_id) == account.id))
        unsent = col(Draft.state).in_(_UNSENT)  # what nobody waits for; the rest belongs to the side
        session.execute(update(Draft).where(col(Draft.author_id) == account.id, unsent).values(typed="{}"))
        account.name, account.password, account.email = "", "", f"{account.id}@removed.invalid"
        session.add(account)
        trail.add(Deed.ACCOUNT_FORGOTTEN, account)
    session.flush()
    return len(found)


def _delete(session: Session, model: type[Any], condition: ColumnElement[bool]) -> int:
    done: Any = session.execute(delete(model).where(condition).execution_options(synchronize_session=False))
    return int(done.rowcount)


def overwrite(session: Session) -> None:
    """On SQLite, have what is deleted overwritten in the file; it would otherwise lie there until the room is used."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
