"""One copy of a system in Docker: up, down, and everything in between."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from mscli.errors import LeftBehind, RuntimeFailed, UsageError
from mscli.gateways import traefik
from mscli.model.events import Event, Happening
from mscli.model.system import System
from mscli.runtimes.choice import Choice, remember
from mscli.runtimes.docker import containers
from mscli.runtimes.docker.bring_up import BringUp
from mscli.runtimes.docker.engine import attempt, run
from mscli.runtimes.docker.logs import feed
from mscli.runtimes.logs import Feed, Labelled, View
from mscli.runtimes.processes.gateway import reloads_in
from mscli.runtimes.processes.operate import on_this_terminal
from mscli.runtimes.processes.place import Place
from mscli.runtimes.runtime import Doomed, Failure, Removal, Replica, Report, Wanted
from mscli.targets.compose import PLACES
from mscli.wording import counted

POLL = 0.2
EXCERPT = 15
NOT_STARTED = "not started"
"""Why a replica is not ready that waits for another one: told after that."""


@dataclass(slots=True)
class Docker:
    """As `Runtime` says."""

    place: Place
    choice: Choice

    target: ClassVar[str] = "compose"
    in_parts: ClassVar[bool] = True
    options: ClassVar[Mapping[str, bool]] = {}

    def check(self, system: System, wanted: Wanted) -> None:
        """Raises UsageError for more replicas than the router has places for.

        MissingProgram where no engine answers: before anything is rendered.
        """
        run(["version", "--format", "{{.Server.Version}}"])
        for name, count in {**self.choice.replicas, **wanted.replicas}.items():
            declared = system.services[name].replicas if name in system.services else 0
            most = max(PLACES, 2 * declared)
            if count > most:
                raise UsageError(
                    f"{name}={count}: the router has places for {most} replicas",
                    f"services.{name}.replicas: {count} in mscli.yaml gives it more",
                )

    def up(self, system: System, wanted: Wanted, report: Report) -> list[Failure]:
        """Make the secrets, build what changed, and let Compose bring it up.

        A service whose image cannot be built stays as it is, and the others go on.
        """
        with self.place.locked():
            work = BringUp(self.place, self.choice, system, report)
            replicas = {**self.choice.replicas, **wanted.replicas}
            built = work.prepare(abort=wanted.abort, only=wanted.only)
            self.choice = self.choice._replace(replicas=replicas, built=built)
            remember(self.place, self.choice)
            work.up(replicas, wanted.patience, wanted.only)
        meant = [r for r in self.replicas() if not wanted.only or r.workload in wanted.only]
        return [*work.failures(), *self._failures(meant)]

    def doomed(self, *, volumes: bool) -> Doomed:  # noqa: ARG002 - as `Runtime` says
        """Nothing is shown before: it is this machine's, and made again by the next `up`."""
        return Doomed()

    def down(self, report: Report, *, volumes: bool, patience: float | None) -> Removal:
        """Let Compose take it down, remove what is left by label, and look again."""
        began = time.monotonic()
        ours = self.place.system_id
        found = self.replicas()
        kinds = containers.KINDS if volumes else containers.KINDS[:2]
        data = containers.listed("volume", ours) if volumes else []
        for replica in found:
            report(Event(replica.name, Happening.STOPPING, time.monotonic() - began))
        timeout = [] if patience is None else ["--timeout", f"{patience:g}"]
        nameless = ["--volumes"] if volumes else []  # of images that have some: no label tells them
        down = ["down", "--remove-orphans", *nameless, *timeout]
        attempt(["compose", "--project-name", ours, *down])
        for kind in kinds:
            for name in containers.listed(kind, ours):
                force = ["--force"] if kind == "container" else []
                attempt([kind, "rm", *force, name])
        left = [f"{kind} {name}" for kind in kinds for name in containers.listed(kind, ours)]
        if left:
            raise LeftBehind(
                f"{len(left)} of {ours} are still there: {', '.join(left)}",
                "docker rm, docker network rm or docker volume rm removes them",
            )
        for replica in found:
            report(Event(replica.name, Happening.REMOVED, time.monotonic() - began))
        none = "container, network or volume" if volumes else "container or network"
        return Removal(len(found), tuple(data), time.monotonic() - began, ("containers", none))

    def replicas(self) -> list[Replica]:
        """Every container of the copy."""
        return containers.replicas(self.place.system_id)

    def reloads(self) -> float | None:
        """What the gateway says inside its container, for it has no such port outside."""
        gateway = containers.container_of(self.place.system_id, f"{traefik.NAME}-1")
        ask = ["wget", "-q", "-O", "-", f"http://127.0.0.1:{traefik.ADMIN}/metrics"]
        try:
            return reloads_in(run(["exec", gateway, *ask]))
        except RuntimeFailed:
            return None

    def stop(self, replicas: Sequence[Replica], report: Report) -> None:
        """Stop containers, which stay down."""
        began = time.monotonic()
        run(["stop", *(replica.handle for replica in replicas)])
        for replica in replicas:
            report(Event(replica.name, Happening.STOPPED, time.monotonic() - began))

    def start(
        self,
        replicas: Sequence[Replica],
        report: Report,
        *,
        restart: bool,
        patience: float = 120.0,
    ) -> list[Failure]:
        """Start containers and wait until they are healthy."""
        began = time.monotonic()
        for replica in replicas:
            report(Event(replica.name, Happening.STARTING, time.monotonic() - began))
        run(["restart" if restart else "start", *(replica.handle for replica in replicas)])
        waiting = {replica.handle for replica in replicas}
        while waiting and time.monotonic() - began < patience:
            now = [each for each in self.replicas() if each.handle in waiting]
            for each in now:
                if each.ready or each.state in ("completed", "stopped", "exited"):
                    waiting.discard(each.handle)
                    done = Happening.READY if each.ready else Happening.COMPLETED
                    report(Event(each.name, done, time.monotonic() - began))
            time.sleep(POLL if waiting else 0)
        handles = {replica.handle for replica in replicas}
        return self._failures([each for each in self.replicas() if each.handle in handles])

    def execute(self, replica: Replica, command: Sequence[str]) -> int:
        """`docker exec`, with a terminal where there is one."""
        import os

        terminal = ["--tty"] if sys.stdin.isatty() and sys.stdout.isatty() else []
        argv = ["docker", "exec", "--interactive", *terminal, replica.handle, *command]
        return on_this_terminal(argv, os.environ)

    def open_feed(self, source: Labelled, view: View) -> Feed:
        """A container's lines."""
        return feed(getattr(source, "handle", source.name), view)

    def _failures(self, replicas: Sequence[Replica]) -> list[Failure]:
        found = []
        for replica in replicas:
            if cause := _why_not_ready(replica, replicas):
                lines = tuple(self._last_lines(replica))
                found.append(Failure(replica.name, cause + _remedy(lines), lines))
        return sorted(found, key=lambda failure: failure.cause.startswith(NOT_STARTED))

    def _last_lines(self, replica: Replica) -> list[str]:
        import subprocess

        done = subprocess.run(
            ["docker", "logs", "--tail", str(EXCERPT), replica.handle],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return done.stdout.splitlines()[-EXCERPT:]


def _remedy(lines: Sequence[str]) -> str:
    """What to do about a volume that an older PostgreSQL wrote, in its own words or its image's."""
    text = "\n".join(lines)
    if "initialized by PostgreSQL version" in text or "unused mount/volume" in text:
        return (
            "; its volume holds the data of another major version: dump them with the image of "
            "that version and restore them, or `mscli down -v` to begin without data"
        )
    return ""


def _why_not_ready(replica: Replica, others: Sequence[Replica]) -> str:
    """Why a replica is no success; empty if it is one."""
    if replica.kind == "task":
        return f"ended with code {replica.exit_code}" if replica.exit_code else ""
    if replica.ready:
        return ""
    if replica.state == "created":
        failed = [each.name for each in others if each.kind == "task" and each.exit_code]
        return f"{NOT_STARTED}, for {', '.join(failed) or 'what it waits for'} failed"
    if replica.exit_code is not None:
        return f"{replica.state} with code {replica.exit_code}, {replica.restarts} restarts"
    if replica.restarts:
        return f"ended {counted(replica.restarts, 'time')} before it was ready"
    return f"{replica.state}: its health check does not succeed"
