"""Files that were sent with a draft, as they may become public: cleaned, and named by their SHA-256."""

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel

from register.models.columns import refers_to
from register.models.moments import Moment, new_id


class Upload(SQLModel, table=True):
    """A file of a draft. `removed` says what was taken out of it: a JSON list of words.files.Removed."""

    __table_args__ = (Index("ix_upload_draft", "draft_id", "sha256", unique=True), {"sqlite_strict": True})

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    draft_id: str = refers_to("draft.id")
    sha256: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    removed: str = Field(default="[]", sa_type=Text)
    size: int = Field(sa_type=Integer)
    data: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=Moment)
