# Scaffolded by mscli: yours to change.
"""Starting the sagas that this service owns, and asking where one stands."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, JsonValue

from orders.wiring.temporal import Progress

router = APIRouter(prefix="/sagas", tags=["sagas"])


class Starter(Protocol):
    """Starts sagas and finds them."""

    async def start(self, name: str, key: str | None, input: dict[str, JsonValue]) -> str:
        """Start one, once for each key; its id."""

    async def find(self, name: str, saga_id: str) -> Progress:
        """Where it stands."""


async def get_starter(request: Request) -> Starter:
    """Temporal; a test puts its own in place."""
    starter: Starter = request.app.state.orchestrator
    return starter


Sagas = Annotated[Starter, Depends(get_starter)]


class SagaDocument(BaseModel):
    """A saga as callers see it."""

    model_config = ConfigDict(from_attributes=True)

    saga_id: str
    state: str
    reason: str = ""


@router.post("/{name}", status_code=202)
async def start(
    name: str,
    body: dict[str, JsonValue],
    response: Response,
    sagas: Sagas,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> SagaDocument:
    """Start a saga; the body is its input. Safe to repeat with the same Idempotency-Key."""
    saga_id = await sagas.start(name, idempotency_key, body)
    response.headers["Location"] = f"{name}/{saga_id}"
    return SagaDocument(saga_id=saga_id, state="running")


@router.get("/{name}/{saga_id}")
async def find(name: str, saga_id: str, sagas: Sagas) -> SagaDocument:
    """Where a saga stands: running, compensating, stuck, completed, compensated or failed."""
    return SagaDocument.model_validate(await sagas.find(name, saga_id))
