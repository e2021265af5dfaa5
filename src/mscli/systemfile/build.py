"""Document -> System: defaults that depend on a name or on another field, and plain types."""

from __future__ import annotations

import json

from mscli.model.system import Breaker, Cors, Gateway, Policy, Route, Service, System
from mscli.systemfile.document import (
    CorsDocument,
    GatewayDocument,
    PolicyDocument,
    ServiceDocument,
    SystemDocument,
)


def system(document: SystemDocument) -> System:
    """The System that a document declares."""
    return System(
        name=document.name,
        gateway=_gateway(document.gateway),
        discovery=document.discovery,
        services={name: _service(name, service) for name, service in document.services.items()},
        routes=tuple(
            Route(path=_without_slash(route.path), service=route.service, prefix=route.prefix)
            for route in document.routes
        ),
        engines=frozenset(document.engines.model_fields_set),
    )


def _without_slash(path: str) -> str:
    return path.rstrip("/") or "/" if path.startswith("/") and "//" not in path else path


def _gateway(document: GatewayDocument) -> Gateway:
    return Gateway(
        engine=document.engine,
        port=document.port,
        cors=_cors(document.cors) if document.cors else None,
        body=document.body,
        response_timeout=document.response_timeout,
        idle_timeout=document.idle_timeout,
    )


def _cors(document: CorsDocument) -> Cors:
    return Cors(
        origins=tuple(document.origins),
        methods=tuple(document.methods),
        headers=tuple(document.headers),
        max_age=document.max_age,
        credentials=document.credentials,
    )


def _service(name: str, document: ServiceDocument) -> Service:
    return Service(
        name=name,
        path=_tidy(document.path) if document.path else f"services/{name}",
        template=document.template,
        api=document.api,
        database=None if document.database == "none" else document.database,
        port=document.port,
        replicas=document.replicas,
        env=document.env,
        command=tuple(document.command),
        calls={callee: _policy(policy) for callee, policy in document.calls.items()},
    )


def _tidy(path: str) -> str:
    """The path without `./`, doubled and trailing slashes; `..` and `/` in front are kept."""
    tidy = "/".join(part for part in path.split("/") if part not in ("", "."))
    return "/" + tidy if path.startswith("/") else tidy or "."


def _policy(document: PolicyDocument) -> Policy:
    attempt_timeout = document.attempt_timeout
    if attempt_timeout is None:
        attempt_timeout = min(Policy().attempt_timeout, document.deadline)
    breaker = document.breaker
    return Policy(
        deadline=document.deadline,
        attempt_timeout=attempt_timeout,
        retries=document.retries,
        max_connections=document.max_connections,
        breaker=Breaker(
            failure_threshold=breaker.failure_threshold,
            reset_timeout=breaker.reset_timeout,
            half_open_max_calls=breaker.half_open_max_calls,
        ),
        fallback=_json(document.fallback) if "fallback" in document.model_fields_set else None,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
