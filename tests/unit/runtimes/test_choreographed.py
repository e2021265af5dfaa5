"""Choreographed sagas as their owners wrote them down, and dead letters as services wrote them."""

from __future__ import annotations

from typing import Any

from mscli.model.kinds import Kind
from mscli.model.process import Plan, Process
from mscli.runtimes.processes.choreographed import saga, sagas, stores_of
from mscli.runtimes.processes.dead_letters import letter_of

START = "2026-11-22T17:00:00.000000Z"
BOTH = {"DATABASE_URL_FILE": "/d", "NATS_URL_FILE": "/n"}


def process(name: str, number: int = 1, **environment: str) -> Process:
    return Process(f"{name}-{number}", name, Kind.SERVICE, (), "/", environment, "/log")


PLAN = Plan(
    "shop",
    "shop-1",
    (
        process("orders", 1, **BOTH),
        process("orders", 2, **BOTH),
        process("orders-worker", 1, **BOTH),
        process("stock", 1, **BOTH | {"DATABASE_URL_FILE": "/s"}),
        process("quotes", 1, NATS_URL_FILE="/n"),
    ),
)


def event(second: int, kind: str, attempts: int = 1, reason: str = "") -> dict[str, Any]:
    time = f"2026-11-22T17:00:0{second}.000000Z"
    return {"type": kind, "time": time, "attempts": attempts, "reason": reason}


class Databases:
    """Two services with databases; orders owns one saga, of which these events are known."""

    def __init__(self, *events: dict[str, Any], state: str = "running") -> None:
        self.events = list(events)
        self.asked: list[tuple[str, str]] = []
        row = {"saga_id": "lend-1", "saga": "lend", "state": state, "reason": ""}
        self.row = row | {"started": START, "ended": ""}

    def __call__(self, owner: Process, query: str) -> list[Any]:
        self.asked.append((owner.name, query))
        if "to_regclass" in query:
            return [{"there": owner.workload == "orders"}]
        if "FROM saga_events" in query:
            return self.events
        return [self.row] if "saga_id =" not in query or "'lend-1'" in query else []


def test_only_owners_are_asked_and_each_once() -> None:
    databases = Databases()
    (row,) = sagas(stores_of(PLAN, databases))
    assert (row.saga_id, row.owner, row.seconds) == ("lend-1", "orders", None)
    assert [name for name, _ in databases.asked] == ["orders-1", "stock-1", "orders-1"]
    sagas(stores_of(PLAN, databases), failed=True, limit=3)
    assert databases.asked[-1][1].endswith("WHERE state = 'stuck' ORDER BY started_at DESC LIMIT 3")


def test_each_step_began_when_the_one_before_it_had_ended() -> None:
    databases = Databases(
        event(0, "orders.lend.started"),
        event(1, "stock.lend.take.succeeded", attempts=2),
        event(3, "bank.lend.charge.failed", reason="no money"),
        event(4, "stock.lend.put-back.succeeded"),
    )
    found = saga(stores_of(PLAN, databases), "lend-1")
    assert found is not None
    assert [
        (s.step, s.compensation, s.state, s.seconds, s.attempts, s.error) for s in found[1]
    ] == [
        ("stock:take", False, "done", 1.0, 2, ""),
        ("bank:charge", False, "refused", 2.0, 1, "no money"),
        ("stock:put-back", True, "done", 1.0, 1, ""),
    ]


def test_what_is_dead_is_shown_until_it_has_been_done() -> None:
    dead = event(2, "stock.lend.take.dead", attempts=6, reason="no disk")
    databases = Databases(event(0, "orders.lend.started"), dead)
    found = saga(stores_of(PLAN, databases), "lend-1")
    assert found is not None
    ((step,),) = (found[1],)
    assert (step.step, step.state, step.attempts, step.error) == (
        "stock:take",
        "failed",
        6,
        "no disk",
    )
    done = event(5, "stock.lend.take.succeeded")
    databases.events.append(done)
    found = saga(stores_of(PLAN, databases), "lend-1")
    assert found is not None
    assert [(step.state, step.seconds) for step in found[1]] == [("done", 5.0)]


def test_an_id_is_quoted_and_an_unknown_one_is_nobodys() -> None:
    databases = Databases()
    assert saga(stores_of(PLAN, databases), "x'; DROP TABLE sagas; --") is None
    assert databases.asked[-1][1].endswith("WHERE saga_id = 'x''; DROP TABLE sagas; --'")


def test_a_dead_letter_says_what_failed_and_holds_the_event() -> None:
    document = {
        "type": "stock.lend.take.dead",
        "subject": "lend-1",
        "time": START,
        "attempts": 6,
        "data": {"reason": "no disk", "event": '{"type": "orders.lend.started"}'},
    }
    letter = letter_of(7, document)
    assert (letter.id, letter.saga_id, letter.operation) == (7, "lend-1", "stock:take")
    assert (letter.event, letter.attempts, letter.reason) == ("orders.lend.started", 6, "no disk")
    assert letter_of(8, document | {"data": {"reason": "no event", "event": "\x00"}}).event == ""
