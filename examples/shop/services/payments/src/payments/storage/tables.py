# Scaffolded by mscli: yours to change.
"""The tables, as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
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

authorisations = Table(
    "authorisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order", String(100), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("idempotency_key", String(200), unique=True, nullable=False),
)

charges = Table(
    "charges",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("order", String(100), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("state", String(20), nullable=False),
)
