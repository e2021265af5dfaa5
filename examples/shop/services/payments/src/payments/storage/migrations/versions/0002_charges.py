# Scaffolded by mscli: yours to change.
"""Make the table of charges."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "saga_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "charges",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("order", sa.String(100), nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charges"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("charges")
