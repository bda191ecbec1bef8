"""The statements behind `read`, each prepared once for what it is asked: language, clock, how many records.

Values that differ from one time to the next: `kind`, `record` or `reference`; of a clock its `day` and position `at`.
"""

from typing import Any

from sqlalchemy import Select, and_, exists, literal, or_, select, union_all

from register.ledger import clocks, taking, wording
from register.ledger.prepared import given, places, prepared
from register.ledger.tables import card, head, link, projection_state, publication, taken

MOST_NEIGHBOURS = 300
STAND = ("status", "status_open", "confirmation", "due", "updated_nl", "updated_vl")
_AT = given("at")


def clock_of(name: str) -> clocks.Clock:
    """A clock of this name, whose day and position are given later."""
    day: Any = given("day")
    at: Any = _AT if name == clocks.PUBLISHED_ON else None
    return clocks.Clock(name, day, at) if name else clocks.NOW


def _seq(past: bool) -> Any:
    return _AT if past else None


@prepared
def revision() -> Select[Any]:
    """How far the ledger has come."""
    return select(head.c.seq, publication.c.time, head.c.hash, projection_state.c.made).select_from(
        head.outerjoin(publication, publication.c.seq == head.c.seq).outerjoin(
            projection_state, projection_state.c.id == head.c.id
        )
    )


@prepared
def published(language: str, name: str, versioned: bool) -> Select[Any]:
    """The version of a record that a clock shows, or a `version` of it, with how it stands."""
    clock = clock_of(name)
    shown = clocks.cards(clock)
    about = (link.c.to_kind == publication.c.kind, link.c.to_record == publication.c.record, link.c.role == "about")
    moved = exists().where(*about, link.c.from_kind == "move", clocks.public(link, clock.seq))
    own = and_(taken.c.kind == publication.c.kind, taken.c.record == publication.c.record)
    said = and_(taken.c.about_kind == publication.c.kind, taken.c.about_record == publication.c.record)
    wanted = (
        select(
            publication,
            wording.now(language, clock.seq),
            moved.label("moved"),
            exists().where(or_(own, said)).label("taken"),
            taking.unconfirmed,
            taking.in_view.label("in_view"),
            shown.c.nature.label("now_nature"),
            *(shown.c[field].label(f"now_{field}") for field in STAND),
        )
        .join(
            shown,
            and_(shown.c.kind == publication.c.kind, shown.c.record == publication.c.record, clocks.current(shown)),
            isouter=not name,
        )
        .where(
            publication.c.entry == "document",
            publication.c.kind == given("kind"),
            publication.c.reference == given("reference"),
        )
    )
    if name:
        wanted = wanted.where(publication.c.seq == shown.c.seq)
    elif versioned:
        wanted = wanted.where(publication.c.version == given("version"))
    return wanted.order_by(publication.c.version.desc()).limit(1)


@prepared
def of_records(language: str, count: int, past: bool) -> Select[Any]:
    """The versions of `count` records."""
    return (
        select(publication, taking.unconfirmed, wording.now(language, _seq(past)))
        .join(card, card.c.seq == publication.c.seq)
        .where(
            card.c.kind == given("kind"), card.c.record.in_(places("record", count)), clocks.public(card, _seq(past))
        )
    )


@prepared
def titles(language: str, count: int, past: bool) -> Select[Any]:
    """Title and reference of `count` records."""
    return select(card.c.record, card.c[f"title_{language}"], card.c.reference).where(
        card.c.kind == given("kind"), card.c.record.in_(places("record", count)), clocks.public(card, _seq(past))
    )


@prepared
def updates_about(language: str, count: int, past: bool) -> Select[Any]:
    """The reports about `count` records, in the order of the ledger."""
    return (
        select(publication, taking.unconfirmed, wording.now(language, _seq(past)))
        .join(
            link,
            and_(
                link.c.from_kind == "update",
                link.c.from_record == publication.c.record,
                link.c.seq == publication.c.seq,
                link.c.role == "about",
                clocks.public(link, _seq(past)),
            ),
        )
        .where(
            publication.c.kind == "update",
            publication.c.entry == "document",
            taking.in_view,
            link.c.to_kind == given("kind"),
            link.c.to_record.in_(places("record", count)),
        )
        .order_by(publication.c.seq)
    )


@prepared
def versions(past: bool) -> Select[Any]:
    """All versions of a record, newest first."""
    wanted = (
        select(publication.c.version, publication.c.time, publication.c.basis, publication.c.hash, publication.c.seq)
        .where(
            publication.c.entry == "document",
            publication.c.kind == given("kind"),
            publication.c.record == given("record"),
        )
        .order_by(publication.c.version.desc())
    )
    return wanted.where(publication.c.seq <= _AT) if past else wanted


@prepared
def neighbours(name: str, inward: tuple[str, ...] | None) -> Any:
    """The records that one names and, of the kinds `inward` (None: all), those that name it, with their cards."""
    clock = clock_of(name)
    shown = clocks.cards(clock)
    current = and_(clocks.public(link, clock.seq), clocks.current(shown))
    kind, record = given("kind"), given("record")
    named = (
        select(literal(1).label("outward"), link.c.role, link.c.place.label("at"), shown)
        .join(shown, and_(shown.c.kind == link.c.to_kind, shown.c.record == link.c.to_record))
        .where(link.c.from_kind == kind, link.c.from_record == record, current)
    )
    naming = (
        select(literal(0).label("outward"), link.c.role, link.c.place.label("at"), shown)
        .join(shown, and_(shown.c.kind == link.c.from_kind, shown.c.record == link.c.from_record))
        .where(link.c.to_kind == kind, link.c.to_record == record, current)
    )
    if inward is not None:
        naming = naming.where(link.c.from_kind.in_(inward))
    nearest = naming.order_by(shown.c.kind, shown.c.by_reference).limit(MOST_NEIGHBOURS).subquery()
    return union_all(named, select(nearest))
