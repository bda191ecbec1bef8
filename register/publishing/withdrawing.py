"""Taking back what is public (design rule 6): by one side alone what is its own word, by both what both confirmed.

Each is an entry of the ledger that names its target, in the transaction of whoever decides. Nobody takes back the word
of the other side or of a third body. The reason stays among colleagues; the public is told a ground of a fixed list.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, select
from sqlmodel import Session, col

from register import access, workflow
from register.access import Person, Thing
from register.errors import FieldError, NotHere
from register.i18n import ZONE
from register.i18n import mark as _
from register.ledger import append, taking
from register.ledger.tables import publication, taken
from register.models import Withdrawal
from register.words.taking import FOR_HIDING, Ground, Taking, TakingState
from register.words.vocabulary import FOUNDING, SIDES, Basis

ENTRY = {what: entry for entry, what in taking.ENTRIES.items()}
# Topics, places and terms hold the register together: they are changed, not taken back.
TAKEN_BACK = frozenset(
    {
        "agreement",
        "action",
        "session",
        "update",
        "designation",
        "move",
        "organisation",
        "source",
        "structure",
        "request",
    }
)


class Target(NamedTuple):
    """A published text that may be taken back. `word`: the sides whose word it still is; `about`: of a report."""

    seq: int
    kind: str
    record: str
    reference: str
    version: int
    body: dict[str, Any]
    language: str
    word: frozenset[str]
    confirmed: bool
    topics: frozenset[str]
    about: dict[str, str] | None
    taken: Sequence[Row[Any]]

    @property
    def out(self) -> Row[Any] | None:
        """What keeps it out of view, if anything does."""
        return taking.out(self.taken)


def target(session: Session, kind: str, reference: str, version: int) -> Target:
    """The published text of this version, in view or not. Three queries. Raises NotHere; also once it is erased."""
    wanted = select(publication).where(
        publication.c.entry == "document",
        publication.c.kind == kind,
        publication.c.reference == reference,
        publication.c.version == version,
    )
    row = session.connection().execute(wanted).first()
    if row is None or row.document is None or kind not in TAKEN_BACK:
        raise NotHere
    return _target(session.connection(), row)


def choices(found: Target, side: str) -> dict[Taking, bool]:
    """What `side` may do to a text now, each with whether it does so alone."""
    offered = workflow.takings(found.word, found.confirmed, side)
    out = found.out
    if out is not None and out.what != Taking.HIDDEN:
        return {}
    hidden_before = any(row.what == Taking.HIDDEN and row.side == side for row in found.taken)
    if out is not None or hidden_before:  # a side asks for the ten days once for each text
        offered.pop(Taking.HIDDEN, None)
    if out is not None:
        offered.pop(Taking.UNCONFIRMED, None)  # nobody sees that while it is hidden
    return offered


def thing(found: Target, side: str) -> Thing:
    """A published text as the permission table sees it, for `side`: of no side where it is not its word."""
    return Thing("record", side if side in found.word else "", "", "", found.topics)


def asked(session: Session, found: Target) -> Withdrawal | None:
    """The request about a text that waits for the other side, if there is one. One query."""
    open_now = select(Withdrawal).where(
        col(Withdrawal.target) == found.seq, col(Withdrawal.state) == TakingState.ASKED.value
    )
    return session.scalars(open_now).first()


def answerable(person: Person) -> ColumnElement[bool]:
    """The requests of the other side that the person may answer, as a condition."""
    waits = col(Withdrawal.state) == TakingState.ASKED.value, col(Withdrawal.side) != person.side
    return and_(access.visible(Withdrawal, person), access.withdrawable(person), *waits)


def take(
    session: Session,
    seen: Target,
    what: Taking,
    person: Person,
    reason: str,
    ground: Ground | None,
    until: date,
    now: datetime,
) -> Withdrawal:
    """Take a text back, or ask the other side to agree where that takes both. `until`: when what is hidden comes back.

    Raises NotHere when the person may not, FieldError when a rule forbids it. Asking twice is asking once.
    """
    append.lock(session.connection())  # what stands is decided by one at a time
    found = target(session, seen.kind, seen.reference, seen.version)
    if not access.can(person, "withdraw", thing(found, person.side)):
        raise NotHere
    waiting = asked(session, found)
    if waiting is not None and waiting.side == person.side and what is Taking.WITHDRAWN:
        return waiting
    offered = choices(found, person.side)
    if what not in offered:
        raise FieldError("what", _("This cannot be done with this text any more. Look at how it stands now."))
    if not reason.strip():
        raise FieldError("reason", _("Say why, for your colleagues."))
    if what is Taking.HIDDEN and ground not in FOR_HIDING:
        raise FieldError("ground", _("Choose privacy or security: a text is not hidden for another reason."))
    if waiting is not None and what is Taking.WITHDRAWN:
        raise FieldError("what", _("The other side has asked for this already. Agree to it there."))
    alone = offered[what]
    made = Withdrawal(
        target=found.seq,
        kind=found.kind,
        record=found.record,
        reference=found.reference,
        version=found.version,
        what=what.value,
        shared=int(what is Taking.HIDDEN or not alone),
        topics=json.dumps(sorted(found.topics)),
        side=person.side,
        asked_by=person.id,
        function=person.organisation,
        asked_at=now,
        reason=reason,
        ground=ground.value if ground else "",
        state=TakingState.ASKED.value,
    )
    if alone:
        facts = {"side": person.side}
        if what is Taking.HIDDEN:
            facts["until"] = until.isoformat()
        _enter(session, found, made, [_key(person.side, person.organisation, now)], person, now, **facts)
    session.add(made)
    session.flush()
    return made


def answer(session: Session, row_id: str, person: Person, agrees: bool, said: str, now: datetime) -> Withdrawal:
    """Agree for the other side to what was asked, or do not. Raises NotHere, and FieldError when it waits no more."""
    made, found = _held(session, row_id)
    if person.side == made.side or not access.can(person, "withdraw", thing(found, person.side)):
        raise NotHere
    if made.state != TakingState.ASKED.value:
        raise FieldError("", _("This waits for nobody any more."))
    made.answer = said
    if agrees:
        keys = [_key(made.side, made.function, made.asked_at), _key(person.side, person.organisation, now)]
        _enter(session, found, made, sorted(keys, key=lambda key: SIDES.index(key["side"])), person, now)
    else:
        made.state, made.decided_by, made.decided_at = TakingState.DECLINED.value, person.id, now
    session.add(made)
    session.flush()
    return made


def drop(session: Session, row_id: str, person: Person, now: datetime) -> Withdrawal:
    """Take back what one's own side asked. Raises as `answer` does."""
    made, found = _held(session, row_id)
    if person.side != made.side or not access.can(person, "withdraw", thing(found, person.side)):
        raise NotHere
    if made.state != TakingState.ASKED.value:
        raise FieldError("", _("This waits for nobody any more."))
    made.state, made.decided_by, made.decided_at = TakingState.DROPPED.value, person.id, now
    session.add(made)
    session.flush()
    return made


