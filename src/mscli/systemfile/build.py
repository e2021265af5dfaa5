"""Document -> System: defaults that depend on a name or on another field, and plain types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mscli.model.environments import Environment, Exposure, Scale
from mscli.model.invariants import Invariant, Query
from mscli.model.resources import Resources
from mscli.model.system import (
    ATTEMPTS,
    Breaker,
    Cors,
    Gateway,
    Policy,
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
from mscli.systemfile.document import (
    PolicyDocument,
    ResourcesDocument,
    ServiceDocument,
    SystemDocument,
)
from mscli.systemfile.engine_documents import TemporalDocument
from mscli.systemfile.environment_documents import (
    EnvironmentDocument,
    ExposeDocument,
    ScaleDocument,
)
from mscli.systemfile.gateway_document import CorsDocument, GatewayDocument
from mscli.systemfile.invariant_document import InvariantDocument, QueryDocument
from mscli.systemfile.route_document import RouteDocument
from mscli.systemfile.saga_document import SagaDocument, StepDocument


def system(document: SystemDocument) -> System:
    """The System that a document declares."""
    declared = {name: _service(name, service) for name, service in document.services.items()}
    services = _with_implied_calls(declared, document.sagas.values())
    sagas = {name: _saga(name, saga, services) for name, saga in document.sagas.items()}
    return System(
        name=document.name,
        gateway=_gateway(document.gateway),
        discovery=document.discovery,
        services=services,
        routes=tuple(map(_route, document.routes)),
        sagas=sagas,
        invariants=tuple(_invariant(name, one) for name, one in document.invariants.items()),
        engines=frozenset(document.engines.model_fields_set),
        temporal=_temporal(document.engines.temporal),
        environments={name: _environment(one) for name, one in document.environments.items()},
    )


def _environment(document: EnvironmentDocument) -> Environment:
    engines, expose = document.engines, document.expose
    return Environment(
        registry=document.images.registry,
        tag=document.images.tag,
        exposure=_exposure(expose) if expose else Exposure(),
        secrets=document.secrets,
        secret_store=document.secret_store,
        postgres=engines.postgres.address if engines.postgres else "",
        nats=engines.nats.address if engines.nats else "",
        temporal=_temporal(engines.temporal),
        services={name: _scale(scale) for name, scale in document.services.items()},
    )


def _exposure(document: ExposeDocument) -> Exposure:
    return Exposure(document.by, document.kind, tuple(document.hosts), document.tls)


def _scale(document: ScaleDocument) -> Scale:
    wanted = document.resources
    resources = Resources(wanted.cpus, wanted.memory) if wanted else None
    return Scale(document.replicas, document.max_replicas, resources)


def _temporal(document: TemporalDocument | None) -> TemporalCluster | None:
    if document is None or not document.model_fields_set:
        return None
    tls = document.tls
    return TemporalCluster(
        address=document.address,
        namespace=document.namespace,
        tls=None if tls is None else Tls(tls.ca, tls.certificate, tls.key, tls.server_name),
        api_key_file=document.api_key_file,
    )


def _saga(name: str, document: SagaDocument, services: Mapping[str, Service]) -> Saga:
    owner = services.get(document.owner)
    calls = owner.calls if owner else {}
    steps = (_step(step, calls.get(step.service, Policy())) for step in document.steps)
    inputs = tuple(_json(each) for each in document.drill.inputs) if document.drill else ()
    return Saga(name, document.owner, tuple(steps), document.style, inputs)


def _invariant(name: str, document: InvariantDocument) -> Invariant:
    if document.each and document.within:
        return Invariant(name, _query(document.each), within=_query(document.within))
    query = Query(document.service or "", (document.sql or "").strip())
    return Invariant(name, query, _json(document.expect))


def _query(document: QueryDocument) -> Query:
    return Query(document.service, document.sql.strip())


def _step(document: StepDocument, call: Policy) -> Step:
    by_default = None if document.compensation is None else ATTEMPTS
    return Step(
        service=document.service,
        action=document.action,
        compensation=document.compensation,
        timeout=call.deadline if document.timeout is None else document.timeout,
        attempts=by_default if document.attempts is None else document.attempts,
        initial_interval=document.initial_interval,
        maximum_interval=document.maximum_interval,
    )


def _with_implied_calls(
    services: Mapping[str, Service], sagas: Iterable[SagaDocument]
) -> dict[str, Service]:
    """An orchestrating owner calls the participants, by the default policy if it has no other."""
    called = dict(services)
    for saga in sagas:
        if saga.style != "orchestration":
            continue
        owner = called.get(saga.owner)
        participants = {step.service: Policy() for step in saga.steps if step.service in services}
        participants.pop(saga.owner, None)
        if owner is not None:
            called[saga.owner] = replace(owner, calls=participants | dict(owner.calls))
    return called


def _route(document: RouteDocument) -> Route:
    path = _without_slash(document.path)
    if document.to is None:
        return Route(path, document.service or "", document.prefix)
    shares = (
        Share(service, share.percent, share.prefix or document.prefix)
        for service, share in document.to.items()
    )
    return split(path, shares)


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
        secrets=document.secrets,
        volumes=document.volumes,
        command=tuple(document.command),
        migrate=tuple(document.migrate),
        shares=tuple(document.shares),
        calls={callee: _policy(policy) for callee, policy in document.calls.items()},
        resources=_resources(document.resources) if document.resources else None,
        health=document.health,
    )


def _resources(document: ResourcesDocument) -> Resources:
    return Resources(cpus=document.cpus, memory=document.memory)


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
