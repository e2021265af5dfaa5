"""Bringing a system up: bind, render, decide, carry out. Doing it twice changes nothing.

Start-up is part of the interface: what renders and what carries out are imported while supervisord
loads beside them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mscli.errors import RuntimeFailed
from mscli.runtimes.processes import records, sweep
from mscli.runtimes.processes.changing import changing
from mscli.runtimes.processes.guard import GUARD
from mscli.runtimes.processes.place import Place, is_default
from mscli.runtimes.processes.supervisor import Supervisor

if TYPE_CHECKING:
    from mscli.model.files import File
    from mscli.model.process import Plan
    from mscli.model.stack import Bindings
    from mscli.model.system import System
    from mscli.runtimes.processes.bring_up import Failure, Report
    from mscli.runtimes.processes.decide import Decisions

SEEN_BY_ROUTER = 0.25
"""Seconds in which Traefik has read a changed file and sends nothing to a removed replica."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller of `up` wants.

    `without` names workloads or single replicas; `only` the workloads to begin, where it is not all
    of them: others go on if they run. `patience` is seconds.
    """

    replicas: Mapping[str, int] = field(default_factory=dict)
    without: Collection[str] = ()
    only: Collection[str] = ()
    patience: float | None = None
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What `up` did: the plan that runs now, every step, and what did not become ready."""

    plan: Plan
    decisions: Decisions
    failures: tuple[Failure, ...]
    seconds: float


def bring_up(system: System, place: Place, wish: Wish, report: Report) -> Result:
    """Make what runs in `place` what `system` says.

    Raises RuntimeFailed for a taken port or a supervisor that fails, MissingProgram for an engine
    that is not installed, and MscliError for a folder that cannot be written.
    """
    began = time.monotonic()
    with changing(place), _supervising(place) as (supervisor, alive):
        running = _running(supervisor) if alive else set()
        plan, live = _write(system, place, wish, running)
        if alive:
            supervisor.reread(drop=False)  # what is gone ends when the router knows of it
            running = _running(supervisor)
        else:
            supervisor.launch()
        decisions = _decide(plan, running, place, wish)
        from mscli.runtimes.processes.bring_up import BringUp
        from mscli.runtimes.processes.rendering import write

        executor = BringUp(place, supervisor, plan, report, wish.patience, began)
        failures = executor.run(decisions)
        write(place, live)
        causes = {name: _why_gone(name, plan, system) for name in decisions.superfluous}
        _remove(causes, supervisor, report, began, waits=bool(live))
    return Result(plan, decisions, tuple(failures), time.monotonic() - began)


@contextmanager
def _supervising(place: Place) -> Iterator[tuple[Supervisor, bool]]:
    """The supervisor, and whether it was alive; if not, it loads while the system is rendered, and
    is ended again if that fails.
    """
    _refuse_another_name(place)
    supervisor = Supervisor(place)
    alive = supervisor.alive()
    if not alive:
        sweep.kill_all(place.system_id)
        records.write_running(place, {})
        place.file("status.json").unlink(missing_ok=True)
        supervisor.prepare()
    try:
        yield supervisor, alive
    finally:
        supervisor.abandon()


def _write(
    system: System, place: Place, wish: Wish, running: Collection[str]
) -> tuple[Plan, list[File]]:
    """Choose what is free, render and write. The plan, and the files that those who run read
    again by themselves: they are written when what they tell of is there.
    """
    from mscli.render import stack_for
    from mscli.runtimes.processes import bindings as binding
    from mscli.runtimes.processes import elsewhere
    from mscli.runtimes.processes.rendering import rendered, write

    stack = stack_for(system, "processes")

    def is_taken(replica: str, port: int) -> bool:
        """Whether a stranger holds a port; who left a service out may run it by hand."""
        ours = replica in running or _is_left_out(replica, wish)
        return not ours and not binding.is_free(port)

    bindings = binding.choose(stack, place, wish.replicas, isolated=wish.isolated, gave_up=is_taken)
    _refuse_taken_ports(bindings, is_taken)
    elsewhere.refuse_missing(stack, bindings)
    plan, files = rendered(place, stack, bindings)
    live = [file for file in files if file.path in plan.live and running]
    write(place, (file for file in files if file not in live))
    binding.remember(place, bindings)
    return plan, live


def _is_left_out(replica: str, wish: Wish) -> bool:
    return replica in wish.without or replica.rpartition("-")[0] in wish.without


def _running(supervisor: Supervisor) -> set[str]:
    return {name for name, info in supervisor.info().items() if info.running} - {GUARD}


def _refuse_another_name(place: Place) -> None:
    """A system that was renamed while it was up would be lost sight of."""
    others = {name for name in sweep.systems() if is_default(place.root, name)}
    if others - {place.system_id} and not place.is_copy:
        raise RuntimeFailed(
            f"this checkout is up under another name, {', '.join(sorted(others))}",
            "`mscli down` takes it down, then `mscli up`",
        )


def _refuse_taken_ports(bindings: Bindings, is_taken: Callable[[str, int], bool]) -> None:
    """A fixed port of a process that does not run yet must be free."""
    from mscli.runtimes.processes import bindings as binding

    for key, port in bindings.ports.items():
        if is_taken(binding.replica_of(key), port):
            raise binding.refuse_taken(key, port)


def _decide(plan: Plan, running: set[str], place: Place, wish: Wish) -> Decisions:
    from mscli.runtimes.processes.decide import decide

    wanted = tuple(
        process
        for process in plan.processes
        if not {process.workload, process.name} & set(wish.without)
        and (not wish.only or process.workload in wish.only or process.name in running)
    )
    return decide(
        replace(plan, processes=wanted),
        running,
        records.read_running(place),
        records.record_of,
        records.is_completed,
    )


def _why_gone(name: str, plan: Plan, system: System) -> str:
    from mscli.assemble.services import scalable

    if any(process.name == name for process in plan.processes):
        return "left out"
    workload = name.rpartition("-")[0]
    if workload in scalable(system):
        return f"{workload} has {len(plan.replicas(workload))} now"
    return "not in the system file"


def _remove(
    causes: Mapping[str, str],
    supervisor: Supervisor,
    report: Report,
    began: float,
    *,
    waits: bool,
) -> None:
    """Stop what is in no plan any more, once the router sends nothing there."""
    from concurrent.futures import ThreadPoolExecutor

    from mscli.model.events import Event, Happening

    if causes and waits:
        time.sleep(SEEN_BY_ROUTER)

    def stop(name: str) -> None:
        supervisor.stop(name, patience=15)
        report(Event(name, Happening.REMOVED, time.monotonic() - began, causes[name]))

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(stop, causes))
    supervisor.reread(drop=True)
