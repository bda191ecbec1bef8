"""The audit trail in words: names for people, browsers, topics and organisations, in a fixed number of queries."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from register import access, i18n
from register.access import Person
from register.accounts import queries
from register.accounts.devices import Device, device
from register.i18n import mark as _
from register.models import Account, AuditEntry, SignIn
from register.models.audit import UNKNOWN

# What a detail is called. One that is not here is shown to nobody: the ids of mandates, say.
_NAMES = {
    "roles": _("roles"),
    "topics": _("topics"),
    "topic": _("topic"),
    "organisation": _("organisation"),
    "begins": _("first day"),
    "ends": _("last day"),
    "substitute": _("substitute"),
    "from": _("from"),
    "until": _("until"),
    "factor": _("second factor"),
    "means": _("with"),
    "why": _("reason"),
    "visibility": _("who may read it"),
    "record": _("record"),
    "count": _("how many"),
    "was": _("before"),
    "now": _("after"),
}
# Values that are words of a fixed list, people, or records of the ledger. Others stand as they are.
_LABELLED = {"roles": "Role", "visibility": "Visibility", "means": "Means", "factor": "Means"}
_DAYS = frozenset({"begins", "ends", "from", "until"})
_RECORDS = {"topics": "topic", "topic": "topic", "organisation": "organisation"}
_NOTHING = "–"


class Line(NamedTuple):
    """One deed. `device` is None for a sign-in that is not kept any more; `details` are pairs of name and words."""

    entry: AuditEntry
    actor: str
    about: str
    device: Device | None
    details: list[tuple[str, str]]

    @property
    def unknown(self) -> bool:
        """Whether somebody did it who was not signed in."""
        return self.entry.actor == UNKNOWN


class _Names(NamedTuple):
    """What ids stand for."""

    language: str
    people: Mapping[str, str]
    records: Mapping[tuple[str, str], str]


def people(session: Session, person: Person) -> dict[str, str]:
    """The names of everybody of the person's own side whom they may see, by id; empty for who has left. One query."""
    rows = session.execute(select(col(Account.id), col(Account.name)).where(access.visible(Account, person)))
    return {row.id: row.name for row in rows}


def lines(session: Session, language: str, rows: Sequence[AuditEntry], known: Mapping[str, str]) -> list[Line]:
    """The entries in words. One query for the browsers, and one for each kind of record that is named."""
    agents = _agents(session, {row.sign_in for row in rows if row.sign_in})
    details = [json.loads(row.detail) for row in rows]
    names = _Names(language, known, _records(session, language, details))
    return [
        Line(
            row,
            known.get(row.actor, ""),
            known.get(row.about, ""),
            device(agents[row.sign_in]) if row.sign_in in agents else None,
            list(_details(detail, names)),
        )
        for row, detail in zip(rows, details, strict=True)
    ]


def _agents(session: Session, sign_ins: Iterable[str]) -> dict[str, str]:
    wanted = list(sign_ins)
    if not wanted:
        return {}
    rows = session.execute(select(col(SignIn.id), col(SignIn.agent)).where(col(SignIn.id).in_(wanted)))
    return {row.id: row.agent for row in rows}


def _records(session: Session, language: str, details: Iterable[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The names of the records that details name, by kind and id."""
    wanted: dict[str, set[str]] = {}
    for detail in details:
        for part in (detail, *(value for value in detail.values() if isinstance(value, dict))):
            for name, value in part.items():
                if name in _RECORDS:
                    wanted.setdefault(_RECORDS[name], set()).update(str(one) for one in _several(value) if one)
    return {
        (kind, record): title
        for kind, ids in sorted(wanted.items())
        if ids
        for record, title in queries.titles(session, language, kind, ids).items()
    }


def _details(detail: dict[str, Any], names: _Names) -> Iterator[tuple[str, str]]:
    """Each detail by its name; of a before and an after only what differs."""
    called = i18n.translations(names.language).gettext
    was, now = detail.get("was"), detail.get("now")
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted((was.keys() | now.keys()) & _NAMES.keys()):
            if was.get(name) != now.get(name):
                told = (_told(name, part.get(name), names) or _NOTHING for part in (was, now))
                yield called(_NAMES[name]), " → ".join(told)
        detail = {name: value for name, value in detail.items() if name not in ("was", "now")}
    for name, value in detail.items():
        told_once = _told(name, value, names)
        if name in _NAMES and told_once:
            yield called(_NAMES[name]), told_once


def _told(name: str, value: Any, names: _Names) -> str:
    several = [str(one) for one in _several(value) if one not in (None, "")]
    if name in _LABELLED:
        labels = i18n.labels(names.language)[_LABELLED[name]]
        return ", ".join(labels.get(one, one) for one in several)
    if name in _DAYS:
        return ", ".join(i18n.long_date(names.language, one) for one in several)
    if name == "substitute":
        return ", ".join(names.people.get(one, "") for one in several)
    if name in _RECORDS:
        return ", ".join(names.records.get((_RECORDS[name], one), one) for one in several)
    return ", ".join(several)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
