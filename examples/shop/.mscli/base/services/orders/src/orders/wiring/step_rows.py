# Merged by mscli: `mscli update` merges new versions into it.
"""The steps of sagas in PostgreSQL, and the endpoints through which they are asked for.

The table is made by the migration `saga_steps`. It is not part of the service's own metadata.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from json import dumps

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field, JsonValue
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .steps import Kept, Outcome, Row, Rows, Step, StepRequest, act, undo

# The insert waits for a transaction that has the same row in its hands.
CLAIM = text(
    "INSERT INTO saga_steps (saga_id, step, outcome) VALUES (:saga_id, :step, 'never') "
    "ON CONFLICT (saga_id, step) DO NOTHING"
)
LOOK = text(
    "SELECT outcome, answer FROM saga_steps WHERE saga_id = :saga_id AND step = :step FOR UPDATE"
)
# That a step acts once is counted where it acts: `mscli drill` looks at the counts.
KEEP = text(
    "UPDATE saga_steps SET outcome = :outcome, answer = CAST(:answer AS jsonb), "
    "acted = acted + :acted, undone = undone + :undone, changed_at = now() "
    "WHERE saga_id = :saga_id AND step = :step"
)


class PostgresRow:
    """A row that this transaction holds."""

    def __init__(self, connection: AsyncConnection, key: dict[str, str], kept: Kept | None) -> None:
        self.connection = connection
        self.kept = kept
        self._key = key

    def attempt(self) -> AbstractAsyncContextManager[object]:
        """A savepoint."""
        return self.connection.begin_nested()

    async def keep(self, kept: Kept) -> None:
        """Write the row."""
        values = {
            "outcome": kept.outcome,
            "answer": dumps(kept.answer),
            "acted": int(kept.outcome is Outcome.DONE),
            "undone": int(kept.outcome is Outcome.COMPENSATED),
        }
        await self.connection.execute(KEEP, self._key | values)


async def locked_row(connection: AsyncConnection, saga_id: str, step: str) -> PostgresRow:
    """The step's row, held until the transaction of `connection` ends."""
    key = {"saga_id": saga_id, "step": step}
    kept = None
    if not (await connection.execute(CLAIM, key)).rowcount:
        found = (await connection.execute(LOOK, key)).one()
        kept = Kept(Outcome(found.outcome), found.answer)
    return PostgresRow(connection, key, kept)


class PostgresRows:
    """The table `saga_steps`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def locked(self, saga_id: str, step: str) -> AsyncIterator[Row]:
        """A transaction that holds the step's row."""
        async with self._engine.begin() as connection:
            yield await locked_row(connection, saga_id, step)


class StepDocument(BaseModel):
    """The body of a request to act or to undo."""

    saga_id: str = Field(min_length=1, max_length=200)
    input: dict[str, JsonValue] = Field(default_factory=dict)
    answers: dict[str, JsonValue] = Field(default_factory=dict)

    def request(self) -> StepRequest:
        """The same for a handler."""
        return StepRequest(self.saga_id, self.input, self.answers)


Endpoint = Callable[[Request, StepDocument], Awaitable[dict[str, JsonValue]]]


def add_steps(app: FastAPI, steps: Sequence[Step]) -> None:
    """Add `POST /internal/sagas/<saga>/<action or compensation>`; the gateway hides them."""
    for step in steps:
        app.post(f"/internal/sagas/{step.saga}/{step.name}")(_acting(step))
        if step.undo is not None:
            app.post(f"/internal/sagas/{step.saga}/{step.undo_name}")(_undoing(step))


def _rows(request: Request) -> Rows:
    state = request.app.state
    rows: Rows = getattr(state, "saga_rows", None) or PostgresRows(state.database)
    return rows


def _acting(step: Step) -> Endpoint:
    async def endpoint(request: Request, document: StepDocument) -> dict[str, JsonValue]:
        return {"answer": await act(_rows(request), step, document.request())}

    return endpoint


def _undoing(step: Step) -> Endpoint:
    async def endpoint(request: Request, document: StepDocument) -> dict[str, JsonValue]:
        return {"answer": await undo(_rows(request), step, document.request())}

    return endpoint
