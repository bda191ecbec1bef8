"""Trying a code: of the app, or a recovery code. Each works once, also when two requests bring it at the same time."""

import logging
from datetime import datetime
from typing import Literal

from sqlalchemy import Executable, select, update
from sqlmodel import Session, col

from register.accounts import recovery, totp
from register.models import Passkey, RecoveryCode, Totp

Means = Literal["app", "recovery code"]
log = logging.getLogger("schakel")


def use(session: Session, secret: str, account_id: str, code: str, now: datetime) -> Means | None:
    """Use `code` up and say what it was; None when it is not right. `secret` is that of the installation.

    It stays unused when the transaction is not committed.
    """
    if _app(session, secret, account_id, code, now):
        return "app"
    return "recovery code" if _recovery(session, secret, account_id, code, now) else None


def kinds(session: Session, account_id: str) -> frozenset[str]:
    """What the account could show besides a password: `app`, `code` (unused recovery codes), `passkey`."""
    of = {
        "app": select(col(Totp.account_id)).where(
            col(Totp.account_id) == account_id, col(Totp.confirmed_at).is_not(None)
        ),
        "code": select(col(RecoveryCode.id)).where(
            col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used_at).is_(None)
        ),
        "passkey": select(col(Passkey.id)).where(col(Passkey.account_id) == account_id),
    }
    there = session.execute(select(*(found.exists().label(name) for name, found in of.items()))).one()
    return frozenset(name for name in of if getattr(there, name))


def _app(session: Session, secret: str, account_id: str, code: str, now: datetime) -> bool:
    row = session.get(Totp, account_id, populate_existing=True)
    if row is None or row.confirmed_at is None:
        return False
    try:
        step = totp.verify(totp.unseal(secret, account_id, row.secret), code, row.last_step, now)
    except totp.Unreadable:
        log.error("the authenticator app of account %s cannot be read: has SCHAKEL_SECRET changed?", account_id)
        return False
    if step is None:
        return False
    mine = update(Totp).where(col(Totp.account_id) == account_id, col(Totp.last_step) < step)
    return _one(session, mine.values(last_step=step))


def _recovery(session: Session, secret: str, account_id: str, code: str, now: datetime) -> bool:
    fits = update(RecoveryCode).where(
        col(RecoveryCode.account_id) == account_id,
        col(RecoveryCode.digest) == recovery.digest(secret, account_id, code),
        col(RecoveryCode.used_at).is_(None),
    )
    return _one(session, fits.values(used_at=now))


def _one(session: Session, change: Executable) -> bool:
    """Whether exactly one row was changed: of two at once, one finds its row still as it was."""
    return bool(session.execute(change).rowcount == 1)  # type: ignore[attr-defined]
