"""How often something may be tried: for each account, and for each network that it is tried from.

An attempt that is refused because there were too many is not counted itself, so that the moment that was named is
the moment from which one may try again. No address is kept: a key is a digest under the installation's secret.
"""

import hmac
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from register.config import Limits, Settings
from register.errors import Throttled
from register.models import Account, Attempt


def keys(secret: str, email: str, network: str) -> tuple[str, str]:
    """The keys under which an attempt counts: of the account, then of the network.

    `email` may be any text that names what is tried, such as "mail jan@a.example"; known to the register or not, it
    makes no difference.
    """
    return _key(secret, "account", email), _key(secret, "network", network)


def check(session: Session, keys: tuple[str, ...], now: datetime, limits: Limits) -> None:
    """Raise Throttled, with the moment from which to try again, when one of `keys` was used too often.

    In a writer transaction this holds until its end: of several at once, each sees what the one before it counted.
    """
    _one_at_a_time(session, keys)
    most = (limits.attempts_account, limits.attempts_network)
    since = now - limits.attempts_window
    ends = [
        last + limits.attempts_window
        for key, limit in zip(keys, most, strict=True)
        if (last := _last_but(session, key, since, limit - 1)) is not None
    ]
    if ends:
        raise Throttled(max(ends))


def full(session: Session, keys: tuple[str, ...], now: datetime, limits: Limits) -> bool:
    """Whether the account of `keys` has to wait now. Right after counting it is true once for each time of waiting."""
    return _last_but(session, keys[0], now - limits.attempts_window, limits.attempts_account - 1) is not None


def count(session: Session, keys: Iterable[str], now: datetime) -> None:
    """Count one attempt under each of `keys`."""
    session.add_all([Attempt(key=key, at=now) for key in keys])
    session.flush()


def count_mail(session: Session, settings: Settings, email: str, network: str, now: datetime) -> None:
    """Count a message to this address, asked for from this network by somebody unknown.

    Raises Throttled for too many, whether the register knows the address or not.
    """
    limits = settings.limits
    fewer = replace(limits, attempts_account=limits.mails_account, attempts_window=limits.mails_window)
    found = keys(settings.secret, f"mail {email}", network)
    check(session, found, now, fewer)
    count(session, found, now)


def clear(session: Session, key: str) -> None:
    """Forget what was tried under `key`: they are who they say."""
    session.execute(delete(Attempt).where(col(Attempt.key) == key))


def second_step(account_id: str) -> str:
    """What is tried at the second step of signing in, for `keys`."""
    return f"second step {account_id}"


def forgive(session: Session, secret: str, account: Account) -> None:
    """Forget what was tried to sign in to `account`, at either step, so that nobody waits; never of the network."""
    for what in (account.email, second_step(account.id)):
        clear(session, _key(secret, "account", what))


def settle(session: Session, keys: tuple[str, ...], now: datetime, *, right: bool) -> None:
    """After an attempt: a right one clears its account, though never the network, a wrong one counts under both."""
    if right:
        clear(session, keys[0])
    else:
        count(session, keys, now)


def _key(secret: str, kind: str, text: str) -> str:
    return hmac.digest(secret.encode(), f"attempt {kind} {text}".encode("utf-8", "surrogatepass"), "sha256").hex()


def _last_but(session: Session, key: str, since: datetime, skipped: int) -> datetime | None:
    """When the attempt was made that has `skipped` newer ones after it, if that was after `since`."""
    mine = select(col(Attempt.at)).where(col(Attempt.key) == key, col(Attempt.at) > since)
    return session.scalars(mine.order_by(col(Attempt.at).desc()).offset(skipped).limit(1)).first()


def _one_at_a_time(session: Session, keys: tuple[str, ...]) -> None:
    """On PostgreSQL transactions write side by side; on SQLite they never do. A reader need not wait for anybody."""
    bind = session.get_bind()
    if bind.dialect.name == "postgresql" and not bind.get_execution_options().get("postgresql_readonly"):
        for key in sorted(keys):
            session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
