"""The rules of following by mail. An address is kept from being asked until it stops, and for nothing else.

The link to what an address follows is signed rather than kept: every letter must carry it, and a digest of it could
not be turned back into it. The link that confirms goes out once; of it only the digest is kept.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from register.accounts.retention import overwrite
from register.config import Limits
from register.following.wanted import Wanted
from register.guards import signing
from register.i18n import ZONE
from register.ledger import read
from register.models import Followed, Follower, FollowRequest

MOST = 50  # that one address may follow


class Full(Exception):
    """The address follows as much as one may."""


def ask(session: Session, wanted: Wanted, email: str, language: str, frequency: str, now: datetime) -> str:
    """Keep that somebody asks to follow `wanted` at this address. Gives the token of the link that confirms it."""
    token = secrets.token_urlsafe(32)
    made = FollowRequest(
        token=signing.digest(token),
        email=email,
        language=language,
        frequency=frequency,
        asked_at=now,
        **wanted._asdict(),
    )
    session.add(made)
    session.flush()
    return token


def requested(session: Session, token: str, now: datetime, limits: Limits) -> FollowRequest | None:
    """What the link that confirms is about; None for one that was used, is too old, or never was."""
    found = session.get(FollowRequest, signing.digest(token))
    return found if found and found.asked_at > now - limits.keep_follow_requests else None


def confirm(session: Session, request: FollowRequest, now: datetime) -> Follower:
    """Follow what was asked, from here on. How often and in which language: as was asked last.

    Raises Full where the address follows as much as one may; the request then stays.
    """
    seq = read.revision(session.connection()).seq
    held = select(Follower).where(col(Follower.email) == request.email).with_for_update()
    follower = session.scalars(held).one_or_none()
    if follower is None:
        follower = Follower(
            email=request.email,
            language=request.language,
            frequency=request.frequency,
            seq=seq,
            day=now.astimezone(ZONE).date().isoformat(),
            last_at=now,
        )
    follower.language, follower.frequency = request.language, request.frequency
    session.add(follower)
    session.flush()
    wanted = Wanted(request.kind, request.record, request.query)
    mine = of(session, follower)
    if wanted not in [_wanted(one) for one in mine]:
        if len(mine) >= MOST:
            raise Full
        session.add(Followed(follower_id=follower.id, seq=seq, **wanted._asdict()))
    overwrite(session)
    session.delete(request)
    session.flush()
    return follower


def of(session: Session, follower: Follower) -> Sequence[Followed]:
    """What an address follows, in the order in which it was taken up."""
    mine = select(Followed).where(col(Followed.follower_id) == follower.id)
    return session.scalars(mine.order_by(col(Followed.seq), col(Followed.id))).all()


def change(session: Session, follower: Follower, frequency: str) -> None:
    """Write to this address as often as they choose."""
    follower.frequency = frequency
    session.add(follower)
    session.flush()


def stop(session: Session, follower: Follower, followed_id: str) -> bool:
    """Follow one thing no longer; with the last one the address is forgotten. Gives whether anything is left."""
    overwrite(session)
    mine = col(Followed.follower_id) == follower.id
    session.execute(delete(Followed).where(mine, col(Followed.id) == followed_id))
    left = session.scalar(select(func.count()).select_from(Followed).where(mine))
    if not left:
        forget(session, follower)
    return bool(left)


def forget(session: Session, follower: Follower) -> None:
    """Stop everything: of the address nothing is left."""
    overwrite(session)
    session.execute(delete(Followed).where(col(Followed.follower_id) == follower.id))
    session.execute(delete(FollowRequest).where(col(FollowRequest.email) == follower.email))
    session.execute(delete(Follower).where(col(Follower.id) == follower.id))


def token(follower_id: str, secret: str) -> str:
    """The mark of the links to what an address follows. It holds until the address is forgotten."""
    return f"{follower_id}.{_mark(follower_id, secret)}"


def find(session: Session, token: str, secret: str) -> Follower | None:
    """Who has this link; None for one that the register did not make, or where nothing is followed any more."""
    follower_id, _, mark = token.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(follower_id, secret).encode()):
        return None
    return session.get(Follower, follower_id)


def _mark(follower_id: str, secret: str) -> str:
    made = hmac.digest(secret.encode(), f"following:{follower_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _wanted(followed: Followed) -> Wanted:
    return Wanted(followed.kind, followed.record, followed.query)
