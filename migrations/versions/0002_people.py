"""People: accounts, roles and mandates, what they sign in with, notes, and the audit trail with its triggers."""

import sqlalchemy as sa
from alembic import op

from register.models import audit

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SIDES = "side IN ('nl', 'vl', 'joint')"


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def maybe(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def table(name: str, key: tuple[str, ...], *parts: sa.schema.SchemaItem, **words: str) -> None:
    """A table with its primary key, checks given by name, and references to accounts by column name."""
    checks = [sa.CheckConstraint(condition, name=op.f(f"ck_{name}_{check}")) for check, condition in words.items()]
    references = [
        sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_{name}_{column}"))
        for column in ("account_id", "substitute_id", "author_id")
        if any(isinstance(part, sa.Column) and part.name == column for part in parts) and name != "challenge"
    ]
    op.create_table(
        name, *parts, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")), *checks, *references, sqlite_strict=True
    )


def unique(name: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}"))


def upgrade() -> None:
    table(
        "account", ("id",),
        *text("id", "side", "organisation", "name", "email", "language", "state", "password", "mail"),
        whole("version"), *text("created_at"), *maybe("removed_at"), unique("account", "email"),
        side=SIDES, state="state IN ('invited', 'active', 'removed')",
        mail="mail IN ('at_once', 'daily', 'weekly', 'none')",
    )  # fmt: skip
    table(
        "account_role", ("account_id", "role", "topic"), *text("account_id", "role", "topic"),
        role="role IN ('coordinator', 'diplomat', 'administrator')", topic="(role = 'coordinator') = (topic <> '')",
    )  # fmt: skip
    table(
        "mandate", ("id",), *text("id", "account_id", "side", "topic", "begins"),
        *maybe("ends", "substitute_id", "substitute_from", "substitute_until"), *text("given_by", "given_at"),
        *maybe("ended_at"),
        side="side IN ('nl', 'vl')", days="ends IS NULL OR ends >= begins",
        substitute="(substitute_id IS NULL) = (substitute_from IS NULL)"
        " AND (substitute_id IS NULL) = (substitute_until IS NULL)"
        " AND (substitute_id IS NULL OR substitute_until >= substitute_from AND substitute_id <> account_id)",
    )  # fmt: skip
    table("totp", ("account_id",), *text("account_id", "secret"), *maybe("confirmed_at"), whole("last_step"))
    table("recovery_code", ("id",), *text("id", "account_id", "digest"), *maybe("used_at"))
    table(
        "passkey", ("id",), *text("id", "account_id", "credential_id"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False), whole("sign_count"), *text("name", "created_at"),
        *maybe("used_at"), unique("passkey", "credential_id"),
    )  # fmt: skip
    table("identity", ("issuer", "subject"), *text("issuer", "subject", "account_id", "created_at"))
    table(
        "ticket", ("id",), *text("id", "kind", "token", "account_id", "email", "made_by", "created_at", "expires_at"),
        *maybe("used_at", "withdrawn_at"), unique("ticket", "token"),
        kind="kind IN ('invitation', 'reset', 'address')",
    )  # fmt: skip
    table(
        "sign_in", ("id",), *text("id", "token", "account_id"), whole("account_version"),
        *text("stage", "created_at", "seen_at", "proved_at"), *maybe("ended_at"), *text("agent"),
        unique("sign_in", "token"), stage="stage IN ('password', 'full')",
    )  # fmt: skip
    table("challenge", ("token",), *text("token", "purpose", "account_id", "payload", "expires_at"))
    table("attempt", ("id",), *text("id", "key", "at"))
    table("kept_form", ("id",), *text("id", "account_id", "path", "fields", "at"))
    table(
        "note", ("id",), *text("id", "kind", "reference", "side", "visibility", "author_id", "text", "words"),
        whole("version"), *text("created_at"), *maybe("changed_at", "removed_at"),
        side=SIDES, visibility="visibility IN ('own', 'both')",
    )  # fmt: skip
    table(
        "audit_entry", ("id",), sa.Column("id", sa.Integer(), nullable=False),
        *text("at", "side", "actor", "deed", "about", "sign_in", "detail", "keep_until"), side=SIDES,
    )  # fmt: skip
    for name, *columns in INDEXES:
        op.create_index(f"ix_{name}", name.rpartition("_")[0], columns)
    for statement in audit.statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", "\\:")))


INDEXES = (
    ("account_side", "side", "name", "id"),
    ("mandate_account", "account_id"),
    ("mandate_substitute", "substitute_id"),
    ("recovery_code_account", "account_id"),
    ("passkey_account", "account_id"),
    ("identity_account", "account_id"),
    ("ticket_account", "account_id", "kind"),
    ("sign_in_account", "account_id"),
    ("attempt_key", "key", "at"),
    ("kept_form_account", "account_id", "path"),
    ("note_about", "kind", "reference", "created_at", "id"),
    ("note_side", "side", "created_at", "id"),
    ("note_visibility", "visibility", "created_at", "id"),
    ("audit_entry_side", "side", "id"),
    ("audit_entry_about", "about", "id"),
    ("audit_entry_actor", "actor", "id"),
)


def downgrade() -> None:
    for statement in audit.undo(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
    for name in (
        "audit_entry", "note", "kept_form", "attempt", "challenge", "sign_in", "ticket", "identity", "passkey",
        "recovery_code", "totp", "mandate", "account_role", "account",
    ):  # fmt: skip
        op.drop_table(name)
