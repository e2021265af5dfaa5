import json
from dataclasses import replace
from pathlib import Path

import pytest

from mscli.drill.journal import Journal
from mscli.drill.local import LocalWorld
from mscli.drill.local_call import local_call
from mscli.drill.plan import DATABASE, PROCESS, SERVICE
from mscli.errors import MscliError, UsageError
from mscli.model.kinds import Kind
from mscli.model.process import Plan, Process
from mscli.model.system import Policy, Saga, Service, Step, System
from mscli.runtimes.processes.place import Place

SAGA = Saga("buy", "orders", (Step("stock", "reserve", "release"), Step("till", "charge")))
SYSTEM = System(
    "shop",
    services={
        "stock": Service("stock", "services/stock", database="postgres"),
        "till": Service("till", "services/till", database="postgres"),
        "web": Service("web", "services/web", calls={"till": Policy()}),
        "orders": Service(
            "orders", "services/orders", calls={name: Policy() for name in ("stock", "till", "web")}
        ),
    },
    sagas={"buy": SAGA},
)
EVERYTHING = ("stock-1", "till-1", "till-2", "web-1", "orders-1", "orders-worker-1", "temporal")


def process(name: str) -> Process:
    workload, _, number = name.rpartition("-")
    is_replica = number.isdecimal()
    kind = Kind.SERVICE if is_replica else Kind.ENGINE
    return Process(name, workload if is_replica else name, kind, (), "", {}, "", {"http": 1})


def world(folder: Path, *names: str) -> LocalWorld:
    plan = Plan("shop", "shop-1", tuple(map(process, names)))
    return LocalWorld(Place(folder, "shop-1", folder), plan, SAGA)


def test_whoever_takes_part_can_be_hit_and_nobody_else(tmp_path: Path) -> None:
    targets = world(tmp_path, *EVERYTHING, "postgres", "gateway", "nats").targets
    assert {name for name, kinds in targets.items() if kinds == SERVICE} == {
        *("stock-1", "till-1", "till-2", "orders-1"),
    }
    assert {name for name, kinds in targets.items() if kinds == PROCESS} == {
        *("orders-worker-1", "temporal", "postgres", "nats"),
    }
    assert {name for name, kinds in targets.items() if kinds == DATABASE} == {
        *("postgres/stock", "postgres/till"),
    }


def test_an_engine_that_is_not_here_is_elsewhere(tmp_path: Path) -> None:
    assert world(tmp_path, *EVERYTHING, "postgres").elsewhere(SYSTEM) == []
    assert world(tmp_path, "stock-1").elsewhere(SYSTEM) == ["postgres", "temporal"]


def test_a_saga_that_events_carry_needs_nats_and_no_temporal(tmp_path: Path) -> None:
    carried = replace(SYSTEM, sagas={"buy": replace(SAGA, style="choreography")})
    here = world(tmp_path, "stock-1", "till-1", "orders-1", "nats", "postgres")
    assert here.elsewhere(carried) == []
    assert here.elsewhere(SYSTEM) == ["temporal"]
    assert here.targets["nats"] == PROCESS


def test_the_call_of_a_participant_is_the_workers_and_a_saga_makes_it(tmp_path: Path) -> None:
    here, journal = world(tmp_path, *EVERYTHING), Journal(tmp_path / "fault.json")
    call = local_call(here, journal, SYSTEM, ("orders", "till"), "")
    assert (call.watched.name, [p.name for p in call.called]) == (
        "orders-worker-1",
        ["till-1", "till-2"],
    )
    assert call.starts is not None
    call = local_call(here, journal, SYSTEM, ("orders", "till"), 'POST /pay {"a": 1}')
    assert (call.watched.name, call.request) == ("orders-1", ("POST", "/pay", '{"a": 1}'))
    assert json.loads(call.request[2]) == {"a": 1}


def test_a_call_that_nobody_makes_is_refused(tmp_path: Path) -> None:
    here, journal = world(tmp_path, *EVERYTHING), Journal(tmp_path / "fault.json")
    with pytest.raises(UsageError, match="'till' does not call 'orders'"):
        local_call(here, journal, SYSTEM, ("till", "orders"), "")
    with pytest.raises(UsageError, match="'orders' does not call 'nobody'") as caught:
        local_call(here, journal, SYSTEM, ("orders", "nobody"), "")
    assert caught.value.hint == "orders calls stock, till, web"
    with pytest.raises(UsageError, match="is no request"):
        local_call(here, journal, SYSTEM, ("orders", "till"), "POST")
    with pytest.raises(MscliError, match="web does not run"):
        local_call(world(tmp_path, "orders-1"), journal, SYSTEM, ("orders", "web"), "")
