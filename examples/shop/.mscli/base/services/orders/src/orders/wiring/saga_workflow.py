# Merged by mscli: `mscli update` merges new versions into it.
"""A saga as a Temporal workflow: the coroutine of `saga.py`, every call an activity.

What is written here decides what a running saga does next, and has to decide the same for sagas
that began under an older version: `workflow.patched` marks a change, `tests/test_saga_replay.py`
replays recorded histories.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import JsonValue
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from .saga import Call, Ending, Part, Saga, StepFailed, StepRefused, run

REFUSED = "Refused"
ROUND = 5  # attempts, after which a call that must succeed is called stuck
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 600.0  # seconds between rounds, doubled each time


@dataclass(frozen=True, slots=True)
class Start:
    """What a workflow is started with. `timeouts` are seconds for one attempt, by service."""

    saga: Saga
    input: dict[str, JsonValue]
    timeouts: dict[str, float] = field(default_factory=dict)


@workflow.defn(dynamic=True)
class SagaWorkflow:
    """Any saga: its name is the workflow's type, its steps are in its arguments."""

    def __init__(self) -> None:
        self._retries = 0
        self._state, self._reason = "running", ""
        self._timeouts: dict[str, float] = {}

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> Ending:
        """Run it to its end."""
        start = workflow.payload_converter().from_payload(arguments[0].payload, Start)
        self._timeouts = start.timeouts
        identity = workflow.info().workflow_id
        ending = await run(start.saga, identity, start.input, self, self._failed)
        self._tell(ending.state, ending.reason)
        return ending

    @workflow.signal
    def retry(self) -> None:
        """Somebody has mended what was stuck: try again now."""
        self._retries += 1

    async def act(self, call: Call) -> JsonValue:
        """The participant's answer, or why there is none."""
        if call.part is Part.COMPENSATABLE:
            return await self._round(call, call.attempts)
        return await self._until_it_succeeds(call)

    async def undo(self, call: Call) -> None:
        """Returns when it is undone."""
        await self._until_it_succeeds(call)

    async def _until_it_succeeds(self, call: Call) -> JsonValue:
        state, reason, pause = self._state, self._reason, FIRST_PAUSE
        while True:
            try:
                answer = await self._round(call, ROUND)
            except StepFailed as error:
                self._tell("stuck", f"{call.service}:{call.operation}: {error}")
                seen = self._retries
                try:
                    await workflow.wait_condition(
                        lambda seen=seen: self._retries > seen,  # type: ignore[misc]
                        timeout=timedelta(seconds=pause),
                    )
                    pause = FIRST_PAUSE
                except TimeoutError:
                    pause = min(2 * pause, LONGEST_PAUSE)
                continue
            if self._state == "stuck":
                self._tell(state, reason)
            return answer

    async def _round(self, call: Call, attempts: int) -> JsonValue:
        """A number of attempts, each as an activity's own."""
        try:
            answer: JsonValue = await workflow.execute_activity(
                f"{call.service}:{call.operation}",
                call,
                start_to_close_timeout=timedelta(seconds=self._timeouts.get(call.service, 10)),
                retry_policy=RetryPolicy(
                    initial_interval=timedelta(seconds=0.2),
                    maximum_interval=timedelta(seconds=10),
                    maximum_attempts=attempts,
                ),
            )
        except ActivityError as error:
            cause = error.cause
            if isinstance(cause, ApplicationError) and cause.type == REFUSED:
                raise StepRefused(cause.message) from error
            raise StepFailed(getattr(cause, "message", None) or str(error)) from error
        return answer

    def _failed(self, reason: str) -> None:
        self._tell("compensating", reason)

    def _tell(self, state: str, reason: str) -> None:
        """Say where the saga stands, in the memo that `mscli saga ls` and the owner read."""
        self._state, self._reason = state, reason
        workflow.upsert_memo({"state": state, "reason": reason})
        level = workflow.logger.error if state == "stuck" else workflow.logger.info
        level("saga %s is %s", workflow.info().workflow_id, state, extra={"reason": reason})
