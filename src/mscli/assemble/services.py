"""A service -> its workloads: the service, its migration, the worker of its sagas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mscli.assemble.environment import call_to, environment_of
from mscli.assemble.needs import orchestrated_by, uses_nats
from mscli.assemble.order import start_order, waits_between
from mscli.discovery import DISCOVERIES
from mscli.engines import nats, postgres, temporal
from mscli.model.kinds import Kind, Probe, Until, Wait
from mscli.model.stack import Code, Listen, Port, Traits, Value, Workload
from mscli.model.system import TCP, Policy, Saga, Service, System
from mscli.model.values import symbols


def service_workloads(system: System, traits: Traits) -> Iterator[Workload]:
    """Every service's, called ones first."""
    waits = waits_between(system.services)
    for name in start_order(system.services):
        service = system.services[name]
        environment = environment_of(service, system, traits)
        if service.migrates:
            waits_for = () if system.environment.postgres else _database_waits(name, traits)
            yield _migration(service, environment, traits, waits_for)
        workload = Workload(
            name=name,
            kind=Kind.SERVICE,
            program=Code(service.path, service.command or ("python", "-m", service.package)),
            environment=environment,
            ports=(Port("http", service.port or 8000, fixed=service.port is not None),),
            probe=_probe(service),
            folders=service.folders,
            reached=DISCOVERIES[system.discovery].call_url(name, traits),
            waits=(
                *_engine_waits(service, system, traits),
                *(Wait(callee, required=False) for callee in waits[name]),
            ),
            replicas=service.replicas,
            grace=15,
            resources=service.resources,
        )
        yield workload
        if sagas := orchestrated_by(service, system):
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
    own = {variable: workload.environment[variable] for variable in service.env}
    return replace(
        workload,
        name=name,
        program=Code(service.path, ("python", "-m", f"{service.package}.worker")),
        environment={**workload.environment, "SERVICE_NAME": name, **calls, **own},
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
    return dict(call_to(service.name, Policy(), system, traits))


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
    made = ("python", "-m", f"{service.package}.storage.migrate")
    folder = f"{service.path}/src/{service.package}/storage"
    own = (*service.env, *(f"{name}_FILE" for name in service.secrets))
    told = {"SERVICE_NAME", "DATABASE_URL_FILE", *own} if service.is_made else environment
    return Workload(
        name=migration(service.name),
        kind=Kind.TASK,
        program=Code(service.path, service.migrate or made),
        environment={
            name: value
            for name, value in environment.items()
            if name in told and not _listens(value)
        },
        volumes=(postgres.SERVER,) if traits.shares_database else (),
        waits=waits,
        inputs=(service.path,) if service.migrate else (folder, f"{service.path}/uv.lock"),
    )


def _listens(value: Value) -> bool:
    """Whether a value says where somebody listens, which no task does."""
    return any(isinstance(part, Listen) for part in symbols(value))


def _engine_waits(service: Service, system: System, traits: Traits) -> Iterator[Wait]:
    if service.migrates:
        yield Wait(migration(service.name), Until.COMPLETED)
    elif service.database and not system.environment.postgres:
        yield from _database_waits(service.name, traits)
    if service.shares and not system.environment.postgres:
        yield from _guest_waits(service, traits)
    uses_server = (service.database or service.shares) and traits.shares_database
    if uses_server and not (service.waits_by_itself or system.environment.postgres):
        yield Wait(postgres.SERVER)  # what it waits for so far may have been done by another `up`
    if uses_nats(service.name, system) and not system.environment.nats:
        yield Wait(nats.SERVER)


def _guest_waits(service: Service, traits: Traits) -> Iterator[Wait]:
    if not traits.shares_database:
        yield from (Wait(postgres.guests_of(name), Until.COMPLETED) for name in service.shares)
    elif not service.database:  # else it waits for them already
        yield Wait(postgres.ROLES, Until.COMPLETED)
