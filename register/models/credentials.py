"""What a person signs in with besides a password, and the links that the register sends them."""

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among, refers_to
from register.models.moments import Moment, new_id


class Totp(SQLModel, table=True):
    """The authenticator app of a person. `secret` is encrypted; `last_step` is that of the newest code used."""

    __table_args__ = ({"sqlite_strict": True},)

    account_id: str = refers_to("account.id", primary_key=True)
    secret: str = Field(sa_type=Text)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    last_step: int = Field(default=0, sa_type=Integer)


class RecoveryCode(SQLModel, table=True):
    """One recovery code, kept as a digest only; it works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_account", "account_id"), {"sqlite_strict": True})

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    account_id: str = refers_to("account.id")
    digest: str = Field(sa_type=Text)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class Passkey(SQLModel, table=True):
    """A passkey (WebAuthn): the public half, and how often it signed."""

    __table_args__ = (Index("ix_passkey_account", "account_id"), {"sqlite_strict": True})

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    account_id: str = refers_to("account.id")
    credential_id: str = Field(sa_type=Text, unique=True)
    public_key: bytes = Field(sa_type=LargeBinary)
    sign_count: int = Field(default=0, sa_type=Integer)
    name: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class Identity(SQLModel, table=True):
    """Who a person is at the sign-in service of their side (OpenID Connect): matched on this after the first time."""

    __table_args__ = (Index("ix_identity_account", "account_id"), {"sqlite_strict": True})

    issuer: str = Field(primary_key=True, sa_type=Text)
    subject: str = Field(primary_key=True, sa_type=Text)
    account_id: str = refers_to("account.id")
    created_at: datetime = Field(sa_type=Moment)


class Ticket(SQLModel, table=True):
    """A link that the register sent: kept as a digest, good once, until it expires or another takes its place."""

    __table_args__ = (
        among("kind", ("invitation", "reset", "address")),
        Index("ix_ticket_account", "account_id", "kind"),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    token: str = Field(sa_type=Text, unique=True)
    account_id: str = refers_to("account.id")
    email: str = Field(sa_type=Text)
    made_by: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
