"""Sagas as Temporal's HTTP API tells of them: rows, steps, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mscli.errors import MscliError, UsageError
from mscli.model.process import Plan
from mscli.runtimes.processes.sagas import Ask, http_of, retry, saga, sagas

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
        input=[{"undoes": undoes}],
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


class Temporal:
    """Two pages of sagas and one history, and the signals that were sent."""

    def __init__(self, *executions: dict[str, Any]) -> None:
        self.executions = list(executions)
        self.signals: list[str] = []

    def __call__(self, path: str, body: Mapping[str, object] | None) -> object:
        if body is not None:
            self.signals.append(path)
            return {}
        if path.startswith("/workflows?"):
            return self._page("nextPageToken" in path)
        saga_id = path.split("/")[2].partition("?")[0]
        if "/history" in path:
            return {"history": {"events": HISTORY}}
        found = [each for each in self.executions if each["execution"]["workflowId"] == saga_id]
        pending = [{"activityId": "7", "attempt": 4, "lastFailure": {"message": "it is down"}}]
        answer = {"pendingActivities": pending}
        return answer | {"workflowExecutionInfo": found[0]} if found else None

    def _page(self, second: bool) -> dict[str, Any]:
        if second:
            return {"executions": self.executions[1:]}
        return {"executions": self.executions[:1], "nextPageToken": "more"}


def test_a_saga_says_where_it_stands_and_how_long_it_took() -> None:
    ask = Temporal(
        info("place-order-1"),
        info("place-order-2", "COMPLETED", state="compensated", reason="payments:charge: no"),
        info("place-order-3", "TIMED_OUT", state="stuck"),
    )
    rows = sagas(ask)
    assert [row.state for row in rows] == ["running", "compensated", "failed"]
    assert [row.seconds for row in rows] == [None, 2.0, 2.0]
    assert [row.reason for row in rows] == ["", "payments:charge: no", "timed out"]
    assert {row.owner for row in rows} == {"orders"}
    assert len(sagas(ask, limit=1)) == 1


def test_failed_are_those_that_need_a_person() -> None:
    ask = Temporal(
        info("place-order-1", state="compensating"),
        info("place-order-2", state="stuck", reason="stock:release: it is down"),
        info("place-order-3", "TERMINATED"),
    )
    assert [row.saga_id for row in sagas(ask, failed=True)] == ["place-order-2", "place-order-3"]


def test_every_call_has_its_time_its_attempts_and_its_error() -> None:
    row, steps = saga(Temporal(info("place-order-1", state="compensating")), "place-order-1")
    assert row.state == "compensating"
    assert [(step.step, step.compensation, step.state) for step in steps] == [
        ("stock:reserve", False, "done"),
        ("payments:charge", False, "refused"),
        ("stock:release", True, "running"),
    ]
    assert [(step.attempts, step.seconds) for step in steps] == [(3, 2.0), (1, 1.0), (4, None)]
    assert [step.error for step in steps] == ["", "no money", "it is down"]


def test_only_a_stuck_saga_is_retried() -> None:
    ask = Temporal(info("place-order-1", state="stuck"), info("place-order-2"))
    assert retry(ask, "place-order-1") == "stock:release"
    with pytest.raises(MscliError, match="'place-order-2' is running: there is nothing to retry"):
        retry(ask, "place-order-2")
    assert ask.signals == ["/workflows/place-order-1/signal/retry"]


@pytest.mark.parametrize("ask_for", [saga, retry])
def test_an_unknown_id_is_an_error(ask_for: Callable[[Ask, str], object]) -> None:
    with pytest.raises(MscliError, match="no saga 'nope'"):
        ask_for(Temporal(), "nope")


def test_a_system_without_sagas_says_how_to_make_one() -> None:
    with pytest.raises(UsageError) as caught:
        http_of(Plan("shop", "shop-1", ()))
    assert "mscli new saga" in caught.value.hint
