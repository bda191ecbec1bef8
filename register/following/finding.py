"""What is new for somebody who follows: read through the public door, so that nothing else can be in a letter."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from register.errors import BadParameter
from register.following import wanted
from register.following.wanted import LIST, Wanted
from register.ledger import entries, past, read
from register.ledger.clocks import NOW, PUBLISHED_ON, Clock
from register.ledger.entries import Entry
from register.ledger.subjects import Subject
from register.models import Followed

MOST = 50  # entries in one letter
LOOKED_AT = 200  # entries for one list, newest first


class Topic(NamedTuple):
    """What is new about one topic, oldest first; `title` is empty for what has no topic."""

    title: str
    entries: Sequence[Entry]


class News(NamedTuple):
    """All that is new, by topic in the register's order; `more`: there was more than a letter holds."""

    topics: Sequence[Topic]
    number: int
    more: bool


def news(connection: Connection, language: str, followed: Iterable[Followed], seq: int, today: date) -> News:
    """What was published after position `seq` about what is followed, each entry once, and is public now.

    One query for each subject; at most seven for a list.
    """
    found: dict[int, Entry] = {}
    more = False
    for one in followed:
        since = max(seq, one.seq)
        what = Wanted(one.kind, one.record, one.query)
        rows, left = (_in_list if one.kind == LIST else _about)(connection, language, what, since, today)
        found |= {entry.entry.seq: entry for entry in rows}
        more = more or left
    latest = sorted(found)[-MOST:]
    return News(
        _by_topic(connection, language, [found[at] for at in latest]), len(latest), more or len(found) > len(latest)
    )


def _about(
    connection: Connection, language: str, what: Wanted, since: int, _today: date
) -> tuple[Sequence[Entry], bool]:
    about = Subject(what.kind, what.record) if what.kind else None
    page = entries.page(connection, language, about, MOST, since=since)
    return page.rows, page.before is not None


def _in_list(
    connection: Connection, language: str, what: Wanted, since: int, today: date
) -> tuple[Sequence[Entry], bool]:
    """What is new about records that are in the list now, or were at `since`: what left it is news too."""
    page = entries.page(connection, language, None, LOOKED_AT, since=since, about_kind=what.record)
    records = sorted({_card(entry).about_record for entry in page.rows})
    then = Clock(PUBLISHED_ON, today.isoformat(), since)
    inside: set[str] = set()
    if records:
        for clock in (NOW, then):
            try:
                asked = wanted.listing(connection, language, what.record, wanted.chosen(what), clock)
            except BadParameter:  # it names a topic, say, that is no longer public: nothing can be in the list
                break
            inside |= past.matching(connection, asked, records, today)
    return [entry for entry in page.rows if _card(entry).about_record in inside], page.before is not None


def _by_topic(connection: Connection, language: str, found: Sequence[Entry]) -> list[Topic]:
    if not found:
        return []
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        row = _card(entry)
        groups.setdefault((row.about_record if row.about_kind == "topic" else row.about_topic) or "", []).append(entry)
    topics = [
        Topic(str(getattr(topic, f"title_{language}")), groups.pop(topic.record))
        for topic in read.cards(connection, "topic", "place")
        if topic.record in groups
    ]
    left = sorted((entry for rest in groups.values() for entry in rest), key=lambda entry: entry.entry.seq)
    return [*topics, Topic("", left)] if left else topics


def _card(entry: Entry) -> Any:
    return entry.card
