"""What came about between two days, by either clock of design rule 9, from the ledger's tables alone.

By the clock "as of" both days are told by what is known now. By the clock "as published on" what was public at the end
of the first day is laid beside what was public at the end of the last one.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    and_,
    case,
    func,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)

from register.errors import BadParameter
from register.ledger import clocks, gone, read
from register.ledger.clocks import PUBLISHED_ON, Clock
from register.ledger.stood import REPORTED
from register.ledger.tables import card, link, stood
from register.words.rhythm import rhythm
from register.words.vocabulary import Change, Confirmation, SessionState, Status

PAGE_SIZE = 25
_OWN = ("title", "summary")
_TOLD = ("nature", "status", "status_open", "confirmation", "updated", "due", "due_edtf")  # by the day, not by the card


class Window(NamedTuple):
    """The two days, as clocks that ask the same question: what came about after `start` and up to `end`.

    `span` holds the last positions of the ledger on both days: what the register itself noted lies between them.
    """

    start: Clock
    end: Clock
    span: tuple[int, int]


class Asked(NamedTuple):
    """Which changes: of one topic, of one sort (None: all), after or before the record with this reference."""

    window: Window
    topic: str | None = None
    change: Change | None = None
    after: str | None = None
    before: str | None = None


class Changes(NamedTuple):
    """One page of changed records, grouped by their first topic, the keys of the pages beside it, and how many of each
    sort.

    A row is the card of the last day with a column for each `Change` (1 or 0), and `before_status`,
    `before_confirmation` and `before_seq` of the first day, empty for what was not there. What was taken back has a row
    without a title. `taken` gives by reference what was taken back of a record and of what was said about it.
    """

    rows: Sequence[Row[Any]]
    before: str | None
    after: str | None
    total: int
    counts: dict[Change, int]
    taken: dict[str, list[Row[Any]]]


class Text(NamedTuple):
    """A text that differs between the two days: `title`, `summary` or `report` (the last one), before and after."""

    name: str
    before: str
    after: str


def window(connection: Connection, name: str, start: str, end: str) -> Window:
    """The window between two ISO days by the clock `name`. One query."""
    first, last = clocks.positions_of(connection, start, end)
    published = name == PUBLISHED_ON
    return Window(
        Clock(name, start, first if published else None), Clock(name, end, last if published else None), (first, last)
    )


def between(connection: Connection, asked: Asked) -> Changes:
    """The changed records, in two queries, one more for a page key, and one where something was taken back.

    Raises BadParameter for a page key of no record that changed.
    """
    found = _compared(asked)
    narrowed, order = _narrowed(found, asked), _order(found)
    backwards = asked.before is not None
    sorted_by = [column.desc() if backwards else column for column in order]
    statement = select(found).where(narrowed).order_by(*sorted_by).limit(PAGE_SIZE + 1)
    if asked.after or asked.before:
        name, reference = ("before", asked.before) if asked.before else ("after", asked.after)
        key = connection.execute(select(*order).where(found.c.reference == reference)).first()
        if key is None:
            raise BadParameter(name, str(reference)[:40], "key")
        statement = statement.where(tuple_(*order) < tuple_(*key) if backwards else tuple_(*order) > tuple_(*key))
    read_rows = connection.execute(statement).all()
    more, rows = len(read_rows) > PAGE_SIZE, list(read_rows[:PAGE_SIZE])
    if backwards:
        rows.reverse()
    anything = case((or_(*(found.c[change] == 1 for change in Change)), 1), else_=0)
    counted = connection.execute(
        select(*(func.coalesce(func.sum(found.c[change]), 0) for change in Change), func.sum(anything)).select_from(
            found
        )
    ).one()
    has_before, has_after = (more, bool(rows)) if backwards else (bool(asked.after and rows), more)
    counts = {change: int(number) for change, number in zip(Change, counted, strict=False)}
    return Changes(
        rows,
        rows[0].reference if has_before else None,
        rows[-1].reference if has_after else None,
        counts[asked.change] if asked.change else int(counted[-1] or 0),
        counts,
        gone.of_records(connection, [row for row in rows if row.taken], asked.window.span),
    )


def stretches(connection: Connection, asked: Asked, kind: str, length: int) -> Iterator[Sequence[Row[Any]]]:
    """All changed records of a kind, in the order of the pages: a query for each stretch of at most `length`."""
    found = _compared(asked)
    narrowed, order = _narrowed(found, asked), _order(found)
    every = select(found).where(narrowed, found.c.kind == kind).order_by(*order).limit(length)
    stretch = every
    while rows := connection.execute(stretch).all():
        yield rows
        if len(rows) < length:
            return
        stretch = every.where(tuple_(*order) > tuple_(*(getattr(rows[-1], column.name) for column in order)))


def _narrowed(found: FromClause, asked: Asked) -> ColumnElement[bool]:
    return found.c[asked.change] == 1 if asked.change else or_(*(found.c[change] == 1 for change in Change))


def _order(found: FromClause) -> tuple[ColumnElement[Any], ...]:
    return found.c.topic_place, found.c.by_topic, found.c.by_reference


def texts(connection: Connection, language: str, rows: Sequence[Row[Any]], asked: Window) -> dict[str, list[Text]]:
    """What was said of each changed record on both days, by its reference: only texts that differ.

    Of each kind one query, four for what was published on two days.
    """
    found: dict[str, list[Text]] = {row.reference: [] for row in rows}
    rows = [row for row in rows if row.title_nl is not None]  # of what was taken back there is not a word
    published = asked.start.name == PUBLISHED_ON
    for kind in REPORTED:
        records = {row.record: row.reference for row in rows if row.kind == kind}
        days = (asked.start, asked.end) if published else (asked.end,)
        told = [read.updates_about(connection, language, kind, list(records), day) for day in days]
        own = [read.of_records(connection, language, kind, list(records), day.seq) for day in days] if published else []
        before = told[0] if published else [said for said in told[0] if read.last_day(said) <= asked.start.day]
        for record, reference in records.items():
            pairs = [(name, *(_own(docs.get(record), name) for docs in own)) for name in _OWN if own]
            pairs.append(("report", _last(before, record), _last(told[-1], record)))
            found[reference] = [Text(*pair) for pair in pairs if pair[1] != pair[2]]
    return found


def _own(document: read.Published | None, name: str) -> str:
    return str(document.body[name] or "") if document else ""


def _last(told: Sequence[read.Published], record: str) -> str:
    """The words of the last report about a record that has any."""
    said = [update for update in told if update.body["about"]["id"] == record and update.body["text"]]
    return str(max(said, key=lambda update: (read.last_day(update), update.seq)).body["text"]) if said else ""


def _compared(asked: Asked) -> FromClause:
    """Every record of the last day with how it stood on both, and which changes it underwent."""
    start, end, span = asked.window
    published = start.name == PUBLISHED_ON
    after, now = card.alias("later"), stood.alias("stood_later")
    before = card.alias("earlier") if published else after
    then = stood.alias("stood_earlier")
    topic = card.alias("topic")

    joined: FromClause = after.outerjoin(now, clocks.stood_then(after, now, end))
    if published:
        same = and_(before.c.kind == after.c.kind, before.c.record == after.c.record)
        joined = joined.outerjoin(before, and_(same, clocks.public(before, start.seq)))
    joined = joined.outerjoin(then, clocks.stood_then(before, then, start))
    about = and_(topic.c.kind == "topic", topic.c.record == after.c.topic, topic.c.pub_to.is_(None))
    joined = joined.outerjoin(topic, about)

    was = before.c.id.is_not(None) if published else clocks.begun(start, before)
    marks = _marks(was, _Side(before, then, start), _Side(after, now, end))
    marks[Change.TAKEN] = gone.back_of(after, span)
    marks[Change.ASKED] = gone.asked_on(after, span)
    columns: list[ColumnElement[Any]] = [column for column in after.c if column.name not in _TOLD]
    wanted = (
        select(
            *columns,
            func.coalesce(now.c.status, after.c.status).label("status"),
            func.coalesce(now.c.status_open, after.c.status_open).label("status_open"),
            func.coalesce(now.c.confirmation, after.c.confirmation).label("confirmation"),
            func.coalesce(now.c.updated, after.c.updated).label("updated"),
            clocks.nature(end, after, now).label("nature"),
            now.c.due.label("due"),
            now.c.due_edtf.label("due_edtf"),
            case((was, func.coalesce(then.c.status, Status.UNKNOWN.value))).label("before_status"),
            case((was, then.c.confirmation)).label("before_confirmation"),
            case((was, before.c.seq)).label("before_seq"),
            func.coalesce(topic.c.place, 0).label("topic_place"),
            func.coalesce(topic.c.by_reference, "").label("by_topic"),
            *(case((marks[change], 1), else_=0).label(change.value) for change in Change),
        )
        .select_from(joined)
        .where(after.c.kind.in_(REPORTED), clocks.there(end, after))
    )
    if asked.topic:
        wanted = wanted.where(
            after.c.record.in_(
                select(link.c.from_record).where(
                    link.c.from_kind == after.c.kind,
                    link.c.role == "topics",
                    link.c.to_kind == "topic",
                    link.c.to_record == asked.topic,
                    clocks.public(link, end.seq),
                )
            )
        )
    left = gone.rows(wanted, span, end.seq, asked.topic)
    return union_all(wanted, left).subquery("compared")


class _Side(NamedTuple):
    """One of the two days: the cards, how they stood, and the clock that asks for the day."""

    cards: FromClause
    days: FromClause
    clock: Clock

    @property
    def open(self) -> ColumnElement[bool]:
        """Whether something is still waited for."""
        return func.coalesce(self.days.c.status_open, self.cards.c.status_open) == 1

    @property
    def held(self) -> ColumnElement[bool]:
        """Whether it is a session that had been held."""
        state = clocks.nature(self.clock, self.cards, self.days)
        return and_(self.cards.c.kind == "session", state == SessionState.HELD.value)

    def passed(self, day: str) -> ColumnElement[bool]:
        """Whether the term that it had then passed before `day`."""
        return and_(self.open, func.coalesce(self.days.c.due, day) < day)

    def silent(self, day: str) -> ColumnElement[bool]:
        """Whether, by what was known then, nobody had reported on `day` for longer than may be expected; counted from
        when it is there, if never.
        """
        at = date.fromisoformat(day)
        since = (at - rhythm(at)).isoformat()
        last = func.coalesce(func.nullif(self.days.c.updated, ""), func.nullif(self.cards.c.there_from, ""), day)
        return and_(self.open, self.cards.c.kind != "session", last < since)

    def says(self, word: Confirmation) -> ColumnElement[bool]:
        """Whether it stood on this word."""
        return func.coalesce(self.days.c.confirmation, "") == word.value


def _marks(was: ColumnElement[bool], before: _Side, after: _Side) -> dict[Change, ColumnElement[bool]]:
    """What makes each sort of change: `was` tells whether the record was there on the first day.

    A term passes, silence begins and a session is held on a day. Of what was not there on the first day, it must lie
    between the two.
    """
    start, end = before.clock.day, after.clock.day
    day = func.coalesce(func.nullif(after.cards.c.sort_date, ""), after.cards.c.there_from)
    held = and_(after.held, not_(case((was, before.held), else_=day <= start)))
    changed = func.coalesce(before.days.c.status, "") != func.coalesce(after.days.c.status, "")
    return {
        Change.NEW: and_(not_(was), not_(held)),
        Change.MOVED: and_(was, changed),
        Change.JOINT: and_(after.says(Confirmation.JOINT), not_(and_(was, before.says(Confirmation.JOINT)))),
        Change.DIFFERENT: and_(
            after.says(Confirmation.DIFFERENT), not_(and_(was, before.says(Confirmation.DIFFERENT)))
        ),
        Change.PASSED: and_(after.passed(end), not_(case((was, before.passed(start)), else_=after.passed(start)))),
        Change.SILENT: and_(after.silent(end), not_(case((was, before.silent(start)), else_=after.silent(start)))),
        Change.HELD: held,
    }
