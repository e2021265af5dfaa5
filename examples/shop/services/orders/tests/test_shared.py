# Scaffolded by mscli: yours to change.
"""Deliveries that come close together share a transaction, and are no worse off for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from orders.wiring.events import Event
from orders.wiring.inbox import (
    EVENTS,
    Delivery,
    Inbox,
    Subscription,
    Take,
    Transaction,
    Verdict,
)
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


class Committed:
    """Transactions in memory: the events of each that ended well."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.handled: list[str] = []

    @asynccontextmanager
    async def begun(self) -> AsyncIterator[Transaction]:
        self.handled = []
        yield cast(Transaction, self)
        if self.handled:
            self.transactions.append(self.handled)

    async def claim(self, _consumer: str, *event_ids: str) -> set[str]:
        return set(event_ids)

    async def handle(self, _transaction: Transaction, event: Event, _delivery: Delivery) -> None:
        if event.id == "bad":
            raise ConnectionError("it died")
        self.handled.append(event.id)


async def received(*deliveries: tuple[str, int]) -> tuple[list[list[str]], list[Verdict]]:
    """What is committed together, and the verdicts; each delivery is an event and its attempt."""
    waiting = [
        Delivery(Event("a.b.started", "s", {}, identity).dumped().encode(), attempt)
        for identity, attempt in deliveries
    ]

    def take(most: int) -> list[Delivery]:
        taken, waiting[:] = waiting[:most], waiting[most:]
        return taken

    committed = Committed()
    inbox = Inbox(committed.begun, attempts=3)
    subscription = Subscription(EVENTS, "c", "events.a.b.started", "t", committed.handle)
    verdicts = await inbox.receive_some(subscription, take)
    assert waiting == []
    return committed.transactions, verdicts


async def test_deliveries_that_pass_share_a_transaction() -> None:
    transactions, verdicts = await received(*((str(number), 1) for number in range(7)))
    assert transactions == [[str(number) for number in range(7)]]
    assert verdicts == [Verdict()] * 7


async def test_one_that_fails_takes_no_other_along() -> None:
    transactions, verdicts = await received(("1", 1), ("bad", 1), ("3", 1))
    assert transactions == [["1"], ["3"]]
    assert [verdict.pause is not None for verdict in verdicts] == [False, True, False]


async def test_what_was_delivered_before_is_handled_alone() -> None:
    transactions, _ = await received(("1", 1), ("2", 2), ("3", 1))
    assert transactions == [["1"], ["2"], ["3"]]
