"""Working on a system that is up: stop, start and restart its processes, run something in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sysconfig
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mscli.errors import RuntimeFailed, UsageError
from mscli.model.events import Event, Happening
from mscli.model.process import Plan, Process
from mscli.model.system import System
from mscli.render import stack_for
from mscli.runtimes.processes import bindings as binding
from mscli.runtimes.processes import mirror, records
from mscli.runtimes.processes.bring_up import BringUp, Failure, Report
from mscli.runtimes.processes.changing import changing, refuse_another_user
from mscli.runtimes.processes.decide import Decision, Decisions, Step
from mscli.runtimes.processes.down import waves
from mscli.runtimes.processes.gateway import gateway_of, reloads, wait_for_reload
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.readiness import is_ready
from mscli.runtimes.processes.rendering import rendered, write
from mscli.runtimes.processes.supervisor import Supervisor

KILLED = 128
"""A shell's exit code of a command that a signal has ended, less the signal's number."""


def running_supervisor(place: Place) -> Supervisor:
    """The supervisor of a system that is up. Raises RuntimeFailed when it is not."""
    refuse_another_user(place)
    supervisor = Supervisor(place)
    if not supervisor.alive():
        raise RuntimeFailed("the system is not up", "`mscli up -d` brings it up")
    return supervisor


def stop(place: Place, processes: Sequence[Process], report: Report) -> None:
    """Stop processes, callers first; they stay down until they are started again."""
    began = time.monotonic()
    with changing(place), ThreadPoolExecutor(16) as threads:
        supervisor = running_supervisor(place)

        def one(process: Process) -> None:
            supervisor.stop(process.name, process.grace)
            report(Event(process.name, Happening.STOPPED, time.monotonic() - began))

        for wave in waves(processes):
            list(threads.map(one, wave))


def start(
    place: Place,
    plan: Plan,
    processes: Sequence[Process],
    report: Report,
    *,
    patience: float | None = None,
    restart: bool = False,
    cause: str = "",
) -> list[Failure]:
    """Start processes (or stop and start them) and wait until they are ready."""
    with changing(place):
        supervisor = running_supervisor(place)
        running = {name for name, info in supervisor.info().items() if info.running}
        steps = []
        for process in processes:
            runs = process.name in running
            step = Step.START if not runs else Step.RESTART if restart else Step.KEEP
            steps.append(Decision(process, step, cause))
        executor = BringUp(place, supervisor, plan, report, patience)
        return executor.run(Decisions(tuple(steps), ()))


def refresh(system: System, place: Place) -> bool:
    """Give running engines the configuration that they read again, such as the gateway's routes.

    Whether something changed; the gateway has then read it, if it answers. What needs a restart to
    be seen waits for the next `up`.
    """
    with changing(place):
        if not Supervisor(place).alive():
            return False
        stack = stack_for(system, "processes")
        bindings = binding.choose(stack, place, {}, isolated=place.is_copy)
        known = set(binding.recall(place).ports)
        if set(bindings.ports) - known:
            return False
        plan, files = rendered(place, stack, bindings)
        live = [file for file in files if file.path in plan.live]
        changed = [file for file in live if _differs(place, file.path, file.content)]
        gateway = gateway_of(plan)
        before = reloads(gateway) if changed else None
        write(place, changed)
        if changed:
            mirror.end(place, plan)
        wait_for_reload(lambda: reloads(gateway), before)
        return bool(changed)


def _differs(place: Place, path: str, content: str) -> bool:
    try:
        return place.file(*path.split("/")).read_text() != content
    except OSError:
        return True


def wait_until_ready(processes: Sequence[Process], patience: float) -> list[Process]:
    """Wait until all are ready; those that are not when `patience` seconds are over."""
    deadline = time.monotonic() + patience
    late = [process for process in processes if not process.is_task]
    while late := [process for process in late if not is_ready(process)]:
        if time.monotonic() >= deadline:
            break
        time.sleep(0.05)
    return late


def environment_of(process: Process) -> dict[str, str]:
    """The contract's variables of a process, without those that mark it as ours."""
    ours = {"MSCLI_STACK", "MSCLI_PROCESS", "PATH"}
    return {name: value for name, value in whole_environment(process).items() if name not in ours}


def whole_environment(process: Process) -> dict[str, str]:
    """What a process is started with, secrets included. Raises RuntimeFailed before `up`."""
    try:
        hidden = {
            name: Path(path).read_text().rstrip("\n") for name, path in process.secrets.items()
        }
    except OSError as error:
        raise RuntimeFailed("the system has not been up yet", "`mscli up -d`") from error
    return {**process.environment, **hidden}


def execute(process: Process, command: Sequence[str]) -> int:
    """Run a command in a process's folder, with its environment, on this terminal; its exit code.

    Raises UsageError when there is no such command.
    """
    environment = {**os.environ, **environment_of(process)}
    # mscli's own folder last, for its uv: `mscli exec orders uv sync` works without another one.
    path = (process.environment["PATH"], os.environ.get("PATH", ""), sysconfig.get_path("scripts"))
    environment["PATH"] = ":".join(path)
    environment.pop("VIRTUAL_ENV", None)  # whoever activated mscli's: uv warns of another's
    try:
        return on_this_terminal(command, environment, process.folder)
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be run: {error.strerror}") from error


def on_this_terminal(
    command: Sequence[str], environment: Mapping[str, str], folder: str | None = None
) -> int:
    """Run a command in the foreground; its exit code, as a shell would give it.

    Ctrl-C is the command's to handle (psql cancels a query with it), and does not end mscli.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = subprocess.run(list(command), cwd=folder, env=environment, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else KILLED - code


def run_task(place: Place, plan: Plan, task: Process, report: Report) -> list[Failure]:
    """Run a task again, whether or not it has completed before."""
    records.forget_completion(task)
    return start(place, plan, [task], report)


def stale_tasks(plan: Plan, workload: str) -> list[Process]:
    """The tasks that a workload waits for and that have not completed with today's inputs."""
    needed = {wait.workload for process in plan.replicas(workload) for wait in process.waits}
    tasks = (process for process in plan.processes if process.is_task)
    return [t for t in tasks if t.workload in needed and not records.is_completed(t)]
