"""Texts on their way to the public: drafts, proposals and the keys turned on them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def maybe(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "draft",
        *text("id", "about_kind", "about_record", "mode", "side", "author_id", "language", "typed", "state"),
        sa.Column("version", sa.Integer(), nullable=False),
        *text("key", "created_at", "changed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_draft_key")),
        check("draft", "mode", "mode IN ('own', 'joint')"),
        check("draft", "side", "side IN ('nl', 'vl', 'joint')"),
        check("draft", "state", "state IN ('draft', 'waiting', 'embargoed', 'returned', 'published', 'dropped')"),
        refers("draft", "author_id", "account.id"),
        sqlite_strict=True,
    )
    op.create_table(
        "proposal",
        *text("id", "draft_id", "kind", "record", "core", "digest", "translations", "mode", "side", "author_id"),
        *text("topics", "state", "submitted_at"),
        *maybe("embargo"),
        *text("reason"),
        *maybe("decided_at"),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("digest", name=op.f("uq_proposal_digest")),
        check("proposal", "mode", "mode IN ('own', 'joint')"),
        check("proposal", "side", "side IN ('nl', 'vl', 'joint')"),
        check("proposal", "state", "state IN ('waiting', 'embargoed', 'returned', 'void', 'published')"),
        check("proposal", "published", "(state = 'published') = (seq IS NOT NULL)"),
        refers("proposal", "draft_id", "draft.id"),
        refers("proposal", "author_id", "account.id"),
        sqlite_strict=True,
    )
    op.create_table(
        "turned_key",
        *text("id", "proposal_id", "digest", "side", "account_id", "function", "at"),
        *maybe("void_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turned_key")),
        check("turned_key", "side", "side IN ('nl', 'vl')"),
        refers("turned_key", "proposal_id", "proposal.id"),
        refers("turned_key", "account_id", "account.id"),
        sqlite_strict=True,
    )
    op.create_index("ix_draft_about", "draft", ["about_kind", "about_record"])
    op.create_index("ix_draft_author", "draft", ["author_id", "state", "changed_at"])
    op.create_index("ix_draft_side", "draft", ["side", "state", "changed_at"])
    op.create_index("ix_proposal_state", "proposal", ["state", "submitted_at"])
    op.create_index("ix_proposal_draft", "proposal", ["draft_id"])
    op.create_index("ix_turned_key_one", "turned_key", ["proposal_id", "side"], unique=True)
    op.create_index("ix_turned_key_person", "turned_key", ["proposal_id", "account_id"], unique=True)


def downgrade() -> None:
    for name in ("turned_key", "proposal", "draft"):
        op.drop_table(name)
