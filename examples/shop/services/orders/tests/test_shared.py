# Scaffolded by mscli: yours to change.
"""Deliveries that come close together share a transaction, and are no worse off for it."""

import asyncio

import pytest

from orders.wiring.inbox import Delivery, Take, Verdict
from orders.wiring.shared import Shared

pytestmark = pytest.mark.anyio
SLOTS = 3


class Handling:
    """Takes every delivery that it is given, and as long as it is told to."""

    def __init__(self) -> None:
        self.shares: list[int] = []
        self.now = self.most = 0
        self.may_end = asyncio.Event()

    async def all_at_once(self, take: Take) -> list[Verdict]:
        share = len(take(100))
        self.shares.append(share)
        await self.may_end.wait()
        return [Verdict()] * share

    async def one_by_one(self, take: Take) -> list[Verdict]:
        assert len(take(1)) == 1
        self.now += 1
        self.most = max(self.most, self.now)
        if self.most == SLOTS:
            self.may_end.set()
        await self.may_end.wait()
        self.now -= 1
        return [Verdict()]


async def test_what_comes_while_others_are_handled_is_handled_together() -> None:
    handling = Handling()
    shared = Shared(asyncio.Semaphore(1), handling.all_at_once)
    async with shared.working():
        first = asyncio.ensure_future(shared.verdict(Delivery(b"")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        others = [asyncio.ensure_future(shared.verdict(Delivery(b""))) for _ in range(9)]
        await asyncio.sleep(0)
        handling.may_end.set()
        assert await asyncio.gather(first, *others) == [Verdict()] * 10
    assert handling.shares == [1, 9]


async def test_while_effects_are_slow_others_help_up_to_all_slots() -> None:
    handling = Handling()
    shared = Shared(asyncio.Semaphore(SLOTS), handling.one_by_one)
    async with shared.working(), asyncio.timeout(10):
        verdicts = [shared.verdict(Delivery(b"")) for _ in range(9)]
        assert await asyncio.gather(*verdicts) == [Verdict()] * 9
    assert handling.most == SLOTS


async def test_what_is_not_decided_at_the_end_is_not_acknowledged() -> None:
    handling = Handling()
    shared = Shared(asyncio.Semaphore(1), handling.all_at_once)
    async with shared.working():
        waiting = asyncio.ensure_future(shared.verdict(Delivery(b"")))
        await asyncio.sleep(0.01)
    with pytest.raises(asyncio.CancelledError):
        await waiting
