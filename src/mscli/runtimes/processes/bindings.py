"""What the runtime chooses and remembers: ports, passwords, programs, replicas."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mscli.errors import RuntimeFailed, UsageError
from mscli.model.stack import Bindings, Engine, Program, Stack
from mscli.runtimes.processes import programs
from mscli.runtimes.processes.place import Place
from mscli.targets import processes as target

FIRST_PORT, LAST_PORT = 20000, 29999
"""Above 32768 the kernel gives ports to outgoing connections."""
LOOPBACK = "127.0.0.1"
FILE = "bindings.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is on disk from one command to the next."""

    system_id: str
    ports: Mapping[str, int]
    replicas: Mapping[str, int]


def recall(place: Place) -> Remembered:
    """What was chosen before; nothing for a first start or for a copy of another checkout."""
    try:
        document = json.loads(place.file(FILE).read_text())
        known = Remembered(document["system_id"], document["ports"], document["replicas"])
    except (OSError, ValueError, KeyError):
        return Remembered(place.system_id, {}, {})
    if known.system_id != place.system_id:
        return Remembered(place.system_id, {}, known.replicas)
    return known


def remember(place: Place, bindings: Bindings) -> None:
    """Keep ports and replicas for the next command; passwords are in their own files."""
    document = {
        "system_id": bindings.system_id,
        "ports": dict(sorted(bindings.ports.items())),
        "replicas": dict(sorted(bindings.replicas.items())),
    }
    staged = place.file(f"{FILE}.new")
    staged.write_text(json.dumps(document, indent=1) + "\n")
    staged.replace(place.file(FILE))


def choose(
    stack: Stack,
    place: Place,
    replicas: Mapping[str, int],
    *,
    isolated: bool,
    gave_up: Callable[[str, int], bool] = lambda _, __: False,
) -> Bindings:
    """Bind all that `stack` needs. `replicas` overrides what is remembered.

    An isolated copy takes free ports instead of fixed ones. `gave_up` says of a replica and the
    port that it had whether another is to be chosen. Raises UsageError for replicas that would have
    to share a fixed port.
    """
    known = recall(place)
    kept = {name: n for name, n in known.replicas.items() if name in stack.workloads}
    bindings = Bindings(
        system_id=place.system_id,
        root=place.root.as_posix(),
        state=place.state.as_posix(),
        programs=_programs(stack),
        replicas=kept | dict(replicas),
        secrets=_secrets(stack, place),
        given=given_files(stack, place),
        socket=str(place.socket),
        guard=(
            *(sys.executable, "-E", "-m", "mscli.runtimes.processes.guard"),
            *(str(place.state), place.system_id, str(place.socket)),
        ),
    )
    kept_ports = {
        key: port for key, port in known.ports.items() if not gave_up(replica_of(key), port)
    }
    return replace(bindings, ports=_ports(stack, bindings, kept_ports, isolated=isolated))


def replica_of(key: str) -> str:
    """The replica that a port belongs to, by the key under which the port is bound."""
    return key.partition(":")[0]


def _programs(stack: Stack) -> dict[str, Program]:
    engines = {w.program.name for w in stack.workloads.values() if isinstance(w.program, Engine)}
    return {name: programs.bind(name) for name in sorted(engines)}


def _secrets(stack: Stack, place: Place) -> dict[str, str]:
    """Every drawn secret: the one on disk, which lives as long as the data, or a new one."""
    return {
        secret.name: _read(place.file("secrets", secret.name)) or secrets.token_urlsafe(24)
        for secret in stack.secrets.values()
        if secret.content is None and not secret.given
    }


def given_files(stack: Stack, place: Place) -> dict[str, str]:
    """Where the secrets are that the user keeps."""
    return {
        secret.name: str((place.root / Path(secret.given).expanduser()).resolve())
        for secret in stack.secrets.values()
        if secret.given
    }


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def _ports(
    stack: Stack, bindings: Bindings, known: Mapping[str, int], *, isolated: bool
) -> dict[str, int]:
    chosen: dict[str, int] = {}
    taken = set(known.values())
    for key, fixed in target.ports_wanted(stack, bindings):
        if fixed is not None and not isolated:
            _refuse_sharing(key, fixed, chosen)
            chosen[key] = fixed
        elif key in known and FIRST_PORT <= known[key] <= LAST_PORT:
            chosen[key] = known[key]
        else:
            chosen[key] = free_port(f"{bindings.system_id}/{key}", taken)
            taken.add(chosen[key])
    return chosen


def _refuse_sharing(key: str, port: int, chosen: Mapping[str, int]) -> None:
    if port in chosen.values():
        raise UsageError(
            f"{replica_of(key)} would share port {port} with another replica",
            "a service with a port of its own has one replica: mscli.yaml says `port`",
        )


def free_port(seed: str, taken: Collection[int] = ()) -> int:
    """The port that the seed's hash points at, or the next free one."""
    span = LAST_PORT - FIRST_PORT + 1
    start = int(hashlib.sha256(seed.encode()).hexdigest(), 16) % span
    for step in range(span):
        port = FIRST_PORT + (start + step) % span
        if port not in taken and is_free(port):
            return port
    raise RuntimeFailed(
        f"no port between {FIRST_PORT} and {LAST_PORT} is free", "end some programs"
    )


def is_free(port: int) -> bool:
    """Whether this process could listen on a port of the loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def refuse_taken(key: str, port: int) -> RuntimeFailed:
    """The error for a port that somebody else holds, with the holder's name."""
    from mscli.runtimes.processes.sweep import holder_of

    holder = holder_of(port) or "another program"
    where = " (`mscli ls` says where)" if " of the system " in holder else ""
    owner = replica_of(key)
    field = f"gateway: {{port: {port + 1}}}" if owner == "gateway" else "its 'port'"
    return RuntimeFailed(
        f"port {port} of {owner} is held by {holder}",
        f"end it{where}, choose another one in mscli.yaml ({field}), or use `mscli up --isolated`",
    )
