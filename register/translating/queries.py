"""What the pages of translating read: the published texts by how their translation stands, and what is in the making.

Each function says how many queries it makes; that number never depends on how much there is.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlmodel import Session, col

from register import access, workflow
from register.access import Person, Thing
from register.errors import NotHere
from register.i18n import mark as _
from register.ledger import taking, wording
from register.ledger.documents import BODIES
from register.ledger.parts import texts
from register.ledger.tables import card, link, publication
from register.ledger.tables import wording as words
from register.models import Account, Translation, TranslationKey
from register.words.vocabulary import Standing
from register.workflow import Key

PAGE_SIZE = 25
MOST_OPEN = 25
TO_DO = (Standing.MISSING, Standing.OUTDATED, Standing.WORKING)
SHOWN = (*TO_DO, Standing.AGREED)
OVERTAKEN = _("The text was published anew meanwhile, so that its translation must be looked at. Send it back.")
OUT_OF_VIEW = _(
    "The text itself is not in public view now, so that its translation cannot be confirmed. If it is hidden for a "
    "while only, you can wait; else send the translation back."
)
REPORTING = ("update", "designation", "move")  # they have no title: they are listed under what they are about


class Listing(NamedTuple):
    """The list as its address asks for it; `after` is the register position of the last text of the page before."""

    standing: str = ""
    topic: str = ""
    kind: str = ""
    after: int = 0


class Row(NamedTuple):
    """A published text in the list, with the title of its record, or of what a report is about."""

    seq: int
    kind: str
    reference: str
    title: str
    language: str
    standing: Standing
    time: str


class Page(NamedTuple):
    """One page of the list, latest published first, the key of the next, and how many there are of each standing."""

    rows: list[Row]
    after: str
    counts: dict[Standing, int]


class Part(NamedTuple):
    """One text of a record: its path, its authentic words, its translation where there is one, else the earlier one."""

    path: str
    own: str
    told: str
    before: str


class Text(NamedTuple):
    """A published text to be translated, in its current version. `about`: what its topics are taken from."""

    seq: int
    kind: str
    record: str
    reference: str
    title: str
    topics: frozenset[str]
    spoken: str
    language: str
    standing: Standing
    parts: tuple[Part, ...]


class Open(NamedTuple):
    """A translation on its way, who wrote it, the title of what it is of, and whose keys it still needs."""

    row: Translation
    author: str
    reference: str
    title: str
    missing: frozenset[str]
    may: bool


def page(session: Session, language: str, listing: Listing) -> Page:
    """The published texts by how their translation stands. Two queries."""
    connection = session.connection()
    where = _where(listing)
    counted = _joined(select(words.c.standing, func.count())).where(where).group_by(words.c.standing)
    counts = {Standing(row[0]): row[1] for row in connection.execute(counted)}
    title = card.c[f"title_{language}"].label("title")
    wanted = _joined(
        select(words.c.seq, words.c.kind, publication.c.reference, title, words.c.language, words.c.standing,
               publication.c.time)
    ).where(where, words.c.standing.in_([listing.standing] if listing.standing else TO_DO))  # fmt: skip
    if listing.after:
        wanted = wanted.where(words.c.seq < listing.after)
    rows = connection.execute(wanted.order_by(words.c.seq.desc()).limit(PAGE_SIZE + 1)).all()
    found = [
        Row(row.seq, row.kind, row.reference, row.title, row.language, Standing(row.standing), row.time)
        for row in rows[:PAGE_SIZE]
    ]
    return Page(found, str(found[-1].seq) if len(rows) > PAGE_SIZE else "", counts)


def text(session: Session, language: str, kind: str, reference: str) -> Text:
    """A published text in its current version, with its translation. At most four queries.

    Raises NotHere, also for what is out of view: nobody reads here what was taken back.
    """
    connection = session.connection()
    here = and_(publication.c.entry == "document", publication.c.kind == kind, publication.c.reference == reference)
    wanted = select(publication).where(here, _current(), taking.in_view)
    row = connection.execute(wanted).first() if kind in BODIES else None
    if row is None or row.document is None:
        raise NotHere
    core = json.loads(row.document)
    body = core["body"]
    other = next(each for each in wording.LANGUAGES if each != core["language"])
    now = connection.execute(select(publication, wording.now(other)).where(publication.c.seq == row.seq)).one()
    told = wording.of(now, other)
    own = texts(BODIES[kind].model_validate(body))
    before = _before(session, row, other) if told.left else {}
    about = body["about"] if kind in REPORTING else {"kind": kind, "id": row.record}
    shown = connection.execute(
        select(card.c[f"title_{language}"], publication.c.document)
        .join(publication, publication.c.seq == card.c.seq)
        .where(card.c.kind == about["kind"], card.c.record == about["id"], card.c.pub_to.is_(None))
    ).first()
    named = json.loads(shown[1])["body"] if shown and shown[1] else {}
    topics = {about["id"]} if about["kind"] == "topic" else set(named.get("topics") or ())
    return Text(
        row.seq, kind, row.record, reference, shown[0] if shown else reference, frozenset(topics), core["language"],
        other, told.shown,
        tuple(Part(path, said, told.texts.get(path, ""), before.get(path, "")) for path, said in own.items()),
    )  # fmt: skip


def obstacle(session: Session, seq: int) -> str:
    """Why a translation of the text at this position cannot be confirmed now, marked; empty when it can. One query."""
    wanted = select(_current().label("current"), taking.in_view.label("in_view")).where(publication.c.seq == seq)
    row = session.connection().execute(wanted).one()
    return (OUT_OF_VIEW if not row.in_view else "") or (OVERTAKEN if not row.current else "")


def under_way(session: Session, person: Person, language: str, about: Text | None = None) -> list[Open]:
    """Translations that wait and this person may see, of one text or of all, oldest first. Two queries."""
    wanted = _opened(language).where(access.visible(Translation, person))
    if about is None:
        wanted = wanted.where(col(Translation.state) == "waiting")
    else:
        here = and_(col(Translation.kind) == about.kind, col(Translation.record) == about.record)
        wanted = wanted.where(here, col(Translation.state).in_(("draft", "waiting", "returned")))
    rows = session.execute(wanted.order_by(col(Translation.changed_at), col(Translation.id)).limit(MOST_OPEN)).all()
    return _shown(session, person, rows)


def one(session: Session, person: Person, language: str, translation_id: str) -> tuple[Open, list[TranslationKey]]:
    """A translation that this person may see, with its keys. Two queries. Raises NotHere."""
    wanted = _opened(language).where(access.visible(Translation, person), col(Translation.id) == translation_id)
    rows = session.execute(wanted.execution_options(populate_existing=True)).all()
    if not rows:
        raise NotHere
    return _shown(session, person, rows)[0], keys(session, [translation_id])


def for_me(person: Person) -> ColumnElement[bool]:
    """The translations that wait for a key of the person's side and that they may confirm, as a condition."""
    turned = select(col(TranslationKey.id)).where(
        col(TranslationKey.translation_id) == col(Translation.id), col(TranslationKey.side) == person.side
    )
    waits = access.visible(Translation, person), col(Translation.state) == "waiting"
    return and_(*waits, access.confirmable_translations(person), ~turned.exists())


