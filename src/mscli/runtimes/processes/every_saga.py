"""The sagas of a system that is up, whoever leads them: Temporal, or events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mscli.engines import nats
from mscli.errors import MscliError
from mscli.model.process import Plan
from mscli.runtimes.processes import choreographed, dead_letters, sagas
from mscli.runtimes.processes.choreographed import Store
from mscli.runtimes.processes.dead_letters import DeadLetter
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.sagas import SagaRow, StepRow
from mscli.runtimes.processes.temporal import (
    Document,
    Temporal,
    has_temporal,
    is_embedded,
    temporal_of,
)

Replay = Callable[[Callable[[DeadLetter], bool]], Sequence[DeadLetter]]


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who leads the sagas of a running copy, and how they are asked.

    `temporal` raises UsageError where there can be no sagas, and is None where only events carry
    them; `stores` are databases that may hold what events carry; `replay` publishes dead letters.
    """

    temporal: Callable[[], Temporal] | None
    stores: Sequence[Store]
    replay: Replay


def leaders_of(place: Place, plan: Plan) -> Leaders:
    """Those of a copy that runs as processes."""
    has_events = _has_events(plan)
    return Leaders(
        (lambda: temporal_of(plan)) if has_temporal(plan) or not has_events else None,
        choreographed.stores_of(plan) if has_events else (),
        lambda chosen: dead_letters.replay(dead_letters.nats_of(place, plan), chosen),
    )


def newest(leaders: Leaders, *, failed: bool = False, limit: int = 50) -> list[SagaRow]:
    """The newest sagas, at most `limit`; with `failed` only those that need a person.

    Raises UsageError where there can be no sagas.
    """
    rows = choreographed.sagas(leaders.stores, failed=failed, limit=limit)
    if leaders.temporal is not None:
        rows += sagas.sagas(leaders.temporal(), failed=failed, limit=limit)
    return sorted(rows, key=lambda row: row.started, reverse=True)[:limit]


def one(leaders: Leaders, saga_id: str) -> tuple[SagaRow, list[StepRow]]:
    """One saga and every step of it, in order. Raises MscliError for an unknown id."""
    found = choreographed.saga(leaders.stores, saga_id)
    return found or sagas.saga(_temporal(leaders, saga_id), saga_id)


def history(leaders: Leaders, saga_id: str) -> Document:
    """The history of a saga that Temporal leads. Raises MscliError for any other id."""
    if choreographed.saga(leaders.stores, saga_id) is not None:
        raise MscliError(
            f"saga '{saga_id}' is carried by events: there is no history to replay",
            f"`mscli saga show {saga_id}` shows its events",
        )
    return sagas.history(_temporal(leaders, saga_id), saga_id)


def retry(leaders: Leaders, saga_id: str) -> str:
    """Let a stuck saga try again now; the step that it stood at.

    Raises MscliError for an unknown id and for a saga that is not stuck.
    """
    found = choreographed.saga(leaders.stores, saga_id)
    if found is None:
        return sagas.retry(_temporal(leaders, saga_id), saga_id)
    letters = leaders.replay(lambda letter: letter.saga_id == saga_id)
    if not letters:
        state = found[0].state
        raise MscliError(f"saga '{saga_id}' is {state}: there is nothing to retry")
    return ", ".join(dict.fromkeys(letter.operation for letter in letters))


def are_led_here(plan: Plan) -> bool:
    """Whether somebody who leads sagas runs with the system, and so has to be up."""
    return is_embedded(plan) or _has_events(plan)


def _has_events(plan: Plan) -> bool:
    return bool(plan.replicas(nats.SERVER))


def _temporal(leaders: Leaders, saga_id: str) -> Temporal:
    """Who else may know a saga that no event has carried."""
    if leaders.temporal is None:
        raise MscliError(f"no saga '{saga_id}'", "`mscli saga ls` shows their ids")
    return leaders.temporal()
