# Scaffolded by mscli: yours to change.
"""Make the table of tariffs, with the first of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FIRST_TARIFFS = [
    {"sku": "*", "most": 3, "days": 2, "price": 490},
    {"sku": "*", "most": 20, "days": 3, "price": 990},
    {"sku": "*", "most": 150, "days": 7, "price": 4900},
    {"sku": "kettle", "most": 2, "days": 4, "price": 790},  # heavier than it looks
]


def upgrade() -> None:
    """Apply it."""
    tariffs = op.create_table(
        "tariffs",
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("price", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("sku", "most", name="pk_tariffs"),
    )
    op.bulk_insert(tariffs, FIRST_TARIFFS)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("tariffs")
