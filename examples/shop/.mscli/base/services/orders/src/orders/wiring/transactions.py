# Merged by mscli: `mscli update` merges new versions into it.
"""What an event causes, in one transaction of PostgreSQL: inbox, steps, outbox, business data."""

from collections.abc import AsyncIterator, Callable, Set
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .events import Event
from .inbox import Transaction, Transactions
from .outbox import emit
from .step_rows import locked_row
from .steps import Row

CLAIM = text(
    "INSERT INTO inbox (consumer, event_id) SELECT :consumer, unnest(CAST(:event_ids AS text[])) "
    "ON CONFLICT DO NOTHING RETURNING event_id"
)
# Longer than the stream keeps what could be delivered again.
PURGE = text("DELETE FROM inbox WHERE handled_at < now() - interval '40 days'")


class PostgresTransaction:
    """One transaction of the service's database."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.has_emitted = False

    async def claim(self, consumer: str, *event_ids: str) -> Set[str]:
        """Write them into the inbox."""
        values = {"consumer": consumer, "event_ids": list(event_ids)}
        return {row.event_id for row in await self.connection.execute(CLAIM, values)}

    async def emit(self, event: Event) -> None:
        """Write it into the outbox."""
        await emit(self.connection, event)
        self.has_emitted = True

    @asynccontextmanager
    async def locked(self, saga_id: str, step: str) -> AsyncIterator[Row]:
        """A step's row, held until the transaction ends."""
        yield await locked_row(self.connection, saga_id, step)


def transactions(engine: AsyncEngine, emitted: Callable[[], None]) -> Transactions:
    """Transactions of the service's database; `emitted` is called after each that has emitted."""

    @asynccontextmanager
    async def begun() -> AsyncIterator[Transaction]:
        async with engine.begin() as connection:
            transaction = PostgresTransaction(connection)
            yield transaction
        if transaction.has_emitted:
            emitted()

    return begun
