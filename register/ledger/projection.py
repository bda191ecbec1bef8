"""The projection: cards, links, positions and the full-text index, made from the publications alone.

`apply` follows one new entry; `rebuild` makes everything anew by applying all entries in order, so the two
cannot differ. Nothing here is the truth, and nothing here needs a migration.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, inspect, select

from register.ledger import (
    cards,
    designating,
    indexing,
    moving,
    notices,
    search,
    since,
    standing,
    stood,
    subjects,
    taking,
    vocabulary,
    wording,
    written,
)
from register.ledger.documents import BODIES, Designation, Move, Update
from register.ledger.lexicon import synonym
from register.ledger.parts import Part, mentions, texts
from register.ledger.prepared import given, prepared
from register.ledger.tables import card, link, numbering, position, projected, projection_state, publication
from register.ledger.wording import LANGUAGES, Words
from register.words.vocabulary import Standing

# The code that makes the projection, by digest: whoever changes it need not remember to ask for a rebuild.
_MADE_BY = (
    "cards designating indexing lexicon moving notices prepared projection search since standing stems stood subjects "
    "tables taking vocabulary wording written"
)
VERSION = hashlib.sha256(
    b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in _MADE_BY.split())
).hexdigest()


def ensure(connection: Connection) -> bool:
    """Rebuild when the projection is missing, of another version, or behind the ledger; tells whether it did."""
    if inspect(connection).has_table(projection_state.name):
        state = connection.execute(select(projection_state.c.version, projection_state.c.seq)).first()
        last = connection.scalar(select(publication.c.seq).order_by(publication.c.seq.desc()).limit(1)) or 0
        if state == (VERSION, last):
            return False
    rebuild(connection)
    return True


def rebuild(connection: Connection) -> None:
    """Make the projection anew from the publications."""
    search.drop(connection)
    projected.drop_all(connection)
    projected.create_all(connection)
    search.create(connection)
    state = {"id": 1, "version": VERSION, "made": secrets.token_hex(8), "seq": 0}
    written.add(connection, projection_state, state)
    after = 0
    while (
        rows := connection.execute(
            select(publication).where(publication.c.seq > after).order_by(publication.c.seq).limit(500)
        )
        .mappings()
        .all()
    ):
        for row in rows:
            apply(connection, dict(row))
        after = rows[-1]["seq"]


def apply(connection: Connection, row: Mapping[str, Any]) -> None:
    """Bring the projection up to the entry `row`, which must be the next one."""
    written.change(connection, projection_state, {"id": 1}, seq=row["seq"])
    stood.date_entry(connection, row["time"], row["seq"])
    if row["entry"] == "translation":
        _retell(connection, row)
    if row["entry"] != "document":
        _take(connection, row)
        for kind, record in notices.apply(connection, row):
            _refresh(connection, kind, record, row["seq"])
        subjects.apply(connection, row, None)
        return
    led = set(designating.abouts(connection, row["record"])) if row["kind"] == "designation" else set()
    reported = _close(connection, row)
    _number(connection, row)
    part = None
    if row["document"] is not None:  # else redacted: the record is out of view from here until a later version
        core = json.loads(row["document"])
        part = BODIES[row["kind"]].model_validate(core["body"])
        _links(connection, row, part)
        words = wording.begin(connection, row, core, part)
        if isinstance(part, Update):
            _positions(connection, row, part)
            search.add(connection, "update", row["seq"], indexing.of_report(row["reference"], _said(part, words)))
            reported[part.about.kind, part.about.id] = None
            notices.answered(connection, part.about.kind, part.about.id, row)
        elif isinstance(part, Designation):
            led.add((part.about.kind, part.about.id))
        elif isinstance(part, Move):
            reported[part.about.kind, part.about.id] = None
        else:
            notices.answered(connection, row["kind"], row["record"], row)
            _show(connection, row, core, _said(part, words), _told(words))
            led |= {(row["kind"], row["record"])} if row["kind"] in designating.LED else set()
            reported |= _resting(connection, row, changed=False)
    for kind, record in sorted(led):
        designating.relink(connection, kind, record, row["seq"])
    subjects.apply(connection, row, part)
    for kind, record in reported:
        _refresh(connection, kind, record, row["seq"])


def _take(connection: Connection, row: Mapping[str, Any]) -> None:
    """Follow an entry that takes something back, or shows it again."""
    led = set(designating.abouts(connection, row["record"])) if row["kind"] == "designation" else set()
    moved = set(moving.abouts(connection, row["record"])) if row["kind"] == "move" else set()
    touched = {**dict.fromkeys(taking.apply(connection, row)), **_resting(connection, row)}
    if row["kind"] == "move":
        moved |= set(moving.abouts(connection, row["record"]))
    for kind, record in [*touched, *sorted(moved)]:
        _refresh(connection, kind, record, row["seq"])
    if row["kind"] == "designation":
        led |= set(designating.abouts(connection, row["record"]))
    for kind, record in sorted(led):
        designating.relink(connection, kind, record, row["seq"])


def _resting(connection: Connection, row: Mapping[str, Any], changed: bool = True) -> dict[tuple[str, str], None]:
    """The records that may be there since another day, where the entry is about a source."""
    found = since.resting(connection, row["record"], changed) if row["kind"] == "source" else []
    return dict.fromkeys((row.from_kind, row.from_record) for row in found)


def _close(connection: Connection, row: Mapping[str, Any]) -> dict[tuple[str, str], None]:
    """End what the version before this one showed; returns what a report or a move was about until now."""
    kind, record = row["kind"], row["record"]
    if row["version"] == 1:  # there was none
        return {}
    reported = dict.fromkeys(moving.abouts(connection, record)) if kind == "move" else {}
    if kind == "update":
        until_now = position.c.update_id == record, position.c.pub_to.is_(None)
        told = connection.execute(select(position.c.kind, position.c.record).where(*until_now).distinct())
        reported = {(about.kind, about.record): None for about in told}
        written.change(connection, position, {"update_id": record, "pub_to": None}, pub_to=row["seq"])
    wording.close(connection, row)
    if kind == "term":
        written.remove(connection, synonym, {"record": record})
    current = _current(connection, kind, record)
    if current is not None:
        vocabulary.forget(connection, current["seq"])
        written.change(connection, card, {"id": current["id"]}, pub_to=row["seq"])
    written.change(connection, link, {"from_kind": kind, "from_record": record, "pub_to": None}, pub_to=row["seq"])
    return reported


def _show(
    connection: Connection,
    row: Mapping[str, Any],
    core: dict[str, Any],
    said: dict[str, dict[str, str]],
    told: dict[str, str],
) -> None:
    if row["kind"] == "term":
        indexing.synonyms(connection, row["record"], core["body"], said)
    terms = moving.terms(connection, row["kind"], row["record"], core["body"])
    values = cards.of(row, core, said) | told
    values |= _stands(connection, values, row["header"], terms, row["seq"])
    written.add(connection, card, values)
    vocabulary.learn(connection, row["seq"], indexing.words(said))
    found_by = indexing.of_record(connection, row["reference"], core["body"], said)
    search.add(connection, row["kind"], row["seq"], found_by)


def _retell(connection: Connection, row: Mapping[str, Any]) -> None:
    """A translation of its own entry: titles, words of dates and what is found follow it; all else stays."""
    found = wording.replace(connection, row)
    if found is None:
        return
    about, part, words = found
    said, body = _said(part, words), json.loads(about.document)["body"]
    current = _current(connection, about.kind, about.record)
    search.remove(connection, about.kind, about.seq)
    if current is None:  # an update, which has no card
        search.add(connection, about.kind, about.seq, indexing.of_report(about.reference, said))
        return
    if about.kind == "term":
        written.remove(connection, synonym, {"record": about.record})
        indexing.synonyms(connection, about.record, body, said)
    vocabulary.forget(connection, about.seq)
    changed = cards.worded(body, said) | _told(words)
    _change(connection, current, changed, row["seq"])
    vocabulary.learn(connection, about.seq, indexing.words(said))
    search.add(connection, about.kind, about.seq, indexing.of_record(connection, about.reference, body, said))


def _number(connection: Connection, row: Mapping[str, Any]) -> None:
    series, _, last = row["reference"].rpartition("-")
    if row["version"] != 1 or not row["reference"].isupper():  # names have no capitals, numbers have a series in them
        return
    if not written.change(connection, numbering, {"series": series}, last=int(last)):
        written.add(connection, numbering, {"series": series, "last": int(last)})


def _said(part: Part, words: Mapping[str, Words]) -> dict[str, dict[str, str]]:
    """All texts by path for each language; the authentic text where a translation is missing."""
    own = texts(part)
    return {language: own | (words[language].texts if language in words else {}) for language in LANGUAGES}


def _told(words: Mapping[str, Words]) -> dict[str, str]:
    """How the words of a record stand in each language."""
    return {
        f"told_{language}": words[language].shown if language in words else Standing.AUTHENTIC for language in LANGUAGES
    }


def _links(connection: Connection, row: Mapping[str, Any], part: Part) -> None:
    kind, record, seq = row["kind"], row["record"], row["seq"]
    own = {"from_kind": kind, "from_record": record, "pub_from": seq, "pub_to": None, "seq": seq}
    named = enumerate(mentions(part))
    rows = ({**own, "role": to.role, "to_kind": to.kind, "to_record": to.id, "place": place} for place, to in named)
    written.add(connection, link, *rows)


def _positions(connection: Connection, row: Mapping[str, Any], part: Update) -> None:
    keys = {confirmation["side"] for confirmation in json.loads(row["header"])["confirmations"]}
    said = {
        "kind": part.about.kind,
        "record": part.about.id,
        "seq": row["seq"],
        "update_id": row["record"],
        "as_of": part.as_of.reading.last.isoformat(),
        "status": part.status,
        "pub_from": row["seq"],
        "pub_to": None,
    }
    rows = ({**said, "side": side, "confirmed": int(side in keys)} for side in part.sides or ("third",))
    written.add(connection, position, *rows)


def _refresh(connection: Connection, kind: str, record: str, seq: int) -> None:
    """Open a new card for a record whose standing a report has changed, or whose term a move."""
    current = _current(connection, kind, record)
    if current is None:
        return
    standing.settle(connection, kind, record, seq)
    header = taking.header_now(connection, current["seq"])
    terms = moving.terms(connection, kind, record, moving.own(connection, current["seq"]))
    now = _stands(connection, current, header, terms, seq)
    if all(current[name] == value for name, value in now.items()):
        return
    _change(connection, current, now, seq)


def _stands(
    connection: Connection, shown: Mapping[str, Any], header: str, terms: stood.Terms, seq: int
) -> dict[str, Any]:
    """How the record of a card stands and since when it is there, from what is said of it at `seq`; the days on which
    it stood otherwise follow. `header` is that of its own text, `terms` are `moving.terms`.
    """
    kind, record = shown["kind"], shown["record"]
    told, noted = standing.told(connection, kind, record), notices.noted(connection, kind, record)
    first = since.first(connection, shown, told)
    spans = stood.spans(told, header, terms, noted, since.turned(shown, first))
    stood.follow(connection, kind, record, spans, seq)
    return standing.by(told, header, noted) | [*terms.values()][-1] | {"there_from": first}


def _current(connection: Connection, kind: str, record: str) -> dict[str, Any] | None:
    """The card of a record in view."""
    row = _shown().first(connection, kind=kind, record=record)
    return dict(row._asdict()) if row else None


@prepared
def _shown() -> Select[Any]:
    return select(card).where(card.c.kind == given("kind"), card.c.record == given("record"), card.c.pub_to.is_(None))


def _change(connection: Connection, current: Mapping[str, Any], changes: Mapping[str, Any], seq: int) -> None:
    """From `seq` on a record is shown with these changes: its card ends, and another begins."""
    written.change(connection, card, {"id": current["id"]}, pub_to=seq)
    values = {name: value for name, value in current.items() if name != "id"}
    written.add(connection, card, {**values, **changes, "pub_from": seq, "pub_to": None})


def snapshot(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the projection in a comparable form, to show that a rebuild changes nothing.

    The ids of cards and the mark of the rebuild are left out.
    """
    found: dict[str, list[tuple[Any, ...]]] = {}
    left_out = {card.c.id, projection_state.c.made}
    for table in projected.sorted_tables:
        columns: list[ColumnElement[Any]] = [column for column in table.columns if column not in left_out]
        found[table.name] = sorted((tuple(row) for row in connection.execute(select(*columns))), key=repr)
    return found
