"""Since when a record is there, for whoever asks how it stood on a day (docs/decisions/0022).

A record is there from its own day. One without a day of its own, and every session, is there from the earliest day
that any text gives for it: the day of a report on it, of a source that it cites, or of its first publication here. A
date that is no single day counts from its latest one (design rule 9).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from register import i18n
from register.ledger.prepared import given, prepared
from register.ledger.tables import card, link, publication
from register.words.dates import read_edtf
from register.words.vocabulary import SessionState

# What comes about on some day. Topics, places, bodies and words are always there, and so is a source without a date.
_COMES = ("agreement", "action", "session", "structure", "request")
_RESTING = _COMES[1:]  # an agreement always has a day of its own
_LATER = (SessionState.HELD, SessionState.NOT_KNOWN)  # what nobody can say of a session before its day


def first(connection: Connection, shown: Mapping[str, Any], told: Sequence[Any]) -> str:
    """The ISO day from which the record of a card is there, by the reports `told` of it in the order of their days;
    empty: always. No query, two where it has no day of its own and for a session.
    """
    kind, record, own = shown["kind"], shown["record"], shown["sort_date"]
    if kind not in _COMES or (own and kind != "session"):
        return str(own)
    cited = _cited().first(connection, kind=kind, record=record)
    begun = _begun().first(connection, kind=kind, record=record)
    published = i18n.local_day(begun.time if begun else shown["time"])
    days = (own, told[0].as_of if told else "", cited[0] if cited else "", published)
    return min(day for day in days if day)


def turned(shown: Mapping[str, Any], first_day: str) -> str:
    """The ISO day from which the state of a session holds that its card says; empty: since it is there.

    A session that no text gives before its day was told of when it had been held.
    """
    if shown["nature"] not in _LATER or shown["kind"] != "session" or not shown["edtf"]:
        return ""
    told_before = first_day < read_edtf(shown["edtf"]).first.isoformat()
    return str(shown["sort_date"]) if told_before or shown["nature"] == SessionState.NOT_KNOWN else ""


def resting(connection: Connection, source: str, changed: bool = True) -> Sequence[Row[Any]]:
    """The records, by kind and id, that may be there since another day because the date of a source is another one.

    At most two queries. Without `changed` it is first looked up whether its last two cards give the same date.
    """
    if not changed:
        days = [row.sort_date for row in _dates().all(connection, record=source)]
        if days[:1] == (days[1:] or [""]):
            return []
    return _resting().all(connection, record=source)


_CITES = and_(link.c.role == "citations", link.c.to_kind == "source", link.c.pub_to.is_(None))


@prepared
def _cited() -> Select[Any]:
    dated = and_(card.c.kind == "source", card.c.record == link.c.to_record, card.c.pub_to.is_(None))
    return (
        select(func.min(card.c.sort_date))
        .select_from(link.join(card, dated))
        .where(link.c.from_kind == given("kind"), link.c.from_record == given("record"), _CITES, card.c.sort_date != "")
    )


@prepared
def _begun() -> Select[Any]:
    mine = (publication.c.kind == given("kind"), publication.c.record == given("record"))
    return select(publication.c.time).where(*mine, publication.c.entry == "document", publication.c.version == 1)


@prepared
def _dates() -> Select[Any]:
    wanted = select(card.c.sort_date).where(card.c.kind == "source", card.c.record == given("record"))
    return wanted.order_by(card.c.pub_from.desc()).limit(2)


@prepared
def _resting() -> Select[Any]:
    wanted = select(link.c.from_kind, link.c.from_record).where(_CITES, link.c.to_record == given("record"))
    return wanted.where(link.c.from_kind.in_(_RESTING)).distinct().order_by(link.c.from_kind, link.c.from_record)
