"""How soon unfinished sagas go on when a participant or the worker was killed and is back.

    .venv/bin/python benchmarks/recovery.py [--rounds 5] [--sagas 8]

The example shop is copied to a scratch folder and brought up. A round starts sagas, sends `kill -9`
to the one replica of a participant (payments), to the worker (orders-worker) or to NATS a moment
later, and lets mscli's own guard start it again. From the moment at which the killed process is
ready again it is measured, for every saga that has not ended by then, how long it takes until its
next step is done, by Temporal's history or by the events that the owner has noted, and until it has
ended. Goal: it goes on within `reset_timeout` (2 s in the shop) plus 3 s. place-order is led by
Temporal, return-goods is carried by events; each of its sagas returns an order of its own.
"""

from __future__ import annotations

import argparse
import re
import secrets
import shutil
import statistics
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from measure import free_port, load, program, scratch, seconds_of_command, verdict
from mscli import systemfile
from mscli.drill.local import LocalWorld
from mscli.drill.plan import Start
from mscli.drill.world import ENDED
from mscli.runtimes.processes import every_saga
from mscli.runtimes.processes.faults import Faults, until_true
from mscli.runtimes.processes.place import last_place
from mscli.runtimes.processes.plan import plan_of

SHOP = Path(__file__).parent.parent / "examples" / "shop"
VICTIMS = {
    "place-order": ("payments-1", "orders-worker-1"),
    "return-goods": ("payments-1", "nats"),
}
ACCOUNT = "DE021911"
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

    def __init__(self, root: Path, name: str) -> None:
        place = last_place(root)
        plan = plan_of(place)
        assert plan is not None
        sagas = systemfile.read(root / systemfile.FILE_NAME).system.sagas
        self.orders = LocalWorld(place, plan, sagas["place-order"])
        self.world, self.plan = LocalWorld(place, plan, sagas[name]), plan
        self.leaders = every_saga.leaders_of(place, plan)
        self.faults = Faults(place, plan)
        self.template = sagas["place-order"].inputs[0]
        self.returns = name == "return-goods"

    def orders_to_return(self, count: int) -> list[str]:
        """Orders that were placed and shipped."""
        identities = [secrets.token_hex(8) for _ in range(count)]
        for identity in identities:
            self.orders.start(identity, Start(0, self.template).input(identity))
        assert until_true(
            lambda: all(s.state in ENDED for s in self.world.sagas().values()), PATIENCE
        )
        return identities

    def start(self, order: str) -> str:
        identity = secrets.token_hex(8)
        document: Mapping[str, object] = {"order": order, "account": ACCOUNT}
        if not self.returns:
            document = Start(0, self.template).input(identity)
        return self.world.start(identity, document)

    def round(self, victim: str, count: int, wait: float) -> tuple[list[float], list[float]]:
        """Seconds from the victim's being ready to the next step, and to the end, of each saga."""
        (process,) = (p for p in self.plan.processes if p.name == victim)
        orders = self.orders_to_return(count) if self.returns else [""] * count
        with ThreadPoolExecutor(count) as threads:
            ids = list(threads.map(self.start, orders))
        time.sleep(wait)
        self.faults.kill(process)
        assert until_true(lambda: not self.faults.is_ready(process), PATIENCE)
        assert until_true(lambda: self.faults.is_ready(process), PATIENCE)
        ready = time.time()
        assert until_true(lambda: self.ended(ids), PATIENCE)
        on, ends = [], []
        for saga_id in ids:
            row, steps = every_saga.one(self.leaders, saga_id)
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
            for name, victims in VICTIMS.items():
                shop = Shop(root, name)
                for victim in victims:
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
    if not on:
        print(f"{shop.world.saga.name}, kill -9 of {victim}: all had ended before")
        return
    unfinished = f"{len(on)} of {rounds * count} sagas unfinished when it was ready"
    print(f"{shop.world.saga.name}, kill -9 of {victim}: {unfinished}")
    worst = verdict(max(on), RESET + MARGIN, " s")
    print(f"  went on after  median {statistics.median(on):.2f} s, worst {worst}")
    print(f"  ended after    median {statistics.median(ends):.2f} s, worst {max(ends):.2f} s")


if __name__ == "__main__":
    main()
