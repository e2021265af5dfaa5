"""The contract with the environment, which is the same in every language (design, 8)."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.assemble.needs import orchestrated_by, uses_nats
from mscli.discovery import DISCOVERIES
from mscli.engines import jaeger, nats, postgres, temporal
from mscli.model.stack import Listen, SecretFile, Traits, Value
from mscli.model.system import Policy, Service, System
from mscli.text.durations import decimal_text


def environment_of(service: Service, system: System, traits: Traits) -> dict[str, Value]:
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
    if uses_nats(service.name, system):
        environment["NATS_URL_FILE"] = SecretFile(nats.url(service.name))
    if orchestrated_by(service, system):
        environment |= dict(temporal.environment(system.temporal))
    for callee, policy in service.calls.items():
        environment |= dict(call_to(callee, policy, system, traits))
    return environment | dict(service.env)


def call_to(
    callee: str, policy: Policy, system: System, traits: Traits
) -> Iterator[tuple[str, Value]]:
    """Where a called service is, and how patiently it is called."""
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
