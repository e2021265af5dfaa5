"""The rate at which events go from one service to another, and none lost or handled twice.

    .venv/bin/python benchmarks/events.py [--events 10000] [--rounds 3] [--chaos 100000]

Both ways begin with the same events in the outbox of `source` and end with a row each in `sink`,
on the same PostgreSQL and the same NATS JetStream, brought up by mscli. `wiring` is the template's:
its relay and its inbox, each in a process of its own. `hand` is what one would write on bare
nats-py and asyncpg with the same durability: rows locked, published, awaited and deleted; an inbox
and the effect in one transaction, four at a time, acknowledged after it. The rate is that of the
effects, from the first to the last. Goal: at least 70 % of the rate by hand.

`--chaos` lets so many events go through the wiring while source, sink and NATS are killed (kill -9)
in turn, every three seconds. The table of effects has no unique key.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from measure import end, environment, in_turns, load, pause_until, program, scratch

STEPS = "sink:take"
TABLES = (
    "CREATE TABLE effects (event_id text NOT NULL, at timestamptz DEFAULT clock_timestamp());"
    "CREATE TABLE hand_inbox (event_id text PRIMARY KEY)"
)
FILL = """INSERT INTO outbox (event_id, type, document)
SELECT '{name}-' || n, 'source.carry.started', json_build_object('specversion', '1.0',
  'id', '{name}-' || n, 'source', '/source', 'type', 'source.carry.started', 'subject', 's' || n,
  'time', now(), 'data', json_build_object('input', json_build_object('n', n)))::text
FROM generate_series(1, {count}) n"""
RATE = """SELECT (count(*) - 1) / extract(epoch FROM max(at) - min(at))
FROM effects WHERE event_id LIKE '{name}-%'"""
DRIVER = Path(__file__).with_name("events_driver.py")


@dataclass(slots=True)
class Bench:
    """A system of two services, of which only the engines run."""

    folder: Path

    def mscli(self, *arguments: str) -> str:
        command = [program("mscli"), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment(), capture_output=True, text=True, check=True
        )
        return done.stdout

    def make(self) -> None:
        self.mscli("new", "system", "bench", "--port", "8181")
        self.folder /= "bench"
        for name in ("source", "sink"):
            self.mscli("new", "service", name, "--database", "postgres")
        new = ("new", "saga", "carry", "--style", "choreography", "--owner", "source")
        self.mscli(*new, "--steps", STEPS)
        self.mscli("up", "-d")
        self.mscli("stop", "source", "sink")
        self.ask("sink", TABLES)

    def ask(self, service: str, query: str) -> str:
        return self.mscli("db", "shell", service, "-c", query)

    def number(self, service: str, query: str) -> float:
        return float(self.ask(service, f"COPY ({query}) TO STDOUT").strip() or 0)

    def left(self, name: str, count: int) -> bool:
        query = f"SELECT count(*) FROM effects WHERE event_id LIKE '{name}-%'"
        return self.number("sink", query) >= count

    def start(self, way: str, service: str) -> subprocess.Popen[bytes]:
        plan = json.loads((self.folder / ".mscli/local/processes/processes.json").read_text())
        known = next(p for p in plan["processes"] if p["workload"] == service)
        python = self.folder / "services" / service / ".venv/bin/python"
        return subprocess.Popen(
            [python, DRIVER, way, service],
            env={**known["environment"], "PYTHONPATH": str(DRIVER.parent)},
            start_new_session=True,
        )

    def kill_nats(self) -> None:
        status = json.loads((self.folder / ".mscli/local/status.json").read_text())
        pid = status["processes"]["nats"]["pid"]
        if pid:  # it may still be on its way back; and 0 would be this process with its group
            os.kill(pid, signal.SIGKILL)


@contextmanager
def system() -> Iterator[Bench]:
    with scratch("events") as folder:
        bench = Bench(folder)
        try:
            bench.make()
            yield bench
        finally:
            with suppress(subprocess.CalledProcessError):
                bench.mscli("down", "-v", "--yes")


def rate(bench: Bench, way: str, name: str, count: int) -> float:
    """Events a second."""
    bench.ask("source", FILL.format(name=name, count=count))
    running = [bench.start(way, service) for service in ("sink", "source")]
    try:
        pause_until(lambda: bench.left(name, count), f"{count} events", 600)
    finally:
        for process in running:
            end(process)
    return bench.number("sink", RATE.format(name=name))


def chaos(bench: Bench, count: int) -> None:
    """Kill each side in turn until all has arrived, and count."""
    bench.ask("source", FILL.format(name="chaos", count=count))
    running = {service: bench.start("wiring", service) for service in ("sink", "source")}
    kills = 0
    began = time.monotonic()
    try:
        for victim in itertools.cycle(("sink", "source", "nats")):
            time.sleep(3)
            if bench.left("chaos", count):
                break
            kills += 1
            if victim == "nats":
                with suppress(ProcessLookupError):
                    bench.kill_nats()
                continue
            end(running[victim], signal.SIGKILL)
            running[victim] = bench.start("wiring", victim)
        pause_until(lambda: bench.number("source", "SELECT count(*) FROM outbox") == 0, "outbox")
    finally:
        for process in running.values():
            end(process)
    seconds = time.monotonic() - began
    query = "SELECT {} FROM effects WHERE event_id LIKE 'chaos-%'"
    rows, known = (
        int(bench.number("sink", query.format(what)))
        for what in ("count(*)", "count(DISTINCT event_id)")
    )
    print(f"{count} events, {kills} times kill -9 in {seconds:.0f} s:")
    print(f"  lost {count - known}, handled twice {rows - known}; the outbox is empty")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chaos", type=int, default=0)
    given = parser.parse_args()
    numbers = itertools.count()
    with system() as bench:
        print(load())
        if given.rounds:
            ways = {
                way: (lambda way=way: rate(bench, way, f"r{next(numbers)}", given.events))
                for way in ("wiring", "hand")
            }
            taken = in_turns(ways, given.rounds, warm=0)
            for way in ways:
                print(f"{way}: {taken.median(way):.0f} events/s (median)")
            ratio = taken.median_ratio("wiring", "hand")
            met = "met" if ratio >= 0.7 else "MISSED"
            print(f"wiring to hand: {ratio:.2f} (goal >= 0.7: {met})")
        if given.chaos:
            chaos(bench, given.chaos)
        print(load())


if __name__ == "__main__":
    main()
