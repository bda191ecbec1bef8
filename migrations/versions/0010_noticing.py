"""What the clock did and whom it told; embargoes that are moved."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SIDE = "side IN ('nl', 'vl')"


def text(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "asking",
        *text("proposal_id", "side"),
        sa.Column("seq", sa.Integer(), nullable=False),
        *text("closed_at", null=True),
        sa.PrimaryKeyConstraint("proposal_id", "side", name=op.f("pk_asking")),
        check("asking", "side", _SIDE),
        refers("asking", "proposal_id", "proposal.id"),
        sqlite_strict=True,
    )
    op.create_table(
        "difference",
        *text("id", "kind", "record", "side", "noticed_on"),
        sa.Column("seq", sa.Integer(), nullable=True),
        *text("ended_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference")),
        check("difference", "side", _SIDE),
        sqlite_strict=True,
    )
    op.create_index("ix_difference_open", "difference", ["ended_at", "side"])
    op.create_index("ix_difference_record", "difference", ["kind", "record"])
    op.create_table(
        "embargo_change",
        *text("id", "proposal_id", "side", "asked_by", "asked_at"),
        *text("until", null=True),
        *text("state"),
        *text("decided_by", "decided_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embargo_change")),
        check("embargo_change", "side", _SIDE),
        check("embargo_change", "state", "state IN ('asked', 'agreed', 'dropped')"),
        refers("embargo_change", "proposal_id", "proposal.id"),
        refers("embargo_change", "asked_by", "account.id"),
        refers("embargo_change", "decided_by", "account.id"),
        sqlite_strict=True,
    )
    op.create_index("ix_embargo_change_proposal", "embargo_change", ["proposal_id", "state"])
    op.create_table(
        "told",
        *text("account_id", "what", "about", "claimed_at"),
        *text("sent_at", null=True),
        sa.PrimaryKeyConstraint("account_id", "what", "about", name=op.f("pk_told")),
        refers("told", "account_id", "account.id"),
        sqlite_strict=True,
    )
    op.create_index("ix_told_sent", "told", ["account_id", "sent_at"])


def downgrade() -> None:
    for name in ("told", "embargo_change", "difference", "asking"):
        op.drop_table(name)
