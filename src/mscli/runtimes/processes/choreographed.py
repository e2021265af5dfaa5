"""Choreographed sagas of a system that is up, as their owners have written them down.

The owner notes every event of its sagas and every dead letter (the template's `wiring/saga_log.py`)
in `sagas` and `saga_events`; from these a saga's state is taken, and its steps are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mscli.model.process import Plan, Process
from mscli.runtimes.processes import psql
from mscli.runtimes.processes.sagas import SagaRow, StepRow, between

Select = Callable[[Process, str], list[Any]]
"""A replica of a service, and a SELECT on its database -> rows as JSON objects."""

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_SAGAS = (
    f"SELECT saga_id, saga, state, reason, {_TIME.format('started_at')} AS started, "  # noqa: S608
    f"coalesce({_TIME.format('ended_at')}, '') AS ended FROM sagas"
)
_EVENTS = (
    f"SELECT type, {_TIME.format('happened_at')} AS time, attempts, reason "  # noqa: S608
    "FROM saga_events WHERE saga_id = {} ORDER BY happened_at"
)


def owners(plan: Plan, select: Select = psql.select) -> list[Process]:
    """A replica of each service that owns such sagas."""
    services = (plan.replicas(name)[0] for name in plan.workloads)
    reached = ("DATABASE_URL_FILE", "NATS_URL_FILE")
    candidates = [p for p in services if all(name in p.environment for name in reached)]
    databases = {p.environment["DATABASE_URL_FILE"]: p for p in reversed(candidates)}
    there = "SELECT to_regclass('saga_events') IS NOT NULL AS there"
    return [
        process for process in reversed(databases.values()) if select(process, there)[0]["there"]
    ]


def sagas(
    plan: Plan, *, failed: bool = False, limit: int = 50, select: Select = psql.select
) -> list[SagaRow]:
    """The newest sagas, at most `limit`; with `failed` only those that need a person."""
    chosen = " WHERE state = 'stuck'" if failed else ""
    query = f"{_SAGAS}{chosen} ORDER BY started_at DESC LIMIT {limit}"
    return [
        SagaRow(owner=owner.workload, **row)
        for owner in owners(plan, select)
        for row in select(owner, query)
    ]


def saga(
    plan: Plan, saga_id: str, select: Select = psql.select
) -> tuple[SagaRow, list[StepRow]] | None:
    """One saga and every step of it, in order; None if it is none of these."""
    wanted = psql.quoted(saga_id)
    for owner in owners(plan, select):
        for row in select(owner, f"{_SAGAS} WHERE saga_id = {wanted}"):
            events = select(owner, _EVENTS.format(wanted))
            return SagaRow(owner=owner.workload, **row), list(_steps(row["started"], events))
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
