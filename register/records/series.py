"""Series of sessions: the open points of the one before, the next one, and what an outcome becomes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from register.errors import BadParameter, NotHere
from register.ledger.tables import card, link
from register.publishing import proposing
from register.publishing.proposing import Public
from register.records import naming
from register.records.forms import RecordForm
from register.words.vocabulary import SessionState

LONGEST = 50  # sessions of a series that are followed to find its last
TITLE = 300  # signs of a title


class Carried(NamedTuple):
    """An open point of a session, with what it touches. `key` names it in a form; `said` holds it by language."""

    key: str
    said: dict[str, str]
    spoken: str
    agreement: str | None
    action: str | None

    def words(self, language: str, other: str) -> tuple[str, str]:
        """The point in `language`, else as it was written; and in the other language, where it has words there."""
        return self.said.get(language) or self.said[self.spoken], self.said.get(other, "")


def open_points(session: Session, record: str) -> list[Carried]:
    """The open points of a published session. One query."""
    found = proposing.public(session, "session", record)
    return _open(found) if found else []


def prepare(session: Session, language: str, form: RecordForm) -> None:
    """Offer the open points of the session that the form names as the one before. At most two queries."""
    field: Any = form["carried"]
    line = str(form["follows"].data or "").strip()
    before = naming.understood(session, language, ["session"], [line]).get(line) if line else None
    found = open_points(session, before.record) if before else []
    field.choices = [(each.key, each.words(language, "")[0]) for each in found]
    offered = {each.key for each in found}
    field.data = [key for key in field.data or () if key in offered]


def next_of(session: Session, language: str, asked: Mapping[str, str]) -> dict[str, str]:
    """What the form of the next session of a series begins with: who met on what, and every open point ticked.

    `asked`: any session of the series. Raises NotHere for one that is not published.
    """
    if not asked["follows"]:
        return {}
    last = _last(session, _published(session, asked["follows"]))
    body = last.body
    wanted = {("organisation", each) for each in body["organisations"]} | {("session", last.record)}
    wanted |= {("agreement", each) for each in body["agreements"]}
    names = naming.named(session, language, wanted)
    return {
        "type": body["type"],
        "state": SessionState.PLANNED.value,
        "topics": "\n".join(body["topics"]),
        "organisations": _lines(names, "organisation", body["organisations"]),
        "agreements": _lines(names, "agreement", body["agreements"]),
        "follows": str(names["session", last.record]),
        "carried": "\n".join(each.key for each in _open(last)),
    }


def turned(_session: Session, _language: str, asked: Mapping[str, str]) -> dict[str, str]:
    """What the form of a session begins with when it is planned, held or cancelled. Raises BadParameter."""
    offered = (SessionState.PLANNED, SessionState.HELD, SessionState.CANCELLED)
    if asked["state"] and asked["state"] not in offered:
        raise BadParameter("state", asked["state"][:40], "value", tuple(state.value for state in offered))
    return {"state": asked["state"]} if asked["state"] else {}


def action_of(session: Session, language: str, asked: Mapping[str, str]) -> dict[str, str]:
    """What the form of an action begins with that an outcome becomes: its words, topics, agreements and the session.

    `asked`: the session, and the number of the outcome. Raises NotHere, and BadParameter for what is no number.
    """
    if not asked["session"]:
        return {}
    number = asked["outcome"]
    if not (number.isascii() and number.isdigit()):
        raise BadParameter("outcome", number[:40], "value")
    found = _published(session, asked["session"])
    outcomes = found.body["outcomes"]
    if not 1 <= int(number) <= len(outcomes):
        raise NotHere
    outcome, text = outcomes[int(number) - 1], _said(found, f"outcomes.{int(number) - 1}.text")
    wanted = {("agreement", each) for each in outcome.get("agreements", ())} | {("session", found.record)}
    names = naming.named(session, language, wanted)
    words = text.get(language) or text[found.language]
    return {
        "language": language if language in text else found.language,
        "title": _short(words),
        "summary": words,
        "topics": "\n".join(found.body["topics"]),
        "agreements": _lines(names, "agreement", outcome.get("agreements", ())),
        "relation_1": "elaborates",
        "to_1": str(names["session", found.record]),
    }


def _published(session: Session, reference: str) -> Public:
    here = (card.c.kind == "session", card.c.reference == reference, card.c.pub_to.is_(None))
    record = session.connection().scalar(select(card.c.record).where(*here))
    found = proposing.public(session, "session", record) if record else None
    if found is None:
        raise NotHere
    return found


def _last(session: Session, found: Public) -> Public:
    """The last session of the series: the one that none follows, of several the latest published. A query each."""
    seen, record = {found.record}, found.record
    while len(seen) < LONGEST:
        follower = session.connection().scalar(
            select(link.c.from_record)
            .where(
                link.c.to_kind == "session",
                link.c.to_record == record,
                link.c.role == "follows",
                link.c.from_kind == "session",
                link.c.pub_to.is_(None),
            )
            .order_by(link.c.pub_from.desc())
            .limit(1)
        )
        if follower is None or follower in seen:
            break
        seen.add(follower)
        record = follower
    return (proposing.public(session, "session", record) or found) if record != found.record else found


def _open(found: Public) -> list[Carried]:
    return [
        Carried(
            " ".join(outcome["text"].split()),
            _said(found, f"outcomes.{place}.text"),
            found.language,
            next(iter(outcome["agreements"]), None),
            outcome["action"],
        )
        for place, outcome in enumerate(found.body["outcomes"])
        if outcome.get("open")
    ]


def _said(found: Public, path: str) -> dict[str, str]:
    """A text of an outcome by language."""
    own = found.body["outcomes"][int(path.split(".")[1])]["text"]
    return {found.language: own} | {
        language: texts[path] for language, texts in found.translations.items() if path in texts
    }


def _lines(names: Mapping[tuple[str, str], naming.Named], kind: str, records: Any) -> str:
    return "\n".join(str(names[kind, record]) for record in records if (kind, record) in names)


def _short(text: str) -> str:
    """A text as a title: its first sentence, or what fits."""
    plain = " ".join(text.split())
    first = plain.partition(". ")[0].removesuffix(".")
    return first if len(first) <= TITLE else first[: TITLE - 1].rsplit(" ", 1)[0] + "…"
