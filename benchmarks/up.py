"""`mscli up` of the shop to ready, beside a plain script that starts the same processes.

    .venv/bin/python benchmarks/up.py [--rounds 5] [--system examples/shop]

The system is copied to a scratch folder with a gateway port of its own; environments are made and
compiled before anything is measured. Two cases, each in turns:
- again: data and migrations are there, as after `mscli down`;
- anew: after `mscli down -v`, so that PostgreSQL's cluster, roles and migrations are made, too.

`mscli up -d` is the whole command. The script knows everything beforehand: it runs the rendered
start scripts, each as soon as what it waits for is ready or completed, asks the same readiness
questions every 10 ms, and has no supervisor, no log rotation and no guard. Goal: `mscli up` takes
at most 0.5 s more. Also printed: when each part of the fastest round of `up` started and was ready,
by the command's own words, and its critical path.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import mscli
from bare import spawn
from measure import (
    Taken,
    compile_bytecode,
    end,
    environment,
    free_port,
    in_turns,
    load,
    program,
    scratch,
    verdict,
)
from mscli.model.process import Plan, Process
from mscli.runtimes.processes.place import last_place
from mscli.runtimes.processes.plan import plan_of
from mscli.runtimes.processes.readiness import is_ready

SHOP = Path(__file__).parent.parent / "examples" / "shop"
EVENT = re.compile(r"^ . (\S+) +(\w+) +(\d+\.\d+)s", re.MULTILINE)
DONE = ("ready", "completed")


@dataclass(slots=True)
class Up:
    """One `mscli up -d`: seconds in all, and for each process when it started and was ready."""

    seconds: float
    started: dict[str, float]
    ready: dict[str, float]


def copied(system: Path, folder: Path) -> Path:
    """The system under `folder`, its gateway on a free port."""
    root = folder / "system"
    shutil.copytree(system, root, ignore=shutil.ignore_patterns("local", ".venv", "__pycache__"))
    file = root / "mscli.yaml"
    text = re.sub(r"\bport: 8080\b", f"port: {free_port()}", file.read_text())
    file.write_text(text)
    return root


def command(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [program("mscli"), *arguments],
        cwd=root,
        env=environment(NO_COLOR="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def bring_up(root: Path) -> Up:
    began = time.perf_counter()
    said = command(root, "up", "-d")
    took = time.perf_counter() - began
    started, ready = {}, {}
    for name, happening, moment in EVENT.findall(said):
        if happening == "starting":
            started[name] = float(moment)
        elif happening in DONE:
            ready[name] = float(moment)
    return Up(took, started, ready)


def plan_in(root: Path) -> Plan:
    plan = plan_of(last_place(root))
    assert plan is not None
    return plan


class Script:
    """The plain script: one run of the plan's processes."""

    def __init__(self, root: Path, processes: list[Process]) -> None:
        self.place = last_place(root)
        self.waiting = list(processes)
        self.going: dict[str, tuple[Process, subprocess.Popen[bytes]]] = {}
        self.running: list[tuple[Process, subprocess.Popen[bytes]]] = []

    def run(self) -> float:
        """Seconds until all is ready; all is ended afterwards."""
        began = time.perf_counter()
        try:
            while self.waiting or self.going:
                self._start_what_may()
                self._settle()
                time.sleep(0.01)
                assert time.perf_counter() - began < 120, [p.name for p in self.waiting]
            return time.perf_counter() - began
        finally:
            self._end()

    def _start_what_may(self) -> None:
        missing = {p.workload for p in self.waiting} | {p.workload for p, _ in self.going.values()}
        for process in list(self.waiting):
            if missing.isdisjoint(wait.workload for wait in process.waits):
                self.waiting.remove(process)
                self.going[process.name] = process, spawn(self.place, process)

    def _settle(self) -> None:
        for name, (process, child) in list(self.going.items()):
            code = child.poll()
            if process.is_task and code is not None:
                assert code == 0, f"{name}: see {process.log}"
                del self.going[name]
            elif not process.is_task:
                assert code is None, f"{name}: see {process.log}"
                if is_ready(process):
                    self.running.append(self.going.pop(name))

    def _end(self) -> None:
        """In reverse, each by its own signal."""
        for process, child in reversed([*self.running, *self.going.values()]):
            end(child, signal.Signals[f"SIG{process.stop_signal}"])


def critical_path(plan: Plan, up: Up) -> list[str]:
    """From the process that was ready last back along the waits that held it up."""
    by_workload: dict[str, list[str]] = {}
    for process in plan.processes:
        by_workload.setdefault(process.workload, []).append(process.name)
    waits = {p.name: [n for w in p.waits for n in by_workload[w.workload]] for p in plan.processes}
    path = [max(up.ready, key=lambda name: up.ready[name])]
    while before := [name for name in waits[path[0]] if name in up.ready]:
        path.insert(0, max(before, key=lambda name: up.ready[name]))
    return path


def measure(root: Path, rounds: int, *, anew: bool) -> tuple[Taken, Up]:
    """Both ways in turns; with `anew` each begins without data."""
    ups: list[Up] = []

    def prepare() -> None:
        if anew:
            command(root, "down", "-v", "--yes")
            command(root, "render", "processes")

    def ours() -> float:
        prepare()
        ups.append(bring_up(root))
        command(root, "down")
        return ups[-1].seconds

    def theirs() -> float:
        prepare()
        wanted = [p for p in plan_in(root).processes if anew or not p.is_task]
        return Script(root, wanted).run()

    taken = in_turns({"mscli up": ours, "script": theirs}, rounds)
    return taken, min(ups, key=lambda up: up.seconds)


def report(case: str, plan: Plan, taken: Taken, fastest: Up) -> None:
    print(f"{case}:")
    for name in taken.values:
        print(f"  {name:9} min {taken.least(name):.2f} s, median {taken.median(name):.2f} s")
    more = taken.least("mscli up") - taken.least("script")
    print(f"  more than the script, minima {verdict(more, 0.5, ' s')}  "
          f"(median of the rounds {taken.difference('mscli up', 'script'):.2f})")  # fmt: skip
    print("  parts of the fastest up, started to ready, seconds of the command:")
    for name, moment in sorted(fastest.ready.items(), key=lambda item: item[1]):
        print(f"    {name:22} {fastest.started.get(name, 0):5.2f} to {moment:5.2f}")
    path = critical_path(plan, fastest)
    inside = max(fastest.ready.values())
    print(f"  critical path: {' -> '.join(path)}; "
          f"{fastest.seconds - inside:.2f} s before and after")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--system", type=Path, default=SHOP)
    given = parser.parse_args()
    compile_bytecode(Path(mscli.__file__).parent)
    with scratch("up") as folder:
        root = copied(given.system, folder)
        try:
            cold = bring_up(root).seconds
            plan = plan_in(root)
            command(root, "down")
            compile_bytecode(*(Path(p.folder) / "src" for p in plan.processes))
            print(f"the first time, with environments to make: {cold:.1f} s")
            print(load())
            for case, anew in (("again", False), ("anew", True)):
                report(case, plan, *measure(root, given.rounds, anew=anew))
            print(load())
        finally:
            command(root, "down", "-v", "--yes")


if __name__ == "__main__":
    main()
