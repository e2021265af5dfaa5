# Merged by mscli: `mscli update` merges new versions into it.
"""The activities of sagas: each is one attempt at one call of a participant.

The client does not retry, Temporal does; deadline and breaker are the client's.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import NoReturn

import httpx2
from prometheus_client import Counter
from pydantic import JsonValue
from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from .calls import CallError
from .health import Service
from .http import Calls
from .saga import Call, Part
from .saga_workflow import NOTICED, REFUSED

BEAT = timedelta(seconds=NOTICED / 4)  # the worker's core sends none more often than that
REFUSALS = frozenset({409, 422})
BENIGN = ApplicationErrorCategory.BENIGN  # no error of ours: nothing for the log


class Participants:
    """Clients of the participants; one that only an older saga needs is opened when it does."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._calls = Calls(service)
        self._clients: dict[str, httpx2.AsyncClient] = {}
        self._open = AsyncExitStack()
        labels = ("saga", "operation", "outcome")
        self._count = Counter(
            "saga_calls", "Calls of participants.", labels, registry=service.metrics
        )

    async def open(self, services: Iterable[str]) -> None:
        """Open the clients of some services, so that `/wiring` shows them from the start."""
        for service in services:
            await self._client(service)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._open.aclose()

    @activity.defn(dynamic=True)
    async def call(self, arguments: Sequence[RawValue]) -> JsonValue:
        """The participant's answer; an error says whether and when to try again."""
        call = activity.payload_converter().from_payload(arguments[0].payload, Call)
        outcome = "failed"
        try:
            async with _beating():
                answer = await self._answer(call)
            outcome = "answered"
        except ApplicationError as error:
            outcome = "refused" if error.type == REFUSED else "failed"
            raise
        finally:
            self._count.labels(call.saga, call.name, outcome).inc()
        return answer

    async def _answer(self, call: Call) -> JsonValue:
        client = await self._client(call.step.service)
        try:
            response = await client.post(
                f"/internal/sagas/{call.saga}/{call.operation}",
                json={"saga_id": call.saga_id, "input": call.input, "answers": call.answers},
                headers={
                    "Idempotency-Key": f"{call.saga_id}:{call.operation}",
                    "X-Request-Id": call.saga_id,  # the logs of all participants have it
                },
                timeout=httpx2.Timeout(None, pool=call.step.timeout / 2),
                extensions={"within": call.step.timeout},
            )
        except CallError as error:
            delay = self._delay(call.step.service, error)
            raise ApplicationError(str(error), next_retry_delay=delay) from error
        if response.is_success:
            answer: JsonValue = response.json()["answer"]
            return answer
        reason = _reason(response)
        may_refuse = call.part is not Part.RETRIABLE and not call.undoes
        if response.status_code in REFUSALS and may_refuse:
            raise ApplicationError(reason, type=REFUSED, non_retryable=True, category=BENIGN)
        raise ApplicationError(reason)

    def _delay(self, service: str, error: CallError) -> timedelta | None:
        """When it is worth while to try again: an open breaker knows; None if nobody does."""
        wait = self._service.calls[service]()["retry_after"] or error.headers.get("Retry-After")
        return timedelta(seconds=float(str(wait))) if wait else None

    async def _client(self, service: str) -> httpx2.AsyncClient:
        if service not in self._clients:
            self._clients[service] = await self._open.enter_async_context(
                self._calls.open(service, once=True)
            )
        return self._clients[service]


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    """Tell Temporal now and then that the worker lives; a call that is quick costs nothing."""
    beating = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beating.cancel()


async def _beat() -> NoReturn:
    while True:
        await asyncio.sleep(BEAT.total_seconds())
        activity.heartbeat()


def _reason(response: httpx2.Response) -> str:
    """The problem's detail, or the status."""
    try:
        detail = response.json().get("detail")
    except (ValueError, AttributeError):
        detail = None
    return str(detail) if detail else f"it answered {response.status_code}"
