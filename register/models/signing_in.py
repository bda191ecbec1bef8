"""Signing in: who is signed in where, what was tried, and what must survive until somebody is signed in again."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id


class SignIn(SQLModel, table=True):
    """A browser in which somebody is signed in (a session; that word is taken by meetings).

    `stage` is `password` while the second factor is still asked for. The token itself is only in the browser.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        among("stage", ("password", "full")),
        Index("ix_sign_in_account", "account_id"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    token: str = Field(sa_type=Text, unique=True)
    account_id: str = refers_to("account.id")
    account_version: int = Field(sa_type=Integer)
    stage: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    proved_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    agent: str = Field(default="", sa_type=Text)


class Challenge(SQLModel, table=True):
    """What a passkey or a sign-in service must answer to, between two requests of one browser; good once."""

    __table_args__ = ({"sqlite_strict": True},)

    token: str = Field(primary_key=True, sa_type=Text)
    purpose: str = Field(sa_type=Text)
    account_id: str = Field(default="", sa_type=Text)
    payload: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_type=Moment)


class Attempt(SQLModel, table=True):
    """Something that was tried and counts towards a limit. `key` is a digest: no address is kept in the clear."""

    __table_args__ = (Index("ix_attempt_key", "key", "at"), {"sqlite_strict": True})

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    key: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class KeptForm(SQLModel, table=True):
    """What somebody sent when they were no longer signed in: given back to the same person, once they are."""

    __tablename__ = "kept_form"
    __table_args__ = (Index("ix_kept_form_account", "account_id", "path"), {"sqlite_strict": True})

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    account_id: str = refers_to("account.id")
    path: str = Field(sa_type=Text)
    fields: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
