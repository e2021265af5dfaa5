# Merged by mscli: `mscli update` merges new versions into it.
"""Sagas on Temporal: how one is started and found. `saga_workflow.py` is how it runs.

The id of a saga is made of its name and the caller's idempotency key, and Temporal starts no second
workflow of one id: a repeated request finds the first.
"""

from datetime import timedelta
from hashlib import sha256
from json import dumps

from pydantic import JsonValue
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from .problems import Kind, ProblemError
from .saga import Saga
from .saga_starts import KeyReused, Progress, UnknownSaga, id_of
from .saga_workflow import Start
from .temporal_client import connect, settings

__all__ = ["KeyReused", "Orchestrator", "Progress", "UnknownSaga", "id_of"]

TASK_TIMEOUT = timedelta(seconds=3)  # after which a workflow task of a dead worker is another's
PATIENCE = timedelta(seconds=5)  # for Temporal's answer to one request


class OrchestratorUnavailable(ProblemError):
    """Temporal does not answer."""

    kind = Kind(503, "Sagas cannot be started now")
    headers = {"Retry-After": "5"}  # noqa: RUF012 - a Mapping, by the base


def state_of(status: WorkflowExecutionStatus | None, told: str) -> str:
    """The state of a saga whose workflow has this status and told that state in its memo."""
    if status is WorkflowExecutionStatus.RUNNING:
        return told
    if status is WorkflowExecutionStatus.COMPLETED:
        return "completed" if told == "running" else "compensated"
    return "failed"


class Orchestrator:
    """Starts the sagas that this service owns, and says where they stand."""

    def __init__(self, sagas: tuple[Saga, ...], queue: str, owner: str) -> None:
        self._sagas = {saga.name: saga for saga in sagas}
        self._queue = queue
        self._owner = owner
        self._settings = settings()
        self._client: Client | None = None

    async def start(self, name: str, key: str | None, input: dict[str, JsonValue]) -> str:
        """Start a saga, once for each key; its id."""
        saga = self._saga(name)
        saga_id = id_of(name, key)
        digest = sha256(dumps(input, sort_keys=True).encode()).hexdigest()
        client = await self._connected()
        try:
            await client.start_workflow(
                name,
                Start(saga, input),
                id=saga_id,
                task_queue=self._queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                task_timeout=TASK_TIMEOUT,
                memo={"input": digest, "owner": self._owner},
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
        state = state_of(found.status, str(memo.get("state", "running")))
        return Progress(saga_id, state, str(memo.get("reason", "")))

    def _saga(self, name: str) -> Saga:
        if name not in self._sagas:
            raise UnknownSaga(f"this service owns no saga {name}")
        return self._sagas[name]

    async def _connected(self) -> Client:
        if self._client is None:
            self._client = await connect(self._settings, lazy=True)
        return self._client

    async def _must_be_same(self, client: Client, saga_id: str, digest: str) -> None:
        try:
            found = await client.get_workflow_handle(saga_id).describe(rpc_timeout=PATIENCE)
        except RPCError as error:
            raise OrchestratorUnavailable(f"Temporal: {error.status.name}") from error
        if (await found.memo()).get("input") != digest:
            raise KeyReused("this idempotency key belongs to another input")