def show_due(session: Session, now: datetime) -> int:
    """Bring back what was hidden until today or earlier; gives how many. Safe to run twice, and by two at once."""
    connection = session.connection()
    append.lock(connection)
    over = select(taken).where(
        taken.c.what == Taking.HIDDEN.value,
        taken.c.ended.is_(None),
        taken.c.until <= now.astimezone(ZONE).date().isoformat(),
    )
    rows = connection.execute(over.order_by(taken.c.seq)).all()
    for row in rows:
        reference = connection.scalar(select(publication.c.reference).where(publication.c.seq == row.target))
        append.note(connection, "showing", row.kind, row.record, str(reference), target=row.target)
    return len(rows)


def _enter(
    session: Session,
    found: Target,
    made: Withdrawal,
    keys: list[dict[str, str]],
    person: Person,
    now: datetime,
    **facts: str,
) -> None:
    """Append the entry that takes the text back. Whatever else was asked of it waits no longer."""
    told: dict[str, Any] = {**facts, "by": keys, "ground": made.ground or None}
    if found.about:
        told["about"] = found.about
    entry = ENTRY[Taking(made.what)]
    connection = session.connection()
    made.seq = append.note(connection, entry, found.kind, found.record, found.reference, target=found.seq, **told)
    made.state, made.decided_by, made.decided_at = TakingState.DONE.value, person.id, now
    waiting = asked(session, found)
    if waiting is not None and waiting is not made and Taking(made.what) in (Taking.WITHDRAWN, Taking.UNCONFIRMED):
        waiting.state, waiting.decided_at = TakingState.DROPPED.value, now
        session.add(waiting)


def _held(session: Session, row_id: str) -> tuple[Withdrawal, Target]:
    append.lock(session.connection())
    wanted = select(Withdrawal).where(col(Withdrawal.id) == row_id)
    row = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotHere
    return row, target(session, row.kind, row.reference, row.version)


def _key(side: str, function: str, at: datetime) -> dict[str, str]:
    return {"side": side, "function": function, "time": at.isoformat()}


def _target(connection: Connection, row: Row[Any]) -> Target:
    core, header = json.loads(row.document), json.loads(row.header)
    body = core["body"]
    about = body.get("about")
    named = body if about is None else _latest(connection, about["kind"], about["id"])
    rows = taking.of_target(connection, row.seq)
    keys = {key["side"] for key in header["confirmations"]}
    back = {each.side for each in rows if each.what == Taking.UNCONFIRMED}
    return Target(
        row.seq,
        row.kind,
        row.record,
        row.reference,
        row.version,
        body,
        core["language"],
        frozenset(keys - back) if keys else _founding_word(row, body),
        bool(keys),
        frozenset(named.get("topics") or ()),
        about,
        rows,
    )


def _founding_word(row: Row[Any], body: dict[str, Any]) -> frozenset[str]:
    """Whose word an unconfirmed text is: of a report its sides', of a record both sides'; never a third body's."""
    if row.kind == "update":
        return frozenset(body["sides"])
    return frozenset(SIDES) if Basis(row.basis) in FOUNDING else frozenset()


def _latest(connection: Connection, kind: str, record: str) -> dict[str, Any]:
    """The last body of a record that is left, also where it is out of view: a report on it may be taken back still."""
    wanted = select(publication.c.document).where(
        publication.c.entry == "document",
        publication.c.kind == kind,
        publication.c.record == record,
        publication.c.document.is_not(None),
    )
    found = connection.scalar(wanted.order_by(publication.c.version.desc()).limit(1))
    body: dict[str, Any] = json.loads(found)["body"] if found else {}
    return body
