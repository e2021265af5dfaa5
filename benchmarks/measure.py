"""What the benchmarks share: ways that take turns, what is said of them, children as users start
them, and scratch folders."""

from __future__ import annotations

import compileall
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Way = Callable[[], float]
"""One measurement of one way of doing a thing, in any unit."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What each way took, round by round: the same index is the same moment of the machine."""

    values: Mapping[str, Sequence[float]]

    def least(self, way: str) -> float:
        """The smallest value: the machine disturbed it least."""
        return min(self.values[way])

    def median(self, way: str) -> float:
        return median(self.values[way])

    def ratio(self, way: str, peer: str) -> float:
        """The ratio of the smallest values."""
        return self.least(way) / self.least(peer)

    def median_ratio(self, way: str, peer: str) -> float:
        """The median over the rounds of both ways' ratio."""
        pairs = zip(self.values[way], self.values[peer], strict=True)
        return median(ours / theirs for ours, theirs in pairs)

    def difference(self, way: str, peer: str) -> float:
        """The median over the rounds of what one way takes more than the other."""
        pairs = zip(self.values[way], self.values[peer], strict=True)
        return median(ours - theirs for ours, theirs in pairs)


def in_turns(ways: Mapping[str, Way], rounds: int, warm: int = 1) -> Taken:
    """Measure each way once a round, in another order every round; the first `warm` do not count.

    A busy moment of the machine falls on all of them.
    """
    taken: dict[str, list[float]] = {way: [] for way in ways}
    names = list(ways)
    for number in range(-warm, rounds):
        for step in range(len(names)):
            way = names[(number + step) % len(names)]
            value = ways[way]()
            if number >= 0:
                taken[way].append(value)
    return Taken(taken)


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def seconds_of_command(command: Sequence[str], folder: Path) -> float:
    """Wall time from the start of a command to its end; its output goes nowhere."""
    with Path(os.devnull).open("wb") as null:
        began = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment(), stdout=null, stderr=null, check=True)
        return time.perf_counter() - began


def user_time_of_command(command: Sequence[str], folder: Path) -> float:
    """Processor time of a command outside the kernel: a busy machine or disk disturbs it less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    seconds_of_command(command, folder)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def environment(**extra: str) -> dict[str, str]:
    """A user's environment: what a test machine sets to keep bytecode away is not in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, **extra}


def compile_bytecode(*folders: Path) -> None:
    """Compile what is measured, so that no side pays for it."""
    for folder in folders:
        compileall.compile_dir(folder, quiet=2)


def program(name: str) -> str:
    """A program of the environment that the benchmark itself runs in."""
    return str(Path(sys.executable).with_name(name))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def pause_until(condition: Callable[[], bool], what: str, patience: float = 60.0) -> None:
    """Ask every 5 ms until it is true."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience:g} s in vain for {what}")
        time.sleep(0.005)


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """Ask a process that leads a group to end, then see to it that all of the group is gone."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def load() -> str:
    """How busy the machine is, for figures say little without it."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} (1 min), {five:.1f} (5 min) on {os.cpu_count()} cores"


def verdict(value: float, goal: float, unit: str = "") -> str:
    """A value beside its goal, which is an upper limit."""
    met = "met" if value <= goal else "MISSED"
    return f"{value:.3g}{unit} (goal <= {goal:g}{unit}: {met})"
