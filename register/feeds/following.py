"""The page that says what a feed and a calendar are for, and gives the addresses: of everything, or of one subject."""

from typing import Any, NamedTuple

from flask import request

from register import i18n
from register.door import Answer, Visit, absolute, mails, room
from register.errors import BadParameter
from register.feeds import asking
from register.ledger import entries, events, read, subjects
from register.ledger.subjects import SIDE
from register.web.addressing import check_parameters
from register.words.vocabulary import SIDES

_LONGEST = 80
_FUZZY = 25


class Followed(NamedTuple):
    """What the page is about: a kind and reference as in the address of a feed, both empty for everything."""

    kind: str = ""
    reference: str = ""
    title: str = ""
    record: str = ""


@room("follow")
def follow(visit: Visit) -> Answer:
    """The addresses of one subject (`?topic=pfas`) or of everything, with how to use them."""
    followed = _followed(visit)
    context: dict[str, Any] = {
        "followed": followed,
        "topics": read.cards(visit.connection, "topic", "place"),
        "sides": SIDES,
        "absolute": absolute,
        "mails": mails(),
        "rooms": i18n.KINDS,
        "has_calendar": not followed.kind or followed.kind in asking.KINDS["cal"],
    }
    if context["has_calendar"]:
        about = None if not followed.kind else subjects.Subject(followed.kind, followed.record)
        found = [dated for dated in events.dated(visit.connection, visit.language, about) if not dated.exact]
        context["fuzzy"] = found[:_FUZZY]
    kept = {followed.kind: followed.reference} if followed.kind else {}
    return Answer("feeds/follow.html", context, parameters=kept)


def _followed(visit: Visit) -> Followed:
    """What the address asks about. Raises BadParameter, and NotPublished where there is no such record."""
    kinds = asking.KINDS["feeds"]
    check_parameters(*kinds)
    given = list(request.args.items())
    if not given:
        return Followed()
    if len(given) > 1:
        raise BadParameter(given[1][0], given[1][1][:_LONGEST], "exclusive", kinds)
    kind, reference = given[0]
    if kind == SIDE and reference not in SIDES:
        said = i18n.labels(visit.language)["Side"]
        raise BadParameter(kind, reference[:_LONGEST], "value", tuple(SIDES), said=said)
    subject, title = entries.named(visit.connection, visit.language, kind, reference)
    return Followed(kind, reference, title, subject.record)
