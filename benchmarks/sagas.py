"""An orchestrated saga of three steps, beside the same by hand on the bare Temporal SDK.

    .venv/bin/python benchmarks/sagas.py [--rounds 5] [--sagas 200] [--at-once 20]

A system is made as a user makes one (`mscli new system|service|saga`, `mscli up -d`), and both use
it: one Temporal server, the three participants with their databases, the router between. The peer
is bare_saga.py: workflow and activities by hand, a plain httpx2 client, no breaker, no health, no
metrics. Both workers run; sagas are started by the same driver, in turns, so many at once.

Goals: at least 70 % of the peer's sagas a second, at most 1.5 times its worker's processor time a
saga (the server's own hides much of the difference). Also printed: p50 and p99 of one saga.

Recovery: 30 sagas, and in the middle of them `kill -9` of a participant, then of the worker. From
the moment at which it is ready again until the last saga has ended; goal: the breaker's
reset_timeout (2 s here) and 3 s.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import psutil

from measure import end, environment, free_port, in_turns, load, program, scratch, verdict
from mscli.model.process import Plan
from mscli.runtimes.processes.place import last_place
from mscli.runtimes.processes.plan import plan_of
from mscli.runtimes.processes.readiness import is_ready

BARE = Path(__file__).with_name("bare_saga.py")
STEPS = "inventory:reserve/release,payments:charge/refund,shipping:ship"
LEAST, MOST_CPU = 0.7, 1.5
RESET, MARGIN = 2.0, 3.0
VICTIMS = ("payments-1", "orders-worker-1")
RECOVERING = 30


class Shop:
    """The system under test, up."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mscli("new", "system", "shop", "--port", str(free_port()), folder=root.parent)
        for name in ("inventory", "payments", "shipping"):
            self.mscli("new", "service", name, "--database", "postgres")
        self.mscli("new", "service", "orders")
        self.mscli("new", "saga", "place-order", "--owner", "orders", "--steps", STEPS)
        file = root / "mscli.yaml"
        breaker = f"{{breaker: {{reset_timeout: {RESET:g}s}}}}"
        calls = "".join(
            f"      {name}: {breaker}\n" for name in ("inventory", "payments", "shipping")
        )
        text = file.read_text().replace("  orders:\n", f"  orders:\n    calls:\n{calls}", 1)
        assert "calls:" in text, text
        file.write_text(text)
        self.mscli("up", "-d")
        self.worker = next(p for p in self.plan().processes if p.name == "orders-worker-1")
        self.python = f"{root}/services/orders/.venv/bin/python"
        self.variables = environment(**self.worker.environment)

    def mscli(self, *arguments: str, folder: Path | None = None) -> None:
        done = subprocess.run(
            [program("mscli"), *arguments],
            cwd=folder or self.root,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def plan(self) -> Plan:
        plan = plan_of(last_place(self.root))
        assert plan is not None
        return plan

    def pid(self, replica: str) -> int:
        status = json.loads((self.root / ".mscli/local/status.json").read_text())
        pid: int = status["processes"][replica]["pid"]
        return pid

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.python, str(BARE), *arguments],
            env=self.variables,
            cwd=self.root / "services/orders",
            stdout=subprocess.PIPE,
            start_new_session=True,
        )


class Drives:
    """Rounds of sagas; remembers what each saga took, and each worker's processor time."""

    def __init__(self, shop: Shop, pids: dict[str, int], sagas: int, at_once: int) -> None:
        self._shop, self._pids, self._sagas, self._at_once = shop, pids, sagas, at_once
        self._number = 0
        self.each: dict[str, list[float]] = {kind: [] for kind in pids}
        self.cpu: dict[str, list[float]] = {kind: [] for kind in pids}

    def run(self, kind: str) -> float:
        """Seconds a saga."""
        self._number += 1
        before = _cpu(self._pids[kind])
        name = f"{kind}-{self._number}"
        driver = self._shop.begin("drive", kind, str(self._sagas), str(self._at_once), name)
        said, _ = driver.communicate(timeout=300)
        assert driver.returncode == 0, said
        taken = json.loads(said)
        self.cpu[kind].append((_cpu(self._pids[kind]) - before) / self._sagas)
        self.each[kind] += taken["each"]
        return float(taken["all"]) / self._sagas


def _cpu(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def recovery(shop: Shop, victim: str) -> float:
    """Seconds from when what was killed is ready again until the last saga has ended."""
    process = next(p for p in shop.plan().processes if p.name == victim)
    name = f"recovery-{victim}"
    driver = shop.begin("drive", "mscli", str(RECOVERING), str(RECOVERING), name)
    time.sleep(1.2)  # the driver's own start, and some sagas on their way
    pid = shop.pid(victim)
    os.kill(pid, signal.SIGKILL)
    while is_ready(process):
        time.sleep(0.005)
    while not is_ready(process):
        time.sleep(0.02)
    ready = time.perf_counter()
    driver.communicate(timeout=200)
    assert shop.pid(victim) != pid
    return time.perf_counter() - ready


def report(shop: Shop, rounds: int, sagas: int, at_once: int) -> None:
    peer = shop.begin("worker")
    try:
        pids = {"mscli": shop.pid("orders-worker-1"), "bare": peer.pid}
        drives = Drives(shop, pids, sagas, at_once)
        ways = {kind: partial(drives.run, kind) for kind in pids}
        taken = in_turns(ways, rounds)
    finally:
        end(peer)
    print(load())
    for kind in pids:
        cuts = quantiles(drives.each[kind], n=100)
        print(f"{kind:6} {1 / taken.median(kind):5.1f} sagas/s (best {1 / taken.least(kind):.1f})")
        print(f"       p50 {cuts[49] * 1e3:.0f} ms, p99 {cuts[98] * 1e3:.0f} ms, "
              f"worker {median(drives.cpu[kind]) * 1e3:.1f} ms of CPU a saga")  # fmt: skip
    rate = 1 / taken.median_ratio("mscli", "bare")
    met = "met" if rate >= LEAST else "MISSED"
    print(f"throughput to the peer's {rate:.2f} (goal >= {LEAST:g}: {met})")
    pairs = zip(drives.cpu["mscli"], drives.cpu["bare"], strict=True)
    print(f"worker's CPU to the peer's {verdict(median(a / b for a, b in pairs), MOST_CPU)}")


def report_recovery(shop: Shop, victims: Sequence[str]) -> None:
    for victim in victims:
        print(f"{victim} killed, ready again, {RECOVERING} sagas ended after "
              f"{verdict(recovery(shop, victim), RESET + MARGIN, ' s')}")  # fmt: skip
    print(load())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sagas", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=20)
    given = parser.parse_args()
    with scratch("sagas") as folder:
        shop = Shop(folder / "shop")
        try:
            report(shop, given.rounds, given.sagas, given.at_once)
            report_recovery(shop, VICTIMS)
        finally:
            shop.mscli("down", "-v", "--yes")


if __name__ == "__main__":
    main()
