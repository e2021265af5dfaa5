# Merged by mscli: `mscli update` merges new versions into it.
"""Pulling deliveries from a durable consumer of JetStream, as they come.

Not by nats-py's own `fetch`, which may hold a delivery back until its batch is full or its time is
over. One request lingers on the server, and every delivery is a task at once; the next request is
made when that one has ended and half of the tasks have. Until a task ends, the server is told every
few seconds that it is being worked on: it soon delivers again what a killed process had.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from json import dumps
from typing import NoReturn

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from .inbox import Subscription

NOTICED = 4.0  # seconds without a sign of life, after which a delivery is made again
BATCH = 64  # deliveries that one request asks for
LINGERING = 5.0  # seconds for which the server keeps a request
MARGIN = 2.0  # seconds that its last answer may take
OVER = frozenset({"404", "408"})  # the request has ended: nothing, or no more

Receive = Callable[[Msg], Awaitable[None]]


class PullFailed(Exception):
    """The server cannot serve the consumer: it is gone, or the server is."""


class Pull:
    """The deliveries of one consumer, each given to `receive`, which acknowledges them itself."""

    def __init__(self, client: Client, subscription: Subscription, receive: Receive) -> None:
        self._client = client
        where = f"{subscription.stream}.{subscription.consumer}"
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{where}"
        self._receive = receive
        self._working: dict[asyncio.Task[None], Msg] = {}

    async def run(self) -> NoReturn:
        """Pull for ever. Raises PullFailed."""
        inbox = self._client.new_inbox()
        replies = await self._client.subscribe(inbox)
        beating = asyncio.create_task(self._beat())
        request = {"batch": BATCH, "expires": int(LINGERING * 1e9)}
        try:
            while True:
                await self._client.publish(self._subject, dumps(request).encode(), inbox)
                for _ in range(BATCH):
                    message = await _next(replies.next_msg)
                    if message is None:
                        break
                    task = asyncio.ensure_future(self._receive(message))
                    self._working[task] = message
                    task.add_done_callback(self._ended)
                while len(self._working) > BATCH // 2:
                    await asyncio.wait(self._working, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (beating, *self._working):
                task.cancel()
            with suppress(NatsError):
                await replies.unsubscribe()

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._working[task]
        if not task.cancelled():
            task.exception()  # it is delivered again, as it was not acknowledged

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(NOTICED / 3)
            for task, message in list(self._working.items()):
                if not task.done():
                    with suppress(NatsError):
                        await message.in_progress()


async def _next(next_message: Callable[[float], Awaitable[Msg]]) -> Msg | None:
    """The next delivery; None when the request has ended."""
    try:
        message = await next_message(LINGERING + MARGIN)
    except TimeoutError:  # the request was lost, with its server perhaps
        return None
    status = (message.headers or {}).get("Status")
    if status is None or message.data:
        return message
    if status in OVER:
        return None
    raise PullFailed(f"NATS says {status} {(message.headers or {}).get('Description', '')}")
