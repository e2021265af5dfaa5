# Merged by mscli: `mscli update` merges new versions into it.
"""A saga: steps that are taken in order, and undone in reverse when one cannot be taken.

It is data, and one coroutine that works through it. The coroutine knows no engine: whoever calls
the participants (`StepCaller`) does, so that a test can stand in for it. Running sagas carry their
own steps along, so that other steps in mscli.yaml change only those that start later.

The steps up to the last compensation are compensatable. The next is the pivot: once it has acted,
nothing is undone any more. Those after it are retriable: they are repeated until they succeed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Step:
    """An action of a participant, what undoes it, and how hard to try; times are seconds.

    `timeout` is for one attempt at either. After `attempts` the step is given up and the saga
    undone; a step that cannot be undone is never given up, for nobody could tell whether it has
    acted. The pause between attempts begins with `initial_interval` and doubles up to
    `maximum_interval`.
    """

    service: str
    action: str
    compensation: str = ""
    timeout: float = 2.0
    attempts: int = 5
    initial_interval: float = 0.2
    maximum_interval: float = 10.0

    @property
    def name(self) -> str:
        """What the step is called in answers, logs and histories."""
        return f"{self.service}:{self.action}"


class Part(StrEnum):
    """What a step is to its saga."""

    COMPENSATABLE = "compensatable"
    PIVOT = "pivot"
    RETRIABLE = "retriable"


@dataclass(frozen=True, slots=True)
class Saga:
    """A name and steps."""

    name: str
    steps: tuple[Step, ...]

    def part(self, position: int) -> Part:
        """What the step at `position` is to the saga."""
        if self.steps[position].compensation:
            return Part.COMPENSATABLE
        behind = position > 0 and not self.steps[position - 1].compensation
        return Part.RETRIABLE if behind else Part.PIVOT


@dataclass(frozen=True, slots=True)
class Call:
    """What a participant is asked to do. With the same saga id and operation it is done once."""

    saga: str
    saga_id: str
    step: Step
    part: Part
    undoes: bool
    input: dict[str, JsonValue]
    answers: dict[str, JsonValue] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """The step's action or compensation."""
        return self.step.compensation if self.undoes else self.step.action

    @property
    def name(self) -> str:
        """What the call is called in answers, logs and histories."""
        return f"{self.step.service}:{self.operation}"


class StepRefused(Exception):
    """The participant says no, and has done nothing."""


class StepFailed(Exception):
    """No answer, however often it was asked: nobody knows whether the participant has acted."""


class StepCaller(Protocol):
    """Calls the participants."""

    async def act(self, call: Call) -> JsonValue:
        """The participant's answer. Only a pivot and what is before it may raise StepRefused, only
        what can be undone StepFailed; everything else is repeated until it succeeds."""

    async def undo(self, call: Call) -> None:
        """Returns when it is undone, however long that takes."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a saga has ended: `completed` or `compensated`, and why it was undone."""

    state: str
    answers: dict[str, JsonValue]
    reason: str = ""


async def run(
    saga: Saga,
    saga_id: str,
    input: dict[str, JsonValue],
    caller: StepCaller,
    on_failure: Callable[[str], None] = lambda _reason: None,
) -> Ending:
    """Take every step, or undo what was taken, in reverse."""
    answers: dict[str, JsonValue] = {}
    undoing: list[Call] = []

    def call(step: Step, part: Part, *, undoes: bool = False) -> Call:
        return Call(saga.name, saga_id, step, part, undoes, input, dict(answers))

    for position, step in enumerate(saga.steps):
        part = saga.part(position)
        if step.compensation:  # before the step: it may act and never answer
            undoing.append(call(step, part, undoes=True))
        try:
            answers[step.name] = await caller.act(call(step, part))
        except (StepRefused, StepFailed) as error:
            if isinstance(error, StepRefused) and step.compensation:
                undoing.pop()
            reason = f"{step.name}: {error}"
            on_failure(reason)
            for compensation in reversed(undoing):
                await caller.undo(compensation)
            return Ending("compensated", answers, reason)
    return Ending("completed", answers)
