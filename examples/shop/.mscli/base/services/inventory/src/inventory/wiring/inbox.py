# Merged by mscli: `mscli update` merges new versions into it.
"""The inbox: an event has its effect once, however often it is delivered.

That it was handled is written in the transaction of what it causes, the events that follow
included, and it is acknowledged after that. What fails is delivered again, later each time; what
goes on failing is given up or goes to the dead letters, where `mscli events dead` finds it.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .events import Event, MalformedEvent, handling, loaded
from .outbox import emit
from .step_rows import locked_row
from .steps import Row, Rows

EVENTS, DEAD = "EVENTS", "DEAD"  # the streams
PAUSES = (0.2, 1.0, 5.0, 15.0, 30.0)  # seconds before each delivery after the first
LOST = 10  # deliveries beyond the last attempt: the process has died of every one of them

CLAIM = text(
    "INSERT INTO inbox (consumer, event_id) VALUES (:consumer, :event_id) ON CONFLICT DO NOTHING"
)
# Longer than the stream keeps what could be delivered again.
PURGE = text("DELETE FROM inbox WHERE handled_at < now() - interval '40 days'")

logger = logging.getLogger(__name__)


class Transaction(Rows, Protocol):
    """What an event causes, all of it or nothing."""

    @property
    def connection(self) -> AsyncConnection:
        """The database's."""

    async def claim(self, consumer: str, event_id: str) -> bool:
        """Whether the event is new to this consumer; whoever comes second waits for the first."""

    async def emit(self, event: Event) -> None:
        """Publish an event when the transaction has ended well."""


Transactions = Callable[[], AbstractAsyncContextManager[Transaction]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of an event, the `attempt`-th; `age` is how many seconds it has waited."""

    content: bytes
    attempt: int = 1
    age: float = 0.0


Handle = Callable[[Transaction, Event, Delivery], Awaitable[None]]
GiveUp = Callable[[Transaction, Event, str], Awaitable[bool]]


async def never(_transaction: Transaction, _event: Event, _reason: str) -> bool:
    """It is not given up: what cannot be handled waits among the dead letters."""
    return False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A durable consumer of one subject, what is done with its events, and by which name.

    `give_up` may put an end to what cannot be handled; if it does it returns True.
    """

    stream: str
    consumer: str
    subject: str
    topic: str
    handle: Handle
    give_up: GiveUp = never


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery: it is done, comes again after a pause, or is dead."""

    pause: float | None = None
    dead: str = ""


class Inbox:
    """Handles deliveries, each in one transaction; `attempts` of them before one is given up."""

    def __init__(self, transactions: Transactions, attempts: int) -> None:
        self._transactions = transactions
        self._attempts = attempts

    async def receive(self, subscription: Subscription, delivery: Delivery) -> Verdict:
        """Handle one delivery."""
        try:
            event = loaded(delivery.content)
        except MalformedEvent as error:
            return Verdict(dead=f"no event: {error}")
        if delivery.attempt > self._attempts + LOST:
            return Verdict(dead="no attempt to handle it came to an end")
        try:
            await self._once(subscription, event, delivery)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            fields = {"event": event.id, "consumer": subscription.consumer}
            logger.warning("an event was not handled: %s", reason, extra=fields)
            return await self._failed(subscription, event, delivery, reason)
        return Verdict()

    async def _once(self, subscription: Subscription, event: Event, delivery: Delivery) -> None:
        with handling(event):
            async with self._transactions() as transaction:
                if await transaction.claim(subscription.consumer, event.id):
                    await subscription.handle(transaction, event, delivery)

    async def _failed(
        self, subscription: Subscription, event: Event, delivery: Delivery, reason: str
    ) -> Verdict:
        again = Verdict(pause=PAUSES[min(delivery.attempt, len(PAUSES)) - 1])
        if delivery.attempt < self._attempts:
            return again
        try:
            with handling(event):
                async with self._transactions() as transaction:
                    if not await transaction.claim(subscription.consumer, event.id):
                        return Verdict()
                    if await subscription.give_up(transaction, event, reason):
                        return Verdict()
                    raise _Dead  # so that it is as if it had never come
        except _Dead:
            return Verdict(dead=reason)
        except Exception:
            logger.exception("an event could not even be given up")
            return again


class _Dead(Exception):
    pass


class PostgresTransaction:
    """One transaction of the service's database."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def claim(self, consumer: str, event_id: str) -> bool:
        """Write it into the inbox."""
        values = {"consumer": consumer, "event_id": event_id}
        return bool((await self.connection.execute(CLAIM, values)).rowcount)

    async def emit(self, event: Event) -> None:
        """Write it into the outbox."""
        await emit(self.connection, event)

    @asynccontextmanager
    async def locked(self, saga_id: str, step: str) -> AsyncIterator[Row]:
        """A step's row, held until the transaction ends."""
        yield await locked_row(self.connection, saga_id, step)


def transactions(engine: AsyncEngine) -> Transactions:
    """Transactions of the service's database."""

    @asynccontextmanager
    async def begun() -> AsyncIterator[Transaction]:
        async with engine.begin() as connection:
            yield PostgresTransaction(connection)

    return begun
