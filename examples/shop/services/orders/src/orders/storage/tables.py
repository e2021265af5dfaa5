# Scaffolded by mscli: yours to change.
"""The tables, as the newest migration leaves them."""

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, String, Table, Uuid

# Named constraints: a migration can only change what has a name.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

orders = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("position", BigInteger, Identity(always=True), unique=True, nullable=False),
    Column("sku", String(40), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("delivery_days", Integer, nullable=False),
    Column("authorisation", Uuid, nullable=False),
    Column("country", String(2), nullable=False),
    Column("state", String(20), nullable=False),
    Column("idempotency_key", String(200), unique=True),
)
