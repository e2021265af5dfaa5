"""The part of the document that declares environments (see document.py)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mscli.systemfile.engine_documents import TemporalDocument
from mscli.systemfile.fields import EMPTY, Record, Size


class ImagesDocument(Record):
    """Where the services' images are."""

    registry: str = Field(
        default="",
        description="What stands before `<system>/<service>`, such as `ghcr.io/acme`.",
    )
    tag: str = Field(default="", description="Their tag; without one it is `local`.")


class ExposeDocument(Record):
    """By what the gateway is reached from outside of the cluster."""

    by: Literal["gateway-api", "ingress", "none"] = Field(
        default="gateway-api", description="A Gateway with an HTTPRoute, or an Ingress."
    )
    kind: str = Field(
        default="",
        description="The GatewayClass or IngressClass. Default: `traefik` for a Gateway, and the "
        "cluster's own for an Ingress.",
    )
    hosts: list[str] = Field(
        default=[], description="Host names, such as `shop.example`; without any it is every host."
    )
    tls: str = Field(
        default="",
        description="The Secret of a certificate for them; requests without TLS are sent there.",
    )


class AddressDocument(Record):
    """An engine that is not ours to start."""

    address: str = Field(
        description="`host:port`, of a Service as `NAME.NAMESPACE.svc:PORT`. For PostgreSQL "
        "`{service}` stands for the name of the service whose server it is.",
    )


class EnginesElsewhereDocument(Record):
    """Engines that are not ours to start; others run in the cluster."""

    postgres: Annotated[AddressDocument | None, EMPTY] = Field(
        default=None, description="PostgreSQL, such as CloudNativePG or a managed one."
    )
    nats: Annotated[AddressDocument | None, EMPTY] = Field(
        default=None, description="A NATS cluster with JetStream."
    )
    temporal: Annotated[TemporalDocument | None, EMPTY] = Field(
        default=None, description="A Temporal cluster."
    )


class ScaleResourcesDocument(Record):
    """The most that one replica may use there."""

    cpus: float = Field(ge=0.01, le=64, description="Processors; a fraction is a share.")
    memory: Size = Field(ge=6 * 1024**2, description="Memory; a replica that needs more is ended.")


class ScaleDocument(Record):
    """How one service is run in an environment."""

    replicas: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description="The fewest replicas. Default: the service's own, and at least two.",
    )
    max_replicas: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="The most replicas. Default: ten, or twice the fewest if that is more.",
    )
    resources: Annotated[ScaleResourcesDocument | None, EMPTY] = Field(
        default=None, description="The most that one replica may use. Default: the service's own."
    )


class EnvironmentDocument(Record):
    """A place where the system runs for its users; Kubernetes has an overlay for each."""

    images: Annotated[ImagesDocument, EMPTY] = Field(
        default_factory=ImagesDocument, description="Where the services' images are."
    )
    expose: Annotated[ExposeDocument | None, EMPTY] = Field(
        default=None,
        description="By what the gateway is reached from outside. Without it, by nothing.",
    )
    secrets: Literal["existing", "external-secrets", "sealed-secrets"] = Field(
        default="existing",
        description="Who makes the Secrets: somebody else, the External Secrets Operator, or "
        "Sealed Secrets.",
    )
    secret_store: str = Field(
        default="",
        description="The ClusterSecretStore of External Secrets. Default: the system's name.",
    )
    engines: Annotated[EnginesElsewhereDocument, EMPTY] = Field(
        default_factory=EnginesElsewhereDocument,
        description="Engines that are not ours to start. Others run in the cluster.",
    )
    services: Annotated[dict[str, Annotated[ScaleDocument, EMPTY]], EMPTY] = Field(
        default_factory=dict, description="The services that run otherwise there, by name."
    )
