# Merged by mscli: `mscli update` merges new versions into it.
"""The part that this service takes in sagas: each step acts once, and is undone once.

The rules, whoever leads the saga. There is one row for each saga and step, with its outcome, in the
transaction that has the effect. Asked again, a step gives the answer that was kept; asked twice at
once, the second waits for the first. A compensation that comes before its action does nothing, and
leaves a row that refuses the action should it still come.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from .problems import Kind, ProblemError


class Refused(ProblemError):
    """The business says no: the step has had no effect, and the saga is undone."""

    kind = Kind(409, "Step refused")


class Outcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    REFUSED = "refused"
    COMPENSATED = "compensated"
    NEVER = "never"
    """Compensated before it acted: it must not act any more."""


@dataclass(frozen=True, slots=True)
class StepRequest:
    """What a step is told: the saga's input, and the answers of the steps before it.

    `answers` are by `service:action`.
    """

    saga_id: str
    input: dict[str, JsonValue]
    answers: dict[str, JsonValue] = field(default_factory=dict)


Action = Callable[[AsyncConnection, StepRequest], Awaitable[JsonValue]]
Compensation = Callable[[AsyncConnection, StepRequest, JsonValue], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a saga: its action, and its compensation if it can be undone."""

    saga: str
    name: str
    act: Action
    undo_name: str = ""
    undo: Compensation | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a step: its outcome, and its answer or the reason of its refusal."""

    outcome: Outcome
    answer: JsonValue = None


class Row(Protocol):
    """A step's row, locked until the transaction ends."""

    kept: Kept | None
    """None if the step was never heard of before."""

    @property
    def connection(self) -> AsyncConnection:
        """The transaction that the row is part of."""

    def attempt(self) -> AbstractAsyncContextManager[object]:
        """What happens inside is taken back when it raises; the row is not."""

    async def keep(self, kept: Kept) -> None:
        """Write the row."""


class Rows(Protocol):
    """Where steps are kept."""

    def locked(self, saga_id: str, step: str) -> AbstractAsyncContextManager[Row]:
        """A transaction that holds the step's row; whoever comes second waits."""


async def act(rows: Rows, step: Step, request: StepRequest) -> JsonValue:
    """Act, or give the answer that was kept. Raises Refused."""
    async with rows.locked(request.saga_id, step.name) as row:
        kept = row.kept
        if kept is None:
            try:
                async with row.attempt():
                    answer = await step.act(row.connection, request)
                kept = Kept(Outcome.DONE, answer)
            except Refused as refused:
                kept = Kept(Outcome.REFUSED, str(refused))
            await row.keep(kept)
    if kept.outcome is Outcome.DONE:
        return kept.answer
    if kept.outcome is Outcome.REFUSED:
        raise Refused(str(kept.answer))
    raise Refused(f"{step.name} has been undone already")


async def undo(rows: Rows, step: Step, request: StepRequest) -> Outcome:
    """Undo what the step did, if it did anything; what has become of it."""
    async with rows.locked(request.saga_id, step.name) as row:
        kept = row.kept or Kept(Outcome.NEVER)
        if kept.outcome is Outcome.DONE and step.undo is not None:
            await step.undo(row.connection, request, kept.answer)
            kept = Kept(Outcome.COMPENSATED, kept.answer)
        if kept != row.kept:
            await row.keep(kept)
    return kept.outcome
