"""Taking back what is public: what one side did by itself, and what waits for the other side to agree."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text, text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id
from register.words.taking import Taking, TakingState
from register.words.vocabulary import SIDES

_OPEN = text("state = 'asked'")


class Withdrawal(SQLModel, table=True):
    """Somebody of a side takes a text back, the entry `target` of the ledger, or asks the other side to agree.

    `shared` says that both sides read it, reason and all; the rest is its own side's business. `ground` is what the
    public is told, if anything; `seq` is the entry of the ledger that came of it.
    """

    __table_args__ = (
        among("what", (Taking.WITHDRAWN, Taking.UNCONFIRMED, Taking.HIDDEN)),
        among("side", SIDES),
        among("state", TakingState),
        Index("ix_withdrawal_open", "target", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_withdrawal_record", "kind", "record"),
        Index("ix_withdrawal_asked", "asked_at", "id"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    target: int = Field(sa_type=Integer)
    kind: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    reference: str = Field(sa_type=Text)
    version: int = Field(sa_type=Integer)
    what: str = Field(sa_type=Text)
    shared: int = Field(sa_type=Integer)
    topics: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    asked_by: str = refers_to("account.id")
    function: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=Moment)
    reason: str = Field(sa_type=Text)
    ground: str = Field(default="", sa_type=Text)
    state: str = Field(sa_type=Text)
    decided_by: str | None = refers_to("account.id", nullable=True)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: str = Field(default="", sa_type=Text)
    seq: int | None = Field(default=None, sa_type=Integer)
