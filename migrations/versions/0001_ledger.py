"""The ledger: publications, head, attached source texts, and the triggers that make it only grow."""

import sqlalchemy as sa
from alembic import op

from register.ledger import triggers
from register.ledger.append import GENESIS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("entry", "kind", "record", "reference")),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("basis", "time", "header", "hash")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("document", "translations")),
        sa.PrimaryKeyConstraint("seq", name="pk_publication"),
        sa.UniqueConstraint("hash", name="uq_publication_hash"),
        sqlite_strict=True,
    )
    only_documents = sa.text("entry = 'document'")
    op.create_index(
        "ix_publication_record",
        "publication",
        ["kind", "record", "version"],
        unique=True,
        sqlite_where=only_documents,
        postgresql_where=only_documents,
    )
    op.create_index("ix_publication_reference", "publication", ["reference"])
    head = op.create_table(
        "head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
        sqlite_strict=True,
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": GENESIS}])
    op.create_table(
        "source_text",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "line", name="pk_source_text"),
        sqlite_strict=True,
    )
    for statement in triggers.statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    for statement in triggers.undo(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
    for table in ("source_text", "head", "publication"):
        op.drop_table(table)
