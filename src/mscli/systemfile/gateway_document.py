"""The part of the document that declares the gateway (see document.py)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mscli.model.system import Cors, Gateway
from mscli.systemfile.fields import AlsoWritten, Duration, Port, Positive, Record, Size

_GATEWAY, _CORS = Gateway(), Cors(origins=())


class CorsDocument(Record):
    """Which other origins a browser may call from."""

    origins: list[str] = Field(
        min_length=1, description="Origins such as `https://shop.example`, or `*` for any."
    )
    methods: list[str] = Field(
        default=list(_CORS.methods), min_length=1, description="Allowed methods."
    )
    headers: list[str] = Field(
        default=list(_CORS.headers), description="Request headers that may be sent."
    )
    max_age: Duration = Field(
        default=_CORS.max_age,
        description="How long a browser may remember the answer; 0 is not at all.",
    )
    credentials: bool = Field(
        default=_CORS.credentials,
        description="Whether cookies may be sent; never together with `*`.",
    )


class GatewayDocument(Record):
    """The one public door of the system."""

    engine: Literal["traefik"] = Field(default="traefik", description="The gateway's engine.")
    port: Port = Field(default=_GATEWAY.port, description="The public port.")
    cors: Annotated[
        CorsDocument | None,
        AlsoWritten(({"type": "array", "items": {"type": "string"}, "minItems": 1},)),
    ] = Field(default=None, description="Cross-origin requests; a list is short for its origins.")
    body: Size = Field(default=_GATEWAY.body, description="The largest request body.")
    response_timeout: Positive = Field(
        default=_GATEWAY.response_timeout, description="How long a service may take to answer."
    )
    idle_timeout: Positive = Field(
        default=_GATEWAY.idle_timeout, description="How long an unused connection is kept open."
    )
