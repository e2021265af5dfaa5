"""Traefik: the gateway, and the router in front of every service, in one process.

Static configuration names the entry points; the routes are a file that Traefik reads again when it
changes. Schema: https://doc.traefik.io/traefik/v3.7/reference/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from mscli.model.kinds import Kind, Probe
from mscli.model.stack import (
    Address,
    Config,
    Engine,
    Listen,
    Mounted,
    Port,
    Replicas,
    Traits,
    Tree,
    Workload,
)
from mscli.model.system import INTERNAL_PATHS, TCP, Cors, Route, Service, Share, System
from mscli.text.durations import decimal_text

NAME = "gateway"
TEMPLATES = "gateway/traefik"
PLUGINS = {"notfound": "Answers 404 as problem+json.", "door": "Limits what a request may bring."}
"""Middleware in Go that Traefik interprets, by the name of its folder: what Traefik has no own
configuration for."""

ASKED, OTHERS_ASKED = "500ms", "5s"
"""How often a replica is asked whether it is ready. Code of its own logs each of these requests,
and may look into its database for them; where it is gone, a request goes on to the next replica."""

ADMIN = 8081
"""Where the gateway tells of itself."""
NOWHERE = "not found"
"""A service without servers: Traefik's own (noop@internal) is left out of the access log."""


def workload(system: System, traits: Traits) -> Workload:
    """The gateway, with a second entry point `router` where the platform does not balance."""
    ports = [Port("http", system.gateway.port, public=True, fixed=True), Port("admin", ADMIN)]
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
            *(config for plugin in PLUGINS for config in _plugin(plugin)),
        ),
        probe=Probe("http", "admin", "/readyz", startup=30),
        grace=10,
    )


def _plugin(name: str) -> Iterator[Config]:
    folder = f"plugins-local/src/mscli/{name}"
    context: dict[str, Tree] = {"name": name, "summary": PLUGINS[name]}
    yield Config(f"{folder}/.traefik.yml", f"{TEMPLATES}/plugin/traefik.yml.jinja", context)
    yield Config(f"{folder}/go.mod", f"{TEMPLATES}/plugin/go.mod.jinja", context)
    yield Config(f"{folder}/{name}.go", f"{TEMPLATES}/plugin/{name}.go.jinja")


def _static(system: System, entry_points: list[str]) -> Config:
    return Config(
        "traefik.yml",
        f"{TEMPLATES}/traefik.yml.jinja",
        {
            "entry_points": [{"name": name, "address": Listen(name)} for name in entry_points],
            "routes": Mounted("dynamic"),
            "idle_timeout": f"{decimal_text(system.gateway.idle_timeout)}s",
            "plugins": list(PLUGINS),
        },
    )


def _routes(system: System, traits: Traits) -> Config:
    context = _dynamic(system, traits)
    return Config("dynamic/routes.yml", f"{TEMPLATES}/routes.yml.jinja", context, live=True)


def _dynamic(system: System, traits: Traits) -> dict[str, Tree]:
    gateway = system.gateway
    before = ["public"] if gateway.cors is None else ["public", "cors"]
    routes = [replace(r, path=_matched(path)) for r in system.routes for path in r.paths]
    routers = [_not_found("http", before)]
    for route in routes:
        routers += _public(route, before)
    if not traits.balances:
        routers.append(_not_found("router", []))
        routers += (_internal(name) for name in system.services)
    # A router leads to every service; else the gateway knows those alone that have a route.
    routed = dict.fromkeys(share.service for route in routes for share in route.serving)
    names = routed if traits.balances else system.services
    asked = {name: _health(system.services[name], traits) for name in names}
    services: list[Tree] = [
        {
            "name": name,
            "servers": _servers(name, path, traits),
            "health": path,
            "interval": ASKED if system.services[name].is_made else OTHERS_ASKED,
        }
        for name, path in asked.items()
    ]
    return {
        "routers": list[Tree](routers),
        "services": services,
        "splits": [each for route in routes for each in _split(route, asked)],
        "nowhere": NOWHERE,
        # A place without a replica looks like a replica that is down: it is asked less often. Until
        # it was asked once, after each change of routes, it is tried, and most places are empty.
        "unhealthy_interval": "100ms" if traits.sees_replicas else "1s",
        "attempts": 10 if traits.sees_replicas else 200,
        "strips": sorted(_stripped(system, routes, traits)),
        "cors": None if gateway.cors is None else _cors(gateway.cors),
        "body": gateway.body,
        "response_timeout": f"{decimal_text(gateway.response_timeout)}s",
        "not_found": "No route matches this path. "
        "Routes are declared in mscli.yaml (mscli new route PATH --to SERVICE).",
    }


def _servers(name: str, health: str, traits: Traits) -> Tree:
    """Where a service's replicas are: by the one name of all, where empty places would stay."""
    asks = bool(health) or traits.balances or traits.sees_replicas
    return Replicas(name) if asks else [Address(name, "http", "http")]


def _health(service: Service, traits: Traits) -> str:
    """Where a replica is asked whether it is ready; empty if that is not the gateway's to ask.

    Behind a name that the platform balances stands no single replica.
    """
    return "" if traits.balances or service.health == TCP else service.health


