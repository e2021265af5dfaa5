# Scaffolded by mscli: yours to change.
"""Make the table of authorisations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "authorisations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("order", sa.String(100), nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authorisations"),
        sa.UniqueConstraint("idempotency_key", name="uq_authorisations_idempotency_key"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("authorisations")
