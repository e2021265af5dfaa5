"""NATS with JetStream: a user for each service that may publish its own events and read all."""

from __future__ import annotations

from collections.abc import Sequence

from mscli.model.kinds import Kind, Probe
from mscli.model.stack import (
    Address,
    Config,
    Engine,
    Listen,
    Mounted,
    Port,
    Secret,
    SecretText,
    Stored,
    Tree,
    Workload,
)

SERVER = "nats"


def password(service: str) -> str:
    """Name of the secret that holds the password of a service's user."""
    return f"{service}-nats-password"


def url(service: str) -> str:
    """Name of the secret that holds a service's whole NATS_URL."""
    return f"{service}-nats-url"


def server(services: Sequence[str]) -> Workload:
    """One server; permissions are subjects (https://docs.nats.io, authorization)."""
    users: list[Tree] = [
        {"name": name, "password": SecretText(password(name))} for name in services
    ]
    return Workload(
        name=SERVER,
        kind=Kind.ENGINE,
        program=Engine("nats", "nats-server"),
        arguments=("--config", Mounted("nats.conf")),
        ports=(Port("tcp", 4222), Port("monitor", 8222)),
        configs=(
            Config(
                "nats.conf",
                "engines/nats/nats.conf.jinja",
                {
                    "listen": Listen("tcp"),
                    "monitor": Listen("monitor"),
                    "store": Stored("nats"),
                    "users": users,
                },
                secret=True,
            ),
        ),
        volumes=("nats",),
        probe=Probe("http", "monitor", "/healthz", startup=30),
    )


def secrets(services: Sequence[str]) -> tuple[Secret, ...]:
    """Each user's password and each service's NATS_URL."""
    made: list[Secret] = []
    for service in services:
        made.append(Secret(password(service)))
        content = (
            f"nats://{service}:",
            SecretText(password(service)),
            "@",
            Address(SERVER, "tcp"),
        )
        made.append(Secret(url(service), content))
    return tuple(made)
