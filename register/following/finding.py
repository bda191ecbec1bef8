"""What is new for somebody who follows: read through the public door, so that nothing else can be in a letter."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from register.errors import BadParameter
from register.following import wanted
from register.following.wanted import LIST, Wanted
from register.ledger import entries, notices, past, read
from register.ledger.clocks import NOW, PUBLISHED_ON, Clock
from register.ledger.entries import Entry, Noted
from register.ledger.subjects import Subject
from register.ledger.tables import card, entry_subject
from register.models import Followed

MOST = 50  # entries in one letter
LOOKED_AT = 200  # entries for one list, newest first; dates that passed
_WITH_TERMS = ("agreement", "action")


class Topic(NamedTuple):
    """What is new about one topic, oldest first; `title` is empty for what has no topic."""

    title: str
    entries: Sequence[Entry]


class News(NamedTuple):
    """All that is new, by topic in the register's order; `more`: there was more than a letter holds.

    `passed` are the cards of the records whose date passed while something is still waited for.
    """

    topics: Sequence[Topic]
    passed: Sequence[Row[Any]]
    number: int
    more: bool


def news(
    connection: Connection, language: str, followed: Iterable[Followed], seq: int, since: str, today: date
) -> News:
    """What was published after position `seq` about what is followed, each entry once, and is public now; and which
    dates passed from the ISO day `since` on.

    Two queries for each subject, one more for a response that was asked; at most nine for a list.
    """
    found: dict[int, Entry] = {}
    passed: dict[str, Row[Any]] = {}
    more = False
    for one in followed:
        after = max(seq, one.seq)
        what = Wanted(one.kind, one.record, one.query)
        rows, left = (_in_list if one.kind == LIST else _about)(connection, language, what, after, today)
        found |= {entry.entry.seq: entry for entry in _settled(connection, rows, after)}
        terms, late = _passed(connection, language, what, since, today)
        passed |= {row.reference: row for row in terms}
        more = more or left or late
    latest = sorted(found)[-MOST:]
    first = sorted(passed.values(), key=lambda row: (row.due, row.by_reference))[:MOST]
    more = more or len(found) > len(latest) or len(passed) > len(first)
    topics = _by_topic(connection, language, [found[at] for at in latest])
    return News(topics, first, len(latest) + len(first), more)


def _settled(connection: Connection, rows: Sequence[Entry], since: int) -> list[Entry]:
    """Without what came and went before anybody was told: a text that was taken back, a response that was given."""
    noted = [entry.entry for entry in rows if isinstance(entry.entry, Noted)]
    asked = [one.seq for one in noted if one.kind == notices.ASKED]
    waits = {row.seq for row in notices.still_asked(connection, asked)} if asked else set()
    over = set(asked) - waits
    back = {one.facts["target"]: one.seq for one in noted if one.kind == "showing"}
    for one in noted:
        target = one.facts.get("target")
        if one.what and target in back and one.seq < back[target]:
            over |= {one.seq, back[target]}
        elif target is not None and target > since and one.kind != notices.PAUSE_ENDED:
            over.add(one.seq)
    return [entry for entry in rows if entry.entry.seq not in over]


def _about(
    connection: Connection, language: str, what: Wanted, since: int, _today: date
) -> tuple[Sequence[Entry], bool]:
    about = Subject(what.kind, what.record) if what.kind else None
    page = entries.page(connection, language, about, MOST, since=since)
    return page.rows, page.before is not None


def _in_list(
    connection: Connection, language: str, what: Wanted, since: int, today: date
) -> tuple[Sequence[Entry], bool]:
    """What is new about records that are in the list now, or were at `since`: what left it is news too.

    Whether a record that was taken back was in it, nobody can tell any more: it is told where its topic fits.
    """
    page = entries.page(connection, language, None, LOOKED_AT, since=since, about_kind=what.record)
    records = sorted({entry.card.about_record for entry in page.rows})
    inside = _matching(connection, language, what, records, today, (NOW, Clock(PUBLISHED_ON, today.isoformat(), since)))
    topic = wanted.chosen(what).get("topic")
    rows = [
        entry
        for entry in page.rows
        if entry.card.about_record in inside
        or (entry.card.about_title_nl is None and topic in (None, entry.card.about_topic))
    ]
    return rows, page.before is not None


def _matching(
    connection: Connection, language: str, what: Wanted, records: Sequence[str], today: date, at: Sequence[Clock]
) -> set[str]:
    """Those of these records that are in a list by one of these clocks."""
    inside: set[str] = set()
    for clock in at if records else ():
        try:
            asked = wanted.listing(connection, language, what.record, wanted.chosen(what), clock)
        except BadParameter:  # it names a topic, say, that is no longer public: nothing can be in the list
            break
        inside |= past.matching(connection, asked, records, today)
    return inside


def _passed(
    connection: Connection, language: str, what: Wanted, since: str, today: date
) -> tuple[Sequence[Row[Any]], bool]:
    """The open records about what is followed whose date passed from `since` until yesterday, earliest first."""
    kinds = tuple(kind for kind in _WITH_TERMS if what.kind != LIST or kind == what.record)
    if not kinds:
        return (), False
    late = (
        select(card)
        .where(
            card.c.kind.in_(kinds),
            card.c.pub_to.is_(None),
            card.c.status_open == 1,
            card.c.due >= since,
            card.c.due < today.isoformat(),
        )
        .order_by(card.c.due, card.c.by_reference)
        .limit(LOOKED_AT)
    )
    if what.kind and what.kind != LIST:
        about = entry_subject.c.kind == what.kind, entry_subject.c.record == what.record
        late = late.where(card.c.seq.in_(select(entry_subject.c.seq).where(*about)))
    rows = connection.execute(late).all()
    if what.kind == LIST:
        inside = _matching(connection, language, what, [row.record for row in rows], today, (NOW,))
        rows = [row for row in rows if row.record in inside]
    return rows[:MOST], len(rows) > MOST


def _by_topic(connection: Connection, language: str, found: Sequence[Entry]) -> list[Topic]:
    if not found:
        return []
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        row = entry.card
        groups.setdefault((row.about_record if row.about_kind == "topic" else row.about_topic) or "", []).append(entry)
    topics = [
        Topic(str(getattr(topic, f"title_{language}")), groups.pop(topic.record))
        for topic in read.cards(connection, "topic", "place")
        if topic.record in groups
    ]
    left = sorted((entry for rest in groups.values() for entry in rest), key=lambda entry: entry.entry.seq)
    return [*topics, Topic("", left)] if left else topics
