"""One's own account: how it stands, and what its owner may change."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlmodel import Session, col

from register import access
from register.access import Person
from register.accounts import entering, passwords, queries, tickets
from register.accounts.devices import Device, device
from register.audit import Trail
from register.config import Limits
from register.errors import FieldError
from register.guards import signing
from register.i18n import mark as _
from register.models import Account, Identity, Mandate, Note, Passkey, RecoveryCode, SignIn, Totp
from register.words.people import Deed

NEWEST_NOTES = 5
NOT_CURRENT = _("This is not your current password.")


class Held(NamedTuple):
    """A mandate that stands or is still to begin: on `topic` (a title; empty for all topics), from and until a day.

    `for_whom`: whose it is, when this person stands in. `substitute`: who stands in for this person, and when.
    """

    topic: str
    begins: str
    ends: str | None
    for_whom: str = ""
    substitute: str = ""
    away_from: str = ""
    away_until: str = ""


class Means(NamedTuple):
    """What somebody can sign in with besides a password."""

    app_since: datetime | None
    passkeys: int
    codes: int  # recovery codes that were not used yet
    service: bool  # matched with the sign-in service of their side

    @property
    def second_factor(self) -> bool:
        """Whether there is one."""
        return self.app_since is not None or self.passkeys > 0


class Place(NamedTuple):
    """A browser in which the person is signed in."""

    id: str
    device: Device
    began: datetime
    seen: datetime
    this: bool


class Tried(NamedTuple):
    """A change of password that was tried before the transaction: whether the current one fitted what was `kept`."""

    kept: str
    fits: bool
    hashed: str


class Asked(NamedTuple):
    """The token of a link to a new address; `taken` is the account that has that address already."""

    token: str
    taken: Account | None


def mandates(session: Session, account: Account, language: str, today: date) -> list[Held]:
    """The mandates that somebody holds or stands in for, those of today and later. Three queries."""
    iso = today.isoformat()
    standing = [
        one
        for one in queries.mandates(session, account)
        if one.ended_at is None
        and (one.ends is None or one.ends >= iso)
        and (one.account_id == account.id or str(one.substitute_until) >= iso)
    ]
    if not standing:
        return []
    titles = queries.titles(session, language, "topic", {one.topic for one in standing})
    people = queries.names(session, _others(standing, account))
    return [_held(one, account, titles, people, iso) for one in standing]


def means(session: Session, account: Account) -> Means:
    """What the person signs in with. One query."""

    def counted(model: type[Passkey | RecoveryCode | Identity], *more: ColumnElement[bool]) -> ScalarSelect[int]:
        mine = select(func.count()).select_from(model).where(col(model.account_id) == account.id, *more)
        return mine.scalar_subquery()

    app = select(col(Totp.confirmed_at)).where(col(Totp.account_id) == account.id).scalar_subquery()
    codes = counted(RecoveryCode, col(RecoveryCode.used_at).is_(None))
    found = session.execute(select(app, counted(Passkey), codes, counted(Identity))).one()
    return Means(found[0], int(found[1]), int(found[2]), bool(found[3]))


def newest_notes(session: Session, person: Person) -> list[tuple[Note, str]]:
    """The newest notes that the person may see, each with the name of who wrote it. One query."""
    rows = session.execute(
        select(Note, col(Account.name))
        .join(Account, col(Account.id) == col(Note.author_id))
        .where(access.visible(Note, person))
        .order_by(col(Note.created_at).desc(), col(Note.id))
        .limit(NEWEST_NOTES)
    )
    return [(row[0], row[1]) for row in rows]


def change_settings(trail: Trail, account: Account, language: str, mail: str) -> None:
    """Set the language and how often the register writes."""
    if (account.language, account.mail) != (language, mail):
        account.language, account.mail = language, mail
        trail.session.add(account)
        trail.add(Deed.OWN_SETTINGS_CHANGED, account)


def ask_address(trail: Trail, account: Account, email: str, limits: Limits) -> Asked:
    """Make the link that confirms a new address. Raises FieldError when it is the one they have.

    One is made also when another account has the address, and sent to nobody: whoever asks cannot tell.
    """
    if email == account.email:
        raise FieldError("email", _("This is the address that you have now."))
    token = tickets.make(trail.session, "address", account, account.id, trail.now, limits.reset, email=email)
    return Asked(token, queries.by_email(trail.session, email))


def try_password(account: Account, current: str, new: str, limits: Limits) -> Tried:
    """Try the current password and hash the new one: slow, so before the writer transaction."""
    if not account.password:  # they came in otherwise, and have none yet
        return Tried("", True, passwords.hasher(limits).hash(new))
    tried = entering.attempt(current, account.password, limits)
    return Tried(account.password, tried.fits, passwords.hasher(limits).hash(new) if tried.fits else "")


def check_password(account: Account, current: str, new: str, again: str) -> None:
    """Raise FieldError when a new password was typed in two ways or is the old one, WeakPassword when it is weak."""
    if new != again:
        raise FieldError("new_password_again", _("This differs from the new password above. Type both once more."))
    if account.password and new == current:
        raise FieldError("new_password", _("This is the password you have now. Choose another one."))
    passwords.check(new, (account.name, account.email))


def change_password(trail: Trail, account: Account, hashed: str, this: SignIn) -> None:
    """Set a new password by its hash; every sign-in but `this` ends, and links for a new password are dead."""
    account.password = hashed
    tickets.withdraw(trail.session, account.id, trail.now, "reset")
    signing.end(trail.session, account.id, trail.now, but=this.id)
    signing.renew(trail.session, account, keep=this)
    trail.add(Deed.PASSWORD_SET, account, means="password")


def places(session: Session, account: Account, this: str, now: datetime, limits: Limits) -> list[Place]:
    """Where the person is signed in: this browser first, then as last used. One query."""
    mine = select(SignIn).where(col(SignIn.account_id) == account.id, col(SignIn.ended_at).is_(None))
    rows = [row for row in session.scalars(mine) if signing.holds(row, account, now, limits)]
    rows.sort(key=lambda row: (row.id != this, -row.seen_at.timestamp(), row.id))
    return [Place(row.id, device(row.agent), row.created_at, row.seen_at, row.id == this) for row in rows]


def end_one(trail: Trail, account: Account, sign_in: str, this: SignIn) -> int:
    """End one sign-in of the person's own, not `this`. Gives how many ended: none when it had ended already."""
    return _ended(trail, account, signing.end(trail.session, account.id, trail.now, only=(sign_in,), but=this.id))


