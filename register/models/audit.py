"""The audit trail: who did what, when, from which sign-in. The database lets it grow only."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text
from sqlmodel import Field, SQLModel

from register.models.columns import among
from register.models.moments import Moment
from register.words.people import AccountSide

OPERATOR = ""  # the actor of a deed that the operator did, or the register by itself
UNKNOWN = "?"  # the actor of a deed of somebody who was not signed in: whoever it is about need not be who did it


class AuditEntry(SQLModel, table=True):
    """One deed. No foreign keys: an entry outlives the people it names. `keep_until` is when retention may take it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        among("side", AccountSide),
        Index("ix_audit_entry_side", "side", "id"),
        Index("ix_audit_entry_about", "about", "id"),
        Index("ix_audit_entry_actor", "actor", "id"),
        {"sqlite_strict": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    at: datetime = Field(sa_type=Moment)
    side: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    deed: str = Field(sa_type=Text)
    about: str = Field(sa_type=Text)
    sign_in: str = Field(default="", sa_type=Text)
    detail: str = Field(default="{}", sa_type=Text)
    keep_until: datetime = Field(sa_type=Moment)


_REFUSED = "the audit trail only grows"
_NOW_SQLITE = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
_NOW_POSTGRESQL = "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

# Nothing changes, and nothing goes before its time: an entry that must be kept no longer may be deleted, for privacy.
SQLITE = (
    f"""CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, '{_REFUSED}: it cannot be changed'); END""",
    f"""CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry WHEN OLD.keep_until > {_NOW_SQLITE}
BEGIN SELECT RAISE(ABORT, '{_REFUSED}: it cannot be deleted yet'); END""",
    f"""CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
WHEN EXISTS (SELECT 1 FROM audit_entry a WHERE a.id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{_REFUSED}: it cannot be replaced'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.keep_until <= {_NOW_POSTGRESQL} THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION '{_REFUSED}: % refused', TG_OP;
END $$""",
    """CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
    """CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
)
UNDO_SQLITE = tuple(f"DROP TRIGGER audit_entry_no_{what}" for what in ("update", "delete", "replace"))
UNDO_POSTGRESQL = (
    "DROP TRIGGER audit_entry_only_grows ON audit_entry",
    "DROP TRIGGER audit_entry_no_truncate ON audit_entry",
    "DROP FUNCTION audit_only_grows()",
)


def statements(dialect: str) -> tuple[str, ...]:
    """The statements that install the triggers on `dialect` (`sqlite` or `postgresql`)."""
    return POSTGRESQL if dialect == "postgresql" else SQLITE


def undo(dialect: str) -> tuple[str, ...]:
    """The statements that remove them, for a migration downwards."""
    return UNDO_POSTGRESQL if dialect == "postgresql" else UNDO_SQLITE
