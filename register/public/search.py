"""The search page: all kinds together, grouped, with what comes near where nothing is found."""

from typing import Any

from flask import request

from register import i18n
from register.door import Answer, Visit, room
from register.errors import BadParameter
from register.ledger import filters, finding, query
from register.ledger.filters import MOST
from register.public.marking import Marker, written
from register.web.rendering import wants_fragment

_KNOWN = ("q", "typing")
_TEXTS = ("summary", "definition", "text", "government_says", "chamber_decided", "short", "flemish", "number", "member")
MOST_OFFERED = 6


@room("search")
def search(visit: Visit) -> Answer:
    """What is found for `q`; with `typing` the last word is one that is still being typed."""
    given = _given()
    said, typing = given.get("q", "").strip(), bool(given.get("typing"))
    parts = _typed(given.get("q", ""), typing)
    wanted, groups = (
        finding.search_all(visit.connection, visit.language, parts, visit.today, visit.revision) if said else ([], [])
    )
    asked, nothing = (visit.connection, visit.language, parts), bool(wanted and not groups)
    marker = Marker(visit.language, wanted)
    context: dict[str, Any] = {
        "said": said,
        "groups": groups,
        "told": {
            standing
            for group in groups
            for hit in group.hits
            for standing in (getattr(hit.card, f"told_{visit.language}"), hit.text.standing)
        },
        "most": MOST,
        "found": sum(group.total for group in groups),
        "marked": lambda text: written(marker.marked(text)),
        "passage": lambda hit: written(marker.passage(_texts(hit.text.body))),
        "near": finding.near(*asked, visit.sets) if nothing else [],
        "elsewhere": finding.elsewhere(*asked, visit.sets) if nothing else [],
        "completed": finding.completed(visit.connection, visit.language, given.get("q", ""))
        if typing and parts
        else [],
        "offered": [(group.kind, hit) for group in groups for hit in group.hits[:2]][:MOST_OFFERED],
        "topics": {topic.record: getattr(topic, f"title_{visit.language}") for topic in visit.sets.topics}
        if groups
        else {},
        "rooms": i18n.KINDS,
        "labels": i18n.labels(visit.language),
        "label_of": {
            (kind, name): words.__name__
            for kind, known in filters.FILTERS.items()
            for name, words in known.items()
            if words
        },
    }
    return Answer("search/search.html", context, f"search/_{'suggestions' if typing else 'results'}.html", given)


def _given() -> dict[str, str]:
    given: dict[str, str] = {}
    for name, values in request.args.to_dict(flat=False).items():
        if name not in _KNOWN:
            raise BadParameter(name, values[0], "unknown", ("q",))
        if len(values) > 1:
            raise BadParameter(name, values[1], "repeated")
        given[name] = filters.clean(name, values[0])
    if given.get("typing", "1") not in ("", "1"):
        raise BadParameter("typing", given["typing"], "value", ("1",))
    return given


def _typed(said: str, typing: bool) -> list[query.Typed]:
    """What was typed; while somebody still types, what cannot be read yet is nothing, and no error."""
    try:
        return query.typed(said, unfinished=typing)
    except BadParameter:
        if typing and wants_fragment():
            return []
        raise


def _texts(body: dict[str, Any]) -> list[str]:
    """What a record says, in the order in which a passage is looked for."""
    texts = [body[name] for name in _TEXTS if body.get(name)]
    return texts + [outcome["text"] for outcome in body.get("outcomes", ())]
