"""Routes that are split: shares as written, each service with its own idea of the path."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mscli.model.system import Route, Service, Share, System, split
from tests.gateway.backends import Backend, running
from tests.gateway.load import failed, load
from tests.gateway.running import Gateway, eventually, gateway
from tests.gateway.systems import on, ports

pytestmark = pytest.mark.e2e

SERVICES = {name: Service(name, f"services/{name}") for name in ("monolith", "orders")}


def _system(percent: int) -> System:
    shares = (Share("monolith", 100 - percent, "keep"), Share("orders", percent, "strip"))
    return System(
        "strangled",
        services=SERVICES,
        routes=(Route("/", "monolith"), split("/orders", shares)),
    )


@pytest.fixture
def fleet() -> Iterator[dict[str, Backend]]:
    with running("monolith-1", "orders-1") as started:
        yield started


@pytest.fixture
def strangled(
    engine: str, fleet: dict[str, Backend], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("strangled")
    with gateway(on(_system(25), engine), folder, ports(fleet)) as started:
        yield started


def _seen(gateway: Gateway, requests: int = 40) -> Counter[tuple[str, str]]:
    answers = (gateway.get("/orders/7").json for _ in range(requests))
    return Counter((answer["replica"], answer["target"]) for answer in answers)


def test_each_service_gets_its_share_and_its_own_path(strangled: Gateway) -> None:
    assert _seen(strangled) == {("monolith-1", "/orders/7"): 30, ("orders-1", "/7"): 10}


def test_the_inside_of_a_service_that_sees_no_prefix_stays_hidden(
    strangled: Gateway, fleet: dict[str, Backend]
) -> None:
    for path in ("/orders/livez", "/orders/metrics", "/orders/internal/x", "/metrics"):
        assert {strangled.get(path).status for _ in range(8)} == {404}
    assert sum(backend.hits for backend in fleet.values()) == 0


def test_flips_under_load_cost_no_request_and_are_seen_soon(
    engine: str, strangled: Gateway
) -> None:
    with load(strangled.port, "/orders/7") as seen:
        began = time.monotonic()
        for percent, expected in (
            (100, {("orders-1", "/7")}),
            (0, {("monolith-1", "/orders/7")}),
            (50, {("orders-1", "/7"), ("monolith-1", "/orders/7")}),
        ):
            strangled.change(on(_system(percent), engine))
            assert eventually(lambda: set(_seen(strangled, 6)) == expected, 5) < 3  # noqa: B023
            time.sleep(0.3)
    assert len(seen.after(began)) > 100
    assert failed(seen.samples) == []


def test_the_share_of_a_service_that_is_not_ready_goes_to_the_other(
    strangled: Gateway, fleet: dict[str, Backend]
) -> None:
    with load(strangled.port, "/orders/7") as seen:
        fleet["orders-1"].ready = False
        eventually(lambda: set(_seen(strangled, 8)) == {("monolith-1", "/orders/7")}, 5)
        fleet["orders-1"].ready = True
        eventually(lambda: len(_seen(strangled, 8)) == 2, 5)
    assert failed(seen.samples) == []


def test_a_service_that_is_not_asked_for_its_health_has_its_share(
    engine: str, fleet: dict[str, Backend], tmp_path: Path
) -> None:
    monolith = replace(SERVICES["monolith"], template="none", health="tcp")
    system = replace(_system(25), services={**SERVICES, "monolith": monolith})
    with gateway(on(system, engine), tmp_path, ports(fleet)) as started:
        assert _seen(started) == {("monolith-1", "/orders/7"): 30, ("orders-1", "/7"): 10}


def test_traefik_has_nothing_to_complain_about(fleet: dict[str, Backend], tmp_path: Path) -> None:
    def warn(_: str, content: str) -> str:
        return content.replace("level: ERROR", "level: WARN")

    system = replace(_system(25), name="quiet")
    with gateway(system, tmp_path, ports(fleet), edit=warn) as started:
        assert len(_seen(started)) == 2
        lines = started.log.read_text()
    assert '"level":"warn"' not in lines
    assert '"level":"error"' not in lines
