"""Who leads the sagas of a copy in Docker, asked by the programs that are in the containers.

No engine has a port outside; so `temporal` and psql are run where they are, and NATS is reached by
its image's `nc`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from mscli.engines import nats, postgres, temporal
from mscli.errors import UsageError
from mscli.runtimes.docker.containers import container_of
from mscli.runtimes.processes import dead_letters
from mscli.runtimes.processes.choreographed import Store
from mscli.runtimes.processes.every_saga import Leaders
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.psql import Databases, Server
from mscli.runtimes.processes.temporal import Remote, Temporal
from mscli.runtimes.runtime import Replica

_QUIET = ("--env", "PGOPTIONS=-c client_min_messages=warning")
_SELF = {temporal.ADDRESS: "127.0.0.1:7233"}
_NATS_PORT = "4222"
_BLOCK = 1 << 16
_PATIENCE = 5.0


def leaders_of(place: Place, replicas: Sequence[Replica]) -> Leaders:
    """Those of a copy in Docker."""
    workloads = {each.workload for each in replicas}
    has_events, databases = nats.SERVER in workloads, databases_of(place.system_id)
    owners = [name for name in sorted(workloads) if postgres.own_server_of(name) in workloads]
    ask = [Store(name, partial(databases.select, name)) for name in owners]
    leads = temporal.SERVER in workloads or not has_events
    return Leaders(
        partial(_temporal, place.system_id, workloads) if leads else None,
        ask if has_events else (),
        lambda chosen: dead_letters.replay(nats_of(place, replicas), chosen),
    )


def databases_of(system_id: str) -> Databases:
    """Each service's own server, asked by its own psql through its local socket."""

    def server(service: str) -> Server:
        container = container_of(system_id, f"{postgres.own_server_of(service)}-1")
        return Server(
            ("docker", "exec", "--interactive", *_QUIET, container, "psql"), environment=os.environ
        )

    return Databases(server)


def nats_of(place: Place, replicas: Sequence[Replica]) -> dead_letters.Nats:
    """NATS in its container. Raises UsageError where there is none."""
    if not any(each.workload == nats.SERVER for each in replicas):
        raise dead_letters.no_events()
    file = place.root / "secrets" / nats.password(nats.ADMINISTRATOR)
    container = container_of(place.system_id, f"{nats.SERVER}-1")
    return dead_letters.Nats(partial(_tunnel, container, _NATS_PORT), file.read_text().strip())


def _temporal(system_id: str, workloads: Collection[str]) -> Temporal:
    if temporal.SERVER not in workloads:
        raise UsageError(
            "no Temporal runs with this system",
            "mscli new saga NAME --owner SERVICE --steps ...; a cluster elsewhere is asked by its "
            "own `temporal` program",
        )
    container = container_of(system_id, f"{temporal.SERVER}-1")
    told = [word for name, value in _SELF.items() for word in ("--env", f"{name}={value}")]
    return Remote(_SELF, command=("docker", "exec", *told, container, "/temporal"), hint="mscli ps")


@asynccontextmanager
async def _tunnel(container: str, port: str) -> AsyncIterator[str]:
    """An address of this machine behind which a container's own port is."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        program = await asyncio.create_subprocess_exec(
            *("docker", "exec", "--interactive", container, "nc", "127.0.0.1", port),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert program.stdin is not None  # noqa: S101 - it is a pipe
        assert program.stdout is not None  # noqa: S101
        there = asyncio.create_task(_pour(reader, program.stdin))
        back = asyncio.create_task(_pour(program.stdout, writer))
        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        with suppress(ProcessLookupError):
            program.terminate()
        await asyncio.gather(program.wait(), there, back)
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    try:
        yield f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), _PATIENCE)


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while block := await source.read(_BLOCK):
            sink.write(block)
            await sink.drain()
    sink.close()
