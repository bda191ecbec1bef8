"""The history of a record: its versions, what was taken back of it, and two versions word by word."""

from flask import request

from register import i18n
from register.door import Answer, Visit, room
from register.errors import BadParameter, NotPublished
from register.ledger import history, taking
from register.ledger.read import Published
from register.public import standing

_PARAMETERS = ("version", "against", "below")
_MOST_DIGITS = 6


@room("history", "/<kind>/<reference>")
def show_history(visit: Visit, kind: str, reference: str) -> Answer:
    """One page of the versions, and the difference between two that are asked for, in at most seven queries.

    Raises NotPublished, and BadParameter for what is no version of this record.
    """
    asked = _asked()
    if kind not in i18n.KINDS:
        raise NotPublished(kind, reference)
    connection, language = visit.connection, visit.language
    back = taking.of_reference(connection, kind, reference)
    found, after = history.versions(connection, language, kind, reference, back, asked.get("below"))
    if not found:
        if "below" in asked:
            raise BadParameter("below", str(asked["below"]), "key")
        raise NotPublished(kind, reference)
    pair = _pair(visit, kind, reference, asked, back)
    docs = [version.doc for version in found if version.doc]
    context = {
        "kind": kind,
        "reference": reference,
        "room": i18n.KINDS[kind],
        "title": docs[0].body["title"] if docs and "title" in docs[0].body else "",
        "versions": found,
        "after": after,
        "begins": "below" in asked,
        "keys": standing.keys(visit, docs),
        "asked": asked,
        "pair": pair,
        "changes": history.changes(connection, language, *pair) if pair else [],
    }
    return Answer("records/history.html", context, parameters={name: str(value) for name, value in asked.items()})


def _pair(
    visit: Visit, kind: str, reference: str, asked: dict[str, int], back: taking.Rows
) -> tuple[Published, Published] | None:
    """The two versions that are compared, the older first; None where fewer are asked for."""
    if "version" not in asked and "against" not in asked:
        return None
    found = history.two(visit.connection, visit.language, kind, reference, list(asked.values()), back)
    docs = []
    for name in ("version", "against"):
        version = found.get(asked.get(name, 0))
        if version is None or version.doc is None:
            raise BadParameter(name, str(asked.get(name, "")), "value")
        docs.append(version.doc)
    return min(docs), max(docs)  # by their place in the ledger


def _asked() -> dict[str, int]:
    found = {}
    for name, values in request.args.to_dict(flat=False).items():
        if name not in _PARAMETERS:
            raise BadParameter(name, values[0][:40], "unknown", _PARAMETERS)
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        value = values[0]
        if not value.isascii() or not value.isdigit() or len(value) > _MOST_DIGITS or int(value) < 1:
            raise BadParameter(name, value[:40], "value")
        found[name] = int(value)
    return found
