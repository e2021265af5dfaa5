"""What `mscli open` opens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mscli.cli.browse import url_of
from mscli.errors import UsageError
from mscli.model.process import Plan
from mscli.model.system import Route, Service, System
from tests.unit.runtimes.processes.scenes import plan, process

SYSTEM = System(
    "shop",
    services={name: Service(name, f"services/{name}") for name in ("orders", "stock")},
    routes=(Route("/orders", "orders"), Route("/old", "orders")),
)


@pytest.fixture
def up() -> Plan:
    shown = plan(
        process("gateway-1", ports={"http": 1}),
        process("orders-1", ports={"http": 2}),
        process("stock-1", ports={"http": 3}),
    )
    return replace(shown, urls={r.path: f"http://gateway{r.path}" for r in SYSTEM.routes})


@pytest.mark.parametrize(
    ("what", "url"),
    [
        ("", "http://127.0.0.1:1/"),
        ("/old", "http://gateway/old"),
        ("orders", "http://gateway/orders"),
        ("stock", "http://127.0.0.1:3/"),
    ],
)
def test_a_route_a_service_and_the_gateway_are_opened(up: Plan, what: str, url: str) -> None:
    assert url_of(up, SYSTEM, what) == url


def test_what_cannot_be_opened_is_refused_with_what_can(up: Plan) -> None:
    with pytest.raises(UsageError, match="no route or page 'nope'"):
        url_of(up, SYSTEM, "nope")
