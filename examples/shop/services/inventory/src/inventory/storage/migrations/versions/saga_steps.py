# Scaffolded by mscli: yours to change.
"""Make the table of the steps that this service takes in sagas."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "saga_steps"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "saga_steps",
        sa.Column("saga_id", sa.String(200), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("answer", JSONB),
        sa.Column("acted", sa.Integer, nullable=False, server_default="0"),
        sa.Column("undone", sa.Integer, nullable=False, server_default="0"),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.PrimaryKeyConstraint("saga_id", "step", name="pk_saga_steps"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("saga_steps")
