from __future__ import annotations

from mscli.model.kinds import Kind
from mscli.model.process import Process
from mscli.runtimes.processes.down import waves
from tests.unit.runtimes.processes.scenes import process, task

POSTGRES = process("postgres", kind=Kind.ENGINE)
GATEWAY = process("gateway", kind=Kind.GATEWAY)


def _names(*processes: Process) -> list[list[str]]:
    return [[p.name for p in wave] for wave in waves(processes)]


def test_callers_stop_before_the_called_and_engines_after_all_services() -> None:
    payments = process("payments-1", "postgres")
    orders = [process(f"orders-{n}", "payments", "postgres") for n in (1, 2)]
    assert _names(GATEWAY, POSTGRES, payments, *orders) == [
        ["orders-1", "orders-2"],
        ["payments-1"],
        ["gateway", "postgres"],
    ]


def test_a_service_that_waits_for_no_engine_still_stops_before_them() -> None:
    assert _names(GATEWAY, process("alone-1")) == [["alone-1"], ["gateway"]]


def test_an_engine_with_a_task_that_waits_for_it_stops_last() -> None:
    assert _names(POSTGRES, task("roles", "postgres")) == [["roles"], ["postgres"]]


def test_a_cycle_stops_at_once() -> None:
    assert _names(process("a-1", "b"), process("b-1", "a")) == [["a-1", "b-1"]]


def test_nothing_stops_in_no_wave() -> None:
    assert _names() == []
