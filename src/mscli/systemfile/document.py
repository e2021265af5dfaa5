"""The document: the long form of mscli.yaml as pydantic models, with a description per field.

Short forms are expanded before a document is made (short_forms.py), so the models have no unions;
`AlsoWritten` only tells the JSON Schema about them. Defaults are those of `mscli.model.system`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from mscli.model.resources import Resources
from mscli.model.system import HEALTH, MOST_REPLICAS, Breaker, Policy
from mscli.systemfile.engine_documents import (
    EngineDocument,
    EnginesDocument,
    TemporalDocument,
    TlsDocument,
)
from mscli.systemfile.environment_documents import (
    AddressDocument,
    EnginesElsewhereDocument,
    EnvironmentDocument,
    ExposeDocument,
    ImagesDocument,
    ScaleDocument,
    ScaleResourcesDocument,
)
from mscli.systemfile.fields import (
    EMPTY,
    NAME,
    AlsoWritten,
    Port,
    Positive,
    Record,
    Size,
    of_json,
)
from mscli.systemfile.gateway_document import CorsDocument, GatewayDocument
from mscli.systemfile.invariant_document import InvariantDocument, QueryDocument
from mscli.systemfile.naming import ENV_PATTERN, NAME_PATTERN
from mscli.systemfile.route_document import ROUTES_BY_PATH, RouteDocument, ShareDocument
from mscli.systemfile.saga_document import DrillDocument, SagaDocument, StepDocument

_BREAKER, _POLICY = Breaker(), Policy()
_RESOURCES = Resources()


class BreakerDocument(Record):
    """When the circuit breaker of a call opens, and how it closes again."""

    failure_threshold: int = Field(
        default=_BREAKER.failure_threshold,
        ge=1,
        le=10_000,
        description="Consecutive failures after which the breaker opens and calls fail at once.",
    )
    reset_timeout: Positive = Field(
        default=_BREAKER.reset_timeout,
        description="How long an open breaker waits before it lets a trial call through.",
    )
    half_open_max_calls: int = Field(
        default=_BREAKER.half_open_max_calls,
        ge=1,
        le=1_000,
        description="Trial calls that a half-open breaker lets through at the same time.",
    )


class PolicyDocument(Record):
    """How one service calls another."""

    deadline: Positive = Field(
        default=_POLICY.deadline,
        description="The whole call must end within this time, retries included.",
    )
    attempt_timeout: Positive | None = Field(
        default=None,
        description="One attempt is given up after this time. "
        "Default: 700ms, or the deadline if that is shorter.",
    )
    retries: int = Field(
        default=_POLICY.retries,
        ge=0,
        le=20,
        description="Attempts after the first; only what is safe to repeat is repeated.",
    )
    max_connections: int = Field(
        default=_POLICY.max_connections,
        ge=1,
        le=10_000,
        description="Connections that one replica of the caller keeps to the called service.",
    )
    breaker: Annotated[BreakerDocument, EMPTY] = Field(
        default_factory=BreakerDocument, description="Settings of the call's circuit breaker."
    )
    fallback: Annotated[Any, BeforeValidator(of_json)] = Field(
        default=None,
        description="What the call answers when it fails for good: any value, handed over as JSON. "
        "Without this field a call that fails raises an error.",
    )


class ResourcesDocument(Record):
    """The most that one replica may use, where containers run it."""

    cpus: float = Field(
        default=_RESOURCES.cpus, ge=0.01, le=64, description="Processors; a fraction is a share."
    )
    memory: Size = Field(
        default=_RESOURCES.memory,
        ge=6 * 1024**2,
        description="Memory; a replica that needs more is ended.",
    )


class ServiceDocument(Record):
    """One service of the system."""

    template: str = Field(
        default="python",
        min_length=1,
        description="What the service is made from: `python`, a folder (`./templates/mine`), a "
        "git URL pinned to a commit (`https://host/repository.git@<40 hex digits>`), or `none`: "
        "the code is its own, and `command` says what starts it.",
    )
    api: Literal["http"] = Field(
        default="http", description="The protocol that the service speaks."
    )
    database: Annotated[Literal["postgres", "none"], EMPTY] = Field(
        default="none",
        description="The service's own database. Its address is in the file that "
        "`DATABASE_URL_FILE` names; from template `none` it is also in `DATABASE_URL`, and in "
        "`PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER` and `PGPASSWORD`.",
    )
    migrate: Annotated[list[str], AlsoWritten(({"type": "string", "minLength": 1},))] = Field(
        default_factory=list,
        description="What makes and changes its tables before it starts, such as `python manage.py "
        "migrate`; written as `command` is. It may run again, in Kubernetes by several at once. "
        "Default: the template's own way, and from template `none` nothing.",
    )
    shares: Annotated[list[str], EMPTY] = Field(
        default_factory=list,
        description="Services whose databases this one uses, too, by a role of its own that may "
        "read and write every row and owns nothing. `<NAME>_DATABASE_URL_FILE` names the file with "
        "the address; from template `none` it is also in `<NAME>_DATABASE_URL`.",
    )
    port: Annotated[Port | None, EMPTY] = Field(
        default=None, description="A fixed port on this machine; without it a free one is chosen."
    )
    replicas: int = Field(
        default=1, ge=0, le=MOST_REPLICAS, description="How many of it run; 0 is none."
    )
    env: Annotated[dict[str, str], EMPTY] = Field(
        default_factory=dict,
        description="Environment variables of the service; numbers and true/false become text. "
        "`$(NAME)` stands for a variable that mscli gives the service, such as `$(DATABASE_URL)`, "
        "`$(PGHOST)` or `$(CALL_ORDERS_URL)`; `$$(` is the text itself.",
        json_schema_extra={"x-values": ["string", "number", "boolean"], "x-names": ENV_PATTERN},
    )
    secrets: Annotated[dict[str, Annotated[str, Field(min_length=1)]], EMPTY] = Field(
        default_factory=dict,
        description="Keys of your own that are not for git, each a variable and the file that "
        "holds it: `STRIPE_KEY: ~/keys/stripe`. `STRIPE_KEY_FILE` tells the service where the file "
        "is; from template `none` its text is in `STRIPE_KEY`, too. Paths are from the system's "
        "folder; `~` is your own.",
        json_schema_extra={"x-names": ENV_PATTERN},
    )
    volumes: Annotated[dict[str, Annotated[str, Field(min_length=1)]], EMPTY] = Field(
        default_factory=dict,
        description="Folders that outlive its containers, such as uploads, each a name and the "
        "path in the container: `media: media`, from `/app` where it is not absolute. Services "
        "that name the same one share it. For processes nothing is mounted: their paths are their "
        "own.",
        json_schema_extra={"x-names": NAME_PATTERN},
    )
    path: str | None = Field(
        default=None,
        min_length=1,
        description="The service's folder, from the system's; services of template `none` may "
        "share one. Default: `services/<name>`.",
    )
    command: Annotated[list[str], AlsoWritten(({"type": "string", "minLength": 1},))] = Field(
        default_factory=list,
        description="What starts the service, as a list or as one line that is split as a shell "
        "would. Default: the template's own way.",
    )
    calls: Annotated[
        dict[str, Annotated[PolicyDocument, EMPTY]],
        AlsoWritten(({"type": "array", "items": NAME, "uniqueItems": True}, {"type": "null"})),
    ] = Field(
        default_factory=dict,
        description="The services that this one calls: a list of names, or a mapping from a name "
        "to the policy of that call.",
    )
    resources: Annotated[ResourcesDocument | None, EMPTY] = Field(
        default=None,
        description="The most that one replica may use in a container. Default: one processor and "
        "512 MiB. Processes of this machine are not limited.",
    )
    health: str = Field(
        default=HEALTH,
        description="The path that answers with 2xx when requests may be sent, or `tcp`: ready is "
        "what takes a connection. A path is asked several times a second, so it should do nothing.",
        json_schema_extra={"pattern": "^(tcp|/.*)$"},
    )


def _no_bool(value: object) -> object:
    """Python takes `true` for 1; a version is a number."""
    return str(value).lower() if isinstance(value, bool) else value


class SystemDocument(Record):
    """A whole system of microservices."""

    version: Annotated[Literal[1], BeforeValidator(_no_bool)] = Field(
        description="The version of this file's format: 1."
    )
    name: str = Field(
        description="The system's name: lower-case letters, digits and hyphens, at most 40.",
        json_schema_extra={"pattern": NAME_PATTERN},
    )
    gateway: Annotated[GatewayDocument, AlsoWritten(({"const": "traefik"}, {"type": "null"}))] = (
        Field(
            default_factory=GatewayDocument,
            description="The one public door; a name is short for its engine.",
        )
    )
    discovery: Literal["platform"] = Field(
        default="platform",
        description="How services find each other; `platform` is the runtime's own way.",
    )
    services: Annotated[
        dict[
            str,
            Annotated[ServiceDocument, AlsoWritten(({"type": "string", "minLength": 1},)), EMPTY],
        ],
        EMPTY,
    ] = Field(
        default_factory=dict,
        description="The services by name; a string is short for the template, and nothing at "
        "all is a service with every default.",
        json_schema_extra={"x-names": NAME_PATTERN},
    )
    routes: Annotated[list[RouteDocument], AlsoWritten((ROUTES_BY_PATH,)), EMPTY] = Field(
        default_factory=list,
        description="What the gateway publishes: a list, or a mapping from path to service.",
    )
    sagas: Annotated[dict[str, SagaDocument], EMPTY] = Field(
        default_factory=dict,
        description="The sagas by name.",
        json_schema_extra={"x-names": NAME_PATTERN},
    )
    invariants: Annotated[dict[str, InvariantDocument], EMPTY] = Field(
        default_factory=dict,
        description="What is true whenever the system is quiet, by name; `mscli drill` judges it.",
        json_schema_extra={"x-names": NAME_PATTERN},
    )
    engines: Annotated[EnginesDocument, EMPTY] = Field(
        default_factory=EnginesDocument,
        description="Engines that the system wants even where nothing else asks for them.",
    )
    environments: Annotated[
        dict[str, Annotated[EnvironmentDocument, EMPTY]],
        EMPTY,
    ] = Field(
        default_factory=dict,
        description="Where the system runs for its users, by name, such as `production`: what is "
        "another choice there.",
        json_schema_extra={"x-names": NAME_PATTERN},
    )


RECORDS: dict[tuple[str, ...], type[Record]] = {
    (): SystemDocument,
    ("gateway",): GatewayDocument,
    ("gateway", "cors"): CorsDocument,
    ("services", "*"): ServiceDocument,
    ("services", "*", "resources"): ResourcesDocument,
    ("services", "*", "calls", "*"): PolicyDocument,
    ("services", "*", "calls", "*", "breaker"): BreakerDocument,
    ("routes", "*"): RouteDocument,
    ("routes", "*", "to", "*"): ShareDocument,
    ("sagas", "*"): SagaDocument,
    ("sagas", "*", "steps", "*"): StepDocument,
    ("sagas", "*", "drill"): DrillDocument,
    ("invariants", "*"): InvariantDocument,
    ("invariants", "*", "each"): QueryDocument,
    ("invariants", "*", "in"): QueryDocument,
    ("engines",): EnginesDocument,
    ("engines", "temporal"): TemporalDocument,
    ("engines", "temporal", "tls"): TlsDocument,
    ("engines", "*"): EngineDocument,
    ("environments", "*"): EnvironmentDocument,
    ("environments", "*", "images"): ImagesDocument,
    ("environments", "*", "expose"): ExposeDocument,
    ("environments", "*", "engines"): EnginesElsewhereDocument,
    ("environments", "*", "engines", "temporal"): TemporalDocument,
    ("environments", "*", "engines", "temporal", "tls"): TlsDocument,
    ("environments", "*", "engines", "*"): AddressDocument,
    ("environments", "*", "services", "*"): ScaleDocument,
    ("environments", "*", "services", "*", "resources"): ScaleResourcesDocument,
}
"""Which record stands at which place; `*` is any key or index."""
