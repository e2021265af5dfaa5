"""The mirror: each route once more, and what a service sees of it stays as it is."""

from __future__ import annotations

from typing import Any

import yaml

from mscli.render import render_files
from mscli.runtimes.processes.mirror import mirrored
from tests.systems import SYSTEMS, bindings

URL = "http://127.0.0.1:9999"


def _routes(name: str) -> dict[str, Any]:
    files = render_files(SYSTEMS[name], "processes", bindings(SYSTEMS[name]))
    text = next(file.content for file in files if file.path.endswith("dynamic/routes.yml"))
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def test_every_route_is_mirrored_before_its_prefix_is_taken_off() -> None:
    routes = _routes("full")
    http = mirrored(routes, (), URL, 1000)["http"]
    assert list(http["routers"]) == ["mirror /orders", "mirror /stock/items", "mirror /"]
    router, before = http["routers"]["mirror /orders"], routes["http"]["routers"]["route /orders"]
    assert router["rule"] == before["rule"]
    assert router["priority"] == before["priority"] + 1
    assert router["middlewares"] == ["public", "cors", "door"]
    inner = http["services"]["mirrored /orders"]
    assert inner["middlewares"] == ["retry", "strip /orders"]
    assert inner["weighted"]["services"] == [{"name": "orders", "weight": 1}]
    mirroring = http["services"]["mirror of /orders"]["mirroring"]
    assert mirroring["service"] == "mirrored /orders"
    assert mirroring["mirrors"] == [{"name": "mirror", "percent": 100}]
    assert http["services"]["mirror"]["loadBalancer"]["servers"] == [{"url": URL}]


def test_what_is_hidden_stays_hidden() -> None:
    routes = _routes("full")["http"]["routers"]
    for name, router in mirrored({"http": {"routers": routes}}, (), URL, 1)["http"][
        "routers"
    ].items():
        hidden = routes.get(name.replace("mirror ", "hidden "))
        assert hidden is None or "!PathRegexp" in router["rule"]


def test_only_the_routes_that_are_named_and_those_that_are_split() -> None:
    http = mirrored(_routes("split"), ("/orders",), URL, 1000)["http"]
    assert list(http["routers"]) == ["mirror /orders"]
    inner = http["services"]["mirrored /orders"]
    assert inner == {"weighted": {"services": [{"name": "split /orders", "weight": 1}]}}
