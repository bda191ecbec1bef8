"""Following by mail: addresses that asked, addresses that confirmed, and what they follow."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FREQUENCY = "frequency IN ('at_once', 'weekly', 'monthly')"


def text(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "follow_request",
        *text("token", "email", "language", "frequency", "kind", "record", "query", "asked_at"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_follow_request")),
        sa.CheckConstraint(_FREQUENCY, name=op.f("ck_follow_request_frequency")),
        sqlite_strict=True,
    )
    op.create_index("ix_follow_request_asked", "follow_request", ["asked_at"])
    op.create_index("ix_follow_request_email", "follow_request", ["email"])
    op.create_table(
        "follower",
        *text("id", "email", "language", "frequency"),
        number("seq"),
        *text("last_at"),
        *text("claimed_at", null=True),
        number("failures"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
        sa.CheckConstraint(_FREQUENCY, name=op.f("ck_follower_frequency")),
        sqlite_strict=True,
    )
    op.create_index("ix_follower_email", "follower", ["email"], unique=True)
    op.create_index("ix_follower_seq", "follower", ["seq"])
    op.create_table(
        "followed",
        *text("id", "follower_id", "kind", "record", "query"),
        number("seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed")),
        sa.ForeignKeyConstraint(["follower_id"], ["follower.id"], name=op.f("fk_followed_follower_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_followed_once", "followed", ["follower_id", "kind", "record", "query"], unique=True)


def downgrade() -> None:
    for name in ("followed", "follower", "follow_request"):
        op.drop_table(name)
