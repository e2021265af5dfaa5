"""The System: what the user declares in mscli.yaml, with every short form and default spelt out.

All durations are seconds, all sizes bytes. Nothing here knows how or where the system runs.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from mscli.model.environments import Environment
from mscli.model.invariants import Invariant
from mscli.model.resources import Resources
from mscli.model.route_paths import alternatives

Prefix = Literal["strip", "keep"]
Database = Literal["postgres"]
Style = Literal["orchestration", "choreography"]

INTERNAL_PATHS = ("livez", "readyz", "metrics", "wiring", "internal")
"""First path segments of a service that no gateway may publish."""

HEALTH, TCP = "/readyz", "tcp"
"""How a service is asked whether it is ready: by this path, or by a bare connection."""
WORKDIR = "/app"
"""Where the images that are made from templates have the code."""
TEMPLATE = "python"
NO_TEMPLATE = "none"
"""The template of a service whose code was there before the system."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """Settings of a circuit breaker (Nygard, Release It!; microservices.io circuit-breaker)."""

    failure_threshold: int = 5
    reset_timeout: float = 60.0
    half_open_max_calls: int = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """How one service calls another: total deadline > retries > breaker > attempt timeout.

    `fallback` is a JSON document that the call answers with when it fails for good.
    """

    deadline: float = 2.0
    attempt_timeout: float = 0.7
    retries: int = 2
    max_connections: int = 50
    breaker: Breaker = field(default_factory=Breaker)
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its code under `path`, what it stores and whom it calls."""

    name: str
    path: str
    template: str = TEMPLATE
    api: Literal["http"] = "http"
    database: Database | None = None
    port: int | None = None
    replicas: int = 1
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Keys that are its user's own, by variable: each a file, from the system's folder."""
    volumes: Mapping[str, str] = field(default_factory=dict)
    """Folders that outlive its containers, by name: from `WORKDIR`, or absolute."""
    command: tuple[str, ...] = ()
    calls: Mapping[str, Policy] = field(default_factory=dict)
    resources: Resources | None = None
    migrate: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    """The services whose databases it uses, too, by a role that owns nothing there."""
    health: str = HEALTH
    """The path that answers 2xx when requests may be sent, or `tcp` for a bare connection."""

    @property
    def is_made(self) -> bool:
        """Whether its code is from a template; else mscli starts it and knows nothing more."""
        return self.template != NO_TEMPLATE

    @property
    def waits_by_itself(self) -> bool:
        """Whether it starts without its database, and is ready when that is there."""
        return self.template == TEMPLATE

    @property
    def package(self) -> str:
        """The service's name as an identifier in code."""
        return self.name.replace("-", "_")

    @property
    def folders(self) -> dict[str, str]:
        """Its volumes, and the absolute path in a container of each."""
        paths = ((name, posixpath.join(WORKDIR, path)) for name, path in self.volumes.items())
        return {name: posixpath.normpath(path) for name, path in paths}

    @property
    def migrates(self) -> bool:
        """Whether something makes the tables of its database before it starts.

        A template that says itself what starts its services says what migrates them, too, if
        anything does.
        """
        is_package = self.template == TEMPLATE or (self.is_made and not self.command)
        return bool(self.database and (self.migrate or is_package))


@dataclass(frozen=True, slots=True)
class Share:
    """What one service gets of a route's requests, in percent, and how it sees the path."""

    service: str
    percent: int
    prefix: Prefix = "strip"


