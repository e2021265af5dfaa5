# Scaffolded by mscli: yours to change.
"""Make the table of records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "records",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("position", name="uq_records_position"),
        sa.UniqueConstraint("idempotency_key", name="uq_records_idempotency_key"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("records")
