"""What was taken back between two positions of the ledger, and what was asked, for the page of changes.

A record that is out of view has no card by which it could be found. Of it there is a row with its reference and its
topic, and not a word.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import null as nothing

from register.ledger import clocks
from register.ledger.stood import REPORTED
from register.ledger.subjects import topic_of
from register.ledger.tables import asked, card, entry_subject, publication, taken
from register.words.taking import OUT_OF_VIEW
from register.words.vocabulary import Change

Span = tuple[int, int]  # after the first of these positions, up to the last


def back_of(shown: FromClause, span: Span) -> ColumnElement[bool]:
    """Whether something of the record of a card, or of what was said about it, was taken back and stayed so."""
    own = and_(taken.c.kind == shown.c.kind, taken.c.record == shown.c.record)
    about = and_(taken.c.about_kind == shown.c.kind, taken.c.about_record == shown.c.record)
    return exists().where(or_(own, about), _within(span))


def asked_on(shown: FromClause, span: Span) -> ColumnElement[bool]:
    """Whether a response was asked on the record of a card and had not come by the end."""
    first, last = span
    waits = or_(asked.c.pub_to.is_(None), asked.c.pub_to > last)
    since = and_(asked.c.pub_from > first, asked.c.pub_from <= last)
    return exists().where(asked.c.kind == shown.c.kind, asked.c.record == shown.c.record, since, waits)


def rows(like: Select[Any], span: Span, seq: int | None, topic: str | None) -> Select[Any]:
    """The records that were taken back and are out of view, of one topic or of all, with the columns of `like`.

    `seq`: the position at which others would have been in view (None: now).
    """
    out = (
        select(taken.c.kind, taken.c.record, func.max(taken.c.seq).label("seq"))
        .where(taken.c.kind.in_(REPORTED), taken.c.what.in_([what.value for what in OUT_OF_VIEW]), _within(span))
        .group_by(taken.c.kind, taken.c.record)
        .subquery("out")
    )
    subject, heading = entry_subject.alias("of_topic"), card.alias("heading")
    named = and_(heading.c.kind == "topic", heading.c.record == topic_of(out.c.seq))
    there = exists().where(card.c.kind == out.c.kind, card.c.record == out.c.record, clocks.public(card, seq))
    known: dict[str, ColumnElement[Any]] = {
        **{name: publication.c[name] for name in ("kind", "record", "reference", "version", "seq", "time", "basis")},
        "by_reference": publication.c.reference,
        "topic": heading.c.record,
        "topic_place": func.coalesce(heading.c.place, 0),
        "by_topic": func.coalesce(heading.c.by_reference, ""),
        **{change.value: literal(int(change is Change.TAKEN)) for change in Change},
    }
    columns = [
        cast(known.get(column.name, nothing()), column.type).label(column.name) for column in like.selected_columns
    ]
    found = (
        select(*columns)
        .select_from(out)
        .join(publication, publication.c.seq == out.c.seq)
        .outerjoin(heading, and_(named, heading.c.pub_to.is_(None)))
        .where(~there)
    )
    if topic:
        mine = exists().where(subject.c.seq == out.c.seq, subject.c.kind == "topic", subject.c.record == topic)
        found = found.where(mine)
    return found


def of_records(connection: Connection, changed: Sequence[Row[Any]], span: Span) -> dict[str, list[Row[Any]]]:
    """What was taken back of each of these records and of what was said about it, by reference, latest first.

    One query, none for no records.
    """
    if not changed:
        return {}
    references = {(row.kind, row.record): row.reference for row in changed}
    records = {row.record for row in changed}
    mine = or_(taken.c.record.in_(records), taken.c.about_record.in_(records))
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(select(taken).where(mine, _within(span)).order_by(taken.c.seq.desc())):
        for about in ((row.kind, row.record), (row.about_kind, row.about_record)):
            if about in references:
                found.setdefault(references[about], []).append(row)
    return found


def _within(span: Span) -> ColumnElement[bool]:
    """Whether it was taken back between these positions, and was so still at the last one."""
    first, last = span
    stays = or_(taken.c.ended.is_(None), taken.c.ended > last)
    return and_(taken.c.seq > first, taken.c.seq <= last, stays)
