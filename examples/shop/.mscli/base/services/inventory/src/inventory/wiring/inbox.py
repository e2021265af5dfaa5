# Merged by mscli: `mscli update` merges new versions into it.
"""The inbox: an event has its effect once, however often it is delivered.

That it was handled is written in the transaction of what it causes, the events that follow
included, and it is acknowledged after that. Deliveries that come close together share one, while
it is short. What fails is delivered again, later each time; what goes on failing is given up or
goes to the dead letters, where `mscli events dead` finds it.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence, Set
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from .events import Event, MalformedEvent, handling, loaded
from .steps import Rows

EVENTS, DEAD = "EVENTS", "DEAD"  # the streams
PAUSES = (0.2, 1.0, 5.0, 15.0, 30.0)  # seconds before each delivery after the first
SHARED = 0.05  # seconds after which a transaction takes no further delivery along
LOST = 10  # deliveries beyond the last attempt: the process has died of every one of them

logger = logging.getLogger(__name__)


class Transaction(Rows, Protocol):
    """What an event causes, all of it or nothing."""

    @property
    def connection(self) -> AsyncConnection:
        """The database's."""

    async def claim(self, consumer: str, *event_ids: str) -> Set[str]:
        """Those that are new to this consumer; whoever comes second waits for the first."""

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
Take = Callable[[int], Sequence[Delivery]]
"""Gives the next deliveries, so many at most."""
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
    """Handles deliveries; `attempts` of them before an event is given up."""

    def __init__(self, transactions: Transactions, attempts: int) -> None:
        self._transactions = transactions
        self._attempts = attempts

    async def receive_some(self, subscription: Subscription, take: Take) -> list[Verdict]:
        """Handle what `take` gives, in one transaction if all of it passes.

        Beginning and committing cost more than most effects. What was delivered before is handled
        alone, for it may take the others along when it fails.
        """
        taken = [*take(1)]
        try:
            handled = await self._together(subscription, taken, take)
        except Exception as error:
            if len(taken) == 1:
                return [await self._unhandled(subscription, taken[0], error)]
            logger.info("deliveries are handled one by one: %r", error)
            handled = 0
        alone = [await self.receive(subscription, delivery) for delivery in taken[handled:]]
        return [Verdict()] * handled + alone

    async def _together(self, subscription: Subscription, taken: list[Delivery], take: Take) -> int:
        """First one, then two, four ...: where effects are slow, few wait for one another."""
        handled, until = 0, monotonic() + SHARED
        async with self._transactions() as transaction:
            some: Sequence[Delivery] = taken[:]
            while some and all(delivery.attempt == 1 for delivery in some):
                await _handle_all(transaction, subscription, some)
                handled += len(some)
                some = take(handled + 1) if monotonic() < until else ()
                taken += some
        return handled

    async def receive(self, subscription: Subscription, delivery: Delivery) -> Verdict:
        """Handle one delivery."""
        if delivery.attempt > self._attempts + LOST:
            return Verdict(dead="no attempt to handle it came to an end")
        try:
            async with self._transactions() as transaction:
                await _handle_all(transaction, subscription, [delivery])
        except Exception as error:
            return await self._unhandled(subscription, delivery, error)
        return Verdict()

    async def _unhandled(
        self, subscription: Subscription, delivery: Delivery, error: Exception
    ) -> Verdict:
        if isinstance(error, MalformedEvent):
            return Verdict(dead=f"no event: {error}")
        event, reason = loaded(delivery.content), f"{type(error).__name__}: {error}"
        fields = {"subject": event.subject, "event": event.id, "consumer": subscription.consumer}
        where = error if delivery.attempt == 1 else None  # told once
        logger.warning("an event was not handled: %s", reason, extra=fields, exc_info=where)
        return await self._failed(subscription, event, delivery, reason)

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


async def _handle_all(
    transaction: Transaction, subscription: Subscription, deliveries: Sequence[Delivery]
) -> None:
    events = [loaded(delivery.content) for delivery in deliveries]
    new = set(await transaction.claim(subscription.consumer, *(event.id for event in events)))
    for event, delivery in zip(events, deliveries, strict=True):
        if event.id in new:
            new.remove(event.id)  # the same event may be there twice
            with handling(event):
                await subscription.handle(transaction, event, delivery)


class _Dead(Exception):
    pass
