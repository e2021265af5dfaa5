"""Sagas of a system that is up, as Temporal's own HTTP API tells of them.

The workflow of the template says where it stands in its memo (`state`, `reason`); the rest is its
history. Nothing is kept here. https://docs.temporal.io, HTTP API.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mscli.engines import temporal
from mscli.errors import MscliError, RuntimeFailed, UsageError
from mscli.model.process import Plan

Ask = Callable[[str, Mapping[str, object] | None], Any]
"""Path below the namespace and a body to post, if any -> the answer's JSON. None if not found."""

PATIENCE = 10.0
PAGE = 200
_CLOSED_WELL = "COMPLETED"
_OPEN = "RUNNING"
_FAILED = (
    "ExecutionStatus = 'Running' OR ExecutionStatus = 'Failed' OR "
    "ExecutionStatus = 'Terminated' OR ExecutionStatus = 'TimedOut'"
)
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
        return _between(self.started, self.ended) if self.ended else None


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


def http_of(plan: Plan) -> Ask:
    """Temporal's HTTP API in a system that is up. Raises UsageError where there are no sagas."""
    servers = plan.replicas(temporal.SERVER)
    if not servers:
        raise UsageError(
            "this system has no sagas", "make one: mscli new saga NAME --owner SERVICE --steps ..."
        )
    return _http(f"http://127.0.0.1:{servers[0].ports['http']}/api/v1/namespaces/default")


def _http(base: str) -> Ask:
    def ask(path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(base + path, content, headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code == 404:  # noqa: PLR2004
                return None
            raise RuntimeFailed(f"Temporal answered {error.code} to {path}") from error
        except (OSError, ValueError) as error:
            raise RuntimeFailed(
                f"Temporal does not answer: {error}", "`mscli up -d` brings the system up"
            ) from error

    return ask


def sagas(ask: Ask, *, failed: bool = False, limit: int = 50) -> list[SagaRow]:
    """The newest sagas, at most `limit`; with `failed` only those that need a person."""
    rows = (_row(info) for info in _pages(ask, _FAILED if failed else ""))
    found: list[SagaRow] = []
    for row in rows:
        if not failed or row.state in FAILED:
            found.append(row)
        if len(found) == limit:
            break
    return found


def _pages(ask: Ask, query: str) -> Iterator[Mapping[str, Any]]:
    token = ""
    while True:
        terms = {"pageSize": str(PAGE), "query": query, "nextPageToken": token}
        words = urllib.parse.urlencode({key: value for key, value in terms.items() if value})
        answer = ask(f"/workflows?{words}", None) or {}
        yield from answer.get("executions", ())
        token = answer.get("nextPageToken", "")
        if not token:
            return


def _row(info: Mapping[str, Any]) -> SagaRow:
    memo = (info.get("memo") or {}).get("fields") or {}
    status = str(info["status"]).removeprefix("WORKFLOW_EXECUTION_STATUS_")
    well = status in (_OPEN, _CLOSED_WELL)
    return SagaRow(
        saga_id=info["execution"]["workflowId"],
        saga=info["type"]["name"],
        owner=str(memo.get("owner", "")),
        state=str(memo.get("state", "running")) if well else "failed",
        started=info["startTime"],
        ended=info.get("closeTime") or "",
        reason=str(memo.get("reason", "")) if well else status.lower().replace("_", " "),
    )


def saga(ask: Ask, saga_id: str) -> tuple[SagaRow, list[StepRow]]:
    """One saga and every call of it, in order. Raises MscliError for an unknown id."""
    path = f"/workflows/{urllib.parse.quote(saga_id, safe='')}"
    found = ask(path, None)
    if found is None:
        raise MscliError(f"no saga '{saga_id}'", "`mscli saga ls` shows their ids")
    steps = _steps(_history(ask, path), found.get("pendingActivities", ()))
    return _row(found["workflowExecutionInfo"]), steps


def _history(ask: Ask, path: str) -> Iterator[Mapping[str, Any]]:
    token = ""
    while True:
        words = f"?{urllib.parse.urlencode({'nextPageToken': token})}" if token else ""
        answer = ask(f"{path}/history{words}", None) or {}
        yield from answer.get("history", {}).get("events", ())
        token = answer.get("nextPageToken", "")
        if not token:
            return


def _steps(events: Iterator[Mapping[str, Any]], pending: Any) -> list[StepRow]:  # noqa: ANN401
    waiting = {activity["activityId"]: activity for activity in pending}
    rows: dict[str, StepRow] = {}
    attempts: dict[str, int] = {}
    for event in events:
        kind = str(event["eventType"]).removeprefix("EVENT_TYPE_ACTIVITY_TASK_")
        details: Mapping[str, Any] = next(
            (v for k, v in event.items() if k.endswith("EventAttributes")), {}
        )
        if kind == "SCHEDULED":
            rows[event["eventId"]] = _scheduled(event, details, waiting)
        elif kind == "STARTED":
            attempts[details["scheduledEventId"]] = int(details.get("attempt", 1))
        elif kind in ("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED"):
            number = details["scheduledEventId"]
            rows[number] = _ended(rows[number], event, kind, details, attempts.get(number, 1))
    return list(rows.values())


def _scheduled(
    event: Mapping[str, Any], details: Mapping[str, Any], waiting: Mapping[str, Any]
) -> StepRow:
    activity = waiting.get(details["activityId"], {})
    call = (details.get("input") or [{}])[0]
    return StepRow(
        step=details["activityType"]["name"],
        compensation=bool(call.get("undoes")) if isinstance(call, dict) else False,
        state="running",
        started=event["eventTime"],
        attempts=int(activity.get("attempt", 1)),
        error=str(activity.get("lastFailure", {}).get("message", "")),
    )


def _ended(
    row: StepRow, event: Mapping[str, Any], kind: str, details: Mapping[str, Any], attempts: int
) -> StepRow:
    failure = details.get("failure") or {}
    refused = (failure.get("applicationFailureInfo") or {}).get("type") == "Refused"
    state = "done" if kind == "COMPLETED" else "refused" if refused else "failed"
    return StepRow(
        step=row.step,
        compensation=row.compensation,
        state=state,
        started=row.started,
        seconds=_between(row.started, event["eventTime"]),
        attempts=attempts,
        error=str(failure.get("message", "")),
    )


def retry(ask: Ask, saga_id: str) -> str:
    """Let a stuck saga try again now; the step that it stood at.

    Raises MscliError for an unknown id and for a saga that is not stuck.
    """
    row, steps = saga(ask, saga_id)
    if row.state != "stuck":
        raise MscliError(f"saga '{saga_id}' is {row.state}: there is nothing to retry")
    ask(f"/workflows/{urllib.parse.quote(saga_id, safe='')}/signal/retry", {})
    return steps[-1].step if steps else ""


def _between(start: str, end: str) -> float:
    return (_time(end) - _time(start)).total_seconds()


def _time(text: str) -> datetime:
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")