def mine(session: Session, person: Person, about: Text) -> Translation | None:
    """What this person is writing on a text, or was sent back to them: the last of it. One query."""
    wanted = select(Translation).where(
        access.visible(Translation, person),
        col(Translation.author_id) == person.id,
        col(Translation.kind) == about.kind,
        col(Translation.record) == about.record,
        col(Translation.state).in_(("draft", "returned")),
    )
    return session.scalars(wanted.order_by(col(Translation.changed_at).desc(), col(Translation.id)).limit(1)).first()


def keys(session: Session, ids: Sequence[str]) -> list[TranslationKey]:
    """The keys that were turned on these translations. One query."""
    wanted = select(TranslationKey).where(col(TranslationKey.translation_id).in_(ids))
    return list(session.scalars(wanted.order_by(col(TranslationKey.side))))


def originals(session: Session, seq: int) -> dict[str, str]:
    """The authentic words by path of the published text at this position; none while it is out of view. One query."""
    wanted = select(publication).where(publication.c.seq == seq, taking.in_view)
    found = session.connection().execute(wanted).first()
    if found is None or found.document is None:
        return {}
    return texts(BODIES[found.kind].model_validate(json.loads(found.document)["body"]))


def missing(row: Translation, turned: Sequence[TranslationKey]) -> frozenset[str]:
    """The sides whose key a translation still needs."""
    counted = [Key(key.side, key.account_id) for key in turned if key.translation_id == row.id]
    return workflow.missing(workflow.TRANSLATED_BY[Standing(row.standing)], row.side, row.author_id, counted)


