"""Who leads sagas, asked inside containers by a docker command that says what it is told to say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mscli.errors import MscliError, UsageError
from mscli.runtimes.docker.leaders import leaders_of, nats_of
from mscli.runtimes.processes import every_saga
from mscli.runtimes.processes.every_saga import Leaders
from mscli.runtimes.processes.place import Place
from mscli.runtimes.runtime import Replica

from .fake import Fake

pytestmark = pytest.mark.programs

LED = {
    "execution": {"workflowId": "buy-1"},
    "type": {"name": "buy"},
    "status": "WORKFLOW_EXECUTION_STATUS_RUNNING",
    "startTime": "2026-11-22T10:00:01.000000Z",
    "memo": {"fields": {"state": "stuck", "owner": "orders", "reason": "no till"}},
}
CARRIED = {
    "saga_id": "return-1",
    "saga": "return",
    "state": "completed",
    "reason": "",
    "started": "2026-11-22T10:00:02.000000Z",
    "ended": "2026-11-22T10:00:03.000000Z",
}


def leaders(folder: Path, *workloads: str) -> Leaders:
    replicas = [
        Replica(f"{name}-1", name, "engine", "running", True, 0, {}, 1.0, None)
        for name in workloads
    ]
    secret = folder / "secrets" / "nats-password"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text("x\n")
    return leaders_of(Place(folder, "shop-0a", folder), replicas)


def test_sagas_of_both_styles_are_one_list(fake: Fake, tmp_path: Path) -> None:
    fake.says("*shop-0a-temporal-1 /temporal workflow list*", json.dumps(LED) + "\n")
    fake.says("*shop-0a-orders-postgres-1*to_regclass*", '[{"there": true}]')
    fake.says("*to_regclass*", '[{"there": false}]')
    fake.says("*shop-0a-orders-postgres-1*FROM sagas*", json.dumps([CARRIED]))
    found = leaders(
        tmp_path, "orders", "till", "web", "orders-postgres", "till-postgres", "nats", "temporal"
    )
    rows = every_saga.newest(found)
    assert [(row.saga_id, row.state, row.owner) for row in rows] == [
        ("return-1", "completed", "orders"),
        ("buy-1", "stuck", "orders"),
    ]
    assert not any("web-postgres" in call for call in fake.calls()), "it has no database"


def test_a_stuck_saga_gets_a_signal_in_temporals_container(fake: Fake, tmp_path: Path) -> None:
    fake.says("*workflow list*", json.dumps(LED) + "\n")
    fake.says("*workflow describe*", json.dumps({"workflowExecutionInfo": LED}))
    fake.says("*workflow show*", '{"events": []}')
    every_saga.retry(leaders(tmp_path, "temporal"), "buy-1")
    assert "workflow signal --workflow-id buy-1 --name retry" in fake.calls()[-1]
    assert "TEMPORAL_ADDRESS=127.0.0.1:7233 shop-0a-temporal-1" in fake.calls()[-1]


def test_a_temporal_that_is_down_is_one_sentence(fake: Fake, tmp_path: Path) -> None:
    fake.says("*workflow*", code=1)
    with pytest.raises(MscliError, match="does not answer as it should") as caught:
        every_saga.newest(leaders(tmp_path, "temporal"))
    assert caught.value.hint == "mscli ps"


def test_a_system_without_sagas_or_events_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Temporal"):
        every_saga.newest(leaders(tmp_path, "orders", "orders-postgres"))
    with pytest.raises(MscliError, match="no saga 'x'"):
        every_saga.one(leaders(tmp_path, "nats"), "x")
    with pytest.raises(UsageError, match="no events"):
        nats_of(Place(tmp_path, "shop-0a", tmp_path), ())
