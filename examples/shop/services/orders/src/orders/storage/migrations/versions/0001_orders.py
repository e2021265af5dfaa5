# Scaffolded by mscli: yours to change.
"""Make the table of orders."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("delivery_days", sa.Integer, nullable=False),
        sa.Column("authorisation", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("position", name="uq_orders_position"),
        sa.UniqueConstraint("idempotency_key", name="uq_orders_idempotency_key"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("orders")
