"""How a record stands, from what was said about it: status, since when, and on whose word (design rules 1, 2 and 9)."""

from typing import NamedTuple

import pytest

from register.db import Database
from register.ledger import append
from register.words.vocabulary import Side
from tests import factories
from tests.factories import BOTH, NL, VL, body, publish, report


class Said(NamedTuple):
    """An update: its status, as of when, whose word it is, and whose keys it carries."""

    status: str | None
    as_of: str
    sides: tuple[Side, ...]
    keys: tuple[Side, ...] = ()
    third: str | None = None


def third(status: str | None, as_of: str) -> Said:
    return Said(status, as_of, (), (), "commissie")


def own(status: str | None, as_of: str, side: Side) -> Said:
    """One side's own report, with that side's key."""
    return Said(status, as_of, (side,), (side,))


# The ten working days are over: the entry by which the register says that the readings differ.
DIFFER = Said(None, "", ())

CASES: dict[str, tuple[tuple[Side, ...], list[Said], str, str]] = {
    # what: keys of the agreement itself, what was said, then status and on whose word
    "nobody said anything": ((), [], "unknown", "none"),
    "the text itself by both": (BOTH, [], "unknown", "joint"),
    "the text itself by one": ((VL,), [], "unknown", "one_side"),
    "a founding report": ((), [Said("ongoing", "2023", (NL,))], "ongoing", "none"),
    "a founding report of both": ((), [Said("ongoing", "2023", BOTH)], "ongoing", "none"),
    "a founding report about a confirmed text": (BOTH, [Said("ongoing", "2023", BOTH)], "ongoing", "none"),
    "the later report": ((), [Said("ongoing", "2023", (NL,)), Said("completed", "2024", (NL,))], "completed", "none"),
    "the later date, published first": (
        (),
        [Said("completed", "2024", (NL,)), Said("ongoing", "2023", (NL,))],
        "completed",
        "none",
    ),
    "the same date, published last": (
        (),
        [Said("completed", "2024-05", (NL,)), Said("ongoing", "2024-05-31", (NL,))],
        "ongoing",
        "none",
    ),
    "the same date, the other side published last": (
        (),
        [Said("completed", "2024-05", (VL,)), Said("ongoing", "2024-05-31", (NL,))],
        "ongoing",
        "none",
    ),
    "a vague date counts from its last day": (
        (),
        [Said("completed", "2023", (NL,)), Said("ongoing", "2023-12-30", (NL,))],
        "completed",
        "none",
    ),
    "an approximate date does too": (
        (),
        [Said("completed", "2023~", (NL,)), Said("ongoing", "2023-11", (NL,))],
        "completed",
        "none",
    ),
    "the later of two sides": (
        (),
        [Said("completed", "2024", (VL,)), Said("ongoing", "2023", (NL,))],
        "completed",
        "none",
    ),
    "words without a status": ((), [Said("ongoing", "2023", (NL,)), Said(None, "2024", (NL,))], "ongoing", "none"),
    "only words": ((), [Said(None, "2024", (NL,))], "unknown", "none"),
    "a third body alone": ((), [third("ongoing", "2023")], "ongoing", "none"),
    "a third body alone, twice": ((), [third("completed", "2024"), third("ongoing", "2023")], "completed", "none"),
    "a third body, later than a side": (
        (),
        [Said("ongoing", "2023", (NL,)), third("completed", "2024")],
        "ongoing",
        "none",
    ),
    "a third body, and a side that gave words only": (
        (),
        [Said(None, "2024", (NL,)), third("completed", "2023")],
        "completed",
        "none",
    ),
    # No side gave a status: what is confirmed is the text of the agreement itself.
    "a third body about a confirmed text": (BOTH, [third("ongoing", "2023")], "ongoing", "joint"),
    "one side confirms": ((), [own("ongoing", "2023", NL)], "ongoing", "one_side"),
    "the other side confirms": ((), [own("ongoing", "2023", VL)], "ongoing", "one_side"),
    "one confirms, the other is told of": (
        (),
        [own("ongoing", "2023", NL), Said("ongoing", "2023", (VL,))],
        "ongoing",
        "one_side",
    ),
    "both say the same, separately": (
        (),
        [own("ongoing", "2023", NL), own("ongoing", "2024", VL)],
        "ongoing",
        "both_separately",
    ),
    "both say something else: as before, until notice was given": (
        (),
        [own("completed", "2023", NL), own("ongoing", "2024", VL)],
        "completed",
        "one_side",
    ),
    "both say something else, and the notice is over": (
        (),
        [own("completed", "2023", NL), own("ongoing", "2024", VL), DIFFER],
        "ongoing",
        "different",
    ),
    "different, and one of them says something else again": (
        (),
        [own("completed", "2023", NL), own("ongoing", "2024", VL), DIFFER, own("postponed", "2025", VL)],
        "postponed",
        "different",
    ),
    "different, and then the same": (
        (),
        [own("completed", "2023", NL), own("ongoing", "2024", VL), DIFFER, own("completed", "2025", VL)],
        "completed",
        "both_separately",
    ),
    "different, the same, and something else anew: another notice": (
        (),
        [
            own("completed", "2023", NL),
            own("ongoing", "2024", VL),
            DIFFER,
            own("completed", "2025", VL),
            own("partly_completed", "2026", NL),
        ],
        "completed",
        "both_separately",
    ),
    "an entry about readings that do not differ says nothing": (
        (),
        [own("ongoing", "2023", NL), own("ongoing", "2024", VL), DIFFER, own("postponed", "2025", VL)],
        "ongoing",
        "both_separately",
    ),
    "founding reports of both that differ: nobody confirmed either": (
        (),
        [Said("completed", "2023", (NL,)), Said("ongoing", "2024", (VL,)), DIFFER],
        "ongoing",
        "none",
    ),
    "one text, both keys": ((), [Said("completed", "2024", BOTH, BOTH)], "completed", "joint"),
    "one text of both, one key": ((), [Said("completed", "2024", BOTH, (NL,))], "completed", "one_side"),
    "joint, and then one side anew": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own("completed", "2024", NL)],
        "ongoing",
        "joint",
    ),
    "joint, and then one side twice": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own("postponed", "2024", VL), own("completed", "2025", VL)],
        "ongoing",
        "joint",
    ),
    "joint, and then one side says the same again": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own("ongoing", "2024", NL)],
        "ongoing",
        "joint",
    ),
    "joint, and then both anew, each something else: joint, until notice was given": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own("completed", "2024", NL), own("postponed", "2025", VL)],
        "ongoing",
        "joint",
    ),
    "joint, and then both anew, each something else, and the notice is over": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own("completed", "2024", NL), own("postponed", "2025", VL), DIFFER],
        "postponed",
        "different",
    ),
    "joint, and then both anew, each the same": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own("completed", "2024", NL), own("completed", "2025", VL)],
        "completed",
        "both_separately",
    ),
    "joint, then both anew, then joint again": (
        (),
        [
            Said("ongoing", "2023", BOTH, BOTH),
            own("completed", "2024", NL),
            own("postponed", "2024", VL),
            Said("partly_completed", "2025", BOTH, BOTH),
        ],
        "partly_completed",
        "joint",
    ),
    "joint, and then one side anew and a document of the other": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own("completed", "2024", NL), Said("postponed", "2024", (VL,))],
        "ongoing",
        "joint",
    ),
    "joint, and then words of both without a status": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), own(None, "2024", NL), own(None, "2024", VL)],
        "ongoing",
        "joint",
    ),
    "joint words without a status, after two readings": (
        (),
        [own("ongoing", "2023", NL), own("postponed", "2023", VL), DIFFER, Said(None, "2024", BOTH, BOTH)],
        "postponed",
        "different",
    ),
    "joint, and then a third body": (
        (),
        [Said("ongoing", "2023", BOTH, BOTH), third("completed", "2024")],
        "ongoing",
        "joint",
    ),
    "one text of both, one key, does not stand against a later word": (
        (),
        [Said("ongoing", "2023", BOTH, (NL,)), own("completed", "2024", NL)],
        "completed",
        "one_side",
    ),
    "different, and then joint": (
        (),
        [own("ongoing", "2023", NL), own("postponed", "2023", VL), DIFFER, Said("ongoing", "2024", BOTH, BOTH)],
        "ongoing",
        "joint",
    ),
    "joint about an earlier day than what one side said": (
        (),
        [own("completed", "2024", NL), Said("ongoing", "2023", BOTH, BOTH)],
        "ongoing",
        "joint",
    ),
    "joint about an earlier day than what both said": (
        (),
        [own("completed", "2024", NL), own("postponed", "2025", VL), DIFFER, Said("ongoing", "2023", BOTH, BOTH)],
        "postponed",
        "different",
    ),
}


