"""System -> Stack: the only caller of engines, discovery and gateways. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.assemble.environment import composed, given
from mscli.assemble.needs import nats_services, needs_nats, needs_temporal
from mscli.assemble.services import service_workloads
from mscli.engines import dashboards, jaeger, nats, postgres, temporal
from mscli.engines.images import IMAGES
from mscli.gateways import GATEWAYS
from mscli.model.choreography import consumers
from mscli.model.stack import Address, Secret, Stack, Traits, Workload
from mscli.model.system import Service, System

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
        *service_workloads(system, traits),
    ]
    return Stack(
        name=system.name,
        workloads={workload.name: workload for workload in workloads},
        secrets={secret.name: secret for secret in _secrets(system, traits)},
        urls={
            route.path: Address(GATEWAY, "http", scheme="http", path=route.paths[0])
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
    if system.environment.nats and needs_nats(system):
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


def _guests(system: System) -> list[Service]:
    return [service for service in system.services.values() if service.shares]


def _engines(system: System, traits: Traits) -> Iterator[Workload]:
    owners = _with_database(system)
    if traits.shares_database and (owners or "postgres" in system.engines):
        yield postgres.shared_server()
        yield postgres.shared_roles(owners, _guests(system))
    elif owners and not system.environment.postgres:
        yield from _own_servers(owners, _guests(system))
    if needs_nats(system) and not system.environment.nats:
        yield nats.server(_nats_users(system))
    if needs_temporal(system) and system.temporal is None:
        yield temporal.server()


def _own_servers(owners: list[Service], guests: list[Service]) -> Iterator[Workload]:
    for owner in owners:
        yield postgres.own_server(owner.name, owner.package)
        if invited := [guest for guest in guests if owner.name in guest.shares]:
            yield postgres.own_guests(owner, invited)


def _secrets(system: System, traits: Traits) -> Iterator[Secret]:
    owners, guests = _with_database(system), _guests(system)
    if traits.shares_database and (owners or "postgres" in system.engines):
        yield from postgres.shared_secrets(owners, guests)
    else:
        yield from postgres.own_secrets(owners, guests)
    for service in system.services.values():
        yield from composed(service, system, traits)
        yield from given(service)
    if needs_nats(system):
        yield from nats.secrets(nats_services(system))
    if system.temporal:
        yield from temporal.secrets(system.temporal)


def _nats_users(system: System) -> list[nats.User]:
    own_code = "nats" in system.engines
    return [
        nats.user(name, list(consumers(system, name)), own_code=own_code)
        for name in nats_services(system)
    ]
