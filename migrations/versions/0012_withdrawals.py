"""Taking back what is public: what was done, and what waits for the other side."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'asked'")


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def maybe(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_withdrawal_{name}"))


def refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_withdrawal_{column}"))


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        *text("id"),
        sa.Column("target", sa.Integer(), nullable=False),
        *text("kind", "record", "reference"),
        sa.Column("version", sa.Integer(), nullable=False),
        *text("what"),
        sa.Column("shared", sa.Integer(), nullable=False),
        *text("topics", "side", "asked_by", "function", "asked_at", "reason", "ground", "state"),
        *maybe("decided_by", "decided_at"),
        *text("answer"),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        check("what", "what IN ('withdrawn', 'unconfirmed', 'hidden')"),
        check("side", "side IN ('nl', 'vl')"),
        check("state", "state IN ('asked', 'done', 'declined', 'dropped')"),
        refers("asked_by", "account.id"),
        refers("decided_by", "account.id"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_withdrawal_open", "withdrawal", ["target"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_withdrawal_record", "withdrawal", ["kind", "record"])
    op.create_index("ix_withdrawal_asked", "withdrawal", ["asked_at", "id"])


def downgrade() -> None:
    op.drop_table("withdrawal")