def end_others(trail: Trail, account: Account, this: SignIn) -> int:
    """End every sign-in of the person but `this`. Gives how many ended."""
    return _ended(trail, account, signing.end(trail.session, account.id, trail.now, but=this.id))


def _ended(trail: Trail, account: Account, count: int) -> int:
    if count:
        trail.add(Deed.SIGN_INS_ENDED, account, count=count)
    return count


def _others(standing: Iterable[Mandate], account: Account) -> set[str]:
    found = {one.account_id for one in standing} | {one.substitute_id for one in standing if one.substitute_id}
    return found - {account.id}


def _held(mandate: Mandate, account: Account, titles: dict[str, str], people: dict[str, str], today: str) -> Held:
    topic = titles.get(mandate.topic, mandate.topic)
    if mandate.account_id != account.id:
        begins, ends = str(mandate.substitute_from), mandate.substitute_until
        return Held(topic, begins, ends, for_whom=people.get(mandate.account_id, ""))
    if mandate.substitute_id and str(mandate.substitute_until) >= today:
        return Held(
            topic,
            mandate.begins,
            mandate.ends,
            substitute=people.get(mandate.substitute_id, ""),
            away_from=str(mandate.substitute_from),
            away_until=str(mandate.substitute_until),
        )
    return Held(topic, mandate.begins, mandate.ends)
