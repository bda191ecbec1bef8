"""People to try the register with: `make demo`. One of each role on each side, with one-time random passwords.

Whoever runs it sees the passwords and the secrets of the authenticator apps once; the register keeps neither. It is
refused where real people have an account, unless DEMO=anyway says that this is what is wanted. Running it again gives
the people of the demo new passwords and signs them out.
"""

import os
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import delete, select  # noqa: E402
from sqlmodel import Session, col  # noqa: E402

from register import cli  # noqa: E402
from register.accounts import mandates, passwords, people, queries, totp  # noqa: E402
from register.audit import Trail  # noqa: E402
from register.config import Settings  # noqa: E402
from register.db import Database  # noqa: E402
from register.errors import Refused, SchakelError  # noqa: E402
from register.guards import signing  # noqa: E402
from register.i18n import ZONE  # noqa: E402
from register.ledger import PUBLIC_TABLES  # noqa: E402
from register.ledger.tables import card  # noqa: E402
from register.models import Account, AccountRole, Mandate, Totp  # noqa: E402
from register.words.people import AccountSide, AccountState, Deed, Role  # noqa: E402
from register.words.vocabulary import SIDES, OrganisationKind  # noqa: E402

HOST = "demo.example"  # no mail ever goes there (RFC 2606)
LOUD = "*" * 78


class Shown(NamedTuple):
    """What is printed about one person. `app`: the secret of the authenticator app; empty where none is needed."""

    email: str
    what: str
    password: str
    app: str


def make(database: Database, now: datetime, *, anyway: bool = False) -> list[Shown]:
    """Make the people of the demo, or give them new passwords. Raises Refused when real people have an account."""
    with database.write() as session:
        real = select(col(Account.id)).where(
            col(Account.state) != AccountState.REMOVED.value, col(Account.email).not_like(f"%@{HOST}")
        )
        if not anyway and session.scalars(real.limit(1)).first():
            raise Refused("Real people have an account here. Nothing was done; DEMO=anyway does it all the same.")
        trail = Trail(session, now, database.settings.limits.keep_audit.days)
        return [_person(session, trail, database.settings, side, role) for side in AccountSide for role in Role]


def _person(session: Session, trail: Trail, settings: Settings, side: AccountSide, role: Role) -> Shown:
    email = f"{role.value}.{side.value}@{HOST}"
    account = queries.by_email(session, email)
    if account is None:
        account = Account(
            side=side.value,
            organisation=_organisation(session, side),
            name=f"Demo {role.message} {side.value.upper()}",
            email=email,
            state=AccountState.ACTIVE.value,
            created_at=trail.now,
        )
        session.add(account)
        session.flush()
        trail.add(Deed.INVITED, account, roles=[role.value])
    mandated = role is Role.DIPLOMAT and side.value in SIDES
    password, app = _password(), ""
    people.clear_means(session, account)
    signing.end(session, account.id, trail.now)
    account.password = passwords.hasher(settings.limits).hash(password)
    session.execute(delete(AccountRole).where(col(AccountRole.account_id) == account.id))
    for topic in _topics(session) if role is Role.COORDINATOR else ("",):
        session.add(AccountRole(account_id=account.id, role=role.value, topic=topic))
    standing = select(Mandate).where(col(Mandate.account_id) == account.id, col(Mandate.ended_at).is_(None))
    if mandated and not session.scalars(standing).first():
        mandates.give(session, trail, account, "", trail.now.astimezone(ZONE).date().isoformat(), "", "")
    if mandated or role is Role.ADMINISTRATOR:
        app = totp.make_secret()
        sealed = totp.seal(settings.secret, account.id, app)
        session.add(Totp(account_id=account.id, secret=sealed, confirmed_at=trail.now))
    signing.renew(session, account)
    trail.add(Deed.PASSWORD_SET, account, means="all")
    what = f"{role.message}, {side.message}" + (", with a mandate on all topics" if mandated else "")
    return Shown(email, what, password, app)


def _organisation(session: Session, side: AccountSide) -> str:
    """A ministry or department of the side, else its government; empty when the register knows neither."""
    known = select(card.c.record).where(
        card.c.kind == "organisation", card.c.side == side.value, card.c.pub_to.is_(None)
    )
    for kind in (OrganisationKind.MINISTRY, OrganisationKind.GOVERNMENT):
        if found := session.scalars(known.where(card.c.type == kind.value).order_by(card.c.record).limit(1)).first():
            return str(found)
    return ""


def _topics(session: Session) -> list[str]:
    return [record for record, _title in queries.topics(session, "en")][:2]


def _password() -> str:
    """Random, and easily typed over: 100 bits in groups of five."""
    signs = "abcdefghjkmnpqrstvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(5)) for _ in range(4))


def told(shown: list[Shown]) -> Iterator[str]:
    """What to print."""
    yield LOUD
    yield "PEOPLE FOR A DEMO. Their passwords are below: whoever reads them can sign in."
    yield "They are shown once. Not for a register that is really used: remove these people with"
    yield "  flask --app app user remove --email ADDRESS"
    yield LOUD
    for one in shown:
        yield ""
        yield one.what
        yield f"  address   {one.email}"
        yield f"  password  {one.password}"
        if one.app:
            yield f"  app       {one.app}   (type it into an authenticator app, which then shows the codes)"
    yield ""
    yield LOUD


def main() -> int:
    """Make the register ready, then the people. Returns the exit status."""
    try:
        settings = Settings.from_environment().with_secret()
        cli.prepare(settings)
        database = Database(settings, PUBLIC_TABLES)
        try:
            shown = make(database, datetime.now(UTC).replace(microsecond=0), anyway=os.environ.get("DEMO") == "anyway")
        finally:
            database.close()
    except SchakelError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(told(shown)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
