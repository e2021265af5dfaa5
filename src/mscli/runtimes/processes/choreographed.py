"""Choreographed sagas of a system that is up, as their owners have written them down.

The owner notes every event of its sagas and every dead letter (the template's `wiring/saga_log.py`)
in `sagas` and `saga_events`; from these a saga's state is taken, and its steps are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mscli.model.process import Plan, Process
from mscli.runtimes.processes import psql
from mscli.runtimes.processes.sagas import SagaRow, StepRow, between

Select = Callable[[str], list[Any]]
"""A SELECT on a service's database -> rows as JSON objects."""

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_SAGAS = (
    f"SELECT saga_id, saga, state, reason, {_TIME.format('started_at')} AS started, "  # noqa: S608
    f"coalesce({_TIME.format('ended_at')}, '') AS ended FROM sagas"
)
_EVENTS = (
    f"SELECT type, {_TIME.format('happened_at')} AS time, attempts, reason "  # noqa: S608
    "FROM saga_events WHERE saga_id = {} ORDER BY happened_at"
)


@dataclass(frozen=True, slots=True)
class Store:
    """The database of a service, which may own such sagas."""

    service: str
    select: Select


def stores_of(plan: Plan, select: Callable[[Process, str], list[Any]] = psql.select) -> list[Store]:
    """The databases of services that know of events, each once."""
    services = (plan.replicas(name)[0] for name in plan.workloads)
    reached = ("DATABASE_URL_FILE", "NATS_URL_FILE")
    candidates = [p for p in services if all(name in p.environment for name in reached)]
    databases = {p.environment["DATABASE_URL_FILE"]: p for p in reversed(candidates)}
    return [Store(p.workload, partial(select, p)) for p in reversed(databases.values())]


def owners(stores: Iterable[Store]) -> list[Store]:
    """Those in which there are such sagas, or could be."""
    there = "SELECT to_regclass('saga_events') IS NOT NULL AS there"
    return [store for store in stores if store.select(there)[0]["there"]]


def sagas(stores: Iterable[Store], *, failed: bool = False, limit: int = 50) -> list[SagaRow]:
    """The newest sagas, at most `limit`; with `failed` only those that need a person."""
    chosen = " WHERE state = 'stuck'" if failed else ""
    query = f"{_SAGAS}{chosen} ORDER BY started_at DESC LIMIT {limit}"
    return [
        SagaRow(owner=owner.service, **row)
        for owner in owners(stores)
        for row in owner.select(query)
    ]


def saga(stores: Iterable[Store], saga_id: str) -> tuple[SagaRow, list[StepRow]] | None:
    """One saga and every step of it, in order; None if it is none of these."""
    wanted = psql.quoted(saga_id)
    for owner in owners(stores):
        for row in owner.select(f"{_SAGAS} WHERE saga_id = {wanted}"):
            events = owner.select(_EVENTS.format(wanted))
            return SagaRow(owner=owner.service, **row), list(_steps(row["started"], events))
    return None


def _steps(started: str, events: Sequence[Mapping[str, Any]]) -> Iterator[StepRow]:
    """What became of each operation: it began when the event before it had happened."""
    later = {event["type"].rpartition(".")[0] for event in events if not _is_dead(event)}
    before, undoing = started, False
    for event in events:
        service, _, operation, outcome = [*event["type"].split("."), ""][:4]
        if not outcome or (_is_dead(event) and event["type"].rpartition(".")[0] in later):
            continue  # the beginning, or what has been done since
        yield StepRow(
            step=f"{service}:{operation}",
            compensation=undoing,
            state={"succeeded": "done", "failed": "refused"}.get(outcome, "failed"),
            started=before,
            seconds=between(before, event["time"]),
            attempts=event["attempts"],
            error="" if outcome == "succeeded" else event["reason"],
        )
        before, undoing = event["time"], undoing or outcome == "failed"


def _is_dead(event: Mapping[str, Any]) -> bool:
    return str(event["type"]).endswith(".dead")
