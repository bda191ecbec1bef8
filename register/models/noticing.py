"""What the clock did and whom it told, so that nothing is done or said twice."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id
from register.words.vocabulary import SIDES


class Asking(SQLModel, table=True):
    """The register's page names a side whose response to a text has not come; `seq` is the entry that says so."""

    __table_args__ = (among("side", SIDES), {"sqlite_strict": True})

    proposal_id: str = refers_to("proposal.id", primary_key=True)
    side: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(sa_type=Integer)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class Difference(SQLModel, table=True):
    """The readings of a record differ: `side`, the one that did not report last, has notice of it since `noticed_on`.

    `seq` is the entry by which the register shows it; `ended_at` is when they agreed again.
    """

    __table_args__ = (
        among("side", SIDES),
        Index("ix_difference_open", "ended_at", "side"),
        Index("ix_difference_record", "kind", "record"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    noticed_on: str = Field(sa_type=Text)
    seq: int | None = Field(default=None, sa_type=Integer)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class EmbargoChange(SQLModel, table=True):
    """Somebody asks to move an embargo to another moment, or to lift it (`until` empty)."""

    __tablename__ = "embargo_change"
    __table_args__ = (
        among("side", SIDES),
        among("state", ("asked", "agreed", "dropped")),
        Index("ix_embargo_change_proposal", "proposal_id", "state"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    proposal_id: str = refers_to("proposal.id")
    side: str = Field(sa_type=Text)
    asked_by: str = refers_to("account.id")
    asked_at: datetime = Field(sa_type=Moment)
    until: datetime | None = Field(default=None, sa_type=Moment)
    state: str = Field(default="asked", sa_type=Text)
    decided_by: str | None = refers_to("account.id", nullable=True)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)


class Told(SQLModel, table=True):
    """One thing that one person is told by mail. Claimed before the mail goes out; `sent_at` is when it had gone."""

    __table_args__ = (Index("ix_told_sent", "account_id", "sent_at"), {"sqlite_strict": True})

    account_id: str = refers_to("account.id", primary_key=True)
    what: str = Field(primary_key=True, sa_type=Text)
    about: str = Field(primary_key=True, sa_type=Text)
    claimed_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
