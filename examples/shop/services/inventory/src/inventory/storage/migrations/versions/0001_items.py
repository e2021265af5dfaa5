# Scaffolded by mscli: yours to change.
"""Make the table of items, with the first of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FIRST_ITEMS = [
    {"sku": "cup", "name": "Cup", "price": 1200, "stock": 200},
    {"sku": "kettle", "name": "Kettle", "price": 8900, "stock": 12},
    {"sku": "teapot", "name": "Teapot", "price": 3500, "stock": 30},
]


def upgrade() -> None:
    """Apply it."""
    items = op.create_table(
        "items",
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("price", sa.Integer, nullable=False),
        sa.Column("stock", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("sku", name="pk_items"),
    )
    op.bulk_insert(items, FIRST_ITEMS)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("items")
