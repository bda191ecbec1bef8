"""Second factors of one's own account: the app, passkeys, and the recovery codes that stand in for either.

Every change renews the account, which ends its other sign-ins. Recovery codes are made with the first factor and go
with the last one: they are worth nothing where no second factor is asked for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from register.accounts import passkeys, recovery, totp
from register.accounts.passkeys import Known, NewPasskey
from register.audit import Trail
from register.errors import FieldError
from register.guards import signing
from register.i18n import mark as _
from register.models import Account, Passkey, RecoveryCode, SignIn, Totp
from register.words.people import Deed

MOST_PASSKEYS = 20


def app(session: Session, account: Account) -> Totp | None:
    """The app that the account uses, if any."""
    found = session.get(Totp, account.id)
    return found if found is not None and found.confirmed_at is not None else None


def keys(session: Session, account: Account) -> Sequence[Passkey]:
    """The passkeys of an account, oldest first."""
    mine = select(Passkey).where(col(Passkey.account_id) == account.id)
    return session.scalars(mine.order_by(col(Passkey.created_at), col(Passkey.id))).all()


def key(session: Session, account: Account, passkey_id: str) -> Passkey | None:
    """One passkey of this account; None also for that of somebody else."""
    found = session.get(Passkey, passkey_id)
    return found if found is not None and found.account_id == account.id else None


def codes_left(session: Session, account: Account) -> int:
    """How many recovery codes were not used yet."""
    unused = select(func.count()).where(col(RecoveryCode.account_id) == account.id, col(RecoveryCode.used_at).is_(None))
    return session.scalar(unused) or 0


def has_factor(session: Session, account: Account) -> bool:
    """Whether the account has a second factor."""
    return app(session, account) is not None or bool(keys(session, account))


def add_app(trail: Trail, account: Account, this: SignIn, secret: str, sealed: str, code: str) -> tuple[str, ...]:
    """Use the app that holds the secret in `sealed`, in place of one that was there, once it shows `code`.

    `secret` is that of the installation. Gives new recovery codes when this is the first factor, else nothing. Raises
    FieldError when the code is not right, totp.Unreadable when `sealed` was not made here for this account.
    """
    session, now = trail.session, trail.now
    held = totp.unseal(secret, account.id, sealed)
    step = totp.verify(held, code, 0, now)
    if step is None:
        raise FieldError("code", _("This code is not right. Type the six digits that the app shows now."))
    _lock(session, account)
    first = not has_factor(session, account)
    row = session.get(Totp, account.id) or Totp(account_id=account.id, secret="")
    if row.secret and totp.unseal(secret, account.id, row.secret) == held and step <= row.last_step:
        raise FieldError("code", _("This code is not right. Type the six digits that the app shows now."))
    row.secret, row.confirmed_at, row.last_step = totp.seal(secret, account.id, held), now, step
    session.add(row)
    _changed(trail, account, this, Deed.FACTOR_ADDED, factor="app")
    return make_codes(trail, account, this, secret) if first else ()


def remove_app(trail: Trail, account: Account, this: SignIn, *, needed: bool) -> bool:
    """Stop using the app; False when there was none. Raises FieldError when it is the last factor and is `needed`."""
    session = trail.session
    _lock(session, account)
    if app(session, account) is None:
        return False
    _leave_one(needed, left=len(keys(session, account)))
    session.execute(delete(Totp).where(col(Totp.account_id) == account.id))
    _gone(trail, account, this, "app")
    return True


def add_passkey(
    trail: Trail, account: Account, this: SignIn, secret: str, made: NewPasskey, name: str
) -> tuple[str, ...]:
    """Keep a passkey that was made. Gives new recovery codes when this is the first factor, else nothing.

    Raises FieldError when it is known already, or when there are too many.
    """
    session = trail.session
    _lock(session, account)
    known = select(col(Passkey.id)).where(col(Passkey.credential_id) == made.credential_id)
    if session.scalars(known).first() is not None:
        raise FieldError("", _("This passkey is in use already."))
    if len(keys(session, account)) >= MOST_PASSKEYS:
        raise FieldError("", _("You have as many passkeys as the register keeps. Remove one first."))
    first = not has_factor(session, account)
    session.add(
        Passkey(
            account_id=account.id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name,
            created_at=trail.now,
        )
    )
    _changed(trail, account, this, Deed.FACTOR_ADDED, factor="passkey")
    return make_codes(trail, account, this, secret) if first else ()


def remove_passkey(trail: Trail, account: Account, this: SignIn, row: Passkey, *, needed: bool) -> None:
    """Stop taking a passkey. Raises FieldError when it is the last factor and one is `needed`."""
    session = trail.session
    _lock(session, account)
    others = len([one for one in keys(session, account) if one.id != row.id])
    _leave_one(needed, left=others + (app(session, account) is not None))
    session.execute(delete(Passkey).where(col(Passkey.id) == row.id))
    _gone(trail, account, this, "passkey")


def make_codes(trail: Trail, account: Account, this: SignIn, secret: str) -> tuple[str, ...]:
    """Ten new recovery codes in place of those that were there: to be shown now, and never again."""
    session = trail.session
    made = recovery.make()
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    session.add_all(
        [RecoveryCode(account_id=account.id, digest=recovery.digest(secret, account.id, one)) for one in made]
    )
    _changed(trail, account, this, Deed.CODES_MADE, count=len(made))
    return made


def used_key(session: Session, site: passkeys.Site, challenge: str, credential: str, now: datetime) -> Passkey:
    """The passkey that answered `challenge`; its count is kept. Raises PasskeyRefused. Of two at once, one counts."""
    claimed = passkeys.claimed(credential)
    wanted = select(Passkey).where(col(Passkey.credential_id) == claimed.credential_id).with_for_update()
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise passkeys.PasskeyRefused("a passkey that nobody here has")
    known = Known(row.account_id, row.credential_id, row.public_key, row.sign_count)
    count = passkeys.accept_known(site, challenge, credential, known)
    session.execute(update(Passkey).where(col(Passkey.id) == row.id).values(sign_count=count, used_at=now))
    return row


def _lock(session: Session, account: Account) -> None:
    """Of two changes of one account at once, the second sees what the first has done."""
    mine = select(Account).where(col(Account.id) == account.id).with_for_update()
    session.scalars(mine.execution_options(populate_existing=True)).one()


def _leave_one(needed: bool, left: int) -> None:
    if needed and not left:
        told = _("You can administer or confirm, so you need a second factor. Add another one before you remove this.")
        raise FieldError("", told)


def _gone(trail: Trail, account: Account, this: SignIn, factor: str) -> None:
    session = trail.session
    if not has_factor(session, account):
        session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    _changed(trail, account, this, Deed.FACTOR_REMOVED, factor=factor)


def _changed(trail: Trail, account: Account, this: SignIn, deed: Deed, **detail: Any) -> None:
    signing.renew(trail.session, account, keep=this)
    trail.add(deed, account, **detail)
