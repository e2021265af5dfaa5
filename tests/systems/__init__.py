"""Systems that tests render, from the plainest to one with everything that this version has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mscli.model.environments import Environment, Exposure, Scale
from mscli.model.resources import Resources
from mscli.model.stack import Bindings, Program
from mscli.model.system import (
    Breaker,
    Cors,
    Gateway,
    Policy,
    Prefix,
    Route,
    Saga,
    Service,
    Share,
    Step,
    System,
    TemporalCluster,
    Tls,
    split,
)
from mscli.render import stack_for
from mscli.targets import processes


def _service(name: str, *calls: str, database: bool = False, replicas: int = 1) -> Service:
    return Service(
        name,
        f"services/{name}",
        database="postgres" if database else None,
        replicas=replicas,
        calls={callee: Policy() for callee in calls},
    )


def _services(*services: Service) -> dict[str, Service]:
    return {service.name: service for service in services}


PLAIN = System("plain", services=_services(_service("hello")), routes=(Route("/hello", "hello"),))

_ORDERS = Service(
    "orders",
    "services/orders",
    database="postgres",
    replicas=2,
    env={"FEATURE_X": "on", "MOTTO": 'it\'s $5; "cheap" & 100%'},
    calls={
        "payments": Policy(
            deadline=3,
            attempt_timeout=0.25,
            retries=1,
            max_connections=7,
            breaker=Breaker(failure_threshold=3, reset_timeout=2.5, half_open_max_calls=2),
            fallback='{"paid": false}',
        ),
        "stock-keeper": Policy(),
    },
)

FULL = System(
    "full",
    gateway=Gateway(
        cors=Cors(origins=("https://shop.test",), max_age=30, credentials=True),
        body=1024,
        response_timeout=2.5,
        idle_timeout=90,
    ),
    services=_services(
        _ORDERS,
        _service("payments", database=True),
        replace(_service("stock-keeper", "orders", database=True), port=21_555),
        replace(_service("web", "orders"), command=("node", "server.js", "--all of it")),
    ),
    routes=(
        Route("/orders", "orders"),
        Route("/stock/items", "stock-keeper", prefix="keep"),
        Route("/", "web"),
    ),
    engines=frozenset({"nats", "temporal"}),
)

EVENTS = System(
    "events",
    services=_services(_service("orders"), _service("shipping")),
    routes=(Route("/orders", "orders"),),
    engines=frozenset({"nats", "temporal"}),
)

SAGAS = System(
    "sagas",
    services=_services(
        _service("stock-keeper", database=True),
        _service("payments", database=True),
        replace(_service("orders", "stock-keeper", "payments", database=True), env={"A": "b"}),
    ),
    routes=(Route("/orders", "orders"),),
    sagas={
        "place-order": Saga(
            "place-order",
            "orders",
            (
                Step("stock-keeper", "reserve", "release"),
                Step("payments", "charge", "refund"),
                Step("orders", "confirm"),
            ),
        )
    },
)

CHOREOGRAPHY = System(
    "choreography",
    services=_services(
        _service("inventory", database=True),
        _service("payments", database=True),
        _service("orders", database=True),
        _service("aside"),
    ),
    sagas={
        "return-goods": Saga(
            "return-goods",
            "orders",
            (
                Step("inventory", "take-back", "give-again"),
                Step("payments", "pay-back"),
                Step("orders", "close"),
            ),
            style="choreography",
        )
    },
)

CORS = System(
    "cors",
    gateway=Gateway(port=9090, cors=Cors(origins=("*",))),
    services=_services(_service("api")),
    routes=(Route("/api", "api", prefix="keep"),),
)

_BELOW: tuple[tuple[str, Prefix], ...] = (("", "strip"), ("/v1.0", "keep"), ("/a-b/c", "strip"))

ROUTES = System(
    "routes",
    services=_services(*(_service(f"s{number}", replicas=3) for number in range(5))),
    routes=tuple(
        Route(f"/s{number}{below}", f"s{number}", prefix)
        for number in range(5)
        for below, prefix in _BELOW
    ),
)

SPLIT = System(
    "split",
    services=_services(
        _service("monolith", database=True), _service("orders", database=True), _service("stock")
    ),
    routes=(
        Route("/", "monolith"),
        split("/orders", (Share("monolith", 10, "keep"), Share("orders", 90))),
        split("/stock", (Share("monolith", 100, "keep"), Share("stock", 0, "keep"))),
        split("/pay/now", (Share("monolith", 0, "keep"), Share("orders", 100))),
    ),
)
"""A monolith that is being taken apart: one route on its way, one not yet flipped, one flipped."""

UNROUTED = System("unrouted")

ELSEWHERE = replace(
    SAGAS,
    name="elsewhere",
    engines=frozenset({"nats"}),
    environments={
        "production": Environment(
            registry="ghcr.io/acme",
            tag="1.4.2",
            exposure=Exposure("gateway-api", "eg", ("shop.test", "www.shop.test"), "shop-tls"),
            secrets="external-secrets",
            postgres="{service}-rw.databases.svc:5432",
            nats="nats.messaging.svc:4222",
            temporal=TemporalCluster(
                "shop.tmprl.test:7233", "shop", Tls(ca="certs/ca.pem"), "~/temporal-key"
            ),
            services={
                "orders": Scale(3, 12, Resources(2, 1024**3)),
                "stock-keeper": Scale(replicas=0),
            },
        ),
        "staging": Environment(
            exposure=Exposure("ingress", "nginx"), secrets="sealed-secrets", nats="10.0.0.7:4222"
        ),
    },
)
"""Engines that others run, and a second environment where some of them are in the cluster."""

FOREIGN = System(
    "foreign",
    services=_services(
        Service(
            "legacy",
            "services/legacy",
            template="none",
            command=("sh", "-c", "exec gunicorn app:app --bind $HOST:$PORT"),
            env={"DATABASE_URL": "sqlite:///app.db"},
            secrets={"STRIPE_KEY": "~/keys/stripe"},
            volumes={"media": "/srv/media", "words": "words"},
            health="tcp",
        ),
        Service("admin", "services/admin", template="none", command=("./run",), health="/up"),
        replace(
            _service("orders", "legacy"),
            secrets={"MAIL_KEY": "keys/mail"},
            volumes={"media": "../legacy/media"},
        ),
    ),
    routes=(Route("/", "legacy", prefix="keep"), Route("/orders", "orders", prefix="keep")),
)

SHARED = System(
    "shared",
    services=_services(
        Service(
            "legacy-shop",
            "services/legacy-shop",
            template="none",
            database="postgres",
            command=("sh", "-c", "exec gunicorn app:app --bind $HOST:$PORT"),
            migrate=("python", "manage.py", "migrate"),
            env={
                "SQLALCHEMY_DATABASE_URI": (
                    "postgresql+psycopg://$(PGUSER):$(PGPASSWORD)@$(PGHOST):$(PGPORT)/$(PGDATABASE)"
                ),
                "DB_HOST": "$(PGHOST)",
                "MOTTO": "$$(PGHOST) costs $5",
            },
            health="tcp",
        ),
        replace(_service("orders"), shares=("legacy-shop",)),
        replace(_service("reports", database=True), shares=("legacy-shop",)),
    ),
    routes=(Route("/", "legacy-shop", prefix="keep"), Route("/orders", "orders")),
)
"""A monolith on the system's PostgreSQL, and two services that use its database, too."""

