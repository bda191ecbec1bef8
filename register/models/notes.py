"""Notes: internal, never public."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id
from register.words.people import AccountSide, Visibility


class Note(SQLModel, table=True):
    """What somebody wrote beside a published record, for their own side or for both. `version` guards changes."""

    __table_args__ = (
        among("side", AccountSide),
        among("visibility", Visibility),
        Index("ix_note_about", "kind", "reference", "created_at", "id"),
        Index("ix_note_side", "side", "created_at", "id"),
        Index("ix_note_visibility", "visibility", "created_at", "id"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    reference: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    visibility: str = Field(sa_type=Text)
    author_id: str = refers_to("account.id")
    text: str = Field(sa_type=Text)
    words: str = Field(default="", sa_type=Text)  # the text folded to lower case, for searching alike on both databases
    version: int = Field(default=1, sa_type=Integer)
    created_at: datetime = Field(sa_type=Moment)
    changed_at: datetime | None = Field(default=None, sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
