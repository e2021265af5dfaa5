# Scaffolded by mscli migrate apply: yours to change.
"""Make the tables that the monolith's models declare."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("visits")
