# Merged by mscli: `mscli update` merges new versions into it.
"""The worker's process: it runs the workflows, and their activities call the participants.

It answers `/livez`, `/readyz` and `/metrics` as every service does.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import NoReturn

from fastapi import FastAPI
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from .health import Service, add_endpoints
from .saga import Saga
from .saga_calls import BEAT, Participants
from .saga_metrics import OpenSagas
from .saga_workflow import SagaWorkflow
from .telemetry import start_telemetry
from .temporal_client import TemporalSettings, connect, settings

STICKY = timedelta(seconds=1)  # after which a saga of a dead worker goes to another
GRACE = timedelta(seconds=5)  # for calls that are under way when it stops
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # seconds between attempts to reach Temporal
CALL = {"workflow_id": "saga_id", "activity_type": "step", "attempt": "attempt"}

logger = logging.getLogger(__name__)


class SagaWorker:
    """Works on one queue for as long as it is open, and begins anew when Temporal was away."""

    def __init__(self, queue: str, sagas: tuple[Saga, ...], service: Service) -> None:
        self._queue = queue
        self._called = sorted({step.service for saga in sagas for step in saga.steps})
        self._participants = Participants(service)
        self._open_sagas = OpenSagas(queue, sagas, service)
        self._worker: Worker | None = None

    async def check(self) -> None:
        """Raises while it cannot work."""
        if self._worker is None or not self._worker.is_running:
            raise ConnectionError("not connected to Temporal")

    async def run(self, known: TemporalSettings) -> None:
        """Work until it is cancelled."""
        pause = FIRST_PAUSE
        await self._participants.open(self._called)
        try:
            while True:
                try:
                    await self._work(await connect(known, lazy=False))
                except Exception as error:  # Temporal's core has no type of its own
                    where = {"address": known.address, "namespace": known.namespace}
                    logger.error("Temporal cannot be used: %s", error, extra=where)
                else:
                    pause = FIRST_PAUSE
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            await self._participants.aclose()

    async def _work(self, client: Client) -> None:
        self._worker = Worker(
            client,
            task_queue=self._queue,
            workflows=[SagaWorkflow],
            activities=[self._participants.call],
            workflow_runner=UnsandboxedWorkflowRunner(),
            sticky_queue_schedule_to_start_timeout=STICKY,
            max_heartbeat_throttle_interval=BEAT,
            graceful_shutdown_timeout=GRACE,
        )
        counting = asyncio.create_task(self._open_sagas.count(client))
        try:
            await self._worker.run()  # cancelled, it lets what is under way come to its end
        finally:
            counting.cancel()


class OneLine(logging.Filter):
    """A line says of which saga and step it is, and not where in this process a call failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """The record, without a traceback and most of what Temporal knows of it."""
        fields = vars(record)
        if saga := fields.pop("temporal_workflow", None):
            fields["saga_id"] = saga["workflow_id"]
        if call := fields.pop("temporal_activity", None):
            fields |= {ours: call[theirs] for theirs, ours in CALL.items()}
        fields.pop("__temporal_error_identifier", None)
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ApplicationError):
            record.msg, record.args, record.exc_info = "call failed: %s", (error.message,), None
        return True


def create_worker(name: str, queue: str, sagas: tuple[Saga, ...]) -> FastAPI:
    """The worker as an application that has nothing but its health."""
    service = Service(name)
    workflow.logger.workflow_info_on_message = False  # it is in the line's fields
    activity.logger.activity_info_on_message = False
    for each in (workflow.logger, activity.logger):
        each.base_logger.addFilter(OneLine())
    known = settings()
    worker = SagaWorker(queue, sagas, service)
    service.checks["temporal"] = worker.check

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(worker.run(known))
        service.started = True
        yield
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    app = FastAPI(title=name, lifespan=lifespan, openapi_url=None)
    app.state.service = service
    add_endpoints(app, service)
    start_telemetry(app, name)
    return app


def end(code: int) -> NoReturn:
    """End the process now: Temporal's client may abort when the interpreter takes it down."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry import metrics, trace

        for telemetry in (trace.get_tracer_provider(), metrics.get_meter_provider()):
            getattr(telemetry, "shutdown", lambda: None)()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)
