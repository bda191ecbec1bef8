"""Drafts of every kind of document, not of reports only."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: both databases add a column to a table as it stands.
    op.add_column("draft", sa.Column("makes", sa.Text(), nullable=False, server_default="update"))
    op.add_column("draft", sa.Column("replaces", sa.Text(), nullable=True))


def downgrade() -> None:
    others = "SELECT id FROM draft WHERE makes <> 'update'"
    op.execute(f"DELETE FROM turned_key WHERE proposal_id IN (SELECT id FROM proposal WHERE draft_id IN ({others}))")
    op.execute(f"DELETE FROM proposal WHERE draft_id IN ({others})")
    op.execute("DELETE FROM draft WHERE makes <> 'update'")
    op.drop_column("draft", "replaces")
    op.drop_column("draft", "makes")
