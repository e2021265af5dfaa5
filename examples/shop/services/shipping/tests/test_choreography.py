# Scaffolded by mscli: yours to change.
"""Every saga that events carry, with each of its steps failing in turn, against services in memory.

Whatever fails, whatever comes twice or late: what was done is undone in reverse, and nothing is
done twice.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import StrEnum
from typing import cast

import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from shipping.sagas import CHOREOGRAPHIES
from shipping.wiring.choreography import PATIENCE, Choreography, SagaStep, subscriptions
from shipping.wiring.events import Event
from shipping.wiring.inbox import Delivery, Inbox, Subscription, Transaction, Verdict
from shipping.wiring.steps import Kept, Refused, Row, Step, StepRequest

ATTEMPTS = 3


class Fault(StrEnum):
    REFUSES = "refuses"
    DIES_BEFORE_IT_ACTS = "dies before it acts"
    DIES_BEFORE_IT_COMMITS = "dies after it acted, before its transaction ends"
    DIES_BEFORE_IT_ACKNOWLEDGES = "dies after its transaction, before it says so"
    NEVER_SUCCEEDS = "fails every time"
    COMES_TOO_LATE = "is asked after its time"


class InMemoryTransaction:
    """What is written is seen by others when it has ended well."""

    def __init__(self, service: "InMemoryService") -> None:
        self.service = service
        self.kept = dict(service.kept)
        self.inbox = set(service.inbox)
        self.emitted: list[Event] = []
        self.effects: list[str] = []
        self._savepoint: tuple[int, Kept | None] = (0, None)
        self.connection = cast(AsyncConnection, self)

    async def claim(self, consumer: str, *event_ids: str) -> set[str]:
        new = {each for each in event_ids if (consumer, each) not in self.inbox}
        self.inbox |= {(consumer, each) for each in event_ids}
        return new

    async def emit(self, event: Event) -> None:
        self.emitted.append(event)

    @asynccontextmanager
    async def locked(self, saga_id: str, step: str) -> AsyncIterator[Row]:
        row = InMemoryRow(self, (saga_id, step))
        yield row
        if row.kept is not None:
            self.kept[saga_id, step] = row.kept


class InMemoryRow:
    def __init__(self, transaction: InMemoryTransaction, key: tuple[str, str]) -> None:
        self.kept = transaction.kept.get(key)
        self.connection = transaction.connection
        self._effects = transaction.effects

    def attempt(self) -> AbstractAsyncContextManager[object]:
        return self._savepoint()

    @asynccontextmanager
    async def _savepoint(self) -> AsyncIterator[None]:
        before = len(self._effects)
        try:
            yield
        except BaseException:
            del self._effects[before:]
            raise

    async def keep(self, kept: Kept) -> None:
        self.kept = kept


class InMemoryService:
    """A participant: its database, and steps that do nothing but count, or break."""

    def __init__(self, world: "World", name: str, saga: Choreography) -> None:
        self.kept: dict[tuple[str, str], Kept] = {}
        self.inbox: set[tuple[str, str]] = set()
        self.world = world
        self.tries: dict[str, int] = {}
        steps = [self._step(saga, step) for step in saga.steps if step.service == name]
        self.subscriptions = tuple(subscriptions(name, [saga], steps))
        self.receive = Inbox(self._transaction, ATTEMPTS).receive

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        transaction = InMemoryTransaction(self)
        yield transaction
        self.kept, self.inbox = transaction.kept, transaction.inbox
        self.world.effects += transaction.effects
        self.world.events += transaction.emitted

    def _step(self, saga: Choreography, step: SagaStep) -> Step:
        async def act(connection: AsyncConnection, _request: StepRequest) -> JsonValue:
            fault = self.world.fault if step == self.world.breaking else None
            self.tries[step.name] = self.tries.get(step.name, 0) + 1
            first = self.tries[step.name] == 1
            if fault is Fault.REFUSES:
                raise Refused("no")
            if fault is Fault.NEVER_SUCCEEDS or (fault is Fault.DIES_BEFORE_IT_ACTS and first):
                raise ConnectionError("it died")
            cast(InMemoryTransaction, connection).effects.append(step.name)
            if fault is Fault.DIES_BEFORE_IT_COMMITS and first:
                raise ConnectionError("it died")
            return {"by": step.name}

        async def undo(connection: AsyncConnection, _: StepRequest, answer: JsonValue) -> None:
            assert answer == {"by": step.name}
            cast(InMemoryTransaction, connection).effects.append(compensation(step))

        undoing = undo if step.compensation else None
        return Step(saga.name, step.action, act, step.compensation, undoing)


class World:
    """All services of a saga, and the events between them."""

    def __init__(
        self, saga: Choreography, breaking: SagaStep | None = None, fault: Fault | None = None
    ) -> None:
        self.breaking, self.fault = breaking, fault
        self.effects: list[str] = []
        self.dead: list[str] = []
        data: dict[str, JsonValue] = {"input": {"n": 1}, "answers": {}}
        self.events = [Event(saga.started, "saga-1", data, "saga-1")]
        names = dict.fromkeys(step.service for step in saga.steps)
        self.services = [InMemoryService(self, name, saga) for name in names]

    async def run(self, shuffle: random.Random | None = None) -> None:
        """Deliver until nothing happens any more; shuffled, in any order and most things twice."""
        waiting: list[tuple[InMemoryService, Subscription, Event, int]] = []
        seen = 0
        while seen < len(self.events) or waiting:
            for event in self.events[seen:]:
                copies = shuffle.choice((1, 2, 3)) if shuffle else 1
                waiting += copies * [(*each, event, 1) for each in self._reacting(event)]
            seen = len(self.events)
            if not waiting:
                break
            place = shuffle.randrange(len(waiting)) if shuffle else 0
            service, subscription, event, attempt = waiting.pop(place)
            verdict = await self._deliver(service, subscription, event, attempt)
            if verdict.pause is not None:
                waiting.append((service, subscription, event, attempt + 1))
            if verdict.dead:
                self.dead.append(subscription.topic)

    def _reacting(self, event: Event) -> Iterator[tuple[InMemoryService, Subscription]]:
        for service in self.services:
            for subscription in service.subscriptions:
                if subscription.subject == f"events.{event.type}":
                    yield service, subscription

    async def _deliver(
        self, service: InMemoryService, subscription: Subscription, event: Event, attempt: int
    ) -> Verdict:
        broken = self.breaking is not None and subscription.topic.endswith(
            f".{self.breaking.action}"
        )
        late = broken and self.fault is Fault.COMES_TOO_LATE
        delivery = Delivery(event.dumped().encode(), attempt, PATIENCE + 1 if late else 0)
        verdict = await service.receive(subscription, delivery)
        if broken and self.fault is Fault.DIES_BEFORE_IT_ACKNOWLEDGES:
            return await service.receive(subscription, delivery)
        return verdict


def compensation(step: SagaStep) -> str:
    return f"{step.service}:{step.compensation}"


def actions(saga: Choreography, count: int) -> list[str]:
    return [step.name for step in saga.steps[:count]]


def undone(saga: Choreography, count: int) -> list[str]:
    return [compensation(step) for step in reversed(saga.steps[:count])]


def expected(saga: Choreography, position: int, fault: Fault) -> list[str]:
    """What is to be done and undone when a step has this fault."""
    fails = {Fault.REFUSES, Fault.NEVER_SUCCEEDS, Fault.COMES_TOO_LATE}
    retriable = saga.is_retriable(position)
    if fault is Fault.COMES_TOO_LATE and retriable:
        return actions(saga, len(saga.steps))
    if fault is Fault.NEVER_SUCCEEDS and not saga.steps[position].compensation:
        return actions(saga, position)  # it may have acted: a person looks at it
    if fault in fails:
        return actions(saga, position) + ([] if retriable else undone(saga, position))
    return actions(saga, len(saga.steps))


SCENES = [
    pytest.param(saga, position, fault, id=f"{saga.name}, {saga.steps[position].name} {fault}")
    for saga in CHOREOGRAPHIES
    for position in range(len(saga.steps))
    for fault in Fault
]
every_saga = pytest.mark.parametrize("saga", CHOREOGRAPHIES, ids=lambda saga: saga.name)


@pytest.mark.parametrize(("saga", "position", "fault"), SCENES)
def test_a_step_fails(saga: Choreography, position: int, fault: Fault) -> None:
    given = World(saga, saga.steps[position], fault)

    asyncio.run(given.run())

    assert given.effects == expected(saga, position, fault)
    refuses_what_must_succeed = fault is Fault.REFUSES and saga.is_retriable(position)
    never = fault is Fault.NEVER_SUCCEEDS and not saga.steps[position].compensation
    assert bool(given.dead) is (refuses_what_must_succeed or never)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("saga", "position", "fault"), SCENES)
def test_in_any_order_and_delivered_many_times(
    saga: Choreography, position: int, fault: Fault, seed: int
) -> None:
    given = World(saga, saga.steps[position], fault)

    asyncio.run(given.run(random.Random(seed)))

    assert given.effects == expected(saga, position, fault)


@every_saga
def test_all_goes_well(saga: Choreography) -> None:
    given = World(saga)

    asyncio.run(given.run())

    assert given.effects == actions(saga, len(saga.steps))
    answers = {name: {"by": name} for name in given.effects}
    assert given.events[-1].data == {"input": {"n": 1}, "answers": answers}
