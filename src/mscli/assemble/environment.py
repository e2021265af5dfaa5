"""The contract with the environment, which is the same in every language (design, 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mscli.assemble.needs import orchestrated_by, uses_nats
from mscli.discovery import DISCOVERIES
from mscli.engines import jaeger, nats, postgres, temporal
from mscli.model.references import expanded, refers
from mscli.model.stack import Listen, Part, Secret, SecretFile, SecretText, Traits, Value
from mscli.model.system import Policy, Service, System
from mscli.text.durations import decimal_text


def environment_of(service: Service, system: System, traits: Traits) -> dict[str, Value]:
    """What a service is told: the contract, and its own variables, which may refer to it."""
    known = told(service, system, traits) if _has_references(service) else {}
    own = {name: _own(service, name, text, known) for name, text in service.env.items()}
    return contract(service, system, traits) | dict(_given(service)) | own


def told(service: Service, system: System, traits: Traits) -> dict[str, Value]:
    """What a service's own variables may refer to: its databases without files, too."""
    return contract(service, system, traits) | dict(_databases(service, traits))


def _has_references(service: Service) -> bool:
    return any(refers(text) for text in service.env.values())


def contract(service: Service, system: System, traits: Traits) -> dict[str, Value]:
    """What mscli tells a service, whatever its language."""
    environment: dict[str, Value] = {
        "SERVICE_NAME": service.name,
        "HOST": Listen("http", "host"),
        "PORT": Listen("http", "port"),
    }
    if traits.has_profiles:
        environment[jaeger.ENDPOINT] = jaeger.endpoint()
    environment |= dict(_database_files(service))
    if not service.is_made:
        environment |= dict(_databases(service, traits))
    if uses_nats(service.name, system):
        environment["NATS_URL_FILE"] = SecretFile(nats.url(service.name))
        if not service.is_made:
            environment["NATS_URL"] = SecretText(nats.url(service.name))
    if orchestrated_by(service, system):
        environment |= dict(temporal.environment(system.temporal))
    for callee, policy in service.calls.items():
        environment |= dict(call_to(callee, policy, system, traits))
    return environment


def _database_files(service: Service) -> Iterator[tuple[str, Value]]:
    if service.database:
        yield "DATABASE_URL_FILE", SecretFile(postgres.url(service.name))
    for owner in service.shares:
        secret = SecretFile(postgres.shared_url(service.name, owner))
        yield f"{shared_variable(owner)}_FILE", secret


def _databases(service: Service, traits: Traits) -> Iterator[tuple[str, Value]]:
    """The same without files, as code that was there before reads it."""
    if service.database:
        server = postgres.own_server_of(service.name)
        server = postgres.SERVER if traits.shares_database else server
        yield from postgres.variables(service, server).items()
    for owner in service.shares:
        yield shared_variable(owner), SecretText(postgres.shared_url(service.name, owner))


def shared_variable(owner: str) -> str:
    """The variable by which a guest finds the database of another service."""
    return f"{owner.replace('-', '_').upper()}_DATABASE_URL"


def composed(service: Service, system: System, traits: Traits) -> Iterator[Secret]:
    """The variables of a service's own that are made with secrets, each a secret itself."""
    if not _has_references(service):
        return
    known = told(service, system, traits)
    for name, text in service.env.items():
        if _is_secret(parts := expanded(text, known)):
            yield Secret(_composed(service, name), parts)


def _own(service: Service, name: str, text: str, known: Mapping[str, Value]) -> Value:
    if not refers(text):
        return text
    parts = expanded(text, known)
    return SecretText(_composed(service, name)) if _is_secret(parts) else parts


def _is_secret(parts: Sequence[Part]) -> bool:
    return any(isinstance(part, SecretText) for part in parts)


def _composed(service: Service, variable: str) -> str:
    return f"{service.name}-env-{variable.lower().replace('_', '-').strip('-')}"


def given(service: Service) -> Iterator[Secret]:
    """The keys that the service's user keeps in files."""
    return (Secret(_name_of(service, name), given=path) for name, path in service.secrets.items())


def _given(service: Service) -> Iterator[tuple[str, Value]]:
    for name in service.secrets:
        yield f"{name}_FILE", SecretFile(_name_of(service, name))
        if not service.is_made:
            yield name, SecretText(_name_of(service, name))


def _name_of(service: Service, variable: str) -> str:
    return f"{service.name}-secret-{variable.lower().replace('_', '-').strip('-')}"


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
