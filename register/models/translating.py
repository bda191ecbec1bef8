"""Translations on their way to the public, and the keys that were turned on them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id
from register.words.people import AccountSide
from register.words.vocabulary import SIDES


class Translation(SQLModel, table=True):
    """A translation of the published text at `target`: as it was `typed`, by path, and `frozen` as it is confirmed.

    `version` guards against two who save at once; `key` makes a form that is sent twice count once.
    """

    __table_args__ = (
        among("standing", ("working", "agreed")),
        among("side", AccountSide),
        among("state", ("draft", "waiting", "returned", "dropped", "published")),
        CheckConstraint("(state = 'published') = (seq IS NOT NULL)", name="published"),
        Index("ix_translation_record", "kind", "record", "state"),
        Index("ix_translation_state", "state", "changed_at"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    target: int = Field(sa_type=Integer)
    language: str = Field(sa_type=Text)
    standing: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    author_id: str = refers_to("account.id")
    topics: str = Field(sa_type=Text)
    typed: str = Field(sa_type=Text)
    state: str = Field(default="draft", sa_type=Text)
    frozen: str = Field(default="", sa_type=Text)
    digest: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    version: int = Field(default=1, sa_type=Integer)
    key: str = Field(default_factory=new_id, sa_type=Text, unique=True)
    created_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    seq: int | None = Field(default=None, sa_type=Integer)


class TranslationKey(SQLModel, table=True):
    """One confirmation of a translation: for a side, by a person in a function, of one digest. Names stay here."""

    __tablename__ = "translation_key"
    __table_args__ = (
        among("side", SIDES),
        Index("ix_translation_key_one", "translation_id", "side", unique=True),
        Index("ix_translation_key_person", "translation_id", "account_id", unique=True),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    translation_id: str = refers_to("translation.id")
    digest: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    account_id: str = refers_to("account.id")
    function: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
