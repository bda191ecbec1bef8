"""Forms that came from somebody who was no longer signed in: kept for them, and given back once they are."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, delete, select
from sqlmodel import Session, col

from register.models import KeptForm

MOST = 20  # forms of one person; the oldest makes room
LARGEST = 200_000  # signs of one form
SECRET = ("password", "code", "credential", "csrf")  # a field with one of these in its name is never kept
# Asked at every page of the workspace, so that it is put together once.
_KEPT = select(KeptForm).where(
    col(KeptForm.account_id) == bindparam("account", type_=Text), col(KeptForm.path) == bindparam("path", type_=Text)
)


def keep(
    session: Session, account_id: str, path: str, fields: Mapping[str, Sequence[str]], now: datetime
) -> str | None:
    """Keep what was sent to `path`, secrets left out. Gives its id, or None when there is nothing to keep."""
    kept = {name: list(values) for name, values in fields.items() if not any(part in name for part in SECRET)}
    text = json.dumps(kept, ensure_ascii=False)
    if not any(any(values) for values in kept.values()) or len(text) > LARGEST:
        return None
    mine = select(col(KeptForm.id)).where(col(KeptForm.account_id) == account_id)
    older = mine.order_by(col(KeptForm.at).desc(), col(KeptForm.id)).offset(MOST - 1)
    session.execute(delete(KeptForm).where(col(KeptForm.id).in_(list(session.scalars(older)))))
    session.execute(delete(KeptForm).where(col(KeptForm.account_id) == account_id, col(KeptForm.path) == path))
    row = KeptForm(account_id=account_id, path=path, fields=text, at=now)
    session.add(row)
    session.flush()
    return row.id


def kept(session: Session, account_id: str, path: str) -> dict[str, list[str]] | None:
    """What this person sent to `path` and what was not saved, or None."""
    found = session.scalars(_KEPT, {"account": account_id, "path": path}).first()
    return json.loads(found.fields) if found else None


def drop(session: Session, account_id: str, path: str) -> None:
    """Forget it: it was saved now, or is wanted no more."""
    session.execute(delete(KeptForm).where(col(KeptForm.account_id) == account_id, col(KeptForm.path) == path))
