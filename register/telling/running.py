"""One run of the clock: embargoes and hiding that are over, sides that are named, readings that are shown, and mail.

Each step is a transaction of its own, safe to run twice and by two at once; mail comes last and undoes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from register.db import Database
from register.following import letters as followers
from register.publishing import asking, confirming, differing, withdrawing
from register.telling import letters


class Outcome(NamedTuple):
    """What a run did: texts published and shown again, sides named, differences shown, letters sent and not sent.

    The letters are those to people who work on the register and to those who follow it.
    """

    published: int
    back: int
    named: int
    shown: int
    sent: int
    failed: int


def run(database: Database, clock: Callable[[], datetime]) -> Outcome:
    """Do what the clock asks now. A run is bounded: what it leaves, the next one does."""
    with database.write() as session:  # first: a text about what was hidden waits until it is shown again
        back = withdrawing.show_due(session, clock())
    with database.write() as session:
        published = len(confirming.publish_due(session, clock()))
    with database.write() as session:
        asking.sweep(session, clock())
        named = asking.name(session, clock())
    with database.write() as session:
        shown = differing.watch(session, clock())
    told, followed = letters.send(database, clock), followers.send(database, clock)
    return Outcome(published, back, named, shown, told[0] + followed[0], told[1] + followed[1])
