"""Sagas of a system, as Temporal tells of them.

The workflow of the template says in its memo where it stands while it runs (`state`, `reason`); how
it ended is in its status, and the rest in its history. Nothing is kept here.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from mscli.errors import MscliError
from mscli.runtimes.processes.temporal import Document, Temporal

_CLOSED_WELL = "COMPLETED"
_OPEN = "RUNNING"
_FAILED = (
    "ExecutionStatus = 'Running' OR ExecutionStatus = 'Failed' OR "
    "ExecutionStatus = 'Terminated' OR ExecutionStatus = 'TimedOut'"
)
_ENDED = {"running": "completed", "compensating": "compensated"}
"""How a saga ended that came to its end in a state."""
FAILED = frozenset({"stuck", "failed"})
"""States that need a person."""


@dataclass(frozen=True, slots=True)
class SagaRow:
    """One saga. Times are RFC 3339, `ended` is empty while it runs.

    `state` is running, compensating, stuck, completed, compensated or failed.
    """

    saga_id: str
    saga: str
    owner: str
    state: str
    started: str
    ended: str = ""
    reason: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return between(self.started, self.ended) if self.ended else None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One call of a participant: `done`, `refused`, `failed` (given up for now) or `running`."""

    step: str
    compensation: bool
    state: str
    started: str
    seconds: float | None = None
    attempts: int = 1
    error: str = ""


def sagas(temporal: Temporal, *, failed: bool = False, limit: int = 50) -> list[SagaRow]:
    """The newest sagas, at most `limit`; with `failed` only those that need a person."""
    rows = map(_row, temporal.workflows(_FAILED if failed else ""))
    return list(islice((row for row in rows if not failed or row.state in FAILED), limit))


def _row(info: Document) -> SagaRow:
    memo = (info.get("memo") or {}).get("fields") or {}
    status = str(info["status"]).removeprefix("WORKFLOW_EXECUTION_STATUS_")
    told = str(memo.get("state", "running"))
    state = {_OPEN: told, _CLOSED_WELL: _ENDED.get(told, told)}.get(status, "failed")
    well = status in (_OPEN, _CLOSED_WELL)
    return SagaRow(
        saga_id=info["execution"]["workflowId"],
        saga=info["type"]["name"],
        owner=str(memo.get("owner", "")),
        state=state,
        started=info["startTime"],
        ended=info.get("closeTime") or "",
        reason=str(memo.get("reason", "")) if well else status.lower().replace("_", " "),
    )


def saga(temporal: Temporal, saga_id: str) -> tuple[SagaRow, list[StepRow]]:
    """One saga and every call of it, in order. Raises MscliError for an unknown id."""
    found = _found(temporal, saga_id)
    steps = _steps(temporal.history(saga_id), found.get("pendingActivities", ()))
    return _row(found["workflowExecutionInfo"]), steps


def history(temporal: Temporal, saga_id: str) -> Document:
    """A saga's history as the SDKs of Temporal replay it. Raises MscliError for an unknown id."""
    _found(temporal, saga_id)
    return {"id": saga_id, "events": list(temporal.history(saga_id))}


def _found(temporal: Temporal, saga_id: str) -> Document:
    found = temporal.workflow(saga_id)
    if found is None:
        raise MscliError(f"no saga '{saga_id}'", "`mscli saga ls` shows their ids")
    return found


def _steps(events: Iterator[Document], pending: Any) -> list[StepRow]:  # noqa: ANN401
    waiting = {activity["activityId"]: activity for activity in pending}
    rows: dict[str, StepRow] = {}
    attempts: dict[str, int] = {}
    for event in events:
        kind = str(event["eventType"]).removeprefix("EVENT_TYPE_ACTIVITY_TASK_")
        details: Document = next((v for k, v in event.items() if k.endswith("EventAttributes")), {})
        if kind == "SCHEDULED":
            rows[event["eventId"]] = _scheduled(event, details, waiting)
        elif kind == "STARTED":
            attempts[details["scheduledEventId"]] = int(details.get("attempt", 1))
        elif kind in ("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED"):
            number = details["scheduledEventId"]
            rows[number] = _ended(rows[number], event, kind, details, attempts.get(number, 1))
    return list(rows.values())


def _scheduled(event: Document, details: Document, waiting: Document) -> StepRow:
    activity = waiting.get(details["activityId"], {})
    return StepRow(
        step=details["activityType"]["name"],
        compensation=bool(_argument(details).get("undoes")),
        state="running",
        started=event["eventTime"],
        attempts=int(activity.get("attempt", 1)),
        error=str(activity.get("lastFailure", {}).get("message", "")),
    )


def _argument(details: Document) -> Document:
    """The activity's only argument; nothing if it is no JSON (a codec may encrypt it)."""
    try:
        call = json.loads(b64decode(details["input"]["payloads"][0]["data"]))
    except (LookupError, TypeError, ValueError):
        return {}
    return call if isinstance(call, dict) else {}


def _ended(row: StepRow, event: Document, kind: str, details: Document, attempts: int) -> StepRow:
    failure = details.get("failure") or {}
    refused = (failure.get("applicationFailureInfo") or {}).get("type") == "Refused"
    state = "done" if kind == "COMPLETED" else "refused" if refused else "failed"
    return StepRow(
        step=row.step,
        compensation=row.compensation,
        state=state,
        started=row.started,
        seconds=between(row.started, event["eventTime"]),
        attempts=attempts,
        error="retried by hand" if kind == "CANCELED" else str(failure.get("message", "")),
    )


def retry(temporal: Temporal, saga_id: str) -> str:
    """Let a stuck saga try again now; the step that it stood at.

    Raises MscliError for an unknown id and for a saga that is not stuck.
    """
    row, steps = saga(temporal, saga_id)
    if row.state != "stuck":
        raise MscliError(f"saga '{saga_id}' is {row.state}: there is nothing to retry")
    temporal.signal(saga_id, "retry")
    return steps[-1].step if steps else ""


def between(start: str, end: str) -> float:
    """Seconds between two times, RFC 3339 in UTC."""
    return (_time(end) - _time(start)).total_seconds()


def _time(text: str) -> datetime:
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")
