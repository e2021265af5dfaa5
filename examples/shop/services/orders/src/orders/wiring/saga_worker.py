# Merged by mscli: `mscli update` merges new versions into it.
"""The worker's process: it runs the workflows, and their activities call the participants.

It answers `/livez`, `/readyz` and `/metrics` as every service does.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import NoReturn

import httpx2
from fastapi import FastAPI
from prometheus_client import Counter
from pydantic import JsonValue
from temporalio import activity, workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from .calls import CallError
from .health import Service, add_endpoints
from .http import Calls
from .saga import Call, Part, Saga
from .saga_workflow import REFUSED, SagaWorkflow
from .telemetry import start_telemetry
from .temporal import connect

REFUSALS = frozenset({409, 422})
STICKY = timedelta(seconds=3)  # after which a saga of a dead worker goes to another

logger = logging.getLogger(__name__)


class Participants:
    """The activities: each is one attempt at one call."""

    def __init__(self, clients: Mapping[str, httpx2.AsyncClient], service: Service) -> None:
        self._clients = clients
        labels = ("saga", "operation", "outcome")
        self._calls = Counter(
            "saga_calls", "Calls of participants.", labels, registry=service.metrics
        )

    @activity.defn(dynamic=True)
    async def call(self, arguments: Sequence[RawValue]) -> JsonValue:
        """The participant's answer; an error says whether and when to try again."""
        call = activity.payload_converter().from_payload(arguments[0].payload, Call)
        try:
            answer = await self._answer(call)
        except ApplicationError as error:
            self._count(call, "refused" if error.type == REFUSED else "failed")
            raise
        self._count(call, "answered")
        return answer

    async def _answer(self, call: Call) -> JsonValue:
        document = {"saga_id": call.saga_id, "input": call.input, "answers": call.answers}
        key = {"Idempotency-Key": f"{call.saga_id}:{call.operation}"}
        path = f"/internal/sagas/{call.saga}/{call.operation}"
        try:
            response = await self._clients[call.service].post(path, json=document, headers=key)
        except CallError as error:
            wait = error.headers.get("Retry-After")
            delay = None if wait is None else timedelta(seconds=float(wait))
            raise ApplicationError(str(error), next_retry_delay=delay) from error
        if response.is_success:
            answer: JsonValue = response.json()["answer"]
            return answer
        reason = _reason(response)
        may_refuse = call.part is not Part.RETRIABLE and not call.undoes
        if response.status_code in REFUSALS and may_refuse:
            benign = ApplicationErrorCategory.BENIGN  # no error of ours: nothing for the log
            raise ApplicationError(reason, type=REFUSED, non_retryable=True, category=benign)
        raise ApplicationError(reason)

    def _count(self, call: Call, outcome: str) -> None:
        self._calls.labels(call.saga, f"{call.service}:{call.operation}", outcome).inc()


def _reason(response: httpx2.Response) -> str:
    """The problem's detail, or the status."""
    try:
        detail = response.json().get("detail")
    except (ValueError, AttributeError):
        detail = None
    return str(detail) if detail else f"it answered {response.status_code}"


def create_worker(name: str, queue: str, sagas: tuple[Saga, ...]) -> FastAPI:
    """The worker as an application that has nothing but its health."""
    service = Service(name)
    workflow.logger.workflow_info_on_message = False  # it is in the line's fields
    activity.logger.activity_info_on_message = False

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            calls = Calls(service)
            participants = sorted({step.service for saga in sagas for step in saga.steps})
            clients = {
                name: await stack.enter_async_context(calls.open(name, once=True))
                for name in participants
            }
            worker = Worker(
                await connect(lazy=False),
                task_queue=queue,
                workflows=[SagaWorkflow],
                activities=[Participants(clients, service).call],
                workflow_runner=UnsandboxedWorkflowRunner(),
                sticky_queue_schedule_to_start_timeout=STICKY,
                graceful_shutdown_timeout=timedelta(seconds=5),
            )
            running = asyncio.create_task(worker.run())
            service.checks["worker"] = lambda: _must_run(running)
            service.started = True
            yield
            await worker.shutdown()
            await asyncio.wait([running])

    app = FastAPI(title=name, lifespan=lifespan, openapi_url=None)
    app.state.service = service
    add_endpoints(app, service)
    start_telemetry(app, name)
    return app


async def _must_run(running: asyncio.Task[None]) -> None:
    if running.done():
        raise RuntimeError("the worker has ended")


def end(code: int) -> NoReturn:
    """End the process now: Temporal's client may abort when the interpreter takes it down."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry import metrics, trace

        for telemetry in (trace.get_tracer_provider(), metrics.get_meter_provider()):
            getattr(telemetry, "shutdown", lambda: None)()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)
