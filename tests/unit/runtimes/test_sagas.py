"""Sagas as Temporal tells of them: rows, steps, and what is refused."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from json import dumps
from typing import Any

import pytest

from mscli.errors import MscliError
from mscli.runtimes.processes.sagas import history, retry, saga, sagas
from mscli.runtimes.processes.temporal import Document, Temporal

START = "2026-11-22T17:00:00.123456789Z"


def info(saga_id: str, status: str = "RUNNING", **memo: str) -> dict[str, Any]:
    closed = {} if status == "RUNNING" else {"closeTime": "2026-11-22T17:00:02.123456789Z"}
    return {
        "execution": {"workflowId": saga_id},
        "type": {"name": "place-order"},
        "status": f"WORKFLOW_EXECUTION_STATUS_{status}",
        "startTime": START,
        "memo": {"fields": {"owner": "orders", **memo}},
        **closed,
    }


def event(number: int, kind: str, **attributes: object) -> dict[str, Any]:
    return {
        "eventId": str(number),
        "eventType": f"EVENT_TYPE_ACTIVITY_TASK_{kind}",
        "eventTime": f"2026-11-22T17:00:0{number}Z",
        "activityTaskEventAttributes": attributes,
    }


def scheduled(number: int, step: str, *, undoes: bool = False) -> dict[str, Any]:
    return event(
        number,
        "SCHEDULED",
        activityId=str(number),
        activityType={"name": step},
        input={"payloads": [{"data": b64encode(dumps({"undoes": undoes}).encode()).decode()}]},
    )


HISTORY = [
    scheduled(1, "stock:reserve"),
    event(2, "STARTED", scheduledEventId="1", attempt=3),
    event(3, "COMPLETED", scheduledEventId="1"),
    {"eventId": "4", "eventType": "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED", "eventTime": START},
    scheduled(5, "payments:charge"),
    event(
        6,
        "FAILED",
        scheduledEventId="5",
        failure={"message": "no money", "applicationFailureInfo": {"type": "Refused"}},
    ),
    scheduled(7, "stock:release", undoes=True),
]


class InMemory:
    """Some sagas, one history, and the signals that were sent."""

    def __init__(self, *executions: dict[str, Any]) -> None:
        self.executions = list(executions)
        self.signals: list[tuple[str, str]] = []

    def workflows(self, _query: str) -> Iterator[Document]:
        return iter(self.executions)

    def workflow(self, workflow_id: str) -> Document | None:
        pending = [{"activityId": "7", "attempt": 4, "lastFailure": {"message": "it is down"}}]
        for each in self.executions:
            if each["execution"]["workflowId"] == workflow_id:
                return {"pendingActivities": pending, "workflowExecutionInfo": each}
        return None

    def history(self, _workflow_id: str) -> Iterator[Document]:
        return iter(HISTORY)

    def signal(self, workflow_id: str, name: str) -> None:
        self.signals.append((workflow_id, name))


def test_a_saga_says_where_it_stands_and_how_long_it_took() -> None:
    temporal = InMemory(
        info("place-order-1"),
        info("place-order-2", "COMPLETED", state="compensating", reason="payments:charge: no"),
        info("place-order-3", "TIMED_OUT", state="stuck"),
        info("place-order-4", "COMPLETED"),
    )
    rows = sagas(temporal)
    assert [row.state for row in rows] == ["running", "compensated", "failed", "completed"]
    assert [row.seconds for row in rows] == [None, 2.0, 2.0, 2.0]
    assert [row.reason for row in rows] == ["", "payments:charge: no", "timed out", ""]
    assert {row.owner for row in rows} == {"orders"}
    assert len(sagas(temporal, limit=1)) == 1


def test_failed_are_those_that_need_a_person() -> None:
    temporal = InMemory(
        info("place-order-1", state="compensating"),
        info("place-order-2", state="stuck", reason="stock:release: it is down"),
        info("place-order-3", "TERMINATED"),
    )
    assert [row.saga_id for row in sagas(temporal, failed=True)] == [
        "place-order-2",
        "place-order-3",
    ]


def test_every_call_has_its_time_its_attempts_and_its_error() -> None:
    row, steps = saga(InMemory(info("place-order-1", state="compensating")), "place-order-1")
    assert row.state == "compensating"
    assert [(step.step, step.compensation, step.state) for step in steps] == [
        ("stock:reserve", False, "done"),
        ("payments:charge", False, "refused"),
        ("stock:release", True, "running"),
    ]
    assert [(step.attempts, step.seconds) for step in steps] == [(3, 2.0), (1, 1.0), (4, None)]
    assert [step.error for step in steps] == ["", "no money", "it is down"]


def test_only_a_stuck_saga_is_retried() -> None:
    temporal = InMemory(info("place-order-1", state="stuck"), info("place-order-2"))
    assert retry(temporal, "place-order-1") == "stock:release"
    with pytest.raises(MscliError, match="'place-order-2' is running: there is nothing to retry"):
        retry(temporal, "place-order-2")
    assert temporal.signals == [("place-order-1", "retry")]


@pytest.mark.parametrize("ask_for", [saga, retry, history])
def test_an_unknown_id_is_an_error(ask_for: Callable[[Temporal, str], object]) -> None:
    with pytest.raises(MscliError, match="no saga 'nope'"):
        ask_for(InMemory(), "nope")


def test_a_history_is_what_an_sdk_replays() -> None:
    whole = history(InMemory(info("place-order-1")), "place-order-1")
    assert (whole["id"], whole["events"]) == ("place-order-1", HISTORY)
