# Merged by mscli: `mscli update` merges new versions into it.
"""The outbox: an event leaves if, and only if, the change that it tells of is committed.

`emit` writes it into a table, in the same transaction. The relay publishes what is there, and
deletes what JetStream has stored; it is woken by whoever has emitted, and looks every second for
what a crash or another replica has left. JetStream drops what is published a second time within two
minutes, the inbox everything else. See https://microservices.io/patterns/data/transactional-outbox.
"""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .events import Event

SWEEP = 1.0  # seconds
BATCH = 200
PATIENCE = 5.0  # seconds for JetStream to store a batch

EMIT = text("INSERT INTO outbox (event_id, type, document) VALUES (:event_id, :type, :document)")
# A relay of another replica takes other rows.
TAKE = text(
    "SELECT position, event_id, type, document FROM outbox ORDER BY position LIMIT :batch "
    "FOR UPDATE SKIP LOCKED"
)
FORGET = text("DELETE FROM outbox WHERE position = ANY(:positions)")
AGE = text("SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox")

Publish = Callable[[str, bytes, str], Awaitable[Awaitable[object]]]
"""Publishes on a subject, with the id that duplicates are known by; awaited again, it is stored."""


async def emit(connection: AsyncConnection, event: Event) -> None:
    """Let an event leave with the transaction of `connection`."""
    values = {"event_id": event.id, "type": event.type, "document": event.dumped()}
    await connection.execute(EMIT, values)


class Relay:
    """Publishes what is in the outbox."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something has been emitted, and its transaction has ended."""
        self._woken.set()

    async def run(self, publish: Publish) -> None:
        """Publish for ever; raises when JetStream or the database do not answer."""
        while True:
            self._woken.clear()
            while await self.publish_some(publish) == BATCH:
                pass
            try:
                async with asyncio.timeout(SWEEP):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def publish_some(self, publish: Publish) -> int:
        """Publish a batch, oldest first, and forget what is stored; how many there were."""
        async with self._engine.begin() as connection:
            rows = (await connection.execute(TAKE, {"batch": BATCH})).all()
            if not rows:
                return 0
            async with asyncio.timeout(PATIENCE):
                stored = [
                    await publish(f"events.{row.type}", row.document.encode(), row.event_id)
                    for row in rows
                ]
                await asyncio.gather(*stored)
            await connection.execute(FORGET, {"positions": [row.position for row in rows]})
            return len(rows)

    async def waiting(self) -> tuple[int, float]:
        """How many events wait, and for how many seconds the oldest of them."""
        async with self._engine.connect() as connection:
            count, age = (await connection.execute(AGE)).one()
        return int(count), float(age)
