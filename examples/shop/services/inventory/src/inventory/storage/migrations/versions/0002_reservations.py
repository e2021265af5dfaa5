# Scaffolded by mscli: yours to change.
"""Make the table of reservations, and sell something of which there is a lot."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "saga_steps"
branch_labels = None
depends_on = None

TEA = "INSERT INTO items (sku, name, price, stock) VALUES ('tea', 'Tea, 100 g', 400, 100000)"


def upgrade() -> None:
    """Apply it."""
    op.execute(TEA)
    op.add_column("items", sa.Column("received", sa.Integer))
    op.execute("UPDATE items SET received = stock")
    op.alter_column("items", "received", nullable=False)
    op.create_table(
        "reservations",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("order", sa.String(100), nullable=False),
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reservations"),
        sa.ForeignKeyConstraint(["sku"], ["items.sku"], name="fk_reservations_sku"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("reservations")
    op.drop_column("items", "received")
    op.execute("DELETE FROM items WHERE sku = 'tea'")