def tell(database: Database, keys: tuple[Side, ...], told: list[Said], about: str = "agreement/sluizen") -> None:
    """Publish a record and what was said about it, one after another."""
    kind, _, record = about.partition("/")
    with database.write() as session:
        publish(session.connection(), record, body(kind), *keys)
        for number, said in enumerate(told):
            names = [f"bericht-{before}" for before in range(number)]
            if said is DIFFER:
                append.note(session.connection(), "readings_differ", kind, record, "NLVL-2023-001", updates=names)
                continue
            words = {} if said.status else {"text": "Er is overlegd."}
            update = report(about, said.status, said.as_of, *said.sides, third=said.third, **words)
            publish(session.connection(), f"bericht-{number}", update, *said.keys)


@pytest.mark.parametrize(("keys", "told", "status", "word"), CASES.values(), ids=CASES)
def test_status_and_on_whose_word(
    database: Database, keys: tuple[Side, ...], told: list[Said], status: str, word: str
) -> None:
    tell(database, keys, told)
    with database.public() as connection:
        card = factories.standing(connection, "agreement/sluizen")
    assert (card.status, card.confirmation) == (status, word)


def test_who_reported_when(database: Database) -> None:
    told = [own("ongoing", "2023-11", NL), own(None, "2024~", VL), own("planned", "2022", NL), third("ongoing", "2025")]
    tell(database, (), told)
    with database.public() as connection:
        card = factories.standing(connection, "agreement/sluizen")
    assert (card.updated_nl, card.updated_vl, card.updated) == ("2023-11-30", "2024-12-31", "2025-12-31")


@pytest.mark.parametrize("about", ["action/meten", "session/seminar"])
def test_reports_on_other_kinds_count_as_well(database: Database, about: str) -> None:
    tell(database, (), [own("ongoing", "2023", NL)], about)
    with database.public() as connection:
        assert factories.standing(connection, about).status == "ongoing"


def test_a_report_published_before_its_record_counts(database: Database) -> None:
    with database.write() as session:
        publish(session.connection(), "bericht", report("agreement/sluizen", "ongoing", "2023", NL), NL)
        publish(session.connection(), "sluizen", body("agreement"))
    with database.public() as connection:
        card = factories.standing(connection, "agreement/sluizen")
    assert (card.status, card.confirmation) == ("ongoing", "one_side")
