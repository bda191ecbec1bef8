"""Accounts, their roles, and mandates to confirm."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id
from register.words.people import AccountSide, AccountState, MailChoice, Role
from register.words.vocabulary import SIDES


class Account(SQLModel, table=True):
    """A person. `version` moves with every change that must end their sign-ins; `side` never changes."""

    __table_args__ = (
        among("side", AccountSide),
        among("state", AccountState),
        among("mail", MailChoice),
        Index("ix_account_side", "side", "name", "id"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    side: str = Field(sa_type=Text)
    organisation: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text, unique=True)
    language: str = Field(default="nl", sa_type=Text)
    state: str = Field(default=AccountState.INVITED.value, sa_type=Text)
    password: str = Field(default="", sa_type=Text)
    mail: str = Field(default=MailChoice.DAILY.value, sa_type=Text)
    version: int = Field(default=1, sa_type=Integer)
    created_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class AccountRole(SQLModel, table=True):
    """One role of a person; a coordinator has one row for each topic, by the topic's record id."""

    __tablename__ = "account_role"
    __table_args__ = (
        among("role", Role),
        CheckConstraint("(role = 'coordinator') = (topic <> '')", name="topic"),
        {"sqlite_strict": True},
    )

    account_id: str = refers_to("account.id", primary_key=True)
    role: str = Field(primary_key=True, sa_type=Text)
    topic: str = Field(default="", primary_key=True, sa_type=Text)


class Mandate(SQLModel, table=True):
    """The right to confirm for one's side: on one topic, or on all (`topic` empty), between two days, both included.

    A substitute has it instead between `substitute_from` and `substitute_until`, within those days.
    """

    __table_args__ = (
        among("side", SIDES),
        CheckConstraint("ends IS NULL OR ends >= begins", name="days"),
        CheckConstraint(
            "(substitute_id IS NULL) = (substitute_from IS NULL)"
            " AND (substitute_id IS NULL) = (substitute_until IS NULL)"
            " AND (substitute_id IS NULL OR substitute_until >= substitute_from AND substitute_id <> account_id)",
            name="substitute",
        ),
        Index("ix_mandate_account", "account_id"),
        Index("ix_mandate_substitute", "substitute_id"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    account_id: str = refers_to("account.id")
    side: str = Field(sa_type=Text)
    topic: str = Field(default="", sa_type=Text)
    begins: str = Field(sa_type=Text)
    ends: str | None = Field(default=None, sa_type=Text)
    substitute_id: str | None = refers_to("account.id", nullable=True)
    substitute_from: str | None = Field(default=None, sa_type=Text)
    substitute_until: str | None = Field(default=None, sa_type=Text)
    given_by: str = Field(sa_type=Text)
    given_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    def held_by(self, day: date) -> str | None:
        """The id of the account that may use this mandate on `day`; None when nobody may."""
        iso = day.isoformat()
        if self.ended_at is not None or iso < self.begins or (self.ends is not None and iso > self.ends):
            return None
        if self.substitute_id and str(self.substitute_from) <= iso <= str(self.substitute_until):
            return self.substitute_id
        return self.account_id