def _matched(path: str) -> str:
    """A route's path as Traefik compares it: decoded, without a slash at its end."""
    return unquote(path).rstrip("/") or "/"


def _stripped(system: System, routes: Iterable[Route], traits: Traits) -> set[str]:
    public = {route.path for route in routes if any(_strips(route, each) for each in route.serving)}
    internal = set() if traits.balances else {f"/{name}" for name in system.services}
    return public | internal


def _strips(route: Route, share: Share) -> bool:
    return share.prefix == "strip" and route.path != "/"


def _whole_segments(path: str) -> str:
    """A rule that matches `path` and what is below it, but never `/ordersX` for `/orders`."""
    return "PathPrefix(`/`)" if path == "/" else f"(Path(`{path}`) || PathPrefix(`{path}/`))"


def _priority(path: str) -> int:
    """The longest path wins; the number above it is free for what the route hides."""
    return 1000 + 2 * len(path)


def _router(
    name: str,
    rule: str,
    *,
    priority: int,
    middlewares: list[str],
    service: str = NOWHERE,
    entry_point: str = "http",
) -> dict[str, Tree]:
    return {
        "name": name,
        "entry_point": entry_point,
        "rule": rule,
        "priority": priority,
        "middlewares": list[Tree](middlewares),
        "service": service,
    }


def _public(route: Route, before: list[str]) -> Iterator[dict[str, Tree]]:
    """A route, and what it would show of the service's inside, which answers as not found.

    The route leaves that out by itself, too, so that it stays hidden when a plugin fails to load.
    """
    hidden = _hidden(route)
    if hidden is None:
        return
    rule, priority = _whole_segments(route.path), _priority(route.path)
    first, *others = route.serving
    middlewares = [] if others else _within(route, first)
    if hidden:
        rule = f"{rule} && !PathRegexp(`{hidden}`)"
        yield _router(
            f"hidden {route.path}",
            f"PathRegexp(`{hidden}`)",
            priority=priority + 1,
            middlewares=[*before, "not found"],
        )
    yield _router(
        f"route {route.path}",
        rule,
        priority=priority,
        middlewares=[*before, "door", *middlewares],
        service=_name_of_split(route) if others else first.service,
    )


def _within(route: Route, share: Share) -> list[str]:
    """What is between a route and one of its services: it sees its own path at every attempt."""
    return ["retry", f"strip {route.path}"] if _strips(route, share) else ["retry"]


def _name_of_split(route: Route) -> str:
    return f"split {route.path}"


def _split(route: Route, asked: Mapping[str, str]) -> Iterator[dict[str, Tree]]:
    """The services that share a route's requests out; none for a route of one service.

    Between the shares and a service stands a service of its own, because each service has its own
    idea of the path. What never reached a replica is tried again at the same service: who got a
    request has seen it, and its share stays what was written. `asked` is by which path a service
    is asked for its health, if it is.
    """
    if len(route.serving) == 1:
        return
    names = {share.service: f"{share.service} of {route.path}" for share in route.serving}
    yield {
        "name": _name_of_split(route),
        "middlewares": [],
        "checks": all(asked[share.service] for share in route.serving),
        "shares": [
            {"name": names[share.service], "weight": share.percent} for share in route.serving
        ],
    }
    for share in route.serving:
        yield {
            "name": names[share.service],
            "middlewares": list[Tree](_within(route, share)),
            "checks": bool(asked[share.service]),
            "shares": [{"name": share.service, "weight": 1}],
        }


def _hidden(route: Route) -> str | None:
    """The paths below `route` that the service keeps to itself, as a regular expression.

    Empty if there are none; None if the whole route is one of them. Traefik matches a path in which
    only reserved characters are still encoded. Servers differ in what else they take for the same
    path (upper case, `;x` after or before a segment, `.json`, what is encoded twice), so that all
    of these are hidden.
    """
    if route.path != "/":
        strips = {_strips(route, share) for share in route.serving}
        if False in strips and route.path.split("/")[1].lower() in INTERNAL_PATHS:
            return None
        if True not in strips:
            return ""
    prefix = re.escape(route.path.rstrip("/"))
    names = "|".join((*INTERNAL_PATHS, "[^/]*%25[0-9A-F]{2}[^/]*"))
    return rf"(?i)^{prefix}(/+(;|%3B)[^/]*)*/+({names})([^\w~-]|$)"


def _internal(service: str) -> dict[str, Tree]:
    path = f"/{service}"
    return _router(
        f"internal {service}",
        _whole_segments(path),
        priority=_priority(path),
        middlewares=["retry", f"strip {path}"],
        service=service,
        entry_point="router",
    )


def _not_found(entry_point: str, before: list[str]) -> dict[str, Tree]:
    return _router(
        f"not found {entry_point}",
        "PathPrefix(`/`)",
        priority=1,
        middlewares=[*before, "not found"],
        entry_point=entry_point,
    )


def _cors(cors: Cors) -> dict[str, Tree]:
    return {
        "origins": list(cors.origins),
        "methods": list(cors.methods),
        "headers": list(cors.headers),
        "max_age": int(cors.max_age),
        "credentials": cors.credentials,
    }
