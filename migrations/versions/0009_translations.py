"""Translations on their way to the public, and the keys turned on them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0004"
branch_labels = None
depends_on = None


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "translation",
        *text("id", "kind", "record"),
        sa.Column("target", sa.Integer(), nullable=False),
        *text("language", "standing", "side", "author_id", "topics", "typed", "state", "frozen", "digest", "reason"),
        sa.Column("version", sa.Integer(), nullable=False),
        *text("key", "created_at", "changed_at"),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
        sa.UniqueConstraint("key", name=op.f("uq_translation_key")),
        check("translation", "standing", "standing IN ('working', 'agreed')"),
        check("translation", "side", "side IN ('nl', 'vl', 'joint')"),
        check("translation", "state", "state IN ('draft', 'waiting', 'returned', 'dropped', 'published')"),
        check("translation", "published", "(state = 'published') = (seq IS NOT NULL)"),
        refers("translation", "author_id", "account.id"),
        sqlite_strict=True,
    )
    op.create_table(
        "translation_key",
        *text("id", "translation_id", "digest", "side", "account_id", "function", "at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_key")),
        check("translation_key", "side", "side IN ('nl', 'vl')"),
        refers("translation_key", "translation_id", "translation.id"),
        refers("translation_key", "account_id", "account.id"),
        sqlite_strict=True,
    )
    op.create_index("ix_translation_record", "translation", ["kind", "record", "state"])
    op.create_index("ix_translation_state", "translation", ["state", "changed_at"])
    op.create_index("ix_translation_key_one", "translation_key", ["translation_id", "side"], unique=True)
    op.create_index("ix_translation_key_person", "translation_key", ["translation_id", "account_id"], unique=True)


def downgrade() -> None:
    for name in ("translation_key", "translation"):
        op.drop_table(name)
