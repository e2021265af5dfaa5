"""Runs a gateway from what the real target renders, whatever its engine is."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from mscli.engines.catalogue import CATALOGUE
from mscli.model.process import Plan, Process, from_document
from mscli.model.stack import Bindings, Program
from mscli.model.system import System
from mscli.render import render_files, stack_for
from mscli.targets import processes
from tests.gateway.wire import Answer, exchange, written
from tests.ports import free_port

TARGET = "processes"


def program(engine: str) -> str:
    """Path of an engine's program: the override, or the one beside this interpreter."""
    row = CATALOGUE[engine]
    if named := os.environ.get(row.override):
        return named
    beside = Path(sys.executable).parent / row.program
    found = str(beside) if beside.exists() else shutil.which(row.program)
    if not found:
        raise FileNotFoundError(f"{row.program}: pip install {row.requirement}")
    return found


@dataclass(slots=True)
class Gateway:
    """A gateway that runs; `files` are rendered again by `change`."""

    folder: Path
    bindings: Bindings
    plan: Plan
    running: subprocess.Popen[bytes]
    log: Path

    @property
    def process(self) -> Process:
        """The gateway in the plan."""
        return next(process for process in self.plan.processes if process.workload == "gateway")

    @property
    def port(self) -> int:
        """The public port."""
        return self.process.ports["http"]

    @property
    def router(self) -> int:
        """The port of the calls between services."""
        return self.process.ports["router"]

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET by the public door."""
        return exchange(self.port, written("GET", target, headers or {}))

    def send(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Any request by the public door."""
        return exchange(self.port, written(method, target, headers or {}, body))

    def call(self, target: str, method: str = "GET", body: bytes = b"") -> Answer:
        """A call between services, by the router."""
        return exchange(self.router, written(method, target, (), body))

    def change(self, system: System, replicas: Mapping[str, int] | None = None) -> None:
        """Render the system again and replace the live files by renames, as the runtime does."""
        bindings = bindings_for(system, self.folder, self.bindings, replicas)
        for path, content in rendered(system, bindings).items():
            if path in self.plan.live:
                staged = self.folder / "staged"
                staged.write_text(content)
                staged.rename(self.folder / path)

    def stop(self) -> int:
        """Stop it as the runtime does, and wait."""
        self.running.send_signal(getattr(signal, f"SIG{self.process.stop_signal}"))
        try:
            return self.running.wait(self.process.grace + 5)
        finally:
            self.running.kill()
            self.running.wait()


def rendered(system: System, bindings: Bindings) -> dict[str, str]:
    """Content of the rendered files, by path."""
    return {file.path: file.content for file in render_files(system, TARGET, bindings)}


def bindings_for(
    system: System,
    folder: Path,
    known: Bindings | Mapping[str, int],
    replicas: Mapping[str, int] | None = None,
) -> Bindings:
    """Ports that are `known`, and free ones for the rest."""
    ports = dict(known.ports if isinstance(known, Bindings) else known)
    stack = stack_for(system, TARGET)
    secrets = {name: "secret" for name, secret in stack.secrets.items() if secret.content is None}
    engines = dict.fromkeys(("postgres", "nats", "temporal"), "/bin/engine")
    engines["traefik"] = program("traefik")
    bindings = Bindings(
        system_id="shop-1",
        root=str(folder),
        state=str(folder),
        ports=ports,
        programs={name: Program(path) for name, path in engines.items()},
        replicas=replicas or {},
        secrets=secrets,
        socket="socket",
        guard=("guard",),
    )
    for name, _ in processes.ports_wanted(stack, bindings):
        if name not in ports:
            ports[name] = free_port()
    return replace(bindings, ports=ports)


@contextmanager
def gateway(
    system: System,
    folder: Path,
    ports: Mapping[str, int],
    edit: Callable[[str, str], str] | None = None,
) -> Iterator[Gateway]:
    """Render `system`, start its gateway and wait until it is ready.

    `ports` are those of the services' replicas; `edit` may change a file (path, content) on its way
    to the disk, where a test cannot wait for what is rendered.
    """
    bindings = bindings_for(system, folder, ports)
    files = rendered(system, bindings)
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(edit(path, content) if edit else content)
    plan = from_document(json.loads(files[processes.PLAN]))
    process = next(process for process in plan.processes if process.workload == "gateway")
    log = folder / "gateway.log"
    script = folder / processes.FOLDER / "start" / "gateway.sh"
    with log.open("wb") as output:
        running = subprocess.Popen(["/bin/sh", script], stdout=output, stderr=subprocess.STDOUT)
    started = Gateway(folder, bindings, plan, running, log)
    try:
        _wait_until_ready(started, process)
        yield started
    finally:
        started.stop()


def _wait_until_ready(started: Gateway, process: Process) -> None:
    probe = process.probe
    assert probe is not None
    url = f"http://127.0.0.1:{process.ports[probe.port]}{probe.path}"

    def ready() -> bool:
        assert started.running.poll() is None, started.log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=1):
                return True
        except (OSError, urllib.error.URLError):
            return False

    eventually(ready, probe.startup)


def eventually(condition: Callable[[], bool], limit: float = 10, what: str = "") -> float:
    """Wait until `condition` holds; how long it took, in seconds."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        assert waited < limit, f"not within {limit} s: {what or condition}"
        time.sleep(0.01)
    return time.monotonic() - began
