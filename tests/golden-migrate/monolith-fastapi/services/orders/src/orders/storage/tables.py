# Scaffolded by mscli migrate apply: yours to change.
"""The tables, as the newest migration leaves them."""

import sqlalchemy as sa

# Named constraints: a migration can only change what has a name.
metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # It refers to customers, which accounts owns.
    sa.Column("customer_id", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.Integer, sa.ForeignKey("orders.id"), nullable=False),
    # It refers to products, which catalogue owns.
    sa.Column("product_id", sa.Integer, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
)

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.Integer, sa.ForeignKey("orders.id"), nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
)
