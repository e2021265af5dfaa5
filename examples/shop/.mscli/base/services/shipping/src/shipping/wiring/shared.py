# Merged by mscli: `mscli update` merges new versions into it.
"""Deliveries that share a transaction: the busier the service is, the more of them do.

One worker of a consumer takes what waits; what comes meanwhile waits for it (group commit). While
effects are slow further workers join, so that deliveries do not stand in line behind one of them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from .inbox import SHARED, Delivery, Take, Verdict

Handle = Callable[[Take], Awaitable[Sequence[Verdict]]]
"""Takes deliveries, one at least, and returns a verdict for each, in their order."""


class Shared:
    """The deliveries of one consumer; `slots` are as many transactions as may run at once."""

    def __init__(self, slots: asyncio.Semaphore, handle: Handle) -> None:
        self._slots = slots
        self._handle = handle
        self._waiting: list[tuple[Delivery, asyncio.Future[Verdict]]] = []
        self._workers: set[asyncio.Task[None]] = set()
        self._joining: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While inside, deliveries are handled; what is not decided at the end comes again."""
        try:
            yield
        finally:
            if self._joining:
                self._joining.cancel()
            for worker in self._workers:
                worker.cancel()
            await asyncio.gather(*self._workers, return_exceptions=True)

    async def verdict(self, delivery: Delivery) -> Verdict:
        """What becomes of a delivery."""
        decided: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, decided))
        if self._joining is None:
            self._join()
        return await decided

    def _join(self) -> None:
        """Begin to work; look again in a while, for work may be slow."""
        self._joining = None
        if not self._waiting:
            return
        if not self._workers or not self._slots.locked():
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        self._joining = asyncio.get_running_loop().call_later(SHARED, self._join)

    async def _work(self) -> None:
        async with self._slots:
            while self._waiting:
                await self._share()

    async def _share(self) -> None:
        taken: list[tuple[Delivery, asyncio.Future[Verdict]]] = []

        def take(most: int) -> list[Delivery]:
            some, self._waiting = self._waiting[:most], self._waiting[most:]
            taken.extend(some)
            return [delivery for delivery, _ in some]

        try:
            verdicts = await self._handle(take)
        except BaseException:
            for _, decided in taken:
                decided.cancel()  # not acknowledged, and so delivered again
            raise
        for verdict, (_, decided) in zip(verdicts, taken, strict=True):
            if not decided.done():
                decided.set_result(verdict)
