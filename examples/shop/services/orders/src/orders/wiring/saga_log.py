# Merged by mscli: `mscli update` merges new versions into it.
"""The sagas that this service begins and events carry: starting one, and knowing where it stands.

The owner leads nothing. It writes down what every event of its sagas tells, the dead letters too,
and what is written says where a saga stands, in whatever order the events came.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from json import dumps

from fastapi import FastAPI
from pydantic import JsonValue
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .bus import Bus
from .choreography import Choreography
from .events import Event
from .inbox import DEAD, EVENTS, Delivery, Subscription, Transaction
from .outbox import emit
from .saga_starts import KeyReused, Progress, UnknownSaga, id_of

BEGIN = text(
    "INSERT INTO sagas (saga_id, saga, input_digest, state, reason, started_at) "
    "VALUES (:saga_id, :saga, :digest, 'running', '', now()) ON CONFLICT DO NOTHING"
)
FIND = text("SELECT saga, input_digest, state, reason FROM sagas WHERE saga_id = :saga_id")
HOLD = text("SELECT FROM sagas WHERE saga_id = :saga_id FOR UPDATE")
NOTE = text(
    "INSERT INTO saga_events (saga_id, type, happened_at, attempts, reason) "
    "VALUES (:saga_id, :type, CAST(CAST(:time AS text) AS timestamptz), :attempts, :reason) "
    "ON CONFLICT (saga_id, type) DO UPDATE SET happened_at = excluded.happened_at, "
    "attempts = excluded.attempts, reason = excluded.reason"
)
NOTED = text("SELECT type, reason FROM saga_events WHERE saga_id = :saga_id ORDER BY happened_at")
MARK = text(
    "UPDATE sagas SET state = :state, reason = :reason, "
    "ended_at = CASE WHEN :ended THEN CAST(CAST(:time AS text) AS timestamptz) END "
    "WHERE saga_id = :saga_id"
)
ENDED = ("completed", "compensated")


def state_of(saga: Choreography, types: Collection[str]) -> str:
    """Where a saga stands of which these types of events are known."""
    last, first = saga.steps[-1], saga.steps[0]
    if saga.type(last.service, last.action, "succeeded") in types:
        return "completed"
    if saga.type(first.service, first.action, "failed") in types:
        return "compensated"
    if first.compensation and saga.type(first.service, first.compensation, "succeeded") in types:
        return "compensated"
    if any(_is_dead(known, types) for known in types):
        return "stuck"
    return "compensating" if any(known.endswith(".failed") for known in types) else "running"


def _is_dead(kind: str, types: Collection[str]) -> bool:
    """Whether an operation is among the dead letters, and has not been done since."""
    operation, _, outcome = kind.rpartition(".")
    later = (f"{operation}.succeeded", f"{operation}.failed")
    return outcome == "dead" and not any(one in types for one in later)


def reason_of(state: str, noted: Iterable[tuple[str, str]]) -> str:
    """Why a saga is stuck, or was undone; `noted` are types and reasons, in order of time."""
    outcome = "dead" if state == "stuck" else "failed"
    told = [(kind, reason) for kind, reason in noted if kind.endswith(f".{outcome}")]
    if state in ("running", "completed") or not told:
        return ""
    kind, reason = told[-1]
    service, _, operation, _ = kind.split(".")
    return f"{service}:{operation}: {reason}"


class Choreographer:
    """Starts the sagas that this service owns, and says where they stand."""

    def __init__(self, app: FastAPI, service: str, sagas: Sequence[Choreography]) -> None:
        self._app = app
        self._service = service
        self._sagas = {saga.name: saga for saga in sagas if saga.owner == service}

    @property
    def names(self) -> tuple[str, ...]:
        """The sagas' names."""
        return tuple(self._sagas)

    async def start(self, name: str, key: str | None, input: dict[str, JsonValue]) -> str:
        """Start a saga, once for each key; its id."""
        async with self._engine.begin() as connection:
            saga_id = await self.start_with(connection, name, key, input)
        bus: Bus = self._app.state.bus
        bus.wake()
        return saga_id

    async def start_with(
        self, connection: AsyncConnection, name: str, key: str | None, input: dict[str, JsonValue]
    ) -> str:
        """Start a saga in a transaction that writes something else too: both, or neither.

        Its event leaves within a second of the commit; `app.state.bus.wake()` after it is quicker.
        """
        saga = self._saga(name)
        saga_id = id_of(name, key)
        digest = sha256(dumps(input, sort_keys=True).encode()).hexdigest()
        row = {"saga_id": saga_id, "saga": name, "digest": digest}
        kind = saga.started
        event = Event(kind, saga_id, {"input": input, "answers": {}}, f"{kind}/{saga_id}")
        if (await connection.execute(BEGIN, row)).rowcount:
            await emit(connection, event)
        elif (await connection.execute(FIND, row)).one().input_digest != digest:
            raise KeyReused("this idempotency key belongs to another input")
        return saga_id

    async def find(self, name: str, saga_id: str) -> Progress:
        """Where a saga stands. Raises UnknownSaga."""
        self._saga(name)
        async with self._engine.connect() as connection:
            found = (await connection.execute(FIND, {"saga_id": saga_id})).one_or_none()
        if found is None or found.saga != name:
            raise UnknownSaga(f"no saga {saga_id}")
        return Progress(saga_id, found.state, found.reason)

    def subscriptions(self) -> Iterator[Subscription]:
        """Every event of the sagas that this service owns, and every dead letter."""
        for name in self._sagas:
            consumer = f"{self._service}_{name}"
            for stream, prefix in ((EVENTS, "events"), (DEAD, "dead")):
                subject = f"{prefix}.*.{name}.>"
                yield Subscription(stream, consumer, subject, f"{name}.log", self._note)

    async def _note(self, transaction: Transaction, event: Event, _delivery: Delivery) -> None:
        """Write an event down, and where its saga stands now."""
        key = {"saga_id": event.subject}
        connection = transaction.connection
        if not (await connection.execute(HOLD, key)).rowcount:
            return  # begun before this database was
        time, said = {"time": event.time}, str(event.data.get("reason", ""))
        note = key | time | {"type": event.type, "attempts": event.attempts, "reason": said}
        await connection.execute(NOTE, note)
        noted = (await connection.execute(NOTED, key)).all()
        saga = self._sagas[event.type.split(".")[1]]
        state = state_of(saga, {row.type for row in noted})
        reason = reason_of(state, [(row.type, row.reason) for row in noted])
        mark = {"state": state, "reason": reason, "ended": state in ENDED}
        await connection.execute(MARK, key | time | mark)

    def _saga(self, name: str) -> Choreography:
        if name not in self._sagas:
            raise UnknownSaga(f"this service owns no saga {name}")
        return self._sagas[name]

    @property
    def _engine(self) -> AsyncEngine:
        engine: AsyncEngine = self._app.state.database
        return engine
