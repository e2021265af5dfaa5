"""The part of the document that declares engines (see document.py)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mscli.model.system import TemporalCluster
from mscli.systemfile.fields import EMPTY, AlsoWritten, Record


class EngineDocument(Record):
    """An engine that runs embedded; nothing about it can be set in this version."""


class TlsDocument(Record):
    """TLS to an engine. Paths are from the system's folder; `~` is your own."""

    ca: str = Field(
        default="", description="The file of the CA that signed the server's certificate."
    )
    certificate: str = Field(default="", description="The file of the client's certificate.")
    key: str = Field(default="", description="The file of the client's private key.")
    server_name: str = Field(
        default="", description="The name in the server's certificate, if it is another."
    )


class TemporalDocument(Record):
    """Temporal: without an address its development server is embedded."""

    address: str = Field(
        default="",
        description="`host:port` of a cluster's gRPC frontend; nothing is started here then.",
    )
    namespace: Annotated[str, Field(min_length=1)] = Field(
        default=TemporalCluster("").namespace, description="The namespace, which has to exist."
    )
    tls: Annotated[TlsDocument | None, AlsoWritten(({"type": "boolean"},))] = Field(
        default=None, description="TLS; `true` is enough for a server whose CA the world knows."
    )
    api_key_file: str = Field(
        default="", description="The file of a key for the API, read when a service starts."
    )


class EnginesDocument(Record):
    """Engines that the system wants even where nothing else asks for them."""

    nats: Annotated[EngineDocument | None, EMPTY] = Field(
        default=None, description="NATS JetStream."
    )
    temporal: Annotated[TemporalDocument | None, EMPTY] = Field(
        default=None, description="Temporal, embedded or a cluster."
    )
    postgres: Annotated[EngineDocument | None, EMPTY] = Field(
        default=None, description="PostgreSQL."
    )
