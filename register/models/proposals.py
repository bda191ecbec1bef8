"""Texts on their way to the public: drafts, what was frozen of them, and the keys that were turned."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id
from register.words.people import AccountSide
from register.words.vocabulary import SIDES
from register.words.work import DraftState, Mode


class Draft(SQLModel, table=True):
    """A text that somebody writes. `typed` is what they typed, as JSON, checked or not.

    `makes` is the kind of document that comes of it. `about_kind` and `about_record` name what it is about: of a report
    or a designation the published record, of a record itself. `replaces` is the digest of the version that a change was
    made from. `version` guards against two who save at once; `key` makes a request that came twice count once.
    """

    __table_args__ = (
        among("mode", Mode),
        among("side", AccountSide),
        among("state", DraftState),
        Index("ix_draft_about", "about_kind", "about_record"),
        Index("ix_draft_author", "author_id", "state", "changed_at"),
        Index("ix_draft_side", "side", "state", "changed_at"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    makes: str = Field(default="update", sa_type=Text)
    about_kind: str = Field(sa_type=Text)
    about_record: str = Field(sa_type=Text)
    replaces: str | None = Field(default=None, sa_type=Text)
    mode: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    author_id: str = refers_to("account.id")
    language: str = Field(sa_type=Text)
    typed: str = Field(sa_type=Text)
    state: str = Field(default=DraftState.DRAFT.value, sa_type=Text)
    version: int = Field(default=1, sa_type=Integer)
    key: str = Field(default_factory=new_id, sa_type=Text, unique=True)
    created_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class Proposal(SQLModel, table=True):
    """A frozen text that people confirm by its digest. What is submitted again is a new proposal."""

    __table_args__ = (
        among("state", ("waiting", "embargoed", "returned", "void", "published")),
        CheckConstraint("(state = 'published') = (seq IS NOT NULL)", name="published"),
        Index("ix_proposal_state", "state", "submitted_at"),
        Index("ix_proposal_draft", "draft_id"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    draft_id: str = refers_to("draft.id")
    kind: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    core: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text, unique=True)
    translations: str = Field(default="{}", sa_type=Text)
    mode: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    author_id: str = refers_to("account.id")
    topics: str = Field(sa_type=Text)
    state: str = Field(default="waiting", sa_type=Text)
    submitted_at: datetime = Field(sa_type=Moment)
    embargo: datetime | None = Field(default=None, sa_type=Moment)
    reason: str = Field(default="", sa_type=Text)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    seq: int | None = Field(default=None, sa_type=Integer)


class TurnedKey(SQLModel, table=True):
    """One confirmation: for a side, by a person in a function, of one digest. Names stay here."""

    __tablename__ = "turned_key"
    __table_args__ = (
        among("side", SIDES),
        Index("ix_turned_key_one", "proposal_id", "side", unique=True),
        Index("ix_turned_key_person", "proposal_id", "account_id", unique=True),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    proposal_id: str = refers_to("proposal.id")
    digest: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    account_id: str = refers_to("account.id")
    function: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    void_at: datetime | None = Field(default=None, sa_type=Moment)
