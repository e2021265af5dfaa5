"""Taking a system down, and proving that nothing of it is left."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mscli.errors import LeftBehind, MscliError
from mscli.model.events import Event, Happening
from mscli.model.kinds import Kind
from mscli.model.process import Plan, Process
from mscli.runtimes.processes import bindings as binding
from mscli.runtimes.processes import sweep
from mscli.runtimes.processes.changing import changing
from mscli.runtimes.processes.guard import GUARD
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.plan import plan_of
from mscli.runtimes.processes.supervisor import Supervisor

Report = Callable[[Event], None]
GRACE = 10.0
"""Seconds for a process that is in no plan any more."""
TRANSIENT = ("status.json", "running.json", "supervisord.pid")


@dataclass(frozen=True, slots=True)
class Removal:
    """What `down` removed."""

    processes: tuple[str, ...]
    swept: tuple[str, ...]
    volumes: tuple[str, ...]
    seconds: float


DYING_SECONDS = 3.0


def take_down(place: Place, report: Report, *, volumes: bool, patience: float | None) -> Removal:
    """Stop everything in reverse order, end the supervisor, and check that nothing is left.

    With `volumes` the data and the passwords that belong to it go too. `patience` replaces each
    workload's own grace, in seconds. Raises LeftBehind, naming what is left.
    """
    began = time.monotonic()
    with changing(place):
        plan = _readable_plan(place)
        supervisor = Supervisor(place)
        stopped = _stop_all(supervisor, plan, report, began, patience) if supervisor.alive() else ()
        supervisor.end()
        swept = sweep.kill_all(place.system_id)
        place.socket.unlink(missing_ok=True)
        for name in TRANSIENT:
            place.file(name).unlink(missing_ok=True)
        removed = _remove_data(place) if volumes else ()
        left = _left_after(DYING_SECONDS, place, plan)
    if left:
        raise LeftBehind("left behind: " + "; ".join(left), "end it by hand, then run `mscli down`")
    return Removal(stopped, tuple(swept), removed, time.monotonic() - began)


def _readable_plan(place: Place) -> Plan | None:
    try:
        return plan_of(place)
    except MscliError:
        return None  # down must work whatever lies there


def _stop_all(
    supervisor: Supervisor,
    plan: Plan | None,
    report: Report,
    began: float,
    patience: float | None,
) -> tuple[str, ...]:
    running = {name for name, info in supervisor.info().items() if info.running} - {GUARD}
    known = {process.name: process for process in (plan.processes if plan else ())}
    stopped: list[str] = []

    def stop(name: str) -> None:
        if patience is None:
            supervisor.stop(name, known[name].grace if name in known else GRACE)
        else:
            supervisor.stop_within(name, patience)
        stopped.append(name)
        report(Event(name, Happening.STOPPED, time.monotonic() - began))

    # What crashed and waits for its next start must not come back while the rest stops.
    for name in known.keys() - running:
        supervisor.forget(name)
    with ThreadPoolExecutor(16) as threads:
        for wave in waves([known[name] for name in sorted(running & known.keys())]):
            list(threads.map(stop, [process.name for process in wave]))
        list(threads.map(stop, sorted(running - known.keys())))
    return tuple(stopped)


def waves(processes: Iterable[Process]) -> Iterator[list[Process]]:
    """Processes in the order in which they may stop: who waits for somebody goes before them.

    Engines and the gateway go when the services are gone: a service's last requests need them.
    """
    rest = list(processes)
    while rest:
        needed = {wait.workload for process in rest for wait in process.waits}
        services = any(process.kind is Kind.SERVICE for process in rest)
        wave = [
            p for p in rest if p.workload not in needed and (p.kind is Kind.SERVICE or not services)
        ]
        wave = wave or rest
        yield wave
        rest = [process for process in rest if process not in wave]


def _remove_data(place: Place) -> tuple[str, ...]:
    removed = tuple(sorted(entry.name for entry in _entries(place.file("volumes"))))
    for folder in ("volumes", "secrets"):
        shutil.rmtree(place.file(folder), ignore_errors=True)
    return removed


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from folder.iterdir()


def _left_after(patience: float, place: Place, plan: Plan | None) -> list[str]:
    """What is left when `patience` seconds are over: the kernel closes a killed process's ports
    when its last thread is gone, a moment after the process itself.
    """
    deadline = time.monotonic() + patience
    while (left := list(_left_behind(place, plan))) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _left_behind(place: Place, plan: Plan | None) -> Iterator[str]:
    for alive in sweep.ours(place.system_id):
        yield f"process {alive.pid} ({alive.name()})"
    for process in plan.processes if plan else ():
        for name, port in process.ports.items():
            # A stranger may have taken a fixed port since; that is not ours to judge.
            if not binding.is_free(port) and not sweep.holder_of(port):
                yield f"port {port} ({process.name}, {name})"
    if place.socket.exists():
        yield f"socket {place.socket}"
