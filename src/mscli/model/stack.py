"""The Stack: what runs, before anybody knows where.

A workload's arguments, environment and configuration are *values*: text with symbolic parts
(addresses, listeners, paths of secrets and files) that a target resolves for a viewer, because the
answer depends on who asks where: a process sees 127.0.0.1:21023, a container orders:8000.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mscli.model.environments import Environment
from mscli.model.kinds import Kind, Probe, Wait
from mscli.model.resources import Resources


@dataclass(frozen=True, slots=True)
class Address:
    """Where `port` of `workload` is reached; `scheme` and `path` make it a URL.

    Without a scheme it resolves to `host:port`, of which `form` may choose one.
    """

    workload: str
    port: str = "http"
    scheme: str = ""
    path: str = ""
    form: Literal["both", "host", "port"] = "both"


@dataclass(frozen=True, slots=True)
class Replicas:
    """The base URLs of every replica of a workload, as a list; only whole in a `Tree`."""

    workload: str
    port: str = "http"
    scheme: str = "http"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the viewer itself listens. `form` chooses host, port, or both (`host:port`)."""

    port: str
    form: Literal["both", "host", "port"] = "both"


@dataclass(frozen=True, slots=True)
class SecretFile:
    """The path at which the viewer reads a secret."""

    secret: str


@dataclass(frozen=True, slots=True)
class SecretText:
    """A secret's content: inside another secret or a secret file, or the whole of a variable."""

    secret: str


@dataclass(frozen=True, slots=True)
class Mounted:
    """The path at which the viewer sees its configuration folder, or a file in it."""

    file: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """The path at which the viewer sees one of its volumes."""

    volume: str


Part: TypeAlias = str | Address | Listen | SecretFile | SecretText | Mounted | Stored
Value: TypeAlias = Part | tuple[Part, ...]
Tree: TypeAlias = (
    "Value | Replicas | int | float | bool | Sequence[Tree] | Mapping[str, Tree] | None"
)


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a workload listens on.

    `number` is the one in its own container; a process gets another unless `fixed`. A `page` is for
    people with a browser.
    """

    name: str
    number: int
    public: bool = False
    fixed: bool = False
    page: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """The program of an engine: a row of the engines' catalogue."""

    name: str
    command: str


@dataclass(frozen=True, slots=True)
class Code:
    """A service's own code; the command is run in `path`, with the service's environment."""

    path: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration file: a template and what it is filled with, resolved for its viewer.

    `live` files are read again by the engine when they change: a change restarts nobody.
    """

    path: str
    template: str
    context: Mapping[str, Tree] = field(default_factory=dict)
    live: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by name: drawn at random, composed of others (`content`), or a file of the user's.

    `given` is that file's path, from the system's folder; `~` is the user's own. A process reads it
    where it is, a container a copy that its user may read.
    """

    name: str
    content: Value | None = None
    given: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """What a container of an engine is made from, and what has to be known about it.

    `user` is the user and group id that it runs as. `config` is the folder for its configuration
    and `data` the one of its volume; `owns_data` tells whether the image has that folder, with
    `user` as its owner, so that a new volume has it too. `check` is the image's own program that
    asks whether it is ready, where that is not an HTTP request.
    """

    reference: str
    user: str
    config: str = ""
    data: str = ""
    owns_data: bool = False
    check: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workload:
    """A process to run: a service, an engine, the gateway, or a task that ends.

    `grace` is the time between asking it to stop and killing it, in seconds. `inputs` are files and
    folders of the system that a task's outcome depends on: while they, the task and the volumes
    that it works on stay as they are, it is not run again. `reached` is the base URL at which its
    callers find it. `folders` are volumes of the user's own, by name, with the path in a container;
    who names the same one shares it. `resources` is None where nobody has said anything. With
    `profiles` it runs only where somebody asks for one of these by name.
    """

    name: str
    kind: Kind
    program: Engine | Code
    arguments: tuple[Value, ...] = ()
    environment: Mapping[str, Value] = field(default_factory=dict)
    ports: tuple[Port, ...] = ()
    configs: tuple[Config, ...] = ()
    volumes: tuple[str, ...] = ()
    folders: Mapping[str, str] = field(default_factory=dict)
    probe: Probe | None = None
    waits: tuple[Wait, ...] = ()
    inputs: tuple[str, ...] = ()
    reached: Value | None = None
    replicas: int = 1
    grace: float = 10.0
    stop_signal: Literal["TERM", "INT", "QUIT"] = "TERM"
    resources: Resources | None = None
    profiles: tuple[str, ...] = ()

    @property
    def wanted(self) -> Resources:
        """Its resources, or what is meant where nobody has said anything."""
        return self.resources or Resources()


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything that runs for one system, in an order in which waits point backwards.

    `images` are the engines' by their names.
    """

    name: str
    workloads: Mapping[str, Workload]
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    urls: Mapping[str, Address] = field(default_factory=dict)
    images: Mapping[str, Image] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Engines that are not ours to start, and their `host:port`."""
    environment: Environment = field(default_factory=Environment)
    """The one that it is for, and `environments` the same system in all others."""
    environments: Mapping[str, Stack] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a target's platform does by itself, so that `assemble` adds what it does not.

    balances: names are spread over *ready* replicas. shares_database: one PostgreSQL server with
    a role and a database for each service, else one server a service. sees_replicas: the router's
    configuration is written anew as replicas come and go; else it has places for some beforehand.
    has_environments: the target writes for all of the system's environments, and not for one.
    has_profiles: some workloads run only where they are asked for by a profile's name.
    """

    balances: bool
    shares_database: bool
    sees_replicas: bool = True
    has_environments: bool = False
    has_profiles: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """An engine's program on this machine; `wrap` is what has to stand before it in an argv."""

    path: str
    wrap: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a runtime chose and remembers, and a target only reads.

    ports: `<replica>:<port name>` -> number, such as `orders-1:http`. programs: by engine's name.
    secrets: the drawn ones, by name. given: absolute paths of the user's own. replicas: workload ->
    count, where it is not the Stack's. `root` and `state` are absolute POSIX paths of the system
    and of its local state; `socket` and `guard` are the supervisor's control socket and the argv of
    what guards its children. `digests` are of images, by reference. A target whose files are
    committed reads nothing but these.
    """

    system_id: str
    root: str
    state: str
    ports: Mapping[str, int] = field(default_factory=dict)
    programs: Mapping[str, Program] = field(default_factory=dict)
    replicas: Mapping[str, int] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    socket: str = ""
    guard: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
