# Scaffolded by mscli: yours to change.
"""The tables, as the newest migration leaves them."""

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, String, Table

# Named constraints: a migration can only change what has a name.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

tariffs = Table(
    "tariffs",
    metadata,
    Column("sku", String(40), primary_key=True),
    Column("most", Integer, primary_key=True),
    Column("days", Integer, nullable=False),
    Column("price", Integer, nullable=False),
)

shipments = Table(
    "shipments",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("order", String(100), nullable=False),
    Column("sku", String(40), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("country", String(2), nullable=False),
)
