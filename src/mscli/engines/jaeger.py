"""Jaeger: takes what services tell of their work (OTLP over HTTP), and shows it as traces.

All in one process and in memory: https://www.jaegertracing.io/docs/latest/getting-started/. It is
for looking, and runs where it is asked for.
"""

from __future__ import annotations

from mscli.model.kinds import Kind, Probe
from mscli.model.stack import Address, Engine, Listen, Port, Workload

SERVER = "jaeger"
PROFILE = "tracing"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The variable by which OpenTelemetry is told where to send everything."""


def server() -> Workload:
    """One server, which forgets everything when it ends."""
    return Workload(
        name=SERVER,
        kind=Kind.ENGINE,
        program=Engine("jaeger", "jaeger"),
        environment={"JAEGER_LISTEN_HOST": Listen("otlp", "host")},
        ports=(Port("otlp", 4318), Port("ui", 16686, page=True), Port("health", 13133)),
        probe=Probe("http", "health", "/status", startup=30),
        profiles=(PROFILE,),
    )


def endpoint() -> Address:
    """Where services send their telemetry."""
    return Address(SERVER, "otlp", scheme="http")