@dataclass(frozen=True, slots=True)
class Route:
    """A path of the gateway and the service behind it; `path` matches whole segments only.

    A route that is split has a share for each of its services, together 100; `service` and `prefix`
    are then those of the largest. A share of 0 gets nothing and is remembered: the way back.
    """

    path: str
    service: str
    prefix: Prefix = "strip"
    shares: tuple[Share, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that it matches: `/{de,en}/about` is `/de/about` and `/en/about`."""
        return alternatives(self.path)

    @property
    def known(self) -> tuple[Share, ...]:
        """Every service that the route names."""
        return self.shares or (Share(self.service, 100, self.prefix),)

    @property
    def serving(self) -> tuple[Share, ...]:
        """The services that get requests."""
        return tuple(share for share in self.known if share.percent)


def split(path: str, shares: Iterable[Share]) -> Route:
    """The route at `path` whose requests are shared out."""
    shares = tuple(shares)
    largest = max(shares, key=lambda share: share.percent)
    return Route(path, largest.service, largest.prefix, shares)


@dataclass(frozen=True, slots=True)
class Cors:
    """Cross-origin policy of the gateway (the fetch standard's CORS protocol)."""

    origins: tuple[str, ...]
    methods: tuple[str, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE")
    headers: tuple[str, ...] = ("Authorization", "Content-Type", "Idempotency-Key")
    max_age: float = 600.0
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Gateway:
    """The one public door. `body` is the largest request body, in bytes."""

    engine: Literal["traefik"] = "traefik"
    port: int = 8080
    cors: Cors | None = None
    body: int = 10 * 1024 * 1024
    response_timeout: float = 30.0
    idle_timeout: float = 60.0


ATTEMPTS = 5
"""At a step that can be undone, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a saga: an action of a participant, and the compensation that undoes it.

    `timeout` is for one attempt at either. After `attempts` the step is given up and the saga is
    undone; None is never, as for a step that cannot be undone. Pauses between attempts begin with
    `initial_interval` and double up to `maximum_interval` (Temporal, retry policies).
    """

    service: str
    action: str
    compensation: str | None = None
    timeout: float = 2.0
    attempts: int | None = None
    initial_interval: float = 0.2
    maximum_interval: float = 10.0

    @property
    def module(self) -> str:
        """The action's name as an identifier in code."""
        return self.action.replace("-", "_")


MOST_REPLICAS = 100
"""How many replicas a service has at most, whoever asks for them."""


@dataclass(frozen=True, slots=True)
class Saga:
    """A transaction across services (Garcia-Molina and Salem, 1987; microservices.io, saga).

    The first step without a compensation is the *pivot*: once it has succeeded nothing is undone
    any more, and the steps after it are *retriable*. Those before it are *compensatable*.
    """

    name: str
    owner: str
    steps: tuple[Step, ...]
    style: Style = "orchestration"
    inputs: tuple[str, ...] = ()
    """What a drill starts it with, in turn: JSON documents."""

    @property
    def module(self) -> str:
        """The saga's name as an identifier in code."""
        return self.name.replace("-", "_")

    @property
    def members(self) -> tuple[str, ...]:
        """The owner and the participants, each once."""
        return tuple(dict.fromkeys((self.owner, *(step.service for step in self.steps))))

    @property
    def pivot(self) -> Step | None:
        """The step that decides, if there is one."""
        return next((step for step in self.steps if step.compensation is None), None)

    @property
    def refusable(self) -> tuple[Step, ...]:
        """The steps that may refuse: those up to the pivot. What comes after it must succeed."""
        pivot = self.pivot
        return self.steps if pivot is None else self.steps[: self.steps.index(pivot) + 1]

    def steps_of(self, service: str) -> tuple[Step, ...]:
        """The steps that one service takes."""
        return tuple(step for step in self.steps if step.service == service)


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS to an engine; files are paths from the system's folder. Without `ca` the world's."""

    ca: str = ""
    certificate: str = ""
    key: str = ""
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class TemporalCluster:
    """A Temporal that is not ours to start: `address` is host:port of its gRPC frontend."""

    address: str
    namespace: str = "default"
    tls: Tls | None = None
    api_key_file: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """A whole system, as read from mscli.yaml. Mappings keep the order of the file."""

    name: str
    gateway: Gateway = field(default_factory=Gateway)
    discovery: Literal["platform"] = "platform"
    services: Mapping[str, Service] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    sagas: Mapping[str, Saga] = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()
    engines: frozenset[str] = frozenset()
    temporal: TemporalCluster | None = None
    environments: Mapping[str, Environment] = field(default_factory=dict)
    environment: Environment = field(default_factory=Environment)
    """The one that it is in; see `in_environment`."""

    def sagas_owned_by(self, service: str) -> tuple[Saga, ...]:
        """The sagas that one service owns, in the order of the file."""
        return tuple(saga for saga in self.sagas.values() if saga.owner == service)

    def sagas_by(self, style: Style) -> tuple[Saga, ...]:
        """The sagas of one style, in the order of the file."""
        return tuple(saga for saga in self.sagas.values() if saga.style == style)
