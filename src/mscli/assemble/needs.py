"""Which engines a system needs, and who uses them."""

from __future__ import annotations

from mscli.model.system import Saga, Service, System


def orchestrated_by(service: Service, system: System) -> list[Saga]:
    """The sagas that run in Temporal and that the service owns."""
    owned = system.sagas_owned_by(service.name)
    return [saga for saga in owned if saga.style == "orchestration"]


def needs_temporal(system: System) -> bool:
    """Whether the file asks for it, or a saga runs in it."""
    return "temporal" in system.engines or bool(system.sagas_by("orchestration"))


def needs_nats(system: System) -> bool:
    """Whether the file asks for it, or events carry a saga."""
    return "nats" in system.engines or bool(system.sagas_by("choreography"))


def nats_services(system: System) -> list[str]:
    """Who gets a user of NATS."""
    return [name for name in system.services if uses_nats(name, system)]


def uses_nats(service: str, system: System) -> bool:
    """Everybody where the file asks for NATS, else who takes part in events."""
    if "nats" in system.engines:
        return True
    return any(service in saga.members for saga in system.sagas_by("choreography"))
