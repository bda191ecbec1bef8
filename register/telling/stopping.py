"""Stopping mail from the mail itself: a signed link that works without signing in, and does nothing else."""

import base64
import hashlib
import hmac

from sqlmodel import Session

from register.models import Account
from register.words.people import AccountState, MailChoice


def token(account: Account, secret: str) -> str:
    """The mark of the link that stops the mail of this account. It holds for as long as the address does."""
    return f"{account.id}.{_mark(account, secret)}"


def account(session: Session, token: str, secret: str) -> Account | None:
    """Whose mail a link stops; None for one that the register did not make, or whose address has changed since."""
    account_id, _, mark = token.partition(".")
    found = session.get(Account, account_id) if account_id.isprintable() else None  # PostgreSQL takes no zero byte
    if found is None or found.state == AccountState.REMOVED:
        return None
    return found if hmac.compare_digest(mark.encode(), _mark(found, secret).encode()) else None


def stop(session: Session, account: Account) -> None:
    """No more mail about what waits. Messages about the account itself still come."""
    account.mail = MailChoice.NONE.value
    session.add(account)


def _mark(account: Account, secret: str) -> str:
    said = f"stop-mail:{account.id}:{account.email}".encode()
    made = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
