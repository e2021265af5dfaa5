from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mscli.model.process import Process
from mscli.runtimes.processes.decide import Decision, Step, decide
from mscli.runtimes.processes.records import Record, record_of
from tests.unit.runtimes.processes.scenes import plan, process, task

ORDERS = process("orders-1")
MIGRATION = task("orders-migrate")
PAYMENTS = {f"CALL_PAYMENTS_{word}": "" for word in ("URL", "RETRIES", "DEADLINE", "BREAKER")}


def _decided(
    now: Process, before: Process | None, *, running: bool = True, code: str = ""
) -> Decision:
    records: dict[str, Record] = {}
    if before is not None:
        kept = record_of(before)
        records[now.name] = Record(
            kept.fingerprint, code or kept.code, kept.environment, kept.argv, kept.settings
        )
    running_names = {now.name} if running else set()
    decisions = decide(plan(now), running_names, records, record_of, lambda _: False)
    return decisions.steps[0]


def test_what_does_not_run_is_started() -> None:
    assert _decided(ORDERS, None, running=False) == Decision(ORDERS, Step.START)


def test_what_runs_as_declared_is_kept() -> None:
    assert _decided(ORDERS, ORDERS) == Decision(ORDERS, Step.KEEP)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"environment": {"PORT": "2"}}, "PORT changed"),
        ({"environment": {"PORT": "1", "NEW": ""}}, "NEW changed"),
        ({"environment": dict.fromkeys("PABCD", "")}, "A, B, C and 3 more changed"),
        ({"environment": {"PORT": "1", **PAYMENTS}}, "CALL_PAYMENTS_* changed"),
        ({"settings": {"traefik.yml": "abc"}}, "traefik.yml changed"),
        ({"argv": ("python", "-m", "other")}, "its command changed"),
        ({"ports": {"http": 5}}, "its command changed"),
        ({"folder": "/elsewhere"}, "its command changed"),
    ],
)
def test_what_changed_is_restarted_and_says_why(change: Mapping[str, Any], cause: str) -> None:
    now = process("orders-1", **change)
    assert _decided(now, ORDERS) == Decision(now, Step.RESTART, cause)


def test_changed_code_restarts() -> None:
    assert _decided(ORDERS, ORDERS, code="older").cause == "its code changed"


def test_what_runs_without_a_record_is_restarted() -> None:
    assert _decided(ORDERS, None).step is Step.RESTART


@pytest.mark.parametrize("change", [{"log": "/x"}, {"grace": 3.0}, {"waits": ()}])
def test_what_no_restart_would_show_is_no_change(change: Mapping[str, Any]) -> None:
    assert _decided(process("orders-1", **change), ORDERS).step is Step.KEEP


def test_a_task_runs_until_it_has_completed() -> None:
    for completed, step in ((False, Step.START), (True, Step.KEEP)):
        answer = completed
        decisions = decide(plan(MIGRATION), set(), {}, record_of, lambda _, a=answer: a)  # type: ignore[misc]
        assert decisions.steps == (Decision(MIGRATION, step),)


def test_what_is_in_no_plan_any_more_is_superfluous() -> None:
    decisions = decide(plan(), {"b-1", "a-1"}, {}, record_of, lambda _: True)
    assert decisions.superfluous == ("a-1", "b-1")
    assert decisions.changes_something


def test_nothing_to_do_changes_nothing() -> None:
    records = {"orders-1": record_of(ORDERS)}
    decisions = decide(plan(ORDERS, MIGRATION), {"orders-1"}, records, record_of, lambda _: True)
    assert not decisions.changes_something
