"""What was taken back of what was published, and how it leaves view and comes back (design rule 6).

A text out of view is in no card, link or position that anybody reads, also not for an earlier day: the cards and links
of its spans are gone, or set aside under a name that nothing asks for while it may still come back.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from register.errors import LedgerBroken
from register.i18n import ZONE
from register.ledger import indexing, search, standing, vocabulary
from register.ledger.lexicon import counted, synonym
from register.ledger.prepared import given, prepared
from register.ledger.stems import LANGUAGES
from register.ledger.tables import card, link, position, publication, taken
from register.words.taking import OUT_OF_VIEW, Taking
from register.words.workdays import Span

ENTRIES = {
    "withdrawal": Taking.WITHDRAWN,
    "unconfirming": Taking.UNCONFIRMED,
    "hiding": Taking.HIDDEN,
    "redaction": Taking.REDACTED,
}
Rows = Sequence[Row[Any]]
_ASIDE = "~"
_OUT = [what.value for what in OUT_OF_VIEW]

# Whether the text of an entry of `publication` is in public view.
in_view: ColumnElement[bool] = ~exists().where(
    taken.c.target == publication.c.seq, taken.c.what.in_(_OUT), taken.c.ended.is_(None)
)
# The side that took its confirmation of an entry of `publication` back; at most one did, while the text stands.
unconfirmed = (
    select(func.max(taken.c.side))
    .where(taken.c.target == publication.c.seq, taken.c.what == Taking.UNCONFIRMED.value)
    .scalar_subquery()
    .label("unconfirmed")
)


def of_target(connection: Connection, target: int) -> Sequence[Row[Any]]:
    """All that was taken back of one entry, in order. One query."""
    return connection.execute(select(taken).where(taken.c.target == target).order_by(taken.c.seq)).all()


def around(connection: Connection, kind: str, record: str) -> Sequence[Row[Any]]:
    """What was taken back of a record and of what was said about it, in order. One query."""
    return _around().all(connection, kind=kind, record=record)


@prepared
def _around() -> Select[Any]:
    own = and_(taken.c.kind == given("kind"), taken.c.record == given("record"))
    about = and_(taken.c.about_kind == given("kind"), taken.c.about_record == given("record"))
    return select(taken).where(or_(own, about)).order_by(taken.c.seq)


def of_reference(connection: Connection, kind: str, reference: str) -> Rows:
    """All that was taken back of the versions of a record, by its reference, in order. One query."""
    versions = select(publication.c.seq).where(
        publication.c.entry == "document", publication.c.kind == kind, publication.c.reference == reference
    )
    return connection.execute(select(taken).where(taken.c.target.in_(versions)).order_by(taken.c.seq)).all()


def about(kind: str, record: str) -> ColumnElement[bool]:
    """Of an entry of `publication`: whether it is a text about this record, a report say, that is public by itself.

    Each is a word of its own and stays when the record leaves view, until whose word it is takes it back: rule 6 lets
    nobody take back the word of the other side. No page shows it then; its own address and the ledger's download do.
    """
    mine = exists().where(
        link.c.seq == publication.c.seq, link.c.role == "about", link.c.to_kind == kind, link.c.to_record == record,
        link.c.pub_to.is_(None),
    )  # fmt: skip
    return and_(mine, publication.c.document.is_not(None), in_view)


def staying(connection: Connection, kind: str, record: str) -> int:
    """How many texts about a record stay public when it leaves view. One query."""
    wanted = select(func.count()).select_from(publication).where(about(kind, record))
    return connection.scalar(wanted) or 0


def absent(connection: Connection) -> dict[int, int]:
    """The entries whose texts are out of view now, each with the entry that took it out. One query."""
    wanted = select(taken.c.target, func.max(taken.c.seq)).where(taken.c.what.in_(_OUT), taken.c.ended.is_(None))
    return {row[0]: row[1] for row in connection.execute(wanted.group_by(taken.c.target))}


def out(rows: Sequence[Row[Any]]) -> Row[Any] | None:
    """Of what was taken back of one entry, what keeps it out of view; None while it is in view."""
    return next((row for row in reversed(rows) if row.what in OUT_OF_VIEW and row.ended is None), None)


def held(kind: Any, record: Any) -> ColumnElement[str]:
    """When the public was not shown this record, in one value beside a row, for `spans` to read.

    Of versions that another one had replaced by then nothing is told: the record stayed in view.
    """
    later = publication.alias("later")
    replaced = exists().where(
        later.c.entry == "document", later.c.kind == taken.c.kind, later.c.record == taken.c.record,
        later.c.seq > taken.c.target, later.c.seq < taken.c.seq,
    )  # fmt: skip
    one = taken.c.time + "/" + func.coalesce(taken.c.until, "")
    return (
        select(func.aggregate_strings(one, " "))
        .where(taken.c.kind == kind, taken.c.record == record, taken.c.what.in_(_OUT), ~replaced)
        .scalar_subquery()
    )


def spans(said: str | None) -> list[Span]:
    """The first and last day of each time that a record was out of view, as `held` gives them; `date.max`: for good.

    The day on which it left view is one of them, that on which it came back is not.
    """
    found = []
    for begin, _slash, end in (one.partition("/") for one in (said or "").split()):
        last = date.fromisoformat(end) - timedelta(days=1) if end else date.max
        found.append((datetime.fromisoformat(begin).astimezone(ZONE).date(), last))
    return found


def header_now(connection: Connection, seq: int) -> str:
    """The header of an entry, with no more confirmations than stand: what `standing` asks for. Two queries."""
    found = json.loads(_header().first(connection, seq=seq).header)
    gone = {row.side for row in _unconfirmed().all(connection, target=seq)}
    return json.dumps({**found, "confirmations": [key for key in found["confirmations"] if key["side"] not in gone]})


@prepared
def _header() -> Select[Any]:
    return select(publication.c.header).where(publication.c.seq == given("seq"))


@prepared
def _unconfirmed() -> Select[Any]:
    return select(taken.c.side).where(taken.c.target == given("target"), taken.c.what == Taking.UNCONFIRMED.value)


def apply(connection: Connection, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Follow the entry `row`; gives the records whose standing it may have changed. Other entries change nothing.

    Raises LedgerBroken for one that takes back what was never published.
    """
    header = json.loads(row["header"])
    if row["entry"] == "showing":
        return _show(connection, row["seq"], header["target"])
    if row["entry"] not in ENTRIES:
        return []
    what, target = ENTRIES[row["entry"]], header["target"]
    about = header.get("about") or {"kind": "", "id": ""}
    version = connection.scalar(select(publication.c.version).where(publication.c.seq == target))
    if version is None:
        raise LedgerBroken(f"entry {row['seq']} takes back what was not published: {target}")
    if what in (Taking.WITHDRAWN, Taking.REDACTED):  # it no longer comes back by the clock
        _end(connection, row["seq"], target)
    connection.execute(
        insert(taken).values(
            seq=row["seq"],
            target=target,
            what=what.value,
            kind=row["kind"],
            record=row["record"],
            version=version,
            about_kind=about["kind"],
            about_record=about["id"],
            side=header.get("side") or "",
            ground=header.get("ground"),
            time=row["time"],
            until=header.get("until"),
        )
    )
    touched = _reported(connection, target) or [(row["kind"], row["record"])]
    if what is Taking.UNCONFIRMED:
        here = and_(position.c.seq == target, position.c.side == header["side"], position.c.pub_to.is_(None))
        connection.execute(update(position).where(here).values(pub_to=row["seq"]))
        return touched
    if connection.scalar(select(card.c.seq).where(card.c.seq == target, card.c.pub_to.is_(None))):
        vocabulary.count(connection, target, -1)
        if row["kind"] == "term":
            connection.execute(delete(synonym).where(synonym.c.record == row["record"]))
    for table in (card, link, position):
        here = and_(table.c.seq == target, table.c.pub_to.is_(None))
        connection.execute(update(table).where(here).values(pub_to=row["seq"]))
    if what is Taking.HIDDEN:
        connection.execute(update(card).where(card.c.seq == target).values(kind=_ASIDE + card.c.kind))
        connection.execute(update(link).where(link.c.seq == target).values(role=_ASIDE + link.c.role))
    else:
        connection.execute(delete(card).where(card.c.seq == target))
        connection.execute(delete(link).where(link.c.seq == target))
        connection.execute(delete(counted).where(counted.c.seq == target))
        search.remove(connection, row["kind"], target)
    return touched


