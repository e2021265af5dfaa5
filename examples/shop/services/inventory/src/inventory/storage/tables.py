# Scaffolded by mscli: yours to change.
"""The tables, as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

# Named constraints: a migration can only change what has a name.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

items = Table(
    "items",
    metadata,
    Column("sku", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("price", Integer, nullable=False),
    Column("stock", Integer, nullable=False),
    Column("received", Integer, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("order", String(100), nullable=False),
    Column("sku", String(40), ForeignKey("items.sku"), nullable=False),
    Column("quantity", Integer, nullable=False),
)
