"""Environments: what is another choice where a system runs for its users.

A System is one and the same everywhere; an environment says who runs the engines there, where the
images come from, how many replicas there are, and by what the gateway is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from mscli.model.resources import Resources

if TYPE_CHECKING:
    from mscli.model.system import System, TemporalCluster

LOCAL, PRODUCTION = "local", "production"

By = Literal["gateway-api", "ingress", "none"]
Secrets = Literal["existing", "external-secrets", "sealed-secrets"]
NAME = "{service}"
"""In an address: the name of the service that asks."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """By what the gateway is reached from outside of a cluster.

    `kind` is the GatewayClass or the IngressClass; `tls` the Secret of a certificate for `hosts`.
    """

    by: By = "none"
    kind: str = ""
    hosts: tuple[str, ...] = ()
    tls: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """How one service is run in an environment: at least and at most so many replicas."""

    replicas: int | None = None
    max_replicas: int | None = None
    resources: Resources | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """One place where a system runs.

    `registry` and `tag` are the services' images'. `postgres` and `nats` are `host:port` of servers
    that are not ours to start, empty for those that are.
    """

    registry: str = ""
    tag: str = ""
    exposure: Exposure = field(default_factory=Exposure)
    secrets: Secrets = "existing"
    secret_store: str = ""
    postgres: str = ""
    nats: str = ""
    temporal: TemporalCluster | None = None
    services: Mapping[str, Scale] = field(default_factory=dict)

    def database_of(self, service: str) -> str:
        """Where the database server of a service is; empty if it is ours."""
        return self.postgres.replace(NAME, service)


def in_environment(system: System, name: str) -> System:
    """`system` as it is in one of its environments; `local` is as the file says."""
    chosen = system.environments.get(name)
    if chosen is None:
        return system
    services = dict(system.services)
    for service, scale in chosen.services.items():
        declared = services[service]
        services[service] = replace(
            declared,
            replicas=declared.replicas if scale.replicas is None else scale.replicas,
            resources=scale.resources or declared.resources,
        )
    return replace(
        system,
        services=services,
        temporal=chosen.temporal or system.temporal,
        environment=chosen,
    )
