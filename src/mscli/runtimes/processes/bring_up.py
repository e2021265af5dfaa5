"""Carrying out decisions: everything in parallel that waits for nothing, each as soon as it may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from mscli.errors import MscliError, NotReady
from mscli.model.events import Event, Happening
from mscli.model.kinds import Kind
from mscli.model.process import Plan, Process
from mscli.runtimes.processes import books, environments, records
from mscli.runtimes.processes.books import NOTHING, Entry
from mscli.runtimes.processes.crashes import CRASHED, given_up
from mscli.runtimes.processes.decide import Decision, Decisions, Step
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.readiness import is_reached, is_ready
from mscli.runtimes.processes.supervisor import Supervisor

Report = Callable[[Event], None]
Arguments = TypeVarTuple("Arguments")
Answer = TypeVar("Answer")
ASK_EVERY = 0.02
ASK_SUPERVISOR_EVERY = 0.5
ROUTER_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A process that did not become ready.

    `offset` is where its log began this time, in bytes; None if it was not started at all.
    """

    process: Process
    cause: str
    offset: int | None = None
    error: MscliError | None = None


@dataclass(slots=True)
class BringUp:
    """One run of the executor. `patience` limits the whole of it, in seconds."""

    place: Place
    supervisor: Supervisor
    plan: Plan
    report: Report
    patience: float | None = None
    began: float = field(default_factory=time.monotonic)
    failures: list[Failure] = field(default_factory=list)
    _outcomes: dict[str, asyncio.Future[bool]] = field(default_factory=dict)
    _folders: dict[str, asyncio.Future[bool]] = field(default_factory=dict)
    _offsets: dict[str, int] = field(default_factory=dict)
    _entries: Mapping[str, Entry] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(32))

    def run(self, decisions: Decisions) -> list[Failure]:
        """Do what was decided; what did not become ready."""
        try:
            asyncio.run(self._run(decisions))
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)
        return self.failures

    async def _run(self, decisions: Decisions) -> None:
        loop = asyncio.get_running_loop()
        by_workload: dict[str, list[Decision]] = {}
        for decision in decisions.steps:
            by_workload.setdefault(decision.process.workload, []).append(decision)
        self._outcomes = {name: loop.create_future() for name in by_workload}
        self._read_books()
        reader = asyncio.create_task(self._read_on())
        watcher = asyncio.create_task(self._watch())
        work = asyncio.gather(*map(self._workload, by_workload, by_workload.values()))
        done, _ = await asyncio.wait(
            (work, watcher), timeout=self.patience, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            self._say_who_is_late(decisions)
        for task in (work, watcher, reader):
            task.cancel()
        await asyncio.gather(work, watcher, reader, return_exceptions=True)
        for task in done:
            task.result()

    async def _workload(self, name: str, replicas: list[Decision]) -> None:
        results = await asyncio.gather(*map(self._replica, replicas))
        self._outcomes[name].set_result(all(results))
        await asyncio.gather(*(self._reached(d.process) for d in replicas if all(results)))

    async def _replica(self, decision: Decision) -> bool:
        process = decision.process
        if decision.step is Step.KEEP:
            return await self._keep(process)
        try:
            await self._prepare(process)
            missing = await self._wait_for_others(process)
            if missing:
                stays = decision.step is Step.RESTART
                now = "left running as it was" if stays else "not started"
                self._fail(process, f"{now}, for {missing} failed")
                return False
            return await self._start(decision)
        except MscliError as error:
            self._fail(process, error.message, error=error)
            return False

    async def _keep(self, process: Process) -> bool:
        """Leave it as it is; what an interrupted `up` has started may not be ready yet."""
        if not process.is_task and not await self._thread(is_ready, process):
            self._tell(process, Happening.WAITING, "to become ready")
            cause = await self._ready(process, NOTHING, time.time())
            if cause:
                self._fail(process, cause)
                return False
        self._tell(process, Happening.UNCHANGED)
        return True

    async def _wait_for_others(self, process: Process) -> str:
        """Wait for what must be there first; the name of a required workload that failed."""
        for wait in process.waits:
            outcome = self._outcomes.get(wait.workload)
            if outcome is None:
                continue
            if not outcome.done():
                self._tell(process, Happening.WAITING, f"for {wait.workload}")
            if not await asyncio.shield(outcome) and wait.required:
                return wait.workload
        return ""

    async def _prepare(self, process: Process) -> None:
        """Make the environment of a service's folder, once for all its processes."""
        if process.kind in (Kind.ENGINE, Kind.GATEWAY) or (
            not process.probe and not process.inputs
        ):
            return
        folder = Path(process.folder)
        if not environments.is_needed(folder) or environments.is_current(folder):
            return
        if process.folder not in self._folders:
            self._tell(process, Happening.PREPARING, "its environment")
            self._folders[process.folder] = self._thread(
                environments.prepare, folder, self.place.system_id
            )
        await asyncio.shield(self._folders[process.folder])

    async def _start(self, decision: Decision) -> bool:
        process = decision.process
        for volume in process.volumes:
            Path(volume).mkdir(parents=True, exist_ok=True, mode=0o700)
        if decision.step is Step.RESTART:
            self._tell(process, Happening.STOPPING, decision.cause)
            await self._thread(self.supervisor.stop, process.name, process.grace)
        elif self._entries.get(process.name, NOTHING).state in CRASHED:
            await self._thread(self.supervisor.forget, process.name)  # its crashes count anew
        self._offsets[process.name] = _size(Path(process.log))
        self._tell(process, Happening.STARTING, decision.cause)
        self._remember(process)  # before it runs: whoever is killed between knows what it was
        self._read_books()
        before = self._entries.get(process.name, NOTHING)
        began = time.time()
        await self._thread(self.supervisor.start, process.name)
        cause = await (
            self._completed(process, before)
            if process.is_task
            else self._ready(process, before, began)
        )
        if cause:
            self._fail(process, cause)
            return False
        self._tell(process, Happening.COMPLETED if process.is_task else Happening.READY)
        return True

    async def _ready(self, process: Process, before: Entry, began: float) -> str:
        """Wait until the process is ready, which began then; else why not.

        The books call its earlier life `before`.
        """
        startup = process.probe.startup if process.probe else 0.0
        deadline = time.monotonic() + startup
        restarts = self._entries.get(process.name, NOTHING).restarts
        while True:
            entry = self._entries.get(process.name, NOTHING)
            runs = entry.state == "running" and entry != before
            if runs and await self._thread(is_ready, process):
                return ""
            if cause := given_up(entry, restarts, began):
                return cause
            if time.monotonic() > deadline:
                return f"not ready after {startup:g} s"
            await asyncio.sleep(ASK_EVERY)

    async def _reached(self, process: Process) -> None:
        """Wait until callers find it, too: the router asks in its own time. Not for ever, for a
        gateway that is down is a failure of its own. Who waits for the process starts meanwhile:
        its own start takes longer than the router's next question.
        """
        if not await self._has_gateway():
            return
        deadline = time.monotonic() + ROUTER_PATIENCE
        while time.monotonic() < deadline and not await self._thread(is_reached, process):
            await asyncio.sleep(ASK_EVERY)

    async def _has_gateway(self) -> bool:
        """Whether the gateway, which is the router too, runs; if it is being started, then."""
        gateways = [p for p in self.plan.processes if p.kind is Kind.GATEWAY]
        outcomes = [o for p in gateways if (o := self._outcomes.get(p.workload))]
        await asyncio.gather(*map(asyncio.shield, outcomes))
        entries = (self._entries.get(p.name, NOTHING) for p in gateways)
        return any(entry.state == "running" for entry in entries)

    async def _completed(self, task: Process, before: Entry) -> str:
        while True:
            entry = self._entries.get(task.name, NOTHING)
            if entry.state in ("completed", "failed") and entry != before:
                if entry.code == 0:
                    records.complete(task)
                    return ""
                return f"ended with code {entry.code}"
            await asyncio.sleep(ASK_EVERY)

    def _read_books(self) -> None:
        written = books.read(self.place)
        self._entries = written.entries if written else {}

    async def _read_on(self) -> None:
        """Keep what the guard knows up to date; one reading serves everybody."""
        while True:
            self._read_books()
            await asyncio.sleep(ASK_EVERY)

    async def _watch(self) -> None:
        """Raises RuntimeFailed once supervisord is gone: then nothing will become ready."""
        while True:
            await self._thread(self.supervisor.info)
            await asyncio.sleep(ASK_SUPERVISOR_EVERY)

    def _remember(self, process: Process) -> None:
        kept = records.read_running(self.place)
        kept[process.name] = records.record_of(process)
        records.write_running(self.place, kept)

    def _say_who_is_late(self, decisions: Decisions) -> None:
        failed = {failure.process.name for failure in self.failures}
        for decision in decisions.steps:
            outcome = self._outcomes[decision.process.workload]
            if (
                not (outcome.done() and not outcome.cancelled())
                and decision.process.name not in failed
            ):
                self._fail(decision.process, f"not ready within the {self.patience:g} s given")

    def _fail(self, process: Process, cause: str, error: MscliError | None = None) -> None:
        offset = self._offsets.get(process.name)
        self.failures.append(Failure(process, cause, offset, error))
        self._tell(process, Happening.FAILED, cause.splitlines()[0])

    def _tell(self, process: Process, happening: Happening, cause: str = "") -> None:
        self.report(Event(process.name, happening, time.monotonic() - self.began, cause))

    def _thread(
        self, function: Callable[[*Arguments], Answer], *arguments: *Arguments
    ) -> asyncio.Future[Answer]:
        return asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)


def error_of(failures: list[Failure]) -> NotReady | MscliError:
    """The error that ends the command: a broken environment's own, else NotReady."""
    for failure in failures:
        if failure.error is not None:
            return failure.error
    names = ", ".join(dict.fromkeys(failure.process.name for failure in failures))
    first = failures[0].process
    return NotReady(
        f"not ready: {names}",
        f"the whole log of {first.name}: {first.log} (mscli logs {first.workload})",
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
