"""A drill's world of containers, with a docker command that says what it is told to say."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from mscli.drill import healer
from mscli.drill.in_docker import DockerWorld
from mscli.drill.plan import CONTAINER, DATABASE, Fault, Kind
from mscli.drill.world import Busy
from mscli.errors import MscliError
from mscli.model.system import Saga, Step
from mscli.runtimes.choice import Choice, remember
from mscli.runtimes.processes.place import Place, place_of
from mscli.runtimes.runtime import Replica
from tests.unit.runtimes.docker.fake import Fake, container, inspected

pytestmark = pytest.mark.programs

SAGA = Saga("buy", "orders", (Step("stock", "reserve", "release"), Step("till", "charge")))
NAMES = (
    *("gateway-1", "nats-1", "temporal-1", "orders-1", "orders-2", "orders-worker-1", "web-1"),
    *("stock-1", "till-1", "stock-postgres-1", "orders-postgres-1", "web-postgres-1"),
)


def replica(name: str) -> Replica:
    workload = name.rpartition("-")[0]
    return Replica(name, workload, "service", "running", True, 0, {}, 1.0, None)


def world(folder: Path) -> DockerWorld:
    place = Place(folder, "shop-0a", folder / "state")
    return DockerWorld(place, [replica(name) for name in NAMES], SAGA)


def fault(kind: Kind, target: str, hold: float = 1.0) -> Fault:
    return Fault(0, kind, target, 0.0, hold)


def test_whoever_takes_part_can_be_hit_and_nobody_else(tmp_path: Path) -> None:
    targets = world(tmp_path).targets
    assert {name for name, kinds in targets.items() if kinds == CONTAINER} == {
        *("stock-1", "till-1", "orders-1", "orders-2", "orders-worker-1", "temporal-1", "nats-1"),
        *("stock-postgres-1", "orders-postgres-1"),
    }
    assert {name for name, kinds in targets.items() if kinds == DATABASE} == {"postgres/stock"}
    assert set(targets["stock-1"]).isdisjoint({Kind.REFUSE})


@pytest.mark.parametrize(
    ("kind", "breaks", "mends"),
    [
        (Kind.KILL, "kill shop-0a-till-1", "start shop-0a-till-1"),
        (Kind.PAUSE, "pause shop-0a-till-1", "unpause shop-0a-till-1"),
        (Kind.DOWN, "stop shop-0a-till-1", "start shop-0a-till-1"),
        (Kind.SLOW, "update --cpus 0.1 shop-0a-till-1", "update --cpus 2 shop-0a-till-1"),
    ],
)
def test_a_fault_is_a_command_of_dockers_and_so_is_the_cure(
    fake: Fake, tmp_path: Path, kind: Kind, breaks: str, mends: str
) -> None:
    found = container("till-1") | {"HostConfig": {"NanoCpus": 2_000_000_000}}
    inspected(fake, found)
    here = world(tmp_path)
    here.inject(fault(kind, "till-1"))
    assert fake.calls()[-1] == breaks
    here.heal(fault(kind, "till-1"))
    assert fake.calls()[-1] == mends


def test_who_comes_later_connects_it_again_under_its_names(fake: Fake, tmp_path: Path) -> None:
    """The healer has nothing of the drill but the copy's state."""
    there = container("till-1") | {"Id": "0123456789abcdef"}
    aliases = ["shop-0a-till-1", "till", "0123456789ab"]
    there["NetworkSettings"] = {"Networks": {"shop-0a_services": {"Aliases": aliases}}}
    inspected(fake, there)
    world(tmp_path).inject(fault(Kind.DISCONNECT, "till-1"))
    assert fake.calls()[-1] == "network disconnect shop-0a_services shop-0a-till-1"

    there["NetworkSettings"] = {"Networks": {}}
    fake.forget()
    inspected(fake, there)
    other = world(tmp_path)
    other.heal(fault(Kind.DISCONNECT, "till-1"))
    connected = (
        "network connect --alias shop-0a-till-1 --alias till shop-0a_services shop-0a-till-1"
    )
    assert fake.calls()[-1] == connected
    other.heal(fault(Kind.DISCONNECT, "till-1"))
    assert fake.calls().count(connected) == 1, "what is mended is left alone"


def test_a_database_is_broken_by_psql_in_its_own_server(fake: Fake, tmp_path: Path) -> None:
    here = world(tmp_path)
    here.inject(fault(Kind.REFUSE, "postgres/stock"))
    here.heal(fault(Kind.REFUSE, "postgres/stock"))
    shut, cut, opened = fake.calls()
    assert all("shop-0a-stock-postgres-1 psql" in call for call in (shut, cut, opened))
    assert "ALLOW_CONNECTIONS false" in shut
    assert "pg_terminate_backend" in cut
    assert "ALLOW_CONNECTIONS true" in opened


def test_a_database_is_ready_when_its_server_is(fake: Fake, tmp_path: Path) -> None:
    inspected(fake, container("stock-postgres-1"), container("till-1"))
    assert world(tmp_path).until_ready(["postgres/stock", "till-1"]) == []


ANSWER = "HTTP/1.1 {}\r\nserver: x\r\n\r\n{}"


def test_a_saga_is_started_by_the_next_replica_where_one_is_paused(
    fake: Fake, tmp_path: Path
) -> None:
    fake.says("*orders-1 python*", code=1)
    fake.says("*orders-2 python*", ANSWER.format("202 Accepted", json.dumps({"saga_id": "buy-9"})))
    assert world(tmp_path).start("k", {"a": 1}) == "buy-9"


@pytest.mark.parametrize(
    ("status", "error"), [("503 No", Busy), ("404 No", MscliError), ("", Busy), ("202 Yes", Busy)]
)
def test_who_cannot_start_now_is_asked_again_and_who_refuses_is_not(
    fake: Fake, tmp_path: Path, status: str, error: type[Exception]
) -> None:
    fake.says("exec*", ANSWER.format(status, "{}"))
    with pytest.raises(error):
        world(tmp_path).start("k", {})


def test_the_healer_mends_containers_when_the_drill_is_gone(fake: Fake, tmp_path: Path) -> None:
    place = place_of(tmp_path, "shop")
    remember(place, Choice("docker", place.system_id))
    journal = healer.journal_of(place)
    journal.file.parent.mkdir(parents=True)
    journal.file.write_text(json.dumps([asdict(fault(Kind.PAUSE, "till-1"))]))
    with healer.beside(place):
        assert journal.left() == (fault(Kind.PAUSE, "till-1"),)
    assert fake.calls() == [f"unpause {place.system_id}-till-1"]
    assert journal.left() == ()
