# Merged by mscli: `mscli update` merges new versions into it.
"""NATS JetStream: the relay publishes to it, the durable consumers read from it.

This process may be killed at any moment, and the server too: whatever ends is begun again. A
service is ready without NATS: what it emits waits in the outbox.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn

import nats
from fastapi import APIRouter, FastAPI
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from .dead_letters import dead_letter
from .environment import read
from .inbox import Delivery, Inbox, Subscription, Verdict
from .jetstream import EventSettings, NatsSettings, make_consumer, make_streams
from .outbox import Relay
from .pull import Pull
from .shared import Shared
from .transactions import PURGE, transactions

SLOTS = 4  # transactions at once, of the database's ten connections
WATCH = 10.0  # seconds between looks at the outbox's age, and at what the inbox may forget
PAUSE = 0.5  # seconds before what has ended is begun again

logger = logging.getLogger(__name__)


class Bus:
    """A service's side of the events; `wake` it when something was emitted."""

    def __init__(self, name: str, subscriptions: Sequence[Subscription]) -> None:
        self._name = name
        self._subscriptions = subscriptions
        self._relay: Relay | None = None
        self._slots = asyncio.Semaphore(SLOTS)
        self._working: set[asyncio.Task[NoReturn]] = set()

    def wake(self) -> None:
        """A transaction that has emitted something has ended."""
        if self._relay is not None:
            self._relay.wake()

    @asynccontextmanager
    async def running(self, app: FastAPI) -> AsyncIterator[None]:
        """Publish and react while the application runs."""
        url = read(NatsSettings, "NATS_").url.get_secret_value()
        if not url:
            logger.warning("NATS_URL is not set: no event leaves, and none comes")
            yield
            return
        engine: AsyncEngine = app.state.database
        self._relay = Relay(engine)
        attempts = read(EventSettings, "EVENTS_").attempts
        self._inbox = Inbox(transactions(engine, self.wake), attempts)
        self._measure(app.state.service.metrics)
        self._watched(asyncio.create_task(_again("events", lambda: self._work(url, engine))))
        try:
            yield
        finally:
            # Each, again: waiting may swallow a cancellation as its end comes (cpython#86296).
            while self._working:
                for task in self._working:
                    task.cancel()
                await asyncio.wait(self._working, timeout=PAUSE)

    def _watched(self, task: asyncio.Task[NoReturn]) -> None:
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def _measure(self, registry: CollectorRegistry) -> None:
        labels = ("consumer", "outcome")
        self._handled = Counter("events", "Deliveries of events.", labels, registry=registry)
        self._waiting = Gauge("outbox_events", "Events that wait.", registry=registry)
        self._age = Gauge("outbox_age_seconds", "Of the oldest that waits.", registry=registry)

    async def _work(self, url: str, engine: AsyncEngine) -> None:
        closed = asyncio.Event()
        client = await nats.connect(
            url,
            name=self._name,
            inbox_prefix=f"_INBOX.{self._name}",
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,
            connect_timeout=2,
            error_cb=_log,
            closed_cb=partial(_set, closed),
        )
        try:
            stream = client.jetstream(timeout=5)
            await make_streams(stream)
            async with asyncio.TaskGroup() as group:
                group.create_task(_until(closed))
                begin = group.create_task
                self._watched(begin(_again("relay", lambda: self._publish(stream))))
                self._watched(begin(_again("outbox", lambda: self._watch(engine))))
                for each in self._subscriptions:
                    consume = partial(self._consume, client, stream, each)
                    self._watched(begin(_again(each.consumer, consume)))
        finally:
            await _closed(client)

    async def _publish(self, stream: JetStreamContext) -> None:
        async def publish(subject: str, content: bytes, identity: str) -> Awaitable[object]:
            headers = {"Nats-Msg-Id": identity, "Content-Type": "application/cloudevents+json"}
            return await stream.publish_async(subject, content, headers=headers)

        assert self._relay is not None
        await self._relay.run(publish)

    async def _watch(self, engine: AsyncEngine) -> NoReturn:
        assert self._relay is not None
        while True:
            waiting, age = await self._relay.waiting()
            self._waiting.set(waiting)
            self._age.set(age)
            async with engine.begin() as connection:
                await connection.execute(PURGE)
            await asyncio.sleep(WATCH)

    async def _consume(
        self, client: Client, stream: JetStreamContext, subscription: Subscription
    ) -> None:
        await make_consumer(stream, subscription)
        shared = Shared(self._slots, partial(self._inbox.receive_some, subscription))
        receive = partial(self._receive, stream, subscription, shared)
        async with shared.working():
            await Pull(client, subscription, receive).run()

    async def _receive(
        self, stream: JetStreamContext, subscription: Subscription, shared: Shared, message: Msg
    ) -> None:
        known = message.metadata
        age = (datetime.now(UTC) - known.timestamp).total_seconds()
        delivery = Delivery(message.data, known.num_delivered, age)
        verdict = await shared.verdict(delivery)
        self._handled.labels(subscription.consumer, _outcome(verdict)).inc()
        if verdict.dead:
            letter = dead_letter(self._name, subscription, delivery, verdict.dead)
            headers = {"Nats-Msg-Id": f"{subscription.consumer}/{known.sequence.stream}"}
            await stream.publish(f"dead.{letter.type}", letter.dumped().encode(), headers=headers)
            await message.term()
        elif verdict.pause is not None:
            await message.nak(verdict.pause)
        else:
            await message.ack()


def _outcome(verdict: Verdict) -> str:
    return "dead" if verdict.dead else "handled" if verdict.pause is None else "again"


async def _again(name: str, work: Callable[[], Awaitable[None]]) -> NoReturn:
    """Whatever ends it, it is begun again."""
    while True:
        try:
            await work()
        except Exception as error:
            causes = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
            reasons = "; ".join(f"{type(cause).__name__}: {cause}" for cause in causes)
            logger.warning("%s has ended and begins again: %s", name, reasons)
        await asyncio.sleep(PAUSE)


async def _closed(client: Client) -> None:
    with suppress(NatsError, TimeoutError):
        async with asyncio.timeout(2):
            await client.close()


async def _set(event: asyncio.Event) -> None:
    event.set()


async def _until(closed: asyncio.Event) -> NoReturn:
    await closed.wait()
    raise ConnectionError("NATS has closed the connection for good")


async def _log(error: Exception) -> None:
    logger.warning("NATS: %s", error)


def add_bus(app: FastAPI, bus: Bus) -> None:
    """Let it run while the application does: after its database was opened."""
    app.state.bus = bus
    app.include_router(APIRouter(lifespan=bus.running))
