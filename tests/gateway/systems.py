"""The systems that the gateways are tried with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mscli.model.system import Cors, Gateway, Route, Service, System
from tests.gateway.backends import Backend

_SERVICES = {
    name: Service(name, f"services/{name}", replicas=replicas)
    for name, replicas in (("orders", 2), ("payments", 1), ("web", 1))
}

SHOP = System(
    "shop",
    gateway=Gateway(body=100_000),
    services=_SERVICES,
    routes=(
        Route("/orders", "orders"),
        Route("/orders/archive", "payments"),
        Route("/pay", "payments", prefix="keep"),
        Route("/internal", "payments", prefix="keep"),
        Route("/caf%C3%A9/", "web"),
        Route("/th%c3%a9", "web", prefix="keep"),
        Route("/{de,en}/shelf", "web"),
    ),
)
"""Nothing at `/`, so that there are paths that no route matches."""

SITE = System(
    "site",
    gateway=Gateway(cors=Cors(origins=("https://shop.test", "https://app.test:8443"))),
    services=_SERVICES,
    routes=(Route("/", "web"), Route("/orders", "orders"), Route("/metrics", "payments")),
)
"""Everything that is no other service's goes to one, and browsers of other origins may call."""

IMPATIENT = replace(SHOP, gateway=Gateway(response_timeout=1.0, idle_timeout=1.0))

REPLICAS = ("orders-1", "orders-2", "payments-1", "web-1")


def on(system: System, engine: str) -> System:
    """`system` behind another gateway."""
    return replace(system, gateway=replace(system.gateway, engine=engine))  # type: ignore[arg-type]


def ports(backends: Mapping[str, Backend]) -> dict[str, int]:
    """What the bindings call the backends' ports."""
    return {f"{name}:http": backend.port for name, backend in backends.items()}
