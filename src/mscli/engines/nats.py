"""NATS with JetStream: a user for each service, who may publish its own events and read its own
consumers, and one for whoever looks after the events.

Permissions are subjects (https://docs.nats.io, authorization; JetStream's API is subjects too, its
reference under "nats api"). The replies of one user are on subjects that no other may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mscli.model.choreography import DEAD, EVENTS, Consumer
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
ADMINISTRATOR = "mscli"
"""The user who may read and replay everything; no service is called so."""

_API = "$JS.API"


@dataclass(frozen=True, slots=True)
class User:
    """A service's user, and the subjects that it may publish and subscribe to."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def password(user: str) -> str:
    """Name of the secret that holds the password of a user."""
    return "nats-password" if user == ADMINISTRATOR else f"{user}-nats-password"


def url(service: str) -> str:
    """Name of the secret that holds a service's whole NATS_URL."""
    return f"{service}-nats-url"


def user(service: str, consumers: Sequence[Consumer], *, own_code: bool) -> User:
    """What a service may do: publish in its own name, and read through its consumers.

    With `own_code` the service does what no saga says: it may read every event, directly or through
    one consumer that has its name.
    """
    publish = [f"events.{service}.>", f"dead.{service}.>"]
    subscribe = [f"_INBOX.{service}.>"]
    if consumers or own_code:
        publish += [f"{_API}.STREAM.CREATE.{EVENTS}", f"{_API}.STREAM.CREATE.{DEAD}"]
    for consumer in consumers:
        publish += _reading(consumer, f".{consumer.subject}")
    if own_code:
        publish += _reading(Consumer(EVENTS, service, ">"), ".>")
        subscribe.append("events.>")
    return User(service, tuple(publish), tuple(subscribe))


def _reading(consumer: Consumer, filtered: str) -> Iterator[str]:
    where = f"{consumer.stream}.{consumer.name}"
    yield f"{_API}.CONSUMER.CREATE.{where}{filtered}"
    yield f"{_API}.CONSUMER.MSG.NEXT.{where}"
    yield f"$JS.ACK.{where}.>"


def _administrator() -> User:
    return User(
        ADMINISTRATOR,
        ("events.>", "dead.>", f"{_API}.>", "$JS.ACK.>"),
        ("events.>", "dead.>", f"_INBOX.{ADMINISTRATOR}.>"),
    )


def server(users: Sequence[User]) -> Workload:
    """One server."""
    entries: list[Tree] = [
        {
            "name": user.name,
            "password": SecretText(password(user.name)),
            "publish": list(user.publish),
            "subscribe": list(user.subscribe),
        }
        for user in (_administrator(), *users)
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
                    "users": entries,
                },
                secret=True,
            ),
        ),
        volumes=("nats",),
        probe=Probe("http", "monitor", "/healthz", startup=30),
    )


def secrets(services: Sequence[str]) -> tuple[Secret, ...]:
    """Each user's password and each service's NATS_URL."""
    made = [Secret(password(ADMINISTRATOR))]
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
