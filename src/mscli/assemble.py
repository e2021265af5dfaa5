"""System -> Stack: the only caller of engines, discovery and gateways. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from graphlib import TopologicalSorter

from mscli.discovery import DISCOVERIES
from mscli.engines import dashboards, jaeger, nats, postgres, temporal
from mscli.engines.images import IMAGES
from mscli.gateways import GATEWAYS
from mscli.model.choreography import consumers
from mscli.model.kinds import Kind, Probe, Until, Wait
from mscli.model.stack import (
    Address,
    Code,
    Listen,
    Port,
    Secret,
    SecretFile,
    Stack,
    Traits,
    Value,
    Workload,
)
from mscli.model.system import TCP, Policy, Saga, Service, System
from mscli.text.durations import decimal_text

GATEWAY = "gateway"


def assemble(system: System, traits: Traits) -> Stack:
    """Everything that has to run for `system` on a platform with `traits`.

    The order of the workloads is one in which waits point backwards. Every workload of a service is
    labelled by its name; a service that nothing else needs waits for nothing.
    """
    engines = list(_engines(system, traits))
    workloads = [
        GATEWAYS[system.gateway.engine].workload(system, traits),
        *engines,
        *(_optional(engines) if traits.has_profiles else ()),
        *_services(system, traits),
    ]
    return Stack(
        name=system.name,
        workloads={workload.name: workload for workload in workloads},
        secrets={secret.name: secret for secret in _secrets(system, traits)},
        urls={
            route.path: Address(GATEWAY, "http", scheme="http", path=route.path)
            for route in system.routes
        },
        images=IMAGES,
        elsewhere=dict(_elsewhere(system)),
        environment=system.environment,
    )


def _elsewhere(system: System) -> Iterator[tuple[str, str]]:
    """The engines that are not ours to start, by the names of the workloads that they would be."""
    if system.environment.postgres:
        for owner in _with_database(system):
            address = system.environment.database_of(owner.name)
            yield postgres.own_server_of(owner.name), address
    if system.environment.nats and _needs_nats(system):
        yield nats.SERVER, system.environment.nats
    if system.temporal:
        yield temporal.SERVER, system.temporal.address


def _optional(engines: list[Workload]) -> Iterator[Workload]:
    """What is only for looking: traces, and a door to the pages of the engines."""
    tracing = jaeger.server()
    yield tracing
    yield dashboards.door([*engines, tracing])


def _with_database(system: System) -> list[Service]:
    return [service for service in system.services.values() if service.database]


def _engines(system: System, traits: Traits) -> Iterator[Workload]:
    owners = _with_database(system)
    if owners and traits.shares_database:
        yield postgres.shared_server()
        yield postgres.shared_roles([s.name for s in owners], [s.package for s in owners])
    elif owners and not system.environment.postgres:
        yield from (postgres.own_server(owner.name, owner.package) for owner in owners)
    if _needs_nats(system) and not system.environment.nats:
        yield nats.server(_nats_users(system))
    if _needs_temporal(system) and system.temporal is None:
        yield temporal.server()


def _secrets(system: System, traits: Traits) -> Iterator[Secret]:
    owners = _with_database(system)
    if owners and traits.shares_database:
        yield from postgres.shared_secrets([s.name for s in owners], [s.package for s in owners])
    else:
        for owner in owners:
            yield from postgres.own_secrets(owner.name, owner.package)
    if _needs_nats(system):
        yield from nats.secrets(_nats_services(system))
    if system.temporal:
        yield from temporal.secrets(system.temporal)


def _services(system: System, traits: Traits) -> Iterator[Workload]:
    waits = waits_between(system.services)
    for name in start_order(system.services):
        service = system.services[name]
        environment = _environment(service, system, traits)
        if service.database:
            waits_for = () if system.environment.postgres else _database_waits(name, traits)
            yield _migration(service, environment, traits, waits_for)
        workload = Workload(
            name=name,
            kind=Kind.SERVICE,
            program=Code(service.path, service.command or ("python", "-m", service.package)),
            environment=environment,
            ports=(Port("http", service.port or 8000, fixed=service.port is not None),),
            probe=_probe(service),
            reached=DISCOVERIES[system.discovery].call_url(name, traits),
            waits=(
                *_engine_waits(service, system),
                *(Wait(callee, required=False) for callee in waits[name]),
            ),
            replicas=service.replicas,
            grace=15,
            resources=service.resources,
        )
        yield workload
        if sagas := _orchestrated_by(service, system):
            calls = _calls_itself(service, sagas, system, traits)
            waits_for = () if system.temporal else (Wait(temporal.SERVER),)
            yield _worker(service, workload, calls, waits_for)


def _probe(service: Service) -> Probe:
    if service.health == TCP:
        return Probe("tcp", "http")
    return Probe("http", "http", service.health)


def worker(service: str) -> str:
    """Name of the workload that runs the sagas of a service."""
    return f"{service}-worker"


def scalable(system: System) -> list[str]:
    """The workloads whose replicas can be chosen: services, and the workers of sagas' owners."""
    owners = dict.fromkeys(saga.owner for saga in system.sagas_by("orchestration"))
    return [*system.services, *map(worker, owners)]


def _worker(
    service: Service, workload: Workload, calls: Mapping[str, Value], waits: tuple[Wait, ...]
) -> Workload:
    """The same code beside the service, as a Temporal worker."""
    name = worker(service.name)
    return replace(
        workload,
        name=name,
        program=Code(service.path, ("python", "-m", f"{service.package}.worker")),
        environment={**workload.environment, "SERVICE_NAME": name, **calls, **service.env},
        ports=(Port("http", 8000),),
        probe=Probe("http", "http"),
        waits=(*workload.waits, *waits),
        replicas=1,
    )


