# mypy: ignore-errors
# It runs where Temporal's SDK is, which is not the environment of mscli.
"""The saga of benchmarks/sagas.py as one would write it by hand, and the driver of both.

It runs in the environment of a generated service, without mscli: a workflow on the bare Temporal
SDK, a plain httpx2 client, nothing else. `worker` works on it; `drive` starts sagas of either kind
and prints how long each took.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import time
from datetime import timedelta
from typing import Any

import httpx2
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE = "bare"
STEPS = (
    ("inventory", "reserve", "release"),
    ("payments", "charge", "refund"),
    ("shipping", "ship", ""),
)
REFUSALS = (409, 422)
TASK_TIMEOUT = timedelta(seconds=3)
RETRY = RetryPolicy(initial_interval=timedelta(seconds=0.2), maximum_attempts=5)


class Calls:
    """One activity: ask a participant."""

    def __init__(self) -> None:
        self.clients = {
            service: httpx2.AsyncClient(base_url=os.environ[f"CALL_{service.upper()}_URL"])
            for service, _, _ in STEPS
        }

    @activity.defn(name="ask")
    async def ask(self, service: str, operation: str, saga_id: str, input: dict[str, Any]) -> Any:  # noqa: ANN401
        response = await self.clients[service].post(
            f"/internal/sagas/place-order/{operation}",
            json={"saga_id": saga_id, "input": input, "answers": {}},
            headers={"Idempotency-Key": f"{saga_id}:{operation}"},
        )
        if response.status_code in REFUSALS:
            raise ApplicationError("refused", non_retryable=True)
        response.raise_for_status()
        return response.json()["answer"]


@workflow.defn(name="bare")
class Bare:
    """Three steps, undone in reverse."""

    @workflow.run
    async def run(self, input: dict[str, Any]) -> str:
        done: list[tuple[str, str]] = []
        for service, action, compensation in STEPS:
            try:
                await self._ask(service, action, input)
            except ActivityError:
                for other, undo in reversed(done):
                    await self._ask(other, undo, input)
                return "compensated"
            done.append((service, compensation))
        return "completed"

    async def _ask(self, service: str, operation: str, input: dict[str, Any]) -> None:
        await workflow.execute_activity(
            "ask",
            args=[service, operation, workflow.info().workflow_id, input],
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RETRY,
        )


async def connect() -> Client:
    return await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], data_converter=pydantic_data_converter
    )


async def work() -> None:
    worker = Worker(
        await connect(),
        task_queue=QUEUE,
        workflows=[Bare],
        activities=[Calls().ask],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    await worker.run()


async def drive(kind: str, count: int, at_once: int, name: str) -> None:
    """Start sagas, so many at once, and wait for each; seconds of each and of all on stdout."""
    client = await connect()
    sagas: Any = importlib.import_module("orders.sagas")
    start: Any = importlib.import_module("orders.wiring.saga_workflow").Start
    slots, taken = asyncio.Semaphore(at_once), []

    async def one(number: int) -> None:
        which, given, queue = (
            ("bare", {}, QUEUE)
            if kind == "bare"
            else ("place-order", start(sagas.SAGAS[0], {}), sagas.QUEUE)
        )
        async with slots:
            began = time.perf_counter()
            await client.execute_workflow(
                which,
                given,
                id=f"{name}-{number}",
                task_queue=queue,
                task_timeout=TASK_TIMEOUT,  # as the service starts its own
            )
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(count)))
    print(json.dumps({"all": time.perf_counter() - began, "each": taken}), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        asyncio.run(work())
    else:
        _, _, kind_, count_, at_once_, name_ = sys.argv
        asyncio.run(drive(kind_, int(count_), int(at_once_), name_))
    os._exit(0)  # Temporal's client may abort when the interpreter takes it down