SYSTEMS: Mapping[str, System] = {
    system.name: system
    for system in (
        PLAIN,
        FULL,
        EVENTS,
        SAGAS,
        CHOREOGRAPHY,
        CORS,
        ROUTES,
        SPLIT,
        UNROUTED,
        ELSEWHERE,
        FOREIGN,
        SHARED,
    )
}

ROOT = "/srv/system"


def keep_keys(system: System, folder: Path) -> None:
    """Write the keys that services name, below a folder that is the user's home as well."""
    for service in system.services.values():
        for place in service.secrets.values():
            key = folder / place.removeprefix("~/")
            key.parent.mkdir(exist_ok=True)
            key.write_text("a key")


def bindings(system: System) -> Bindings:
    """What a runtime would have chosen, always the same; ports count up from 20001."""
    stack = stack_for(system, "processes")
    unbound = Bindings(f"{system.name}-0123abcd", ROOT, f"{ROOT}/.mscli/local")
    wanted = processes.ports_wanted(stack, unbound)
    given = {each.name: f"/keys/{each.name}" for each in stack.secrets.values() if each.given}
    drawn = [
        secret.name
        for secret in stack.secrets.values()
        if secret.content is None and not secret.given
    ]
    return replace(
        unbound,
        ports={name: fixed or 20_001 + index for index, (name, fixed) in enumerate(wanted)},
        programs={
            "traefik": Program("/opt/engines/traefik"),
            "postgres": Program("/opt/engines/postgres", ("unshare", "--user")),
            "nats": Program("/opt/engines/nats-server"),
            "temporal": Program("/opt/engines/temporal"),
        },
        secrets={name: f"drawn-{name}" for name in drawn},
        given=given,
        socket="/run/user/1000/mscli/0123abcd.sock",
        guard=("/opt/python", "-I", "/opt/guard.py"),
    )
