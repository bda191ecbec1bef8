"""Timelines: what happened to a record or a topic, from what is published, in the order of the dates as said."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from register import i18n
from register.door import Visit
from register.ledger import files, read
from register.ledger.clocks import Clock
from register.ledger.topical import Report
from register.public.outcomes import Touching, in_words
from register.public.standing import Key, jointly
from register.words.dates import read_edtf
from register.words.taking import OUT_OF_VIEW, Taking
from register.words.vocabulary import SIDES, SessionState, Standing


class Moment(NamedTuple):
    """One point of a timeline. `what` says which sentence the template makes of it; `tone` whose it is."""

    day: str
    words: str
    edtf: str
    what: str
    tone: str
    title: str
    url: str
    text: str | None
    status: str | None
    number: int
    seq: int
    joint: bool = False  # both sides confirmed this very text
    keys: Sequence[Key] = ()
    evidence: Sequence[dict[str, Any]] = ()
    taken: Sequence[Any] = ()  # what was taken back of it, or that it was
    spoken: str = ""  # the language of the text, where it is not the reader's
    told: str = ""  # how its translation stands, where it is read in one


def of_record(
    visit: Visit,
    doc: read.Published,
    updates: list[read.Published],
    naming: dict[str, list[read.Neighbour]],
    keys: Mapping[int, Sequence[Key]],
    back: Sequence[Any],
    touching: Mapping[str, list[Touching]],
    clock: Clock,
) -> list[Moment]:
    """When the record was made, the sessions about it with the outcomes that touch it, and the updates.

    Updates come with who confirmed them and what shows it. Of what was taken `back` only that: when, and by whom.
    """
    shown = _evidence(visit, updates)
    found = [
        _of_update(update, "", "")._replace(
            keys=keys[update.seq],
            evidence=shown[update.seq],
            taken=[row for row in back if row.target == update.seq and row.what == Taking.UNCONFIRMED],
        )
        for update in updates
    ]
    found += [_of_taken(row) for row in back if row.kind == "update" and row.what in OUT_OF_VIEW and row.ended is None]
    made = doc.body.get("made")
    if made:
        found.append(_moment(made, "made", "both", seq=doc.seq))
    sessions = {other.record: other.card for other in naming.get("session", ()) if other.card.edtf}
    for record, row in sessions.items():
        said = touching.get(record, [])
        spoken = {each.session.spoken(each.place) for each in said}
        told = of_session(visit, row, clock)._replace(
            text=in_words(said) or None, spoken=spoken.pop() if len(spoken) == 1 else ""
        )
        found.append(told)
    return sorted(found, key=lambda moment: (moment.day, moment.seq))


def _evidence(visit: Visit, updates: list[read.Published]) -> dict[int, list[dict[str, Any]]]:
    """What each update shows as evidence, a file with what it is. One query, none where no file is shown."""
    told = {update.seq: update.body.get("evidence") or () for update in updates}
    with_files = [update.seq for update in updates if files.named(update.body)]
    kept = files.of_entries(visit.connection, with_files)
    return {
        seq: [one | {"file": kept.get((seq, one.get("sha256") or ""))} for one in shown] for seq, shown in told.items()
    }


def of_topic(
    visit: Visit, sessions: Sequence[Any], reports: Sequence[Report], made: Sequence[Any], clock: Clock
) -> list[Moment]:
    """What happened on a topic, the latest first: its sessions, the reports on what belongs to it, and how many
    agreements were made when.

    Of a founding document that gives a status without a word, the lists tell it.
    """
    found = [of_session(visit, row, clock) for row in sessions if row.edtf]
    for report in reports:
        told = report.doc
        if told.body["text"] or told.confirmations:
            place = i18n.KINDS[told.body["about"]["kind"]], report.reference
            url = i18n.path(visit.language, *place, **clock.parameters)
            found.append(_of_update(told, report.title, url))
    found += [_moment({"edtf": row.edtf, "words": row.words}, "agreements", "both", number=row.number) for row in made]
    return sorted(found, key=lambda moment: (moment.day, moment.seq), reverse=True)


def of_session(visit: Visit, row: Any, clock: Clock) -> Moment:
    """A session, from its card."""
    tone = "both" if row.nature == SessionState.HELD else "expected"
    return _moment(
        {"edtf": row.edtf, "words": getattr(row, f"words_{visit.language}")},
        "session",
        tone,
        title=getattr(row, f"title_{visit.language}"),
        url=i18n.path(visit.language, "sessions", row.reference, **clock.parameters),
        status=row.nature,
        seq=row.seq,
    )


def _of_update(update: read.Published, title: str, url: str) -> Moment:
    sides = update.sides
    tone = "both" if len(sides) == len(SIDES) else sides[0] if sides else "third"
    made = _moment(
        update.body["as_of"],
        "update",
        tone,
        title=title,
        url=url,
        text=update.body["text"],
        status=update.body["status"],
        seq=update.seq,
    )
    told = update.standing if update.body["text"] and update.standing is not Standing.AUTHENTIC else ""
    return made._replace(joint=jointly(update), spoken=update.spoken("text"), told=told)


def _of_taken(row: Any) -> Moment:
    day = datetime.fromisoformat(row.time).astimezone(i18n.ZONE).date()
    return Moment(
        day.isoformat(), "", day.isoformat(), "taken", row.side or "both", "", "", None, None, 0, row.seq, taken=[row]
    )


def _moment(
    date: dict[str, Any],
    what: str,
    tone: str,
    *,
    title: str = "",
    url: str = "",
    text: str | None = None,
    status: str | None = None,
    number: int = 0,
    seq: int = 0,
) -> Moment:
    return Moment(
        read_edtf(date["edtf"]).last.isoformat(),
        date["words"],
        date["edtf"],
        what,
        tone,
        title,
        url,
        text,
        status,
        number,
        seq,
    )
