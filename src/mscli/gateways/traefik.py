"""Traefik: the gateway, and the router in front of every service, in one process.

Static configuration names the entry points; the routes are a file that Traefik reads again when it
changes. Schema: https://doc.traefik.io/traefik/v3.7/reference/.
"""

from __future__ import annotations

import re

from mscli.model.stack import (
    Config,
    Engine,
    Kind,
    Listen,
    Mounted,
    Port,
    Probe,
    Replicas,
    Traits,
    Tree,
    Workload,
)
from mscli.model.system import INTERNAL_PATHS, Cors, Route, System

NAME = "gateway"
PLUGIN = "plugins-local/src/mscli/notfound"
TEMPLATES = "gateway/traefik"


def workload(system: System, traits: Traits) -> Workload:
    """The gateway, with a second entry point `router` where the platform does not balance."""
    ports = [Port("http", system.gateway.port, public=True, fixed=True), Port("admin", 8081)]
    if not traits.balances:
        ports.append(Port("router", 8082))
    return Workload(
        name=NAME,
        kind=Kind.GATEWAY,
        program=Engine("traefik", "traefik"),
        arguments=(("--configFile=", Mounted("traefik.yml")),),
        ports=tuple(ports),
        configs=(
            _static(system, [port.name for port in ports]),
            _routes(system, traits),
            Config(f"{PLUGIN}/.traefik.yml", f"{TEMPLATES}/notfound/traefik.yml.jinja"),
            Config(f"{PLUGIN}/go.mod", f"{TEMPLATES}/notfound/go.mod.jinja"),
            Config(f"{PLUGIN}/notfound.go", f"{TEMPLATES}/notfound/notfound.go.jinja"),
        ),
        probe=Probe("http", "admin", "/ping", startup=30),
        grace=10,
    )


def _static(system: System, entry_points: list[str]) -> Config:
    return Config(
        "traefik.yml",
        f"{TEMPLATES}/traefik.yml.jinja",
        {
            "entry_points": [{"name": name, "address": Listen(name)} for name in entry_points],
            "routes": Mounted("dynamic"),
            "idle_timeout": f"{system.gateway.idle_timeout:g}s",
        },
    )


def _routes(system: System, traits: Traits) -> Config:
    context = _dynamic(system, traits)
    return Config("dynamic/routes.yml", f"{TEMPLATES}/routes.yml.jinja", context, live=True)


def _dynamic(system: System, traits: Traits) -> dict[str, Tree]:
    gateway = system.gateway
    before = [] if gateway.cors is None else ["cors"]
    return {
        "routers": [
            *(_public(route, before) for route in system.routes),
            *(_hidden(route, before) for route in system.routes if _may_reach_internal(route)),
            *([] if traits.balances else (_internal(name) for name in system.services)),
        ],
        "entry_points": ["http"] if traits.balances else ["http", "router"],
        "services": [{"name": name, "servers": Replicas(name)} for name in system.services],
        "strips": sorted(_strips(system, traits)),
        "cors": None if gateway.cors is None else _cors(gateway.cors),
        "body": gateway.body,
        "response_timeout": f"{gateway.response_timeout:g}s",
        "not_found": f"No route of '{system.name}' matches this path; "
        "routes are declared in mscli.yaml (mscli new route PATH --to SERVICE).",
    }  # fmt: skip


def _strips(system: System, traits: Traits) -> set[str]:
    public = {route.path for route in system.routes if _strips_prefix(route)}
    internal = set() if traits.balances else {f"/{name}" for name in system.services}
    return public | internal


def _strips_prefix(route: Route) -> bool:
    return route.prefix == "strip" and route.path != "/"


def _whole_segments(path: str) -> str:
    """A rule that matches `path` and what is below it, but never `/ordersX` for `/orders`."""
    return "PathPrefix(`/`)" if path == "/" else f"Path(`{path}`) || PathPrefix(`{path}/`)"


def _public(route: Route, before: list[str]) -> dict[str, Tree]:
    strip = [f"strip {route.path}"] if _strips_prefix(route) else []
    return {
        "name": f"route {route.path}",
        "entry_point": "http",
        "rule": _whole_segments(route.path),
        "priority": 1000 + len(route.path),
        "middlewares": [*before, "body", "retry", *strip],
        "service": route.service,
    }


def _may_reach_internal(route: Route) -> bool:
    return route.prefix == "strip" or route.path == "/"


def _hidden(route: Route, before: list[str]) -> dict[str, Tree]:
    """What a route would show of the service's inside answers as if it did not exist.

    Traefik matches the decoded path, so that percent-encoding does not get around the rule.
    """
    names = "|".join(INTERNAL_PATHS)
    prefix = re.escape(route.path.rstrip("/"))
    return {
        "name": f"hidden {route.path}",
        "entry_point": "http",
        "rule": f"PathRegexp(`(?i)^{prefix}/+({names})(/|$)`)",
        "priority": 100_000,
        "middlewares": [*before, "not found"],
        "service": "noop@internal",
    }


def _internal(service: str) -> dict[str, Tree]:
    path = f"/{service}"
    return {
        "name": f"internal {service}",
        "entry_point": "router",
        "rule": _whole_segments(path),
        "priority": 1000 + len(path),
        "middlewares": ["retry", f"strip {path}"],
        "service": service,
    }


def _cors(cors: Cors) -> dict[str, Tree]:
    return {
        "origins": list(cors.origins),
        "methods": list(cors.methods),
        "headers": list(cors.headers),
        "max_age": int(cors.max_age),
        "credentials": cors.credentials,
    }
