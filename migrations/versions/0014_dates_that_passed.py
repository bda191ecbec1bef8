"""Following by mail: from which day on an address has still to be told of dates that passed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follower", sa.Column("day", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE follower SET day = substr(last_at, 1, 10)")


def downgrade() -> None:
    op.drop_column("follower", "day")
