# Scaffolded by mscli: yours to change.
"""Make the tables of the sagas that this service begins, and of what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "saga_log"
down_revision = "events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "sagas",
        sa.Column("saga_id", sa.String(200), nullable=False),
        sa.Column("saga", sa.String(40), nullable=False),
        sa.Column("input_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("saga_id", name="pk_sagas"),
    )
    op.create_index("ix_sagas_started_at", "sagas", ["started_at"])
    op.create_table(
        "saga_events",
        sa.Column("saga_id", sa.String(200), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("saga_id", "type", name="pk_saga_events"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("saga_events")
    op.drop_table("sagas")
