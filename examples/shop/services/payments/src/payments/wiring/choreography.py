# Merged by mscli: `mscli update` merges new versions into it.
"""A saga that nobody leads: each service reacts to events, and emits its own.

`<action>.succeeded` starts the next step. `<action>.failed` starts the compensation of the step
before it, and each `<compensation>.succeeded` the one before that. The steps keep the rules of
`steps.py`; here is only which event starts what, and which event follows from it.

The steps up to the last compensation are compensatable. The next is the pivot: once it has acted,
nothing is undone any more. Those after it are retriable: they cannot refuse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from .events import Event
from .inbox import EVENTS, Delivery, Subscription, Transaction
from .steps import Refused, Step, StepRequest, act, undo

PATIENCE = 300.0
"""Seconds after which a step that was asked for is not taken any more, unless it is retriable."""


class MustSucceed(Exception):
    """A step behind the pivot has refused: nothing can be undone any more."""


@dataclass(frozen=True, slots=True)
class SagaStep:
    """An action of a participant, and what undoes it."""

    service: str
    action: str
    compensation: str = ""

    @property
    def name(self) -> str:
        """What the step is called in answers and logs."""
        return f"{self.service}:{self.action}"


@dataclass(frozen=True, slots=True)
class Choreography:
    """A saga: who begins it, and its steps."""

    name: str
    owner: str
    steps: tuple[SagaStep, ...]

    @property
    def started(self) -> str:
        """The type of the event that begins it."""
        return f"{self.owner}.{self.name}.started"

    def type(self, service: str, operation: str, outcome: str) -> str:
        """The type of the event that tells what has become of an operation."""
        return f"{service}.{self.name}.{operation}.{outcome}"

    def acts_on(self, position: int) -> str:
        """The type of the event that starts a step."""
        if position == 0:
            return self.started
        before = self.steps[position - 1]
        return self.type(before.service, before.action, "succeeded")

    def undoes_on(self, position: int) -> tuple[str, ...]:
        """The types of the events that start a step's compensation."""
        if not self.steps[position].compensation or position + 1 == len(self.steps):
            return ()
        after = self.steps[position + 1]
        failed = self.type(after.service, after.action, "failed")
        if not after.compensation:
            return (failed,)
        return failed, self.type(after.service, after.compensation, "succeeded")

    def is_retriable(self, position: int) -> bool:
        """Whether the step is behind the pivot."""
        return any(not step.compensation for step in self.steps[:position])


@dataclass(frozen=True, slots=True)
class Taking:
    """A step of a saga as this service takes it: what the events start."""

    saga: Choreography
    position: int
    step: Step

    @property
    def place(self) -> SagaStep:
        """The step, as the saga has it."""
        return self.saga.steps[self.position]

    async def act(self, transaction: Transaction, event: Event, delivery: Delivery) -> None:
        """Act, and tell whether it has succeeded."""
        request = _request(event)
        if self._is_late(delivery):
            await self._refuse(transaction, event, "it was asked for too late", delivery.attempt)
            return
        try:
            answer = await act(transaction, self.step, request)
        except Refused as refused:
            if self.saga.is_retriable(self.position):
                raise MustSucceed(f"{self.place.name} cannot refuse: {refused}") from refused
            await self._tell(transaction, event, "failed", delivery.attempt, reason=str(refused))
            return
        answers = {**request.answers, self.place.name: answer}
        await self._tell(transaction, event, "succeeded", delivery.attempt, answers=answers)

    async def give_up(self, transaction: Transaction, event: Event, reason: str) -> bool:
        """No attempt has succeeded. What cannot be undone is not given up: it may have acted."""
        if self.place.compensation:
            await self._refuse(transaction, event, reason, 1)
        return bool(self.place.compensation)

    async def undo(self, transaction: Transaction, event: Event, delivery: Delivery) -> None:
        """Undo, if there is anything to undo, and tell that it is done."""
        await undo(transaction, self.step, _request(event))
        operation, attempts = self.place.compensation, delivery.attempt
        await self._tell(transaction, event, "succeeded", attempts, operation=operation)

    def _is_late(self, delivery: Delivery) -> bool:
        if delivery.age <= PATIENCE or self.saga.is_retriable(self.position):
            return False
        return delivery.attempt == 1 or bool(self.place.compensation)

    async def _refuse(
        self, transaction: Transaction, event: Event, reason: str, attempts: int
    ) -> None:
        """Leave a row that refuses the action from now on."""
        await undo(transaction, self.step, _request(event))
        await self._tell(transaction, event, "failed", attempts, reason=reason)

    async def _tell(
        self,
        transaction: Transaction,
        event: Event,
        outcome: str,
        attempts: int,
        *,
        operation: str = "",
        reason: str = "",
        answers: JsonValue = None,
    ) -> None:
        place = self.place
        kind = self.saga.type(place.service, operation or place.action, outcome)
        data = dict(event.data)
        if answers is not None:
            data["answers"] = answers
        if reason:
            data["reason"] = reason
        identity = f"{kind}/{event.subject}"  # the same, should it ever be told twice
        await transaction.emit(Event(kind, event.subject, data, identity, attempts=attempts))


def _request(event: Event) -> StepRequest:
    given, answers = event.data.get("input"), event.data.get("answers")
    return StepRequest(
        event.subject,
        given if isinstance(given, dict) else {},
        answers if isinstance(answers, dict) else {},
    )


def subscriptions(
    service: str, sagas: Sequence[Choreography], steps: Sequence[Step]
) -> Iterator[Subscription]:
    """What a service reacts to, for the steps that it takes."""
    handlers = {(step.saga, step.name): step for step in steps}
    for saga in sagas:
        for position, place in enumerate(saga.steps):
            if place.service != service:
                continue
            taking = Taking(saga, position, handlers[saga.name, place.action])
            yield _reacting(service, saga.acts_on(position), taking, undoes=False)
            for event in saga.undoes_on(position):
                yield _reacting(service, event, taking, undoes=True)


def _reacting(service: str, event: str, taking: Taking, *, undoes: bool) -> Subscription:
    place = taking.place
    topic = f"{taking.saga.name}.{place.compensation if undoes else place.action}"
    consumer, subject = f"{service}_{event.replace('.', '_')}", f"events.{event}"
    if undoes:
        return Subscription(EVENTS, consumer, subject, topic, taking.undo)
    return Subscription(EVENTS, consumer, subject, topic, taking.act, taking.give_up)
