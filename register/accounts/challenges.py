"""What a browser is asked and must answer: to a passkey, or by way of a sign-in service. Each counts once.

The browser holds a random token in a cookie of its own, which ends with it; the database holds the token's digest, so
that an answer is worth something only in the browser that was asked.
"""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import Session, col

from register.accounts import throttle
from register.config import Limits
from register.guards import signing
from register.models import Challenge


class Asked(NamedTuple):
    """What was asked, and of whom; `account_id` is empty where nobody was signed in."""

    payload: str
    account_id: str


def check(session: Session, secret: str, network: str, now: datetime, limits: Limits) -> None:
    """Raise Throttled when so much was asked from this network, or so much tried, that it must wait."""
    throttle.check(session, _keys(secret, network), now, _wide(limits))


def make(
    session: Session, secret: str, network: str, purpose: str, payload: str, now: datetime, limits: Limits, account: str
) -> str:
    """Keep what is asked. Gives the token for the browser. Raises Throttled, as `check` does.

    `account` is the id of who must answer, if that is known.
    """
    check(session, secret, network, now, limits)
    throttle.count(session, _keys(secret, network)[:1], now)  # what is asked is no wrong attempt to sign in
    session.execute(delete(Challenge).where(col(Challenge.expires_at) <= now))
    token = secrets.token_urlsafe(32)
    session.add(
        Challenge(
            token=signing.digest(token),
            purpose=purpose,
            account_id=account,
            payload=payload,
            expires_at=now + limits.challenge,
        )
    )
    session.flush()
    return token


def take(session: Session, token: str, purpose: str, now: datetime) -> Asked | None:
    """What the browser with this token was asked; None when nothing was, or too long ago, or for something else.

    It is used up, whatever comes of it, once the transaction is committed.
    """
    mine = delete(Challenge).where(
        col(Challenge.token) == signing.digest(token),
        col(Challenge.purpose) == purpose,
        col(Challenge.expires_at) > now,
    )
    found = session.execute(mine.returning(col(Challenge.payload), col(Challenge.account_id))).one_or_none()
    return Asked(found.payload, found.account_id) if found else None


def _keys(secret: str, network: str) -> tuple[str, str]:
    return throttle.keys(secret, f"challenge {network}", network)


def _wide(limits: Limits) -> Limits:
    """Nobody has said who they are yet: many people may share a network."""
    return replace(limits, attempts_account=limits.attempts_network)
