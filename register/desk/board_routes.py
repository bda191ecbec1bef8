"""The rooms of the topic board: the board itself, and the list behind each of its numbers."""

from flask import request

from register.desk import board as queries
from register.desk.board import WHICH, Listing
from register.errors import BadParameter, NotHere
from register.guards import Page, Rooms, Visit, requires
from register.guards.serving import DONE
from register.i18n import KINDS
from register.ledger import read
from register.words.vocabulary import Status

rooms = Rooms("board")


@rooms.open("board")
@requires("see", "proposal")
def board(visit: Visit) -> Page:
    """How each topic stands."""
    _asked(())
    return Page("desk/board.html", {"board": queries.board(visit.session, visit.language, visit.today)})


@rooms.open("board-list")
@requires("see", "proposal")
def board_list(visit: Visit) -> Page:
    """The agreements and actions that a number of the board counts."""
    listing = Listing(**_asked(("topic", "status", "which", "after")))
    topics = {topic.record: topic for topic in read.cards(visit.session.connection(), "topic", "place")}
    if not topics:
        raise NotHere
    if listing.topic not in topics:
        raise BadParameter("topic", listing.topic[:40], "value", tuple(topics))
    for name, allowed in (("status", [status.value for status in Status]), ("which", WHICH)):
        value = getattr(listing, name)
        if value and value not in allowed:
            raise BadParameter(name, value[:40], "value", tuple(allowed))
    rows, after = queries.items(visit.session, visit.language, visit.today, listing)
    context = {"listing": listing, "topic": topics[listing.topic], "rows": rows, "after": after, "rooms": KINDS}
    return Page("desk/board_list.html", context)


def _asked(names: tuple[str, ...]) -> dict[str, str]:
    """The parameters of the address. Raises BadParameter for one that the page does not take, or takes once only."""
    found = dict.fromkeys(names, "")
    for name, values in request.args.to_dict(flat=False).items():
        if name not in (*names, DONE):
            raise BadParameter(name, values[0][:40], "unknown", names)
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        if name in names:
            found[name] = values[0]
    return found