def thing(row: Translation, side: str) -> Thing:
    """A translation as the permission table sees it, for a key of `side`: of no side where it needs none of it."""
    needed = workflow.WHO_CONFIRMS[workflow.TRANSLATED_BY[Standing(row.standing)]].of(row.side)
    if row.state not in access.SUBMITTED:  # nobody's business yet
        needed = frozenset()
    return Thing("record", side if side in needed else "", row.author_id, row.state, frozenset(json.loads(row.topics)))


def _current() -> ColumnElement[bool]:
    """Whether an entry of `publication` is the current version of its record."""
    return publication.c.seq.in_(select(words.c.seq).where(words.c.gone_from.is_(None), words.c.pub_to.is_(None)))


def _before(session: Session, row: Any, language: str) -> dict[str, str]:
    """The translation of the version before this one, which may be of use where the text changed."""
    last = (
        session.connection()
        .execute(
            select(publication, words.c.words)
            .join(words, words.c.seq == publication.c.seq)
            .where(
                words.c.kind == row.kind,
                words.c.record == row.record,
                words.c.gone_from == row.seq,
                words.c.language == language,
                words.c.pub_to.is_(None),
                taking.in_view,
            )
        )
        .first()
    )
    return wording.of(last, language).texts if last is not None and last.document is not None else {}


def _shown(session: Session, person: Person, rows: Sequence[Any]) -> list[Open]:
    turned = keys(session, [row[0].id for row in rows]) if rows else []
    found = []
    for row in rows:
        needed = missing(row[0], turned)
        may = person.side in needed and access.can(person, "confirm", thing(row[0], person.side))
        found.append(Open(row[0], row.author, row.reference or "", row.title or "", needed, may))
    return found


def _opened(language: str) -> Any:
    """Translations with their author and the title of what they are of."""
    about = _about(col(Translation.kind), col(Translation.record))
    title = card.c[f"title_{language}"].label("title")
    return (
        select(Translation, col(Account.name).label("author"), publication.c.reference.label("reference"), title)
        .join(Account, col(Account.id) == col(Translation.author_id))
        .join(publication, publication.c.seq == col(Translation.target))
        .outerjoin(link, about[0])
        .outerjoin(card, about[1])
    )


def _joined(wanted: Any) -> Any:
    about = _about(words.c.kind, words.c.record)
    return (
        wanted.select_from(words)
        .join(publication, publication.c.seq == words.c.seq)
        .outerjoin(link, about[0])
        .outerjoin(card, about[1])
    )


def _about(kind: Any, record: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """How a text is joined to the record whose title it is listed under: for a report, what that is about."""
    reported = and_(
        kind.in_(REPORTING),
        link.c.from_kind == kind,
        link.c.from_record == record,
        link.c.role == "about",
        link.c.pub_to.is_(None),
    )
    shown = and_(
        card.c.kind == func.coalesce(link.c.to_kind, kind),
        card.c.record == func.coalesce(link.c.to_record, record),
        card.c.pub_to.is_(None),
    )
    return reported, shown


def _where(listing: Listing) -> ColumnElement[bool]:
    here = and_(
        words.c.pub_to.is_(None),
        words.c.gone_from.is_(None),
        publication.c.document.is_not(None),
        card.c.kind.is_not(None),
    )
    if listing.kind:
        here = and_(here, words.c.kind == listing.kind)
    if listing.topic:
        tagged = link.alias("tagged")
        named = exists().where(
            tagged.c.from_kind == card.c.kind,
            tagged.c.from_record == card.c.record,
            tagged.c.role == "topics",
            tagged.c.to_record == listing.topic,
            tagged.c.pub_to.is_(None),
        )
        here = and_(here, or_(named, and_(card.c.kind == "topic", card.c.record == listing.topic)))
    return here
