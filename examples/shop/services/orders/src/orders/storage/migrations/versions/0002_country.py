# Scaffolded by mscli: yours to change.
"""Keep where an order goes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.add_column("orders", sa.Column("country", sa.String(2), nullable=False, server_default="DE"))
    op.alter_column("orders", "country", server_default=None)


def downgrade() -> None:
    """Take it back."""
    op.drop_column("orders", "country")
