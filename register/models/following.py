"""Who follows the register by mail: an address and what it follows. Gone at once when they stop."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id
from register.words.people import Frequency


class FollowRequest(SQLModel, table=True):
    """Somebody asked to follow something at an address; nothing is sent there until the link in a mail confirms it.

    `token` is the digest of the one in that link. `kind`, `record` and `query` as in `Followed`.
    """

    __tablename__ = "follow_request"
    __table_args__ = (
        among("frequency", Frequency),
        Index("ix_follow_request_asked", "asked_at"),
        Index("ix_follow_request_email", "email"),
        {"sqlite_strict": True},
    )

    token: str = Field(primary_key=True, sa_type=Text)
    email: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    frequency: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    query: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=Moment)


class Follower(SQLModel, table=True):
    """An address that confirmed. `seq` is the ledger's position up to which it was told, or up to which there was
    nothing to tell; `day` (ISO) is the first whose dates it has not been told of yet. `last_at` is when the last mail
    went, at first when it confirmed; `claimed_at` when a run took it up.

    `failures` counts the mails that failed in a row, so that those that go well come first.
    """

    __table_args__ = (
        among("frequency", Frequency),
        Index("ix_follower_email", "email", unique=True),
        Index("ix_follower_seq", "seq"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    email: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    frequency: str = Field(sa_type=Text)
    seq: int = Field(sa_type=Integer)
    day: str = Field(sa_type=Text)
    last_at: datetime = Field(sa_type=Moment)
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    failures: int = Field(default=0, sa_type=Integer)


class Followed(SQLModel, table=True):
    """One thing that a follower follows, from position `seq` of the ledger on.

    `kind` is that of a subject (`register.ledger.subjects`) and `record` its id, both empty for everything; or `list`,
    with the kind of the list's records, and its filters as they stand in an address.
    """

    __table_args__ = (
        Index("ix_followed_once", "follower_id", "kind", "record", "query", unique=True),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    follower_id: str = refers_to("follower.id")
    kind: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    query: str = Field(sa_type=Text)
    seq: int = Field(sa_type=Integer)
