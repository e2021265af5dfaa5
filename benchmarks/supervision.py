"""What supervision costs: its idle memory, the start of 20 processes, and the end of everything.

    .venv/bin/python benchmarks/supervision.py [--rounds 5]

- Idle memory: resident size of supervisord and the guard while 20 processes run (goal: under 60 MB
  together; pages that both share count twice).
- Start: 20 light processes and the gateway from nothing to ready by mscli's runtime, in process
  (bind, render, write, supervisord, guard, the starts, readiness, and the router's word that it
  reaches each), against bare `Popen` of the same start scripts and the same questions (goal: at
  most twice plus 0.3 s). In turns.
- `kill -9` of supervisord: seconds until no process of the system lives (goal: at most 1 s).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

import mscli
from bare import spawn
from light import light_system
from measure import compile_bytecode, end, in_turns, load, pause_until, scratch, verdict
from mscli.model.process import Plan
from mscli.model.system import System
from mscli.runtimes.processes import sweep
from mscli.runtimes.processes.down import take_down
from mscli.runtimes.processes.place import Place, isolated_place
from mscli.runtimes.processes.readiness import is_reached, is_ready
from mscli.runtimes.processes.up import Wish, bring_up

PROCESSES = 20
MB = 1_000_000
WISH = Wish(isolated=True)


def up(system: System, place: Place) -> Plan:
    result = bring_up(system, place, WISH, lambda _: None)
    assert not result.failures, result.failures
    return result.plan


def supervisors(place: Place) -> list[psutil.Process]:
    """supervisord and the guard: what is of the system and of no start script."""
    marks = ("supervisor.supervisord", "mscli.runtimes.processes.guard")
    return [p for p in sweep.ours(place.system_id) if any(mark in p.cmdline() for mark in marks)]


def time_of_ours(system: System, place: Place) -> float:
    """From nothing to all ready; what is left is ended afterwards."""
    began = time.perf_counter()
    up(system, place)
    took = time.perf_counter() - began
    take_down(place, lambda _: None, volumes=False, patience=1)
    return took


def time_of_spawns(plan: Plan, place: Place) -> float:
    """The same processes by bare spawns, asked until all are ready."""
    waiting = list(plan.processes)
    assert len(waiting) == PROCESSES + 1
    began = time.perf_counter()
    spawned = [spawn(place, process) for process in waiting]

    def all_ready() -> bool:
        waiting[:] = [p for p in waiting if not (is_ready(p) and is_reached(p))]
        return not waiting

    pause_until(all_ready, "all to be ready")
    took = time.perf_counter() - began
    for child in spawned:
        end(child)
    return took


def memory(system: System, place: Place) -> dict[str, float]:
    """Resident memory in MB of each supervising process, idle for two seconds."""
    up(system, place)
    time.sleep(2)
    found = {
        "guard" if "guard" in " ".join(p.cmdline()) else "supervisord": p.memory_info().rss / MB
        for p in supervisors(place)
    }
    take_down(place, lambda _: None, volumes=False, patience=1)
    assert len(found) == 2, found
    return found


def time_of_kill(system: System, place: Place) -> float:
    """From `kill -9` of supervisord until nothing of the system is left."""
    up(system, place)
    (supervisord,) = [p for p in supervisors(place) if "supervisor.supervisord" in p.cmdline()]
    family = sweep.ours(place.system_id)
    began = time.perf_counter()
    os.kill(supervisord.pid, signal.SIGKILL)

    def gone() -> bool:
        alive = False
        for process in family:
            with suppress(psutil.Error):
                alive |= process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        return not alive

    pause_until(gone, "the end of all")
    took = time.perf_counter() - began
    assert not sweep.ours(place.system_id)
    take_down(place, lambda _: None, volumes=False, patience=1)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compile_bytecode(Path(mscli.__file__).parent)
    with scratch("supervision") as root:
        system = light_system(root, PROCESSES)
        place = isolated_place(root, system.name)
        try:
            print(load(), file=sys.stderr)
            plan = up(system, place)
            take_down(place, lambda _: None, volumes=False, patience=1)
            ways = {
                "mscli": lambda: time_of_ours(system, place),
                "spawns": lambda: time_of_spawns(plan, place),
            }
            taken = in_turns(ways, rounds)
            idle = memory(system, place)
            kills = [time_of_kill(system, place) for _ in range(rounds)]
        finally:
            sweep.kill_all(place.system_id)
    names = ", ".join(f"{name} {size:.0f}" for name, size in sorted(idle.items()))
    print(f"idle memory   {verdict(sum(idle.values()), 60, ' MB')}  ({names})")
    for name in ways:
        print(f"{PROCESSES} processes by {name:7} min {taken.least(name):.2f} s, "
              f"median {taken.median(name):.2f} s")  # fmt: skip
    spare = taken.difference("mscli", "spawns") - taken.median("spawns")
    print(f"more than twice bare spawns, minima  "
          f"{verdict(taken.least('mscli') - 2 * taken.least('spawns'), 0.3, ' s')}"
          f"  (medians {spare:.2f})")  # fmt: skip
    print(
        f"kill -9 until all is gone, worst  {verdict(max(kills), 1, ' s')}  (min {min(kills):.2f})"
    )
    print(load())


if __name__ == "__main__":
    main()
