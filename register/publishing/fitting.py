"""Whether a text that waits still has a place among what is public: what it is about in view, and nothing newer there.

What was taken back meanwhile (design rule 6) holds up what waits about it, or the one door of rule 4 would open to a
text whose record the public cannot read. What is only hidden for a while holds it up for that while.
"""

import json
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlmodel import Session

from register import workflow
from register.i18n import mark as _
from register.ledger.documents import BODIES
from register.ledger.parts import mentions
from register.ledger.tables import card, taken
from register.models import Proposal
from register.publishing import proposing
from register.words.taking import Taking
from register.words.vocabulary import Status


class Obstacle(NamedTuple):
    """Why a text cannot become public now: as those who confirm it are told, and its author when it goes back.

    `passing`: it goes by itself, by the clock, so that the text need not go back. Both messages are marked.
    """

    told: str
    reason: str
    passing: bool = False


HIDDEN = Obstacle(
    _(
        "A record that this text is about, or names, is temporarily not shown to the public. The text can be confirmed "
        "once it is shown again; you can also send it back. Until then the time to respond stands still."
    ),
    _("A record that this text is about, or names, is temporarily not shown to the public."),
    passing=True,
)
GONE = Obstacle(
    _("What this text is about was taken back meanwhile, so that it cannot become public. Send the text back."),
    _("What this text is about was taken back meanwhile, so that it cannot become public."),
)
NAMED = Obstacle(
    _("This text names a record that was taken back meanwhile. Send it back, so that its author can leave that out."),
    _("This text names a record that was taken back meanwhile. Leave that out, and submit your text again."),
)
OVERTAKEN = Obstacle(
    _("Another version of this record was published meanwhile. Send the text back, so that it can be compared."),
    proposing.CHANGED,
)
UNFOLLOWED = Obstacle(
    _("This status cannot follow what was published meanwhile. Send the text back."),
    _("This status cannot follow what was published meanwhile. Look at it, and submit your text again."),
)


def obstacle(session: Session, proposal: Proposal) -> Obstacle | None:
    """What keeps a text from becoming public now, its keys aside; nothing does when None. At most six queries.

    The caller holds the ledger's head (`append.lock`), or only wants to know.
    """
    core = json.loads(proposal.core)
    if found := _out_of_view(session, core):
        return found
    if not proposing.current(session, proposal):
        return OVERTAKEN
    return None if _follows(session, core["body"]) else UNFOLLOWED


def _out_of_view(session: Session, core: dict[str, Any]) -> Obstacle | None:
    """What of all that a text is about, changes or names was taken out of view, if anything was."""
    about = core["body"].get("about")
    own = {(about["kind"], about["id"])} if about else {(core["kind"], core["id"])} if core["replaces"] else set()
    named = {(mention.kind, mention.id) for mention in mentions(BODIES[core["kind"]].model_validate(core["body"]))}
    connection = session.connection()
    if not own | named:
        return None
    here = tuple_(card.c.kind, card.c.record).in_(list(own | named))
    shown = connection.execute(select(card.c.kind, card.c.record).where(here, card.c.pub_to.is_(None)))
    gone = (own | named) - {(row.kind, row.record) for row in shown}
    if not gone:
        return None
    hidden = select(taken.c.kind, taken.c.record).where(
        tuple_(taken.c.kind, taken.c.record).in_(list(gone)),
        taken.c.what == Taking.HIDDEN.value,
        taken.c.ended.is_(None),
    )
    gone -= {(row.kind, row.record) for row in connection.execute(hidden)}
    if not gone:
        return HIDDEN
    return GONE if gone & own else NAMED


def _follows(session: Session, body: dict[str, Any]) -> bool:
    """Whether the status that a report gives may follow what each of its sides said last."""
    if body["kind"] != "update" or body["status"] is None:
        return True
    about, status = body["about"], Status(body["status"])
    return all(
        workflow.allowed(proposing.last_status(session, about["kind"], about["id"], side), status)
        for side in body["sides"]
    )
