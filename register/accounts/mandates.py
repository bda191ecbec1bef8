"""Mandates to confirm: giving one, who stands in, ending it. Days are days in Amsterdam and Brussels, both included."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from register.access import Thing
from register.accounts import queries
from register.audit import Trail
from register.errors import FieldError
from register.guards import signing
from register.i18n import ZONE
from register.i18n import mark as _
from register.models import Account, Mandate
from register.words.people import AccountState, Deed
from register.words.vocabulary import SIDES


def thing(mandate: Mandate) -> Thing:
    """A mandate as the permission table sees it: whose it is, and whether it still stands."""
    state = "standing" if mandate.ended_at is None else "ended"
    return Thing("mandate", mandate.side, mandate.account_id, state)


def new(account: Account) -> Thing:
    """A mandate that `account` might be given, as the permission table sees it."""
    return Thing("mandate", account.side, account.id, "new")


def give(session: Session, trail: Trail, account: Account, topic: str, begins: str, ends: str, by: str) -> Mandate:
    """Give `account` a mandate on a topic (a record id; empty: all topics) from one ISO day up to another, or for good.

    Raises FieldError when the days do not fit, and when the person has a mandate on that topic on any of them.
    """
    if account.side not in SIDES or account.state == AccountState.REMOVED:
        raise FieldError("", _("This person cannot have a mandate."))
    if begins < _today(trail):
        raise FieldError("begins", _("A mandate cannot begin in the past."))
    if ends and ends < begins:
        raise FieldError("ends", _("The last day comes before the first."))
    for other in _standing(session, col(Mandate.account_id) == account.id, col(Mandate.topic) == topic):
        if queries.overlaps(begins, ends or None, other.begins, other.ends):
            raise FieldError("topic", _("This person has a mandate on this in that time already. End that one first."))
    made = Mandate(
        account_id=account.id,
        side=account.side,
        topic=topic,
        begins=begins,
        ends=ends or None,
        given_by=by,
        given_at=trail.now,
    )
    session.add(made)
    signing.renew(session, account)
    trail.add(Deed.MANDATE_GIVEN, account, topic=topic, begins=begins, ends=ends)
    return made


def substitute(
    session: Session,
    trail: Trail,
    mandate: Mandate,
    account: Account,
    other: Account | None,
    begins: str,
    until: str,
    by: str,
) -> None:
    """Let `other` stand in for `account` under `mandate` between two ISO days; None: nobody stands in any more.

    Raises FieldError when `other` may not (another side, not active, the holder, who asks it, away themselves, or
    another is named for it), or when the days do not fit.
    """
    was = mandate.substitute_id
    if other is None:
        mandate.substitute_id = mandate.substitute_from = mandate.substitute_until = None
        trail.add(Deed.MANDATE_CHANGED, account, mandate=mandate.id, topic=mandate.topic, substitute="")
    else:
        _may_stand_in(trail, mandate, other, by)
        _days(trail, mandate, begins, until)
        _not_away(session, mandate, account, other, begins, until)
        mandate.substitute_id, mandate.substitute_from, mandate.substitute_until = other.id, begins, until
        trail.add(
            Deed.MANDATE_CHANGED,
            account,
            mandate=mandate.id,
            topic=mandate.topic,
            substitute=other.id,
            **{"from": begins, "until": until},
        )
    session.add(mandate)
    _renew(session, account.id, was, other.id if other else None)


def end(session: Session, trail: Trail, mandate: Mandate, account: Account) -> None:
    """End a mandate now, and with it whoever stands in."""
    mandate.ended_at = trail.now
    session.add(mandate)
    trail.add(Deed.MANDATE_ENDED, account, mandate=mandate.id, topic=mandate.topic)
    _renew(session, account.id, mandate.substitute_id)


def end_all(session: Session, trail: Trail, account: Account) -> None:
    """End every mandate of an account that goes, and its standing in for others."""
    today = _today(trail)
    mine = or_(col(Mandate.account_id) == account.id, col(Mandate.substitute_id) == account.id)
    for mandate in _standing(session, mine):
        if mandate.account_id == account.id:
            end(session, trail, mandate, account)
        elif str(mandate.substitute_until) >= today:
            holder = session.get_one(Account, mandate.account_id)
            substitute(session, trail, mandate, holder, None, "", "", "")


def _may_stand_in(trail: Trail, mandate: Mandate, other: Account, by: str) -> None:
    if other.side != mandate.side or other.state != AccountState.ACTIVE or other.id == mandate.account_id:
        raise FieldError("substitute", _("Choose somebody of your own side."))
    if other.id == by:
        raise FieldError("substitute", _("You cannot let yourself stand in. Another administrator can."))
    if mandate.substitute_id not in (None, other.id) and str(mandate.substitute_until) >= _today(trail):
        raise FieldError("substitute", _("Somebody else is named for this. End that first."))


def _days(trail: Trail, mandate: Mandate, begins: str, until: str) -> None:
    if until < begins:
        raise FieldError("until", _("The last day comes before the first."))
    if until < _today(trail):
        raise FieldError("until", _("This day is past."))
    if begins < mandate.begins or (mandate.ends is not None and until > mandate.ends):
        raise FieldError("begins" if begins < mandate.begins else "until", _("The mandate does not stand on this day."))


def _not_away(session: Session, mandate: Mandate, account: Account, other: Account, begins: str, until: str) -> None:
    """Nobody stands in while somebody stands in for them, or it would be unclear who may confirm."""
    ids = (account.id, other.id)
    involved = or_(col(Mandate.account_id).in_(ids), col(Mandate.substitute_id).in_(ids))
    for each in _standing(session, involved, col(Mandate.substitute_id).is_not(None)):
        if each.id == mandate.id or not queries.overlaps(
            begins, until, str(each.substitute_from), each.substitute_until
        ):
            continue
        if each.account_id == other.id:
            raise FieldError("substitute", _("Somebody stands in for this person in that time."))
        if each.substitute_id == account.id:
            raise FieldError("begins", _("The holder of this mandate stands in for somebody in that time."))


def _renew(session: Session, *ids: str | None) -> None:
    session.flush()
    for identifier in sorted({one for one in ids if one}):
        signing.renew(session, session.get_one(Account, identifier, with_for_update=True, populate_existing=True))


def _standing(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Mandate]:
    return session.scalars(select(Mandate).where(col(Mandate.ended_at).is_(None), *conditions)).all()


def _today(trail: Trail) -> str:
    found: date = trail.now.astimezone(ZONE).date()
    return found.isoformat()
