"""How soon unfinished sagas go on when a participant or the worker was killed and is back.

    .venv/bin/python benchmarks/recovery.py [--rounds 5] [--sagas 8]

The example shop is copied to a scratch folder and brought up. A round starts sagas, sends `kill -9`
to the one replica of a participant (payments) or to the worker (orders-worker) a moment later, and
lets mscli's own guard start it again. From the moment at which the killed process is ready again it
is measured, for every saga that has not ended by then, how long it takes until its next step is
done, by Temporal's history, and until it has ended. Goal: it goes on within `reset_timeout` (2 s in
the shop) plus 3 s.
"""

from __future__ import annotations

import argparse
import re
import secrets
import shutil
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from measure import free_port, load, program, scratch, seconds_of_command, verdict
from mscli import systemfile
from mscli.drill.local import LocalWorld
from mscli.drill.plan import Start
from mscli.drill.world import ENDED
from mscli.runtimes.processes import sagas
from mscli.runtimes.processes.faults import Faults, until_true
from mscli.runtimes.processes.place import last_place
from mscli.runtimes.processes.plan import plan_of
from mscli.runtimes.processes.temporal import temporal_of

SHOP = Path(__file__).parent.parent / "examples" / "shop"
VICTIMS = ("payments-1", "orders-worker-1")
RESET, MARGIN, PATIENCE = 2.0, 3.0, 60.0
WITHIN = (0.05, 0.35)
"""Seconds after the starts at which the kill comes, evenly over the rounds."""


def copied(folder: Path) -> Path:
    root = folder / "shop"
    shutil.copytree(SHOP, root, ignore=shutil.ignore_patterns("local", ".venv", "__pycache__"))
    file = root / "mscli.yaml"
    file.write_text(re.sub(r"\bport: 8080\b", f"port: {free_port()}", file.read_text()))
    return root


def moment(text: str) -> float:
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00").timestamp()


class Shop:
    """The shop that is up."""

    def __init__(self, root: Path) -> None:
        place = last_place(root)
        plan = plan_of(place)
        assert plan is not None
        saga = systemfile.read(root / systemfile.FILE_NAME).system.sagas["place-order"]
        self.world, self.plan = LocalWorld(place, plan, saga), plan
        self.faults = Faults(place, plan)
        self.template = saga.inputs[0]

    def start(self, _: int) -> str:
        identity = secrets.token_hex(8)
        return self.world.start(identity, Start(0, self.template).input(identity))

    def round(self, victim: str, count: int, wait: float) -> tuple[list[float], list[float]]:
        """Seconds from the victim's being ready to the next step, and to the end, of each saga."""
        (process,) = (p for p in self.plan.processes if p.name == victim)
        with ThreadPoolExecutor(count) as threads:
            ids = list(threads.map(self.start, range(count)))
        time.sleep(wait)
        self.faults.kill(process)
        assert until_true(lambda: not self.faults.is_ready(process), PATIENCE)
        assert until_true(lambda: self.faults.is_ready(process), PATIENCE)
        ready = time.time()
        assert until_true(lambda: self.ended(ids), PATIENCE)
        temporal = temporal_of(self.plan)
        on, ends = [], []
        for saga_id in ids:
            row, steps = sagas.saga(temporal, saga_id)
            if moment(row.ended) > ready:
                done = [moment(s.started) + (s.seconds or 0.0) for s in steps if s.state == "done"]
                on.append(min((at for at in done if at > ready), default=moment(row.ended)) - ready)
                ends.append(moment(row.ended) - ready)
        return on, ends

    def ended(self, ids: list[str]) -> bool:
        states = self.world.sagas()
        return all(states[saga_id].state in ENDED for saga_id in ids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sagas", type=int, default=8)
    options = parser.parse_args()
    print(load())
    with scratch("recovery") as folder:
        root = copied(folder)
        mscli = program("mscli")
        try:
            seconds_of_command([mscli, "up", "-d"], root)
            shop = Shop(root)
            for victim in VICTIMS:
                measure(shop, victim, options.rounds, options.sagas)
        finally:
            seconds_of_command([mscli, "down", "-v", "--yes"], root)
    print(load())


def measure(shop: Shop, victim: str, rounds: int, count: int) -> None:
    first, last = WITHIN
    on: list[float] = []
    ends: list[float] = []
    for number in range(rounds):
        wait = first + (last - first) * number / max(1, rounds - 1)
        some = shop.round(victim, count, wait)
        on += some[0]
        ends += some[1]
    assert on, "nothing was unfinished: more sagas, or an earlier kill"
    print(f"kill -9 of {victim}: {len(on)} of {rounds * count} sagas unfinished when it was ready")
    worst = verdict(max(on), RESET + MARGIN, " s")
    print(f"  went on after  median {statistics.median(on):.2f} s, worst {worst}")
    print(f"  ended after    median {statistics.median(ends):.2f} s, worst {max(ends):.2f} s")


if __name__ == "__main__":
    main()
