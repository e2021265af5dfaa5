# Scaffolded by mscli: yours to change.
"""How Alembic reaches the database; run by `migrate.py` and by Alembic's own command line."""

import asyncio
from zlib import crc32

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from payments.settings import Settings
from payments.storage.tables import metadata
from payments.wiring.database import driver_url

LOCK = crc32(b"payments migrations")


def migrate(connection: Connection) -> None:
    """Run what is missing; whoever comes second waits here, and finds nothing to do."""
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    """Migrate over a connection of its own; closing it gives the lock back."""
    given = context.config.attributes.get("url")
    url, arguments = driver_url(given or Settings().database_url.get_secret_value())
    engine = create_async_engine(url, poolclass=NullPool, connect_args=arguments)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(connect())
