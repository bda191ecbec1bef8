"""Where the tests go: an address for every kind of page, found in the register that they run on."""

from sqlalchemy import Select, func, select

from register.db import Database
from register.i18n import KINDS, ROOMS, path
from register.ledger.tables import card, link

STANDING_PAGES = ("reading", "accessibility", "privacy", "follow", "data", "verify")


def of_every_kind(database: Database, language: str) -> dict[str, str]:
    """Name and address of one page of every kind. Of each kind of record it is the one with the most neighbours."""
    found = {"home": path(language), "topics": path(language, "topics")}
    found |= {name: path(language, name) for name in (*ROOMS, *STANDING_PAGES)}
    for kind, name in KINDS.items():
        found[kind] = path(language, name, _most_linked(database, kind))
    found["agreement-silent"] = path(language, "agreements", _silent(database))
    found["filtered"] = path(language, "agreements", q="water", sort="title")
    found["nothing-found"] = path(language, "agreements", q="zzzz")
    return found


def failing(language: str) -> dict[str, str]:
    """Name and address of the pages that say no."""
    return {
        "not-found": path(language, "agreements", "NLVL-1900-001"),
        "no-such-page": path(language) + "nowhere",
        "bad-filter": path(language, "agreements", colour="red"),
        "bad-value": path(language, "agreements", status="red"),
    }


def references(database: Database, kind: str) -> list[str]:
    """The references of all current records of a kind, in their order."""
    with database.public() as connection:
        return list(
            connection.scalars(
                select(card.c.reference)
                .where(card.c.kind == kind, card.c.pub_to.is_(None))
                .order_by(card.c.by_reference)
            )
        )


def _most_linked(database: Database, kind: str) -> str:
    outward = select(func.count()).where(
        link.c.from_kind == card.c.kind, link.c.from_record == card.c.record, link.c.pub_to.is_(None)
    )
    inward = select(func.count()).where(
        link.c.to_kind == card.c.kind, link.c.to_record == card.c.record, link.c.pub_to.is_(None)
    )
    neighbours = outward.scalar_subquery() + inward.scalar_subquery()
    return _first(database, select(card.c.reference).where(card.c.kind == kind).order_by(neighbours.desc()))


def _silent(database: Database) -> str:
    return _first(database, select(card.c.reference).where(card.c.kind == "agreement", card.c.status == "unknown"))


def _first(database: Database, wanted: Select[tuple[str]]) -> str:
    with database.public() as connection:
        found = connection.scalar(wanted.where(card.c.pub_to.is_(None)).order_by(card.c.by_reference).limit(1))
    assert found is not None, "the register holds no such record"
    return str(found)
