"""Writing and confirming translations. What is confirmed is frozen and named by its digest; the text itself stays.

A working translation takes a second colleague of the side that made it; an agreed one takes a key of each side.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from register import access, workflow
from register.access import Person, Thing
from register.audit import Trail
from register.errors import FieldError, NotHere, SchakelError
from register.guards import people
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger import append
from register.ledger.canonical import digest
from register.models import Account, Translation, TranslationKey
from register.models.moments import new_id
from register.translating import queries
from register.translating.queries import Text
from register.words.people import Deed
from register.words.vocabulary import Standing


class Stale(SchakelError):
    """The translation was saved in another place, or the text changed, since the form was made.

    `row` is how the translation stands now, None where nothing of it is kept; `text_changed` says which of the two.
    """

    def __init__(self, row: Translation | None, *, text_changed: bool) -> None:
        super().__init__(row.id if row else "")
        self.row, self.text_changed = row, text_changed


class Made(NamedTuple):
    """What a form was made from: the mark of the form, the position of the text, and the version of the translation."""

    key: str
    seq: str
    version: str


def offered(person: Person) -> list[Standing]:
    """Which translations this person may write: a joint body writes for both sides only."""
    return [each for each in workflow.TRANSLATED_BY if workflow.may_write(workflow.TRANSLATED_BY[each], person.side)]


def save(
    session: Session,
    person: Person,
    about: Text,
    made: Made,
    standing: Standing,
    typed: Mapping[str, str],
    now: datetime,
) -> Translation:
    """Keep a translation as it was typed. Raises NotHere and Stale."""
    writes = access.can(person, "write", Thing("translation", person.side, person.id, "new"))
    if not writes or standing not in offered(person):
        raise NotHere
    kept = json.dumps(dict(sorted(typed.items())), ensure_ascii=False)
    row = session.scalars(
        select(Translation)
        .where(col(Translation.key) == made.key, col(Translation.author_id) == person.id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = _begun(session, person, about, made, standing, kept, now)
    same = row.typed == kept and row.standing == standing.value
    if row.state == "draft" and same and str(about.seq) == made.seq == str(row.target):
        return row
    if row.state not in ("draft", "returned") or made.version != str(row.version):
        raise Stale(row, text_changed=False)
    if str(about.seq) != made.seq:
        raise Stale(row, text_changed=True)
    row.typed, row.standing, row.target, row.topics = kept, standing.value, about.seq, json.dumps(sorted(about.topics))
    row.state, row.changed_at = "draft", now
    row.version += 1
    session.add(row)
    session.flush()
    return row


def submit(session: Session, row: Translation, about: Text, now: datetime) -> None:
    """Freeze a translation, to be confirmed. Raises FieldError for each text that has no words yet."""
    typed = json.loads(row.typed)
    told = {part.path: typed.get(part.path, "") for part in about.parts}
    for path, said in told.items():
        if not said:
            raise FieldError(path, _("Translate this text too: a translation is published whole."))
    if told == {part.path: part.told for part in about.parts} and about.standing == row.standing:
        raise FieldError("", _("This is what is public already: nothing was changed."))
    row.frozen = append.translate(session.connection(), row.target, row.language, Standing(row.standing), told)
    row.digest, row.state, row.changed_at = digest(row.frozen), "waiting", now
    session.add(row)
    for key in queries.keys(session, [row.id]):  # of what was sent back
        session.delete(key)
    session.flush()


def drop(session: Session, person: Person, translation_id: str, now: datetime) -> None:
    """Give up a translation of one's own, also one that waits; what was typed is erased. Raises NotHere."""
    row = _held(session, translation_id)
    if not access.can(person, "change", access.translation(row)):
        raise NotHere
    row.state, row.typed, row.frozen, row.changed_at = "dropped", "{}", "", now
    row.version += 1
    session.add(row)


def confirm(trail: Trail, account: Account, translation_id: str, of: str) -> Translation:
    """Turn the key of the account's side on the translation whose digest is `of`; publish when it was the last one.

    Raises NotHere when the person may not, FieldError when it is no longer what they saw.
    """
    session, now = trail.session, trail.now
    row = _held(session, translation_id)
    person = _again(session, account, now)
    if not access.can(person, "confirm", queries.thing(row, person.side)):
        raise NotHere
    turned = queries.keys(session, [row.id])
    if row.digest != of:
        raise FieldError("", _("The text has changed since you opened it. Read it again before you confirm."))
    if any(key.account_id == person.id for key in turned):
        return row
    if row.state != "waiting" or person.side not in queries.missing(row, turned):
        raise FieldError("", _("This text waits for no confirmation of your side."))
    append.lock(session.connection())
    if obstacle := queries.obstacle(session, row.target):
        raise FieldError("", obstacle)
    key = TranslationKey(
        translation_id=row.id, digest=row.digest, side=person.side, account_id=person.id,
        function=person.organisation, at=now,
    )  # fmt: skip
    session.add(key)
    session.flush()
    trail.add(Deed.CONFIRMED, account, record=f"{row.kind}/{row.record}")
    if not queries.missing(row, [*turned, key]):
        said = [append.Confirmation(one.side, one.function, one.digest, one.at.isoformat()) for one in [*turned, key]]
        ordered = sorted(said, key=lambda one: one.side)
        row.seq = append.publish_translation(session.connection(), row.target, row.frozen, ordered)
        row.state, row.changed_at = "published", now
        session.add(row)
        session.flush()
    return row


def send_back(trail: Trail, account: Account, translation_id: str, reason: str) -> Translation:
    """Send a translation back to its author, with a reason. Raises NotHere and FieldError as `confirm` does."""
    row = _held(trail.session, translation_id)
    person = _again(trail.session, account, trail.now)
    if not access.can(person, "confirm", queries.thing(row, person.side)):
        raise NotHere
    if row.state != "waiting":
        raise FieldError("", _("This text waits for no confirmation of your side."))
    if not reason.strip():
        raise FieldError("reason", _("Say why, so that the author can mend it."))
    row.state, row.reason, row.changed_at = "returned", reason, trail.now
    trail.session.add(row)
    trail.add(Deed.SENT_BACK, account, record=f"{row.kind}/{row.record}")
    return row


def _begun(
    session: Session, person: Person, about: Text, made: Made, standing: Standing, kept: str, now: datetime
) -> Translation:
    """A new translation; one that this very form made at the same moment, if it comes twice."""
    other = queries.mine(session, person, about)
    if other is not None or made.version:
        raise Stale(other, text_changed=False)
    if str(about.seq) != made.seq:
        raise Stale(None, text_changed=True)
    row = Translation(
        kind=about.kind, record=about.record, target=about.seq, language=about.language, standing=standing.value,
        side=person.side, author_id=person.id, topics=json.dumps(sorted(about.topics)), typed=kept,
        key=made.key or new_id(), created_at=now, changed_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        found = session.scalars(select(Translation).where(col(Translation.key) == made.key)).one()
        if found.author_id != person.id:  # somebody else's mark: this is a new form
            return _begun(session, person, about, made._replace(key=""), standing, kept, now)
        return found
    return row


def _held(session: Session, translation_id: str) -> Translation:
    wanted = select(Translation).where(col(Translation.id) == translation_id)
    found = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotHere
    return found


def _again(session: Session, account: Account, now: datetime) -> Person:
    """What the account may do at this moment, now that the translation is held."""
    session.expire_all()
    return people.person(session, account, now.astimezone(ZONE).date())