def _calls_itself(
    service: Service, sagas: Iterable[Saga], system: System, traits: Traits
) -> Mapping[str, Value]:
    """How the worker reaches its own service, where that takes a step."""
    if not any(saga.steps_of(service.name) for saga in sagas):
        return {}
    return dict(_call(service.name, Policy(), system, traits))


def _orchestrated_by(service: Service, system: System) -> list[Saga]:
    owned = system.sagas_owned_by(service.name)
    return [saga for saga in owned if saga.style == "orchestration"]


def _needs_temporal(system: System) -> bool:
    return "temporal" in system.engines or bool(system.sagas_by("orchestration"))


def _needs_nats(system: System) -> bool:
    return "nats" in system.engines or bool(system.sagas_by("choreography"))


def _nats_services(system: System) -> list[str]:
    """Who gets a user: everybody where the file asks for NATS, else who takes part in events."""
    if "nats" in system.engines:
        return list(system.services)
    members = {name for saga in system.sagas_by("choreography") for name in saga.members}
    return [name for name in system.services if name in members]


def _nats_users(system: System) -> list[nats.User]:
    own_code = "nats" in system.engines
    return [
        nats.user(name, list(consumers(system, name)), own_code=own_code)
        for name in _nats_services(system)
    ]


def migration(service: str) -> str:
    """Name of the task that migrates a service's database."""
    return f"{service}-migrate"


def _database_waits(service: str, traits: Traits) -> tuple[Wait, ...]:
    if traits.shares_database:
        return (Wait(postgres.ROLES, Until.COMPLETED),)
    return (Wait(postgres.own_server_of(service)),)


def _migration(
    service: Service, environment: Mapping[str, Value], traits: Traits, waits: tuple[Wait, ...]
) -> Workload:
    """The task, which remembers in the volume of a shared server that it has been done."""
    return Workload(
        name=migration(service.name),
        kind=Kind.TASK,
        program=Code(service.path, ("python", "-m", f"{service.package}.storage.migrate")),
        environment={
            name: environment[name]
            for name in ("SERVICE_NAME", "DATABASE_URL_FILE", *service.env)
        },
        volumes=(postgres.SERVER,) if traits.shares_database else (),
        waits=waits,
        inputs=(f"{service.path}/src/{service.package}/storage", f"{service.path}/uv.lock"),
    )  # fmt: skip


def _engine_waits(service: Service, system: System) -> Iterator[Wait]:
    if service.database:
        yield Wait(migration(service.name), Until.COMPLETED)
    if service.name in _nats_services(system) and not system.environment.nats:
        yield Wait(nats.SERVER)


def _environment(service: Service, system: System, traits: Traits) -> dict[str, Value]:
    """The contract with the environment, which is the same in every language (design, 8)."""
    environment: dict[str, Value] = {
        "SERVICE_NAME": service.name,
        "HOST": Listen("http", "host"),
        "PORT": Listen("http", "port"),
    }
    if traits.has_profiles:
        environment[jaeger.ENDPOINT] = jaeger.endpoint()
    if service.database:
        environment["DATABASE_URL_FILE"] = SecretFile(postgres.url(service.name))
    if service.name in _nats_services(system):
        environment["NATS_URL_FILE"] = SecretFile(nats.url(service.name))
    if _orchestrated_by(service, system):
        environment |= dict(temporal.environment(system.temporal))
    for callee, policy in service.calls.items():
        environment |= dict(_call(callee, policy, system, traits))
    return environment | dict(service.env)


def _call(
    callee: str, policy: Policy, system: System, traits: Traits
) -> Iterator[tuple[str, Value]]:
    prefix = f"CALL_{callee.replace('-', '_').upper()}_"
    yield f"{prefix}URL", DISCOVERIES[system.discovery].call_url(callee, traits)
    yield from ((prefix + name, value) for name, value in _policy(policy))


def _policy(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "DEADLINE", decimal_text(policy.deadline)
    yield "ATTEMPT_TIMEOUT", decimal_text(policy.attempt_timeout)
    yield "RETRIES", str(policy.retries)
    yield "MAX_CONNECTIONS", str(policy.max_connections)
    if policy.fallback is not None:
        yield "FALLBACK", policy.fallback
    yield "BREAKER_FAILURE_THRESHOLD", str(policy.breaker.failure_threshold)
    yield "BREAKER_RESET_TIMEOUT", decimal_text(policy.breaker.reset_timeout)
    yield "BREAKER_HALF_OPEN_MAX_CALLS", str(policy.breaker.half_open_max_calls)


def waits_between(services: Mapping[str, Service]) -> Mapping[str, tuple[str, ...]]:
    """For each service the called ones that it waits for when the system starts.

    Calls that close a cycle are left out, in the order of the file, so that somebody begins.
    """
    kept: dict[str, list[str]] = {name: [] for name in services}
    for name, service in services.items():
        for callee in service.calls:
            if callee in kept and not _reaches(kept, callee, name):
                kept[name].append(callee)
    return {name: tuple(callees) for name, callees in kept.items()}


def _reaches(graph: Mapping[str, Iterable[str]], start: str, goal: str) -> bool:
    seen, rest = set(), [start]
    while rest:
        node = rest.pop()
        if node == goal:
            return True
        if node not in seen:
            seen.add(node)
            rest.extend(graph[node])
    return False


def start_order(services: Mapping[str, Service]) -> Iterator[str]:
    """The services' names, called ones first."""
    return iter(TopologicalSorter(waits_between(services)).static_order())
