"""System -> the system file with every short form and default spelt out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mscli.model.environments import Environment, Scale
from mscli.model.invariants import Invariant, Query
from mscli.model.resources import Resources
from mscli.model.system import (
    Cors,
    Gateway,
    Policy,
    Route,
    Saga,
    Service,
    Step,
    System,
    TemporalCluster,
)


def spelt_out(system: System) -> str:
    """The whole model as YAML; reading it gives the same System."""
    from mscli.systemfile.quantities import duration_text, size_text
    from mscli.systemfile.writing import block

    def readable(record: dict[str, Any]) -> dict[str, Any]:
        """Seconds and bytes with their units."""
        shown = dict(record)
        for field, value in record.items():
            if isinstance(value, dict) and field not in (
                "env",
                "secrets",
                "volumes",
                "fallback",
                "invariants",
            ):
                shown[field] = readable(value)
            elif field == "steps":
                shown[field] = [readable(step) for step in value]
            elif isinstance(value, float) and field != "cpus":
                shown[field] = duration_text(value)
            elif field in ("body", "memory"):
                shown[field] = size_text(value)
        return shown

    return "\n".join(block(readable(as_json(system)))) + "\n"


def as_json(system: System) -> dict[str, Any]:
    """The whole model in the system file's form, with durations in seconds and sizes in bytes."""
    return {
        "version": 1,
        "name": system.name,
        "gateway": _gateway(system.gateway),
        "discovery": system.discovery,
        "services": {name: _service(service) for name, service in system.services.items()},
        "routes": [_route(route) for route in system.routes],
        "sagas": {name: _saga(saga) for name, saga in system.sagas.items()},
        **_invariants(system),
        "engines": {
            engine: _cluster(system.temporal) if engine == "temporal" and system.temporal else {}
            for engine in sorted(system.engines)
        },
        **_environments(system),
    }


def _environments(system: System) -> dict[str, Any]:
    spelt = {name: _environment(one) for name, one in system.environments.items()}
    return {"environments": spelt} if spelt else {}


def _environment(environment: Environment) -> dict[str, Any]:
    """An environment with what it says; what is left out is as it is everywhere."""
    exposure = environment.exposure
    addresses = {"postgres": environment.postgres, "nats": environment.nats}
    engines: dict[str, Any] = {name: {"address": a} for name, a in addresses.items() if a}
    if environment.temporal:
        engines["temporal"] = _cluster(environment.temporal)
    expose = {
        "by": exposure.by,
        "kind": exposure.kind,
        "hosts": list(exposure.hosts),
        "tls": exposure.tls,
    }
    return {
        "images": {"registry": environment.registry, "tag": environment.tag},
        "expose": expose,
        "secrets": environment.secrets,
        "secret_store": environment.secret_store,
        "engines": engines,
        "services": {name: _scale(scale) for name, scale in environment.services.items()},
    }


def _scale(scale: Scale) -> dict[str, Any]:
    resources = {} if scale.resources is None else {"resources": _resources(scale.resources)}
    numbers = {"replicas": scale.replicas, "max_replicas": scale.max_replicas}
    return {name: value for name, value in numbers.items() if value is not None} | resources


def _route(route: Route) -> dict[str, Any]:
    if not route.shares:
        return {"path": route.path, "service": route.service, "prefix": route.prefix}
    shares = {
        share.service: {"percent": share.percent, "prefix": share.prefix} for share in route.shares
    }
    return {"path": route.path, "to": shares}


def _cluster(cluster: TemporalCluster) -> dict[str, Any]:
    tls = cluster.tls and {k: v for k, v in asdict(cluster.tls).items() if v}
    return {
        "address": cluster.address,
        "namespace": cluster.namespace,
        **({} if tls is None else {"tls": tls}),
        **({"api_key_file": cluster.api_key_file} if cluster.api_key_file else {}),
    }


def _invariants(system: System) -> dict[str, Any]:
    named = {invariant.name: _invariant(invariant) for invariant in system.invariants}
    return {"invariants": named} if named else {}


def _invariant(invariant: Invariant) -> dict[str, Any]:
    import json

    query = _query(invariant.query)
    if invariant.within is None:
        return {**query, "expect": json.loads(invariant.expect)}
    return {"each": query, "in": _query(invariant.within)}


def _query(query: Query) -> dict[str, Any]:
    return {"service": query.service, "sql": query.sql}


def _drill(saga: Saga) -> dict[str, Any]:
    import json

    inputs = [json.loads(text) for text in saga.inputs]
    return {"drill": {"inputs": inputs}} if inputs else {}


def _saga(saga: Saga) -> dict[str, Any]:
    return {
        "style": saga.style,
        "owner": saga.owner,
        "steps": [_step(step, is_led=saga.style == "orchestration") for step in saga.steps],
        **_drill(saga),
    }


def _step(step: Step, *, is_led: bool) -> dict[str, Any]:
    spelt: dict[str, Any] = {"service": step.service, "action": step.action}
    if step.compensation is not None:
        spelt["compensation"] = step.compensation
        if is_led:
            spelt["attempts"] = step.attempts
    if is_led:
        spelt["timeout"] = step.timeout
        spelt["initial_interval"] = step.initial_interval
        spelt["maximum_interval"] = step.maximum_interval
    return spelt


def _gateway(gateway: Gateway) -> dict[str, Any]:
    return {
        "engine": gateway.engine,
        "port": gateway.port,
        **({} if gateway.cors is None else {"cors": _cors(gateway.cors)}),
        "body": gateway.body,
        "response_timeout": gateway.response_timeout,
        "idle_timeout": gateway.idle_timeout,
    }


def _cors(cors: Cors) -> dict[str, Any]:
    return {
        "origins": list(cors.origins),
        "methods": list(cors.methods),
        "headers": list(cors.headers),
        "max_age": cors.max_age,
        "credentials": cors.credentials,
    }


def _service(service: Service) -> dict[str, Any]:
    return {
        "template": service.template,
        "path": service.path,
        "api": service.api,
        "database": service.database or "none",
        **({"migrate": list(service.migrate)} if service.migrate else {}),
        **({"shares": list(service.shares)} if service.shares else {}),
        **({} if service.port is None else {"port": service.port}),
        "replicas": service.replicas,
        "env": dict(service.env),
        **({"secrets": dict(service.secrets)} if service.secrets else {}),
        **({"volumes": dict(service.volumes)} if service.volumes else {}),
        **({"command": list(service.command)} if service.command else {}),
        "health": service.health,
        "calls": {callee: _policy(policy) for callee, policy in service.calls.items()},
        **({} if service.resources is None else {"resources": _resources(service.resources)}),
    }


def _resources(resources: Resources) -> dict[str, Any]:
    return {"cpus": resources.cpus, "memory": resources.memory}


def _policy(policy: Policy) -> dict[str, Any]:
    import json

    return {
        "deadline": policy.deadline,
        "attempt_timeout": policy.attempt_timeout,
        "retries": policy.retries,
        "max_connections": policy.max_connections,
        "breaker": {
            "failure_threshold": policy.breaker.failure_threshold,
            "reset_timeout": policy.breaker.reset_timeout,
            "half_open_max_calls": policy.breaker.half_open_max_calls,
        },
        **({} if policy.fallback is None else {"fallback": json.loads(policy.fallback)}),
    }
