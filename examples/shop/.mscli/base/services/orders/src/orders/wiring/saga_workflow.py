# Merged by mscli: `mscli update` merges new versions into it.
"""A saga as a Temporal workflow: the coroutine of `saga.py`, every call an activity.

What is written here decides what a running saga does next, and has to decide the same for sagas
that began under an older version: `workflow.patched` marks a change, `tests/test_saga_replay.py`
replays recorded histories.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from .saga import Call, Ending, Part, Saga, StepFailed, StepRefused, run

REFUSED = "Refused"
ROUND = 5  # attempts, after which a call that must succeed is called stuck
FOREVER = 0  # attempts: Temporal's word for no limit
MARGIN = 2.0  # seconds that an attempt may take beyond the timeout of its call
NOTICED = 2.0  # seconds without a heartbeat, after which the worker of a call is taken for dead

Activity = workflow.ActivityHandle[JsonValue]


@dataclass(frozen=True, slots=True)
class Start:
    """What a workflow is started with."""

    saga: Saga
    input: dict[str, JsonValue]


@workflow.defn(dynamic=True)
class SagaWorkflow:
    """Any saga: its name is the workflow's type, its steps are in its arguments."""

    def __init__(self) -> None:
        self._retries = 0
        self._state, self._reason = "running", ""

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> Ending:
        """Run it to its end."""
        start = workflow.payload_converter().from_payload(arguments[0].payload, Start)
        identity = workflow.info().workflow_id
        ending = await run(start.saga, identity, start.input, self, self._failed)
        _log(ending.state, ending.reason)
        return ending

    @workflow.signal
    def retry(self) -> None:
        """Somebody has mended what was stuck: try again now."""
        self._retries += 1

    async def act(self, call: Call) -> JsonValue:
        """The participant's answer, or why there is none."""
        if call.part is Part.COMPENSATABLE:
            return await _answer(_started(call, call.step.attempts))
        return await self._until_it_succeeds(call)

    async def undo(self, call: Call) -> None:
        """Returns when it is undone."""
        await self._until_it_succeeds(call)

    async def _until_it_succeeds(self, call: Call) -> JsonValue:
        try:
            return await _answer(_started(call, max(ROUND, call.step.attempts)))
        except StepFailed as error:
            before = self._state, self._reason
            self._tell("stuck", f"{call.name}: {error}")
        answer = await self._without_end(call)
        self._tell(*before)
        return answer

    async def _without_end(self, call: Call) -> JsonValue:
        """The answer, whenever it comes; Temporal repeats the call without a line in the history.

        Its pauses are the longest from the start; a retry by hand begins anew, without one.
        """
        while True:
            seen, activity = self._retries, _started(call, FOREVER)
            await workflow.wait_condition(
                lambda seen=seen, activity=activity: activity.done() or self._retries > seen  # type: ignore[misc]
            )
            if activity.done():
                return await _answer(activity)
            activity.cancel()
            with suppress(ActivityError):
                await activity

    def _failed(self, reason: str) -> None:
        self._tell("compensating", reason)

    def _tell(self, state: str, reason: str) -> None:
        """Say where the saga stands, in the memo that `mscli saga ls` and the owner read.

        Its end needs no word: a workflow that has completed was running or compensating before.
        """
        self._state, self._reason = state, reason
        workflow.upsert_memo({"state": state, "reason": reason})
        _log(state, reason)


def _log(state: str, reason: str) -> None:
    level = workflow.logger.error if state == "stuck" else workflow.logger.info
    level("saga %s is %s", workflow.info().workflow_id, state, extra={"reason": reason})


def _started(call: Call, attempts: int) -> Activity:
    """A call as an activity, with a number of attempts."""
    step = call.step
    first = step.maximum_interval if attempts == FOREVER else step.initial_interval
    return workflow.start_activity(
        call.name,
        call,
        start_to_close_timeout=timedelta(seconds=step.timeout + MARGIN),
        heartbeat_timeout=timedelta(seconds=NOTICED),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=first),
            maximum_interval=timedelta(seconds=step.maximum_interval),
            maximum_attempts=attempts,
        ),
    )


async def _answer(activity: Activity) -> JsonValue:
    try:
        return await activity
    except ActivityError as error:
        cause = error.cause
        if isinstance(cause, ApplicationError) and cause.type == REFUSED:
            raise StepRefused(cause.message) from error
        raise StepFailed(getattr(cause, "message", None) or str(error)) from error