def _show(connection: Connection, seq: int, target: int) -> list[tuple[str, str]]:
    """Bring back what was hidden; it is what is current again, unless a later version came meanwhile."""
    hidden = connection.scalar(
        select(taken.c.seq).where(
            taken.c.target == target, taken.c.what == Taking.HIDDEN.value, taken.c.ended.is_(None)
        )
    )
    _end(connection, seq, target)
    connection.execute(update(card).where(card.c.seq == target).values(kind=func.substr(card.c.kind, 2)))
    connection.execute(update(link).where(link.c.seq == target).values(role=func.substr(link.c.role, 2)))
    shown = connection.execute(select(publication).where(publication.c.seq == target)).one()
    later = exists().where(
        publication.c.entry == "document",
        publication.c.kind == shown.kind,
        publication.c.record == shown.record,
        publication.c.version > shown.version,
        publication.c.seq < seq,  # a rebuild finds here what came after as well
    )
    if connection.scalar(select(later)):
        return []
    _again(connection, link, target, hidden, seq, {})
    _again(connection, position, target, hidden, seq, {})
    stands = standing.of(connection, shown.kind, shown.record, header_now(connection, target))
    for again in _again(connection, card, target, hidden, seq, stands):
        vocabulary.count(connection, target, 1)
        if shown.kind == "term":
            titles = {language: {"title": again[f"title_{language}"]} for language in LANGUAGES}
            indexing.synonyms(connection, shown.record, json.loads(shown.document)["body"], titles)
    return [*_reported(connection, target), (shown.kind, shown.record)]


def _again(
    connection: Connection, table: Table, target: int, until: int | None, seq: int, changed: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Open the rows anew that ended when the text was hidden; gives them back."""
    rows = connection.execute(select(table).where(table.c.seq == target, table.c.pub_to == until)).mappings().all()
    now = {**changed, "pub_from": seq, "pub_to": None}
    found = [{name: value for name, value in row.items() if name != "id"} | now for row in rows]
    if found:
        connection.execute(insert(table), found)
    return found


def _end(connection: Connection, seq: int, target: int) -> None:
    """End what stood in the way of showing `target`: it is shown again, or gone for good."""
    stands = and_(taken.c.target == target, taken.c.what == Taking.HIDDEN.value, taken.c.ended.is_(None))
    connection.execute(update(taken).where(stands).values(ended=seq))


def _reported(connection: Connection, target: int) -> list[tuple[str, str]]:
    """The records that an update reported on."""
    told = select(position.c.kind, position.c.record).where(position.c.seq == target).distinct()
    return [(row.kind, row.record) for row in connection.execute(told.order_by(position.c.kind, position.c.record))]
