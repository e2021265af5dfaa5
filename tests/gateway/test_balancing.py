"""Replicas: all of them are used, and none that is dead or not ready."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from mscli.model.system import Route
from tests.gateway.backends import Backend
from tests.gateway.load import failed, load
from tests.gateway.running import Gateway, eventually
from tests.gateway.systems import SHOP, on

pytestmark = pytest.mark.e2e


def _replicas(gateway: Gateway, requests: int = 6) -> set[str]:
    return {gateway.get("/orders/7").json["replica"] for _ in range(requests)}


def test_every_replica_is_used(shop: Gateway) -> None:
    assert _replicas(shop) == {"orders-1", "orders-2"}
    assert {shop.call("/orders/7").json["replica"] for _ in range(6)} == {"orders-1", "orders-2"}


def test_one_that_is_not_ready_is_left_out_and_comes_back(
    changing: Gateway, fleet: dict[str, Backend]
) -> None:
    fleet["orders-1"].ready = False
    eventually(lambda: _replicas(changing) == {"orders-2"}, 5)
    for _ in range(10):
        assert _replicas(changing) == {"orders-2"}

    fleet["orders-1"].ready = True
    assert eventually(lambda: "orders-1" in _replicas(changing), 5) < 2


def test_a_killed_replica_costs_no_request(changing: Gateway, fleet: dict[str, Backend]) -> None:
    with load(changing.port, "/orders/7") as public, load(changing.router, "/orders/7") as calls:
        time.sleep(0.3)
        fleet["orders-1"].kill()
        killed = time.monotonic()
        time.sleep(1.5)

    for seen in (public, calls):
        assert len(seen.after(killed)) > 50
        assert failed(seen.after(killed)) == []

    fleet["orders-1"].start()
    assert eventually(lambda: "orders-1" in _replicas(changing), 5) < 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_status_is_never_retried(
    shop: Gateway, backends: dict[str, Backend], status: int
) -> None:
    for method in ("GET", "POST"):
        before = sum(backend.hits for backend in backends.values())
        answer = shop.send(method, f"/orders/status/{status}", body=b"{}")
        assert (answer.status, answer.json) == (status, {"from": "service"})
        assert sum(backend.hits for backend in backends.values()) == before + 1


def test_a_service_that_fails_stays_in_rotation(shop: Gateway) -> None:
    """One endpoint with a bug must not take the whole service away."""
    for _ in range(20):
        assert shop.get("/orders/status/500").json == {"from": "service"}
    assert _replicas(shop) == {"orders-1", "orders-2"}


def test_with_every_replica_down_the_answer_comes_at_once(
    changing: Gateway, fleet: dict[str, Backend]
) -> None:
    for name in ("orders-1", "orders-2"):
        fleet[name].kill()

    def refused() -> bool:
        began = time.monotonic()
        answer = changing.get("/orders/7")
        assert answer.status in (502, 503)
        assert time.monotonic() - began < 1
        return answer.status == 503

    eventually(refused, 5)
    assert changing.call("/orders/7").status == 503
    assert changing.get("/pay/7").status == 200


def test_a_new_route_is_there_at_once_and_disturbs_nobody(changing: Gateway, engine: str) -> None:
    assert changing.get("/new/7").status == 404
    system = on(replace(SHOP, routes=(*SHOP.routes, Route("/new", "payments"))), engine)
    with load(changing.port, "/orders/7") as others:
        changing.change(system)
        took = eventually(lambda: changing.get("/new/7").status == 200, 5)
        changing.change(on(SHOP, engine))
        eventually(lambda: changing.get("/new/7").status == 404, 5)

    assert took < 1
    assert failed(others.samples) == []


def test_a_replica_that_is_still_starting_costs_no_request(
    changing: Gateway, fleet: dict[str, Backend], engine: str
) -> None:
    fleet["orders-3"].kill()
    with load(changing.port, "/orders/7") as seen:
        changing.change(on(SHOP, engine), {"orders": 3})
        time.sleep(1.2)
        fleet["orders-3"].start()
        eventually(lambda: "orders-3" in _replicas(changing), 5)

    assert failed(seen.samples) == []


def test_a_replica_is_taken_away_without_a_failed_request(
    changing: Gateway, fleet: dict[str, Backend], engine: str
) -> None:
    with load(changing.port, "/orders/7") as seen:
        changing.change(on(SHOP, engine), {"orders": 1})
        eventually(lambda: _replicas(changing) == {"orders-1"}, 5)
        fleet["orders-2"].kill()
        time.sleep(0.3)

    assert failed(seen.samples) == []
