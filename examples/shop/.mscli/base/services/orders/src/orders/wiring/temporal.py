# Merged by mscli: `mscli update` merges new versions into it.
"""Sagas on Temporal: how one is started and found. `saga_workflow.py` is how it runs.

The id of a saga is made of its name and the caller's idempotency key, and Temporal starts no second
workflow of one id: a repeated request finds the first.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from json import dumps
from uuid import NAMESPACE_URL, uuid4, uuid5

from pydantic import JsonValue
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from .calls import CallPolicy
from .environment import Environment, read
from .problems import Kind, ProblemError
from .saga import Saga
from .saga_workflow import Start

MARGIN = 2.0  # seconds that an activity may take beyond the deadline of its call
TASK_TIMEOUT = timedelta(seconds=5)  # after which a workflow task of a dead worker is another's
PATIENCE = timedelta(seconds=5)  # for Temporal's answer to one request


class TemporalSettings(Environment):
    """`TEMPORAL_...`"""

    address: str = "127.0.0.1:7233"
    namespace: str = "default"


class UnknownSaga(ProblemError):
    """There is no saga of this name or id."""

    kind = Kind(404, "Saga not found")


class KeyReused(ProblemError):
    """The idempotency key was used before, with another input."""

    kind = Kind(422, "Idempotency key reused")


class OrchestratorUnavailable(ProblemError):
    """Temporal does not answer."""

    kind = Kind(503, "Sagas cannot be started now")
    headers = {"Retry-After": "5"}  # noqa: RUF012 - a Mapping, by the base


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a saga stands: running, compensating, stuck, completed, compensated or failed."""

    saga_id: str
    state: str
    reason: str = ""


def id_of(name: str, key: str | None) -> str:
    """The id of the saga that is, or would be, started with this key; without one, a new id."""
    unique = uuid4() if key is None else uuid5(NAMESPACE_URL, f"{name}/{key}")
    return f"{name}-{unique.hex}"


async def connect(*, lazy: bool) -> Client:
    """A client; a lazy one connects when it is first used."""
    settings = read(TemporalSettings, "TEMPORAL_")
    return await Client.connect(
        settings.address,
        namespace=settings.namespace,
        data_converter=pydantic_data_converter,
        lazy=lazy,
    )


class Orchestrator:
    """Starts the sagas that this service owns, and says where they stand."""

    def __init__(self, sagas: tuple[Saga, ...], queue: str) -> None:
        self._sagas = {saga.name: saga for saga in sagas}
        self._queue = queue
        self._client: Client | None = None

    async def start(self, name: str, key: str | None, input: dict[str, JsonValue]) -> str:
        """Start a saga, once for each key; its id."""
        saga = self._saga(name)
        saga_id = id_of(name, key)
        digest = sha256(dumps(input, sort_keys=True).encode()).hexdigest()
        deadlines = {step.service: CallPolicy.of(step.service).deadline for step in saga.steps}
        timeouts = {service: deadline + MARGIN for service, deadline in deadlines.items()}
        client = await self._connected()
        try:
            await client.start_workflow(
                name,
                Start(saga, input, timeouts),
                id=saga_id,
                task_queue=self._queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                task_timeout=TASK_TIMEOUT,
                memo={"input": digest, "owner": self._queue.removesuffix("-sagas")},
                rpc_timeout=PATIENCE,
            )
        except WorkflowAlreadyStartedError:
            await self._must_be_same(client, saga_id, digest)
        except RPCError as error:
            raise OrchestratorUnavailable(f"Temporal: {error.status.name}") from error
        return saga_id

    async def find(self, name: str, saga_id: str) -> Progress:
        """Where a saga stands. Raises UnknownSaga."""
        self._saga(name)
        if not saga_id.startswith(f"{name}-"):
            raise UnknownSaga(f"no saga {saga_id}")
        client = await self._connected()
        try:
            found = await client.get_workflow_handle(saga_id).describe(rpc_timeout=PATIENCE)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise UnknownSaga(f"no saga {saga_id}") from error
            raise OrchestratorUnavailable(f"Temporal: {error.status.name}") from error
        memo = await found.memo()
        state = str(memo.get("state", "running"))
        if found.status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED):
            state = "failed"
        return Progress(saga_id, state, str(memo.get("reason", "")))

    def _saga(self, name: str) -> Saga:
        if name not in self._sagas:
            raise UnknownSaga(f"this service owns no saga {name}")
        return self._sagas[name]

    async def _connected(self) -> Client:
        if self._client is None:
            self._client = await connect(lazy=True)
        return self._client

    async def _must_be_same(self, client: Client, saga_id: str, digest: str) -> None:
        try:
            found = await client.get_workflow_handle(saga_id).describe(rpc_timeout=PATIENCE)
        except RPCError as error:
            raise OrchestratorUnavailable(f"Temporal: {error.status.name}") from error
        if (await found.memo()).get("input") != digest:
            raise KeyReused("this idempotency key belongs to another input")
