"""Files as evidence: those of drafts, and those of the ledger."""

import sqlalchemy as sa
from alembic import op

from register.ledger import triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("sha256", "type")),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_evidence_file")),
        sqlite_strict=True,
    )
    op.create_index("ix_evidence_file_entry", "evidence_file", ["seq", "sha256"], unique=True)
    for statement in triggers.of_files(op.get_bind().dialect.name):
        op.execute(statement)
    op.create_table(
        "upload",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "draft_id", "sha256", "type", "removed")),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_upload_draft_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_upload_draft", "upload", ["draft_id", "sha256"], unique=True)


def downgrade() -> None:
    op.drop_table("upload")
    op.drop_table("evidence_file")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION files_only_grow()")
