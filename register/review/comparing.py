"""Records and designations that wait, beside what is public of them now."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, select, tuple_
from sqlmodel import Session

from register.ledger import designating, wording
from register.ledger.documents import BODIES
from register.ledger.parts import mentions
from register.ledger.tables import card, link, publication
from register.models import Proposal
from register.review.describing import Change, Version
from register.review.describing import changes as described

Key = tuple[str, ...]  # what a text takes the place of


def changes(session: Session, language: str, proposals: Sequence[Proposal]) -> dict[str, tuple[Change, ...]]:
    """Field by field what each proposal changes, by its id; reports are left out. Three queries, none for reports."""
    found = [(proposal, json.loads(proposal.core)) for proposal in proposals if proposal.kind != "update"]
    if not found:
        return {}
    keys = {proposal.id: _key(core["kind"], core["id"], core["body"]) for proposal, core in found}
    public = _records(session, keys.values()) | _designations(session, keys.values())
    bodies = [core["body"] for _proposal, core in found] + [version.body for version in public.values()]
    named = {(mention.kind, mention.id) for body in bodies for mention in mentions(_part(body))}
    titles = _titles(session, language, named)
    return {
        proposal.id: described(
            public.get(keys[proposal.id]),
            Version(core["body"], core["language"], json.loads(proposal.translations)),
            titles,
            language,
        )
        for proposal, core in found
    }


def _key(kind: str, record: str, body: dict[str, Any]) -> Key:
    """A record takes the place of its own version, a designation that of the same side on the same record."""
    if kind == "designation":
        return kind, body["about"]["kind"], body["about"]["id"], body["side"]
    return kind, record


def _records(session: Session, keys: Collection[Key]) -> dict[Key, Version]:
    wanted = [key for key in keys if key[0] != "designation"]
    here = tuple_(card.c.kind, card.c.record).in_(wanted)
    rows = session.execute(
        select(publication, wording.other())
        .join(card, card.c.seq == publication.c.seq)
        .where(here, card.c.pub_to.is_(None))
    )
    return {(row.kind, row.record): _version(row) for row in rows if row.document}


def _designations(session: Session, keys: Collection[Key]) -> dict[Key, Version]:
    wanted = {(key[1], key[2]) for key in keys if key[0] == "designation"}
    about = and_(
        link.c.from_kind == "designation",
        link.c.from_record == publication.c.record,
        link.c.seq == publication.c.seq,
        link.c.role == "about",
        link.c.pub_to.is_(None),
    )
    here = tuple_(link.c.to_kind, link.c.to_record).in_(list(wanted))
    wanted_rows = select(publication, wording.other()).join(link, about)
    rows = session.execute(wanted_rows.where(publication.c.kind == "designation", here)).all()
    versions = {row.seq: _version(row) for row in rows if row.document}
    found: dict[Key, Version] = {}
    for kind, record in wanted:
        beside = [
            (seq, version.body)
            for seq, version in versions.items()
            if version.body["about"] == {"kind": kind, "id": record}
        ]
        for side, seq in designating.latest(beside).items():
            found["designation", kind, record, side] = versions[seq]
    return found


def _version(row: Any) -> Version:
    core = json.loads(row.document)
    return Version(core["body"], core["language"], wording.told(row, core["language"]))


def _titles(session: Session, language: str, named: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    title = card.c[f"title_{language}"]
    here = tuple_(card.c.kind, card.c.record).in_(list(named))
    rows = session.execute(select(card.c.kind, card.c.record, title).where(here, card.c.pub_to.is_(None)))
    return {(row[0], row[1]): row[2] for row in rows}


def _part(body: dict[str, Any]) -> Any:
    return BODIES[body["kind"]].model_validate(body)
