"""The sagas of a system that is up, whoever leads them: Temporal, or events."""

from __future__ import annotations

from mscli.engines import nats
from mscli.errors import MscliError
from mscli.model.process import Plan
from mscli.runtimes.processes import choreographed, dead_letters, sagas
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.sagas import SagaRow, StepRow
from mscli.runtimes.processes.temporal import Document, has_temporal, is_embedded, temporal_of


def newest(plan: Plan, *, failed: bool = False, limit: int = 50) -> list[SagaRow]:
    """The newest sagas, at most `limit`; with `failed` only those that need a person.

    Raises UsageError where there can be no sagas.
    """
    rows: list[SagaRow] = []
    if _has_events(plan):
        rows += choreographed.sagas(plan, failed=failed, limit=limit)
    if has_temporal(plan) or not _has_events(plan):
        rows += sagas.sagas(temporal_of(plan), failed=failed, limit=limit)
    return sorted(rows, key=lambda row: row.started, reverse=True)[:limit]


def one(plan: Plan, saga_id: str) -> tuple[SagaRow, list[StepRow]]:
    """One saga and every step of it, in order. Raises MscliError for an unknown id."""
    found = _choreographed(plan, saga_id)
    if found is not None:
        return found
    if _has_events(plan) and not has_temporal(plan):
        raise MscliError(f"no saga '{saga_id}'", "`mscli saga ls` shows their ids")
    return sagas.saga(temporal_of(plan), saga_id)


def history(plan: Plan, saga_id: str) -> Document:
    """The history of a saga that Temporal leads. Raises MscliError for any other id."""
    if _choreographed(plan, saga_id) is not None:
        raise MscliError(
            f"saga '{saga_id}' is carried by events: there is no history to replay",
            f"`mscli saga show {saga_id}` shows its events",
        )
    return sagas.history(temporal_of(plan), saga_id)


def retry(place: Place, plan: Plan, saga_id: str) -> str:
    """Let a stuck saga try again now; the step that it stood at.

    Raises MscliError for an unknown id and for a saga that is not stuck.
    """
    found = _choreographed(plan, saga_id)
    if found is None:
        one(plan, saga_id)
        return sagas.retry(temporal_of(plan), saga_id)
    letters = dead_letters.replay(place, plan, lambda letter: letter.saga_id == saga_id)
    if not letters:
        state = found[0].state
        raise MscliError(f"saga '{saga_id}' is {state}: there is nothing to retry")
    return ", ".join(dict.fromkeys(letter.operation for letter in letters))


def are_led_here(plan: Plan) -> bool:
    """Whether somebody who leads sagas runs with the system, and so has to be up."""
    return is_embedded(plan) or _has_events(plan)


def _has_events(plan: Plan) -> bool:
    return bool(plan.replicas(nats.SERVER))


def _choreographed(plan: Plan, saga_id: str) -> tuple[SagaRow, list[StepRow]] | None:
    return choreographed.saga(plan, saga_id) if _has_events(plan) else None
